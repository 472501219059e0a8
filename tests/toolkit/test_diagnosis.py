"""Diagnosis names what an answer behaves like: by its outputs, else by the set of tests that it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import torch
from toy_work import RIGHT, change, copy_course, forward, grade_zips, notebook

from autograder.authoring.course import Course
from autograder.isolation.faults import StudentError
from autograder.isolation.recording import Recorded, Recorder
from autograder.judging.alike import alike, same_calls
from autograder.judging.catalogue import load_catalogue

CATALOGUE = '''"""Wrong answers to the toy assignment."""

from autograder.judging.catalogue import Mistake

MODULE = "models/affine.py"
VALUE = "projected = torch.matmul(x, self.weight)"
MISTAKES = (
    Mistake("minus", MODULE, "The bias is subtracted.", "Write out one row by hand.", ["affine_forward"],
            [("projected + self.bias", "projected - self.bias")]),
    Mistake("doubled", MODULE, "The input is doubled.", "Count how often x is used.", ["affine_forward"],
            [(VALUE, "projected = torch.matmul(x + x, self.weight)")]),
    Mistake("twice", MODULE, "The product is taken twice.", "Count the products.", ["affine_forward"],
            [(VALUE, "projected = torch.matmul(x, self.weight) * 2")]),
    Mistake("detached", MODULE, "No gradient reaches the parameters.", "Look for detach.", ["affine_forward"],
            [(VALUE, VALUE + ".detach()")]),
)
'''


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Any]]:
    """Results by name, graded with a catalogue beside the toy course."""
    from autograder.judging.matrix import failures, failures_file, make_matrix

    course = copy_course(tmp_path_factory.mktemp("named"))
    folder = course.tests("mistakes", "toy")
    folder.mkdir(parents=True)
    (folder / "affine.py").write_text(CATALOGUE, encoding="utf-8")
    rows = make_matrix(course, "toy", 2)
    assert [row.problem for row in rows] == [""] * 4
    failures_file(course, "toy").write_text(failures(rows), encoding="utf-8")
    works = {
        "right": RIGHT,
        "minus": forward("return torch.matmul(x, self.weight) - self.bias"),
        "minus_other_names": change("self.weight", "self.W1")
        .replace("self.bias", "self.b")
        .replace("projected + self.b", "-(self.b - projected)"),
        "doubled": forward("return torch.matmul(2 * x, self.weight) + self.bias"),
        "detached": forward("return (torch.matmul(x, self.weight).detach() + self.bias)"),
        "unknown": forward("return torch.matmul(x, self.weight) + 3 * self.bias"),
        "crash": forward("return torch.matmul(x, self.weight.t()) + nobody"),
        "blank": forward('raise NotImplementedError("affine_forward: compute x · W + b")'),
    }
    zips = {name: {"toy.ipynb": notebook(source)} for name, source in works.items()}
    return grade_zips(course, zips, tmp_path_factory.mktemp("zips"), seed="named", processes=2)


def suspected(results: Mapping[str, Any], step: str = "affine_forward") -> list[str]:
    return list(results["extra_data"]["steps"][step]["suspicions"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("minus", ["minus"]),
        ("minus_other_names", ["minus"]),
        ("doubled", ["doubled", "twice"]),  # the same on every input: both are told
        ("detached", ["detached"]),
        ("unknown", []),
        ("crash", []),
        ("right", []),
        ("blank", []),
    ],
)
def test_a_mistake_is_named_and_nothing_else_is(named: Mapping[str, Any], name: str, expected: list[str]) -> None:
    assert suspected(named[name]) == expected
    assert suspected(named[name], "affine_parameters") == []


def test_the_student_reads_the_sentence_and_the_hint(named: Mapping[str, Any]) -> None:
    text = next(test["output"] for test in named["doubled"]["tests"] if test["name"].startswith("affine_forward"))
    assert "**Likely mistake:** The input is doubled." in text
    assert "*Try:* Count how often x is used." in text
    assert "**Or:** The product is taken twice." in text
    assert "Likely mistake" not in named["unknown"]["tests"][1]["output"]


def test_no_catalogue_no_suspicion_and_a_verdict_all_the_same(course: Course, tmp_path: Any) -> None:
    wrong = {"wrong": {"toy.ipynb": notebook(forward("return torch.matmul(x, self.weight) - self.bias"))}}
    results = grade_zips(course, wrong, tmp_path, seed="named")["wrong"]
    assert suspected(results) == []
    assert results["extra_data"]["fault"] == ""
    assert load_catalogue(course.tests("mistakes", "toy")) == ()


def test_an_outdated_mistake_costs_no_verdict(tmp_path: Any) -> None:
    course = copy_course(tmp_path / "course")
    folder = course.tests("mistakes", "toy")
    folder.mkdir(parents=True)
    (folder / "affine.py").write_text(CATALOGUE.replace("projected + self.bias", "no longer there"), encoding="utf-8")
    (folder / "failures.json").write_text('{"minus": {"affine_forward": ["test_rows_are_mapped"]}}', encoding="utf-8")
    wrong = {"wrong": {"toy.ipynb": notebook(forward("return torch.matmul(x, self.weight) - self.bias"))}}
    results = grade_zips(course, wrong, tmp_path, seed="named")["wrong"]
    assert results["extra_data"]["fault"] == ""
    assert results["score"] < results["extra_data"]["max_score"]


# Comparing records -------------------------------------------------------------------------------------


def call(reply: Any = None, error: Exception | None = None, name: str = "A.forward") -> Recorded:
    return Recorded({"op": "call"}, name, reply, error)  # type: ignore[arg-type]


def test_records_are_alike_in_any_order_but_not_with_other_values() -> None:
    one, other = torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0])
    assert same_calls([call(one), call(other)], [call(other), call(one)])
    assert same_calls([call(one)], [call(one + 1e-7)])
    assert not same_calls([call(one), call(one)], [call(one), call(other)])
    assert not same_calls([call(one)], [call(one), call(one)])
    assert not same_calls([call(one)], [call(one, name="B.forward")])
    assert not same_calls([call(one)], [call(error=StudentError("A.forward", "ValueError", "x"))])
    assert same_calls(
        [call(error=StudentError("A.forward", "ValueError", "x"))],
        [call(error=StudentError("A.forward", "ValueError", "x"))],
    )


def test_gradients_are_compared_without_the_names_of_parameters() -> None:
    def gradients(**parameters: torch.Tensor | None) -> Recorded:
        return Recorded({"op": "gradients"}, "A.forward", {"value": None, "inputs": [], "parameters": parameters})

    ones, twos = torch.ones(2), torch.full((2,), 2.0)
    assert same_calls([gradients(a=ones, b=twos, c=None)], [gradients(x=None, y=twos, z=ones)])
    assert not same_calls([gradients(a=ones, b=ones)], [gradients(a=ones, b=twos)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (torch.ones(2), torch.ones(2, 1)),
        (torch.ones(2), torch.ones(2, dtype=torch.float64)),
        (torch.tensor([float("nan")]), torch.tensor([1.0])),
        ((1, 2), (1, 2, 3)),
        ({"a": 1}, {"b": 1}),
        (torch.ones(1), None),
        (True, 1),
        (1.0, 1.1),
    ],
)
def test_unlike_values(one: Any, other: Any) -> None:
    assert not alike(one, other)
    assert not alike(other, one)
    assert alike(one, one)
    assert alike(other, other)


def test_a_recorder_keeps_what_failed_and_lets_go_of_it() -> None:
    class Failing:
        def request(self, ops: list[dict[str, Any]], calls: Sequence[str]) -> list[Any]:
            error = StudentError(calls[1], "ValueError", "no")
            error.results = (None,)
            raise error

    recorder = Recorder(Failing())
    with pytest.raises(StudentError):
        recorder.request([{"op": "reset"}, {"op": "call"}, {"op": "call"}], ["A.forward", "A.forward", "B.forward"])
    taken = recorder.take()
    assert [(entry.op["op"], entry.error is None) for entry in taken] == [("reset", True), ("call", False)]
    assert recorder.take() == ()
