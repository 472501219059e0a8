"""What a confined worker can in fact do, tried out from inside. It runs in a worker of its own, without student code.

Each attempt returns what it reached, or an empty text. What is not there any more, or refused, raises OSError.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from autograder.isolation import sandbox, worker
from autograder.isolation.confinement import kernel
from autograder.isolation.confinement.layers import PROBES

_EVERYWHERE = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run/lock")
_HARMLESS = ("/bin/true", "/usr/bin/true", sys.executable)
Targets = Mapping[str, Any]


def main(fds: Sequence[int], settings: Mapping[str, Any]) -> None:
    """Be confined as a worker is, try everything, and report `{"layers": …, "probes": …}` as one line of JSON.

    Args:
        fds: the pipe to whoever asks, then where standard output, standard error and warnings go.
        settings: what `sandbox.confine` needs.

    What to reach for comes over the pipe, as a line of JSON too.
    """
    pipe = worker.take_descriptors(fds)
    worker.forget_own_package(settings["root"])
    layers = sandbox.confine(settings)
    with pipe.makefile("r", encoding="utf-8") as stream:
        targets = json.loads(stream.readline())
    found = {}
    for name in PROBES:
        found[name] = ""
        with contextlib.suppress(OSError):
            found[name] = _ATTEMPTS[name](targets)
    pipe.sendall(json.dumps({"layers": layers, "probes": found}).encode() + b"\n")


def _first(attempts: Mapping[str, Callable[[], object]]) -> str:
    """Name the first attempt that is not refused."""
    for name, attempt in attempts.items():
        with contextlib.suppress(OSError):
            attempt()
            return name
    return ""


def _files(targets: Targets) -> str:
    return _first({path: partial(_open, path, os.O_RDONLY) for path in targets["secrets"]})


def _tamper(targets: Targets) -> str:
    existing = {path: partial(_open, path, os.O_WRONLY) for path in targets["secrets"]}
    return _first(existing) or _put(targets["folders"], targets["name"])


def _write(targets: Targets) -> str:
    return _put([*targets["open_folders"], *_EVERYWHERE], targets["name"])


def _put(folders: Sequence[str], name: str) -> str:
    """Leave a new file in the first folder that takes it."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    return _first({folder: partial(_open, Path(folder, name), flags) for folder in folders})


def _open(path: str | Path, flags: int) -> None:
    os.close(os.open(path, flags, 0o600))


def _neighbours(targets: Targets) -> str:
    pid = targets["pid"]
    if pid == os.getpid():  # that number is our own here
        return ""
    return _first(
        {
            "a signal": lambda: os.kill(pid, 0),
            "its memory": lambda: Path(f"/proc/{pid}/mem").open("rb").close(),
            "its environment": lambda: Path(f"/proc/{pid}/environ").read_bytes(),
        }
    )


def _network(targets: Targets) -> str:
    return _first(
        {
            "this machine's own network": lambda: _connect(socket.AF_INET, ("127.0.0.1", targets["port"])),
            "a socket without a file": lambda: _connect(socket.AF_UNIX, targets["abstract"]),
            "a socket in a folder": lambda: _connect(socket.AF_UNIX, targets["socket"]),
        }
    )


def _connect(family: int, address: Any) -> None:
    if not address:
        raise FileNotFoundError
    with socket.socket(family) as made:
        made.settimeout(1)
        made.connect(address)


def _processes(targets: Targets) -> str:
    others = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and int(entry.name) != os.getpid()]
    return f"{len(others)} of them" if others else ""


def _programs(targets: Targets) -> str:
    return _in_child({path: partial(os.execv, path, [path, "--version"]) for path in _HARMLESS})


def _powers(targets: Targets) -> str:
    if os.getuid():
        os.setuid(0)
    return "user 0"


def _kernel(targets: Targets) -> str:
    return _first({"a socket": lambda: socket.socket().close()}) or _in_child(
        {"a namespace": lambda: kernel.unshare(kernel.CLONE_NEWUSER)}
    )


def _in_child(attempts: Mapping[str, Callable[[], object]]) -> str:
    """Name the first attempt that works, each made in a process of its own."""
    for name, attempt in attempts.items():
        pid = os.fork()
        if pid == 0:
            status = 1
            with contextlib.suppress(OSError):
                attempt()
                status = 0
            os._exit(status)
        if os.waitpid(pid, 0)[1] == 0:
            return name
    return ""


_ATTEMPTS: Mapping[str, Callable[[Targets], str]] = {
    "files": _files,
    "tamper": _tamper,
    "neighbours": _neighbours,
    "write": _write,
    "network": _network,
    "processes": _processes,
    "programs": _programs,
    "powers": _powers,
    "kernel": _kernel,
}
