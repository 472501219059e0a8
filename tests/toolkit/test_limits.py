"""What a worker may use up and return: each limit costs the call in flight, and its message states it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from toy_work import copy_course

from autograder.isolation import remote as transports
from autograder.isolation.confinement import memory
from autograder.isolation.faults import GraderFault, StudentError, WorkerLost
from autograder.isolation.handles import Student
from autograder.isolation.remote import Confinement, RemoteTransport
from autograder.isolation.wire.connection import Connection
from autograder.isolation.zygote import Zygote
from autograder.judging.grade import GradingError, Job, grade
from autograder.judging.watchdog import ended_after

MODULE = "models/m.py"
MEMORY = "f needed more memory than the 512 MiB that are the limit (in models/m.py, line 6)"
HEAD = "import os\nimport torch\nfrom torch import nn\n"
Begin = Callable[..., Student]


@pytest.fixture
def begin(zygote: Zygote) -> Iterator[Begin]:
    """Start a worker with a function `f` (and what else stands in its source)."""
    made: list[RemoteTransport] = []

    def make(body: str, rest: str = "", stand_ins: str = "", **given: Any) -> Student:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        owners = dict.fromkeys(("f", "g", "Net"), MODULE)
        off = given.pop("off", ())
        limits = Confinement(given.pop("call_seconds", 20.0), 60, given.pop("memory_mb", 512), off)
        options = {"deadline": time.monotonic() + 60, **given}
        source = {MODULE: f"{HEAD}{rest}\ndef f(x=None):\n{lines}\ndef g():\n    return 1\n"}
        made.append(RemoteTransport(zygote.control, source, owners, stand_ins, limits, **options))
        return Student(made[-1])

    yield make
    for transport in made:
        transport.close()


def lost(student: Student, name: str = "f") -> str:
    """The message of a call that is lost."""
    with pytest.raises(WorkerLost) as caught:
        student.call(name)
    return str(caught.value)


# What is returned ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return torch.zeros(20 << 20)", "f returned 80 MiB of tensors; the limit is 64 MiB"),
        ("return [torch.zeros(9 << 20)] * 2", "f returned 72 MiB of tensors; the limit is 64 MiB"),
        ("return 'x' * (2 << 20)", "f returned 3 MiB of data beside tensors; the limit is 1 MiB"),
        ("return [[[0] * 60] * 60] * 60", "f returned more than 20000 values"),
        ("x = 0\nfor _ in range(30): x = [x]\nreturn x", "f returned values that are nested more than 24 deep"),
        ("while True: pass", "f did not end within 1 seconds"),
        ("return torch.zeros(1 << 30)", MEMORY),
        ("return bytearray(1 << 30)", MEMORY),
    ],
    ids=["tensor", "tensors", "text", "values", "depth", "seconds", "memory of torch", "memory of Python"],
)
def test_a_limit_costs_the_call_and_is_stated(begin: Begin, body: str, message: str) -> None:
    student = begin(body, call_seconds=1.0 if "while" in body else 20.0)
    assert lost(student) == message
    assert student.call("g") == 1


HOARDING = """
import time
for _ in range(10):
    if os.fork() == 0:
        hoard = bytearray(b"x") * (400 << 20)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""


@pytest.mark.skipif(not memory.can_be_watched(), reason="this system does not tell who started whom")
@pytest.mark.parametrize(
    "off", [(), ("pid", "user"), ("uid",)], ids=["all layers", "no PID namespace", "the same user"]
)
def test_all_processes_together_have_one_limit(begin: Begin, off: tuple[str, ...]) -> None:
    student = begin(HOARDING, off=off)
    limit = "needed, with the processes that were started, more memory than the 512 MiB that are the limit"
    assert lost(student) == f"f {limit}"
    assert student.call("g") == 1


def test_processes_that_need_little_may_run(begin: Begin) -> None:
    student = begin("if os.fork() == 0:\n    os._exit(len(bytearray(b'x') * (100 << 20)) & 7)\nreturn os.wait()[1]")
    assert student.call("f") == 0


def test_an_object_of_too_many_parts_is_told(begin: Begin) -> None:
    net = """
class Net(nn.Module):
    def __init__(self, count, size):
        super().__init__()
        self.all = nn.ParameterList([torch.zeros(size) for _ in range(count)])
"""
    student = begin("return 1", net)
    assert len(student.build("Net", 1000, 1).structure.parameters) == 1000
    for sizes, message in (
        ((1001, 1), "Net(…) returned an object of more than 1000 parameters or layers"),
        ((3, 6 << 20), "Net(…) returned an object whose parameters have more than 16777216 numbers"),
        ((1, 17 << 20), "Net(…) returned an object with a parameter of more than 16777216 numbers"),
    ):
        with pytest.raises(WorkerLost) as caught:
            _ = student.build("Net", *sizes).structure
        assert (caught.value.reason, str(caught.value)) == ("size", message)


def test_what_a_submission_returns_in_all_is_bounded(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "MAX_RECEIVED", 2 << 20)
    student = begin("return torch.zeros(1 << 18)", "import os\ndef h():\n    os._exit(0)\n")
    for _ in range(2):
        assert student.call("f").shape == (1 << 18,)
    assert lost(student) == "f was not run: earlier calls have returned more than 2 MiB, the limit of a submission"
    student.transport.close()  # type: ignore[attr-defined]
    assert "was not run: earlier calls have returned" in lost(student, "g"), "a new worker pays nothing back"


