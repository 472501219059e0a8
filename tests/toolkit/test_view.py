"""What a worker sees of the disk, and the user that it is: the view, Landlock, the change of user."""

from __future__ import annotations

import errno
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from other_user import ROOT
from sandbox_kit import Remote, call, in_child, on, only, workers

from autograder.isolation import sandbox
from autograder.isolation.confinement import kernel, landlock, namespaces, privileges, view
from autograder.isolation.confinement.layers import ON, SWITCHABLE
from autograder.isolation.faults import StudentError
from autograder.isolation.zygote import Zygote


@pytest.fixture
def remote(zygote: Zygote) -> Iterator[Remote]:
    """Start a worker; see `workers`."""
    with workers(zygote) as make:
        yield make


# The view -----------------------------------------------------------------------------------------------


def test_nothing_of_the_course_is_in_view_though_the_interpreter_lies_in_it(remote: Remote, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    body = """
import os, torch
return [[os.path.exists(path) for path in args], sorted(os.listdir("/")), os.getcwd(), os.path.exists(torch.__file__),
        os.listdir("/tmp")]
"""
    secrets = [tmp_path / "secret", Path("/etc/passwd"), *(ROOT / name for name in ("tests", "source", "autograder"))]
    transport = remote(body, ["landlock"])  # which keeps even the names of what is in view to itself
    exist, top, folder, readable, temporary = call(transport, *map(str, secrets))
    if on(transport.layers, "view"):
        assert exist == [False] * len(secrets)
        assert folder == "/"
        needed = {Path(path).parts[1] for path in (sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64")}
        assert set(top) <= needed | {"dev", "etc", "proc", "sys", "tmp"}
        assert readable
        interpreters = (Path(sys.prefix), Path(sys.base_prefix))
        assert set(temporary) <= {path.parts[2] for path in interpreters if path.parts[1] == "tmp"}


def test_what_is_in_view_cannot_be_written_to_even_by_root(remote: Remote) -> None:
    body = """
import os, torch
errors = []
for path in ("/x", "/tmp/x", os.path.dirname(torch.__file__) + "/x", os.path.dirname(os.__file__) + "/x", "/dev/x"):
    try:
        open(path, "w")
    except OSError as error:
        errors.append(error.errno)
with open(os.devnull, "w") as null:
    null.write("fine")
return errors
"""
    transport = remote(body, only("mount", "view", "user"))
    errors = call(transport)
    assert len(errors) == 5 or not on(transport.layers, "view")


@pytest.mark.parametrize(
    ("call_name", "number"),
    [("", 0), ("syscall", errno.ENOSYS), ("pivot_root", errno.EINVAL)],
    ids=["as it is", "before Linux 5.12", "in a chroot"],
)
def test_a_view_can_be_made_on_older_kernels_and_in_a_chroot(
    monkeypatch: pytest.MonkeyPatch, call_name: str, number: int
) -> None:
    original = kernel.call

    def refuse(name: str, *arguments: object) -> int:
        if name == call_name:
            raise OSError(number, os.strerror(number))
        return original(name, *arguments)

    def attempt() -> object:
        if os.getuid():
            namespaces.enter_user_namespace()
        namespaces.enter("mount")
        library = str(Path(os.__file__).parent)
        view.enter([library, "/dev/null"], lambda _: None)
        Path("/dev/null").write_bytes(b"x")
        refused = []
        for place in ("/x", f"{library}/x", "/tmp/x"):
            try:
                Path(place).touch()
            except OSError as error:
                refused.append(error.errno == errno.EROFS)
        return [
            refused,
            [entry.name for entry in Path("/dev").iterdir()],
            Path(os.__file__).exists(),
            Path("/etc").exists(),
        ]

    monkeypatch.setattr(kernel, "call", refuse)
    made = in_child(attempt)
    permitted = not isinstance(made, str)
    assert made == [[True] * 3, ["null"], True, False] or (not permitted and "not permitted" in made)


def test_a_view_that_fails_leaves_everything_as_it_was() -> None:
    def attempt() -> object:
        if os.getuid():
            namespaces.enter_user_namespace()
        namespaces.enter("mount")

        def fail(where: str) -> None:
            raise OSError(errno.EPERM, "refused")

        try:
            view.enter(["/dev/null"], fail)
        except OSError as error:
            return [error.strerror, Path(ROOT, "tests").is_dir(), Path("/proc/sys/kernel").is_dir()]
        return "it did not fail"

    made = in_child(attempt)
    assert made == ["refused", True, True] or "not permitted" in str(made)


# Landlock -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6])
def test_older_versions_of_landlock_hide_files_too(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    original = kernel.system_call

    def older(number: int, *arguments: object) -> int:
        asks = arguments[:1] == (None,)
        return min(version, original(number, *arguments)) if asks else original(number, *arguments)

    def attempt() -> object:
        privileges.forbid_new_ones()
        landlock.restrict([str(Path(os.__file__).parent)], [], ["/dev/null", "/dev/missing"])
        Path("/dev/null").write_bytes(b"x")
        readable = len(Path(os.__file__).read_bytes()) > 1000
        refused = []
        for path in (str(ROOT / "README.md"), str(ROOT / "tests"), "/etc/passwd"):
            try:
                os.close(os.open(path, os.O_RDONLY))
            except PermissionError:
                refused.append(path)
        return [readable, len(refused)]

    monkeypatch.setattr(kernel, "system_call", older)
    made = in_child(attempt)
    assert made == [True, 3] or "not implemented" in str(made) or "not supported" in str(made)


# The user -----------------------------------------------------------------------------------------------


def test_workers_side_by_side_are_different_users_who_own_nothing(remote: Remote) -> None:
    body = "import os\nreturn [os.getuid(), os.getgid(), os.geteuid(), os.getgroups()]"
    first, second = remote(body), remote(body)
    users = call(first), call(second)
    if on(first.layers, "uid"):
        assert users[0][0] != users[1][0]
        assert all(uid == gid == effective and groups == [] for uid, gid, effective, groups in users)


def test_a_neighbour_cannot_be_signalled_without_any_namespace_or_filter(remote: Remote) -> None:
    off = [layer for layer in SWITCHABLE if layer not in ("mount", "view", "uid", "user")]
    one, other = remote("import os\nreturn os.getpid()", off), remote("import os\nos.kill(args[0], 0)", off)
    pid = call(one)
    refused = False
    try:
        call(other, pid)
    except StudentError as error:
        refused = error.kind == "PermissionError"
    assert refused == on(other.layers, "uid")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_root_stays_root_where_the_interpreter_would_be_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.touch()
    closed.chmod(0o600)

    def attempt() -> object:
        try:
            privileges.become_nobody(1, [str(closed)])
        except OSError as error:
            return [error.strerror, os.getresuid(), os.getresgid()]
        return "it did not fail"

    assert in_child(attempt) == ["the interpreter lies in a folder that is closed to other users", [0] * 3, [0] * 3]


def test_another_system_has_limits_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    def attempt() -> object:
        begun = sandbox.begin([])
        settings = {"memory_mb": 512, "cpu_seconds": 10, "off": [], "begun": begun, "number": 1}
        return [sandbox.confine(settings), resource.getrlimit(resource.RLIMIT_CPU)[0]]

    layers, seconds = in_child(attempt)
    limited = layers.pop("limits")
    assert (layers.pop("session"), limited.startswith(ON), seconds) == (ON, True, 10)
    assert set(layers.values()) == {"off: not on darwin"}
