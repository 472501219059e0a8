"""What an object is made of is asked once for all that are built alike; a test that fails so is done again, asking."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from autograder.isolation.engine import Op
from autograder.isolation.faults import WorkerLost
from autograder.isolation.handles import Recipe, Student
from autograder.isolation.local import LocalTransport
from autograder.isolation.recording import Recorder
from autograder.isolation.wire.structure import Structure
from autograder.judging.collecting import collect_and_run
from autograder.judging.exam import Exam
from autograder.judging.verdict import FAILED, PASSED, Outcome

TESTS = '''
import pytest
import torch

from autograder.judging.compare import require_close

pytestmark = pytest.mark.step("a")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_doubles(student, number):
    """It doubles."""
    scale = student.build("Scale", 2, start=1.0)
    (parameter,) = scale.structure.parameters
    scale.load({parameter.name: torch.tensor([2.0, 2.0])})
    require_close(scale.call(torch.ones(2)), torch.tensor([2.0, 2.0]), "the result")


def test_another_size(student):
    """It has the size that it is given."""
    assert [parameter.shape for parameter in student.build("Scale", 3, start=1.0).structure.parameters] == [(3,)]
'''


class Scale(nn.Module):
    """What is right."""

    def __init__(self, size: int, start: float) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.full((size,), start))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.factor * x


class Renamed(nn.Module):
    """Right as well; the parameter has another name in each object."""

    made = 0

    def __init__(self, size: int, start: float) -> None:
        super().__init__()
        Renamed.made += 1
        self.name = f"factor{Renamed.made}"
        self.register_parameter(self.name, nn.Parameter(torch.full((size,), start)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        factor: torch.Tensor = getattr(self, self.name)
        return factor * x


class Wrong(Scale):
    """It squares its factor."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.factor**2 * x


class Counting(LocalTransport):
    """Keeps what was sent, and the names of the calls."""

    def __init__(self, scale: type[nn.Module], lost: bool = False) -> None:
        super().__init__({"Scale": scale}.__getitem__, {}, lambda _: True)
        self.messages: list[list[str]] = []
        self.named: list[list[str]] = []
        self.lost = lost

    def request(self, ops: list[Op], calls: Sequence[str]) -> list[Any]:
        self.named.append(list(calls))
        self.messages.append([op["op"] + "*" * bool(op.get("told")) for op in ops])
        if self.lost and any(op["op"] == "call" for op in ops):
            raise WorkerLost("Scale.forward", "timeout", "Scale.forward did not end")
        return super().request(ops, calls)


class Running(Exam):
    """Runs the tests."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.run_tests(session.items)
        return True


def run(folder: Path, transport: Counting) -> list[Outcome]:
    (folder / "test_a.py").write_text(TESTS, encoding="utf-8")
    exam = Running(["a"], "seed")
    exam.transport = Recorder(transport)
    collect_and_run(exam, [folder])
    return exam.outcomes


def test_it_is_asked_once(tmp_path: Path) -> None:
    transport = Counting(Scale)
    assert [outcome.status for outcome in run(tmp_path, transport)] == [PASSED] * 4
    whole = ["reset", "build", "load", "call"]
    assert transport.messages == [["reset", "build*"], ["load", "call"], whole, whole, ["reset", "build*"]]


def test_objects_that_differ_are_asked_each(tmp_path: Path) -> None:
    transport = Counting(Renamed)
    outcomes = run(tmp_path, transport)
    assert [outcome.status for outcome in outcomes] == [PASSED] * 4
    once = [["reset", "build*"], ["load", "call"]]
    again = [["reset", "build", "load", "call"], ["describe"], *once]
    assert transport.messages == [*once, *again, *again, ["reset", "build*"]]


def test_what_is_wrong_is_tried_once(tmp_path: Path) -> None:
    transport = Counting(Wrong)
    outcomes = run(tmp_path, transport)
    assert [outcome.status for outcome in outcomes] == [FAILED] * 3 + [PASSED]
    whole = ["reset", "build", "load", "call"]
    asked_after = [whole, ["describe"]]
    assert transport.messages == [["reset", "build*"], ["load", "call"], *asked_after * 2, ["reset", "build*"]]
    for outcome in outcomes[:3]:  # what was asked afterwards belongs to no test
        assert [call.op["op"] for call in outcome.calls] == ["reset", "build", "load", "call"]  # type: ignore[attr-defined]


def test_a_lost_worker_is_not_waited_for_twice(tmp_path: Path) -> None:
    transport = Counting(Scale, lost=True)
    outcomes = run(tmp_path, transport)
    assert [outcome.status == PASSED for outcome in outcomes] == [False] * 3 + [True]
    assert sum("call" in message for message in transport.messages) == 3


def test_what_goes_wrong_is_put_down_to_the_call_that_follows(tmp_path: Path) -> None:
    transport = Counting(Scale)
    run(tmp_path, transport)
    assert transport.named[0] == ["Scale(…)", "Scale(…)"]
    assert transport.named[2] == ["Scale.forward"] * 4


def test_what_is_built_again_and_not_used_has_its_own_name() -> None:
    transport = Counting(Scale)
    known: dict[Recipe, Structure] = {}
    for _ in range(2):
        student = Student(transport, known)
        student.reset(1)
        assert student.build("Scale", 2, start=1.0).structure.parameters
        student.finish()
    assert transport.named == [["Scale(…)", "Scale(…)"]] * 2