def test_the_number_of_calls_is_bounded(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    student = begin("return 1")
    student.call("f")
    monkeypatch.setattr(transports, "MAX_CALLS", 3)
    student.call("f")
    assert lost(student) == "f was not run: there were 3 calls before it, the limit of a submission"


def test_of_what_is_printed_little_is_read_and_little_kept(begin: Begin) -> None:
    student = begin("for _ in range(1 << 10): os.write(1, b'x' * (1 << 20))")
    with pytest.raises(StudentError, match="File too large"):
        student.call("f")
    connection = student.transport._worker  # type: ignore[attr-defined]
    assert isinstance(connection, Connection)
    ((_, text),) = student.transport.printed  # type: ignore[attr-defined]
    assert text == "x" * 4096 + "…"
    assert max(os.fstat(fd).st_size for fd in connection._files) <= 16 << 20


def test_warnings_without_end_are_bounded(begin: Begin) -> None:
    student = begin(
        "import warnings\nwarnings.simplefilter('always')\nfor _ in range(1 << 16): warnings.warn('x' * 999)"
    )
    with pytest.raises(StudentError, match="File too large"):
        student.call("f")
    assert student.transport.printed == []  # type: ignore[attr-defined]


# Whose fault --------------------------------------------------------------------------------------------


def test_stand_ins_that_do_not_load_are_the_graders_fault(begin: Begin) -> None:
    student = begin("return 1", stand_ins="import torch\nnothing_like_this\n")
    for _ in range(2):
        with pytest.raises(GraderFault, match=r"stand_ins\.py cannot be loaded: NameError: name 'nothing_like_this'"):
            student.call("f")


def test_a_worker_that_cannot_be_started_is_the_graders_fault(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.isolation.wire.connection.WORKER", "autograder.isolation.worker:nothing_like_this")
    student = begin("return 1")
    with pytest.raises(GraderFault, match="could not be started"):
        student.call("f")


def test_a_grading_with_broken_stand_ins_gives_no_verdict(tmp_path: Path) -> None:
    course = copy_course(tmp_path / "course")
    (course.tests("public", "toy") / "stand_ins.py").write_text("raise OSError('no such thing')\n", encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    (work / "toy.ipynb").write_bytes((course.source("toy") / "toy.ipynb").read_bytes())
    with pytest.raises(GradingError, match=r"stand_ins\.py cannot be loaded: OSError: no such thing"):
        grade(course, "toy", [Job(work, tmp_path / "out")], seed="x")


def test_a_word_of_torchs_own_is_no_open_step(begin: Begin) -> None:
    net = "class Net(nn.Module):\n    pass\n"
    with pytest.raises(StudentError) as caught:
        begin("return 1", net).build("Net").call(torch.ones(1))
    assert (caught.value.kind, caught.value.left_open) == ("NotImplementedError", False)


# What has become of the arguments -----------------------------------------------------------------------

CHANGING = """
class Net(nn.Module):
    def forward(self, x, state, n=0):
        state[1][0] += 1
        return x
"""


def test_changed_arguments_are_compared_on_this_side(begin: Begin) -> None:
    model = begin("return 1", CHANGING).build("Net")
    x, state = torch.tensor([float("nan"), 1.0]), (torch.zeros(2), torch.zeros(2))
    model.call(x, state, 3)
    assert model.changed == (1,)
    assert state[1].tolist() == [0, 0]
    x += 1  # what a test does with its own tensors afterwards does not matter
    assert model.changed == (1,)


def test_a_worker_that_says_that_all_is_well_shows_its_arguments(begin: Begin) -> None:
    patched = "torch.equal = lambda *_: True\ntorch.Tensor.clone = torch.Tensor.detach\n"
    patched += "torch.Tensor.__eq__ = lambda self, other: torch.ones(self.shape, dtype=torch.bool)\n"
    model = begin("return 1", patched + CHANGING).build("Net")
    model.call(torch.ones(2), [torch.zeros(2), torch.zeros(2)])
    assert model.changed == (1,)


@pytest.mark.parametrize("reply", ["[]", "[torch.ones(3), None, 0]", "None", "{'a': 1}", "[1, [2, 3]]", "3"])
def test_arguments_that_do_not_come_back_are_a_lost_call(begin: Begin, reply: str) -> None:
    lying = f"import sys\nsys.modules['autograder.isolation.engine'].Engine._do_arguments = lambda *_: {reply}\n"
    model = begin("return 1", lying + CHANGING).build("Net")
    model.call(torch.ones(2), [torch.zeros(2), torch.zeros(2)])
    with pytest.raises(WorkerLost, match=r"^Net's arguments returned something that cannot be read$"):
        assert model.changed == ()


# The grader's own time ----------------------------------------------------------------------------------


def test_work_on_this_side_ends_with_the_submissions_time() -> None:
    started = time.monotonic()
    with pytest.raises(WorkerLost, match="time was used up"), ended_after(started - 5):
        sum(iter(lambda: 1, 0))  # for ever
    assert 0.9 < time.monotonic() - started < 5
    with ended_after(started + 100):
        pass
    with ended_after(None):
        pass


def test_after_the_deadline_a_call_is_not_begun(begin: Begin) -> None:
    student = begin("return 1", deadline=time.monotonic() - 1)
    assert lost(student) == "import of models/m.py was not run: the submission's time was used up"
    slow = begin("while True: pass", deadline=time.monotonic() + 1)
    assert lost(slow) == "f did not end before the submission's time was used up"


def test_the_fork_server_has_one_thread(zygote: Zygote) -> None:
    """A fork takes one thread along: whatever the others hold would be held for ever."""
    (server,) = [pid for pid in children(os.getpid()) if b"zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(list(Path(f"/proc/{server}/task").iterdir())) == 1


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
