"""`autograder report` and `autograder export`: what they write, say and refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from graded_class import TOY, write_class
from typer.testing import CliRunner

from autograder.__main__ import app
from autograder.authoring.assignment import AssignmentError
from autograder.authoring.course import Course
from autograder.classroom.reading import ResultsError


def run(course: Course, *arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--course", str(course.root)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


@pytest.fixture
def graded(course: Course) -> Course:
    """The toy course with a graded class."""
    write_class(course.gradebook / "graded/toy", TOY, 12)
    return course


def test_the_report_of_what_was_graded_last(graded: Course, tmp_path: Path) -> None:
    said = run(graded, "report")
    assert said.endswith("gradebook/report.html")
    page = graded.gradebook / "report.html"
    assert "s0001" in page.read_text(encoding="utf-8")
    assert run(graded, "report", "--anonymous").endswith("gradebook/report_anonymous.html")
    hidden = (graded.gradebook / "report_anonymous.html").read_text(encoding="utf-8")
    assert "s0001" not in hidden
    assert "student 12" in hidden
    run(graded, "report", "--anonymous")
    assert (graded.gradebook / "report_anonymous.html").read_text(encoding="utf-8") == hidden
    out = tmp_path / "elsewhere/page.html"
    run(graded, "report", str(graded.gradebook / "graded/toy"), "-o", str(out))
    assert out.is_file()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("canvas", "canvas.csv"),
        ("gradescope", "gradescope.csv"),
        ("questions", "questions.csv"),
        ("junit", "junit.xml"),
    ],
)
def test_each_export_has_a_file_of_its_own(graded: Course, kind: str, name: str) -> None:
    assert run(graded, "export", kind).endswith(f"gradebook/{name}")
    assert "s0001" in (graded.gradebook / name).read_text(encoding="utf-8")


def test_an_unknown_format_is_refused_with_the_known_ones(graded: Course) -> None:
    done = CliRunner().invoke(app, ["export", "excel", "--course", str(graded.root)])
    assert done.exit_code == 2
    assert all(kind in done.output for kind in ("canvas", "gradescope", "questions", "junit"))


def test_without_a_graded_class_it_says_what_to_do(course: Course, tmp_path: Path) -> None:
    for command in (["report"], ["export", "junit"]):
        with pytest.raises(ResultsError, match="grade one first: autograder class FOLDER"):
            run(course, *command)
    with pytest.raises(AssignmentError, match="no course here"):
        CliRunner().invoke(app, ["report", "--course", str(tmp_path / "none")], catch_exceptions=False)
    assert not (course.gradebook / "report.html").exists()
