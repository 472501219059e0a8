"""The gradebook in PostgreSQL, on a real server, named in `nbgrader_config.py` as an instructor does it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import postgres_server
import pytest
import sqlalchemy
from test_gradebook import CONFIG, DUE, POINTS, results, submit, write_course
from toy_work import copy_course, notebook, zipped
from typer.testing import CliRunner

from autograder.__main__ import app
from autograder.authoring.course import Course
from autograder.classroom.export.formats import Format
from autograder.classroom.export.writing import export
from autograder.classroom.gradebook import GradebookError, GradedSubmission, Recorded, record
from autograder.classroom.gradebook.entries import Entries, read_entries

LATE = 'c.LateSubmissionPlugin.penalty_method = "zero"\n'


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server for this module."""
    found = postgres_server.programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not installed; it is in the postgres extra")
    with postgres_server.server(found) as url:
        yield url


@pytest.fixture
def url(address: str) -> Iterator[str]:
    """An empty database."""
    yield address
    engine = sqlalchemy.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DROP SCHEMA public CASCADE"))
        connection.execute(sqlalchemy.text("CREATE SCHEMA public"))
    engine.dispose()


@pytest.fixture
def course(url: str, tmp_path: Path) -> Course:
    """A course whose `nbgrader_config.py` names the server."""
    return write_course(tmp_path / "course", POINTS, extra=f'c.CourseDirectory.db_url = "{url}"\n{LATE}')


def rows(url: str, query: str, **values: Any) -> list[tuple[Any, ...]]:
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.begin() as connection:
            done = connection.execute(sqlalchemy.text(query), values)
            return [tuple(row) for row in done] if done.returns_rows else []
    finally:
        engine.dispose()


GRADES = """SELECT b.name, g.auto_score, g.manual_score, g.needs_manual_grade FROM grade g
    JOIN base_cell b ON b.id = g.cell_id JOIN submitted_notebook n ON n.id = g.notebook_id
    JOIN submitted_assignment s ON s.id = n.assignment_id WHERE s.student_id = :student"""


def grades(url: str, student: str) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(rest) for name, *rest in rows(url, GRADES, student=student)}


def by_hand(url: str, step: str, score: float) -> None:
    """What formgrader writes when a person gives a score."""
    rows(
        url,
        "UPDATE grade SET manual_score = :score, needs_manual_grade = false WHERE cell_id IN"
        " (SELECT id FROM base_cell WHERE name = :step AND type = 'GradeCell')",
        score=score,
        step=step,
    )


def run(course: Course, *graded: GradedSubmission) -> Recorded:
    return record(course, course.load("sums"), graded)


def test_scores_comments_and_what_people_wrote(course: Course, url: str, tmp_path: Path) -> None:
    assert read_entries(course, course.load("sums")) == Entries(), "an empty database has no entries"
    assert run(course, submit(tmp_path, "ann", {"add": 4, "more": 2.5})).students == ("ann",)
    assert grades(url, "ann") == {"add": (4, None, False), "more": (2.5, None, False), "essay": (None, None, True)}
    (comment,) = rows(url, "SELECT auto_comment FROM comment WHERE auto_comment IS NOT NULL")
    assert "more: 2.5 of 6 points" in comment[0]
    by_hand(url, "add", 3)
    by_hand(url, "essay", 4.5)
    rows(url, "UPDATE comment SET manual_comment = 'Well done – très bien.'")
    run(course, submit(tmp_path, "ann", {"add": 2, "more": 6}))
    assert grades(url, "ann") == {"add": (2, 3, True), "more": (6, None, False), "essay": (None, 4.5, False)}
    assert rows(url, "SELECT DISTINCT manual_comment FROM comment") == [("Well done – très bien.",)]
    entry = read_entries(course, course.load("sums")).students["ann"]
    assert (entry.steps, entry.by_hand, entry.marked) == ({"add": 3}, 4.5, 1)
    assert entry.timestamp == DUE - timedelta(hours=1)
    assert not (course.gradebook / "gradebook.db").exists(), "there are two gradebooks"


def test_steps_and_points_may_change_under_submissions(course: Course, url: str, tmp_path: Path) -> None:
    run(course, submit(tmp_path, "ann", {"add": 4, "more": 3}), submit(tmp_path, "bob", {"add": 0, "more": 0}))
    by_hand(url, "more", 5)
    config = (course.root / "nbgrader_config.py").read_text().removeprefix(CONFIG)
    changed = {"add": 8.0, "new": 2.0}
    write_course(course.root, changed, name="renamed.ipynb", extra=config)
    run(course, submit(tmp_path, "ann", {"add": 7, "new": 1}, points=changed))
    assert grades(url, "ann") == {"add": (7, None, False), "new": (1, None, False), "essay": (None, None, True)}
    assert rows(url, "SELECT name FROM notebook") == [("renamed",)]
    assert "sums,ann,more,manual_score,5.0" in (course.gradebook / "removed_by_hand.csv").read_text()


def test_late_work_an_extension_and_the_policy(course: Course, url: str, tmp_path: Path) -> None:
    within = submit(tmp_path, "ann", {"add": 4, "more": 6}, timestamp=DUE + timedelta(hours=47))
    after = submit(tmp_path, "bob", {"add": 4, "more": 6}, timestamp=DUE + timedelta(hours=49))
    run(course, within, after)
    entries = read_entries(course, course.load("sums")).students
    assert {name: entry.penalty for name, entry in entries.items()} == {"ann": 0, "bob": 10}
    assert entries["bob"].timestamp == DUE + timedelta(hours=49)
    rows(url, "UPDATE submitted_assignment SET extension = INTERVAL '1 day 3 hours' WHERE student_id = 'bob'")
    run(course, within, after)
    entry = read_entries(course, course.load("sums")).students["bob"]
    assert (entry.penalty, entry.extension) == (0, timedelta(hours=27))
    for granted, penalty in (({"bob": timedelta(days=3, minutes=30)}, 0), ({}, 10)):
        record(course, course.load("sums"), [within, after], extensions=granted)
        entry = read_entries(course, course.load("sums")).students["bob"]
        assert (entry.penalty, entry.extension) == (penalty, granted.get("bob"))


def test_two_hundred_students_twice(course: Course, url: str, tmp_path: Path) -> None:
    path = submit(tmp_path, "ann", {"add": 4, "more": 6}).path
    names = [f"s{number:03}" for number in range(200)]
    for add in (1.0, 2.0):
        done = run(course, *(GradedSubmission(name, path, results({"add": add, "more": 6}), DUE) for name in names))
        assert not done.problems
        assert len(done.students) == 200
    assert rows(url, "SELECT count(*), min(auto_score), max(auto_score) FROM grade WHERE auto_score < 6") == [
        (200, 2, 2)
    ]
    assert rows(url, "SELECT count(*) FROM submitted_assignment") == [(200,)]


def test_nbgraders_own_tools_read_it(course: Course, url: str, tmp_path: Path) -> None:
    from nbgrader.api import Gradebook

    run(course, submit(tmp_path, "ann", {"add": 4, "more": 2.5}), submit(tmp_path, "bob", {"add": 1, "more": 0}))
    with Gradebook(url) as book:
        assert {entry["student"]: entry["score"] for entry in book.submission_dicts("sums")} == {"ann": 6.5, "bob": 1}
        found = book.find_submission("sums", "ann")
        assert found.needs_manual_grade
        assert book.find_assignment("sums").max_score == 15


def test_a_refused_write_changes_nothing(course: Course, url: str, tmp_path: Path) -> None:
    run(course, submit(tmp_path, "ann", {"add": 1, "more": 1}))
    rows(url, "ALTER TABLE grade ADD CONSTRAINT small CHECK (auto_score < 5)")
    with pytest.raises(GradebookError, match="nothing was written") as caught:
        run(course, submit(tmp_path, "ann", {"add": 2, "more": 6}), submit(tmp_path, "bob", {"add": 4, "more": 6}))
    assert "\n" not in str(caught.value)
    assert grades(url, "ann")["add"][0] == 1
    assert rows(url, "SELECT id FROM student") == [("ann",)]


def test_a_server_that_is_away_is_told_without_the_password(course: Course, url: str, tmp_path: Path) -> None:
    away = f"postgresql+psycopg://gradebook:secret@/grades?host={tmp_path}"
    for work in (
        lambda: record(course, course.load("sums"), [], db_url=away),
        lambda: read_entries(course, course.load("sums"), away),
    ):
        with pytest.raises(GradebookError, match="the gradebook database cannot be") as caught:
            work()
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_class_report_and_export_use_the_database_that_the_configuration_names(url: str, tmp_path: Path) -> None:
    course = copy_course(tmp_path / "course")
    (course.root / "nbgrader_config.py").write_text(CONFIG + f'c.CourseDirectory.db_url = "{url}"\n')
    shutil.rmtree(course.gradebook, ignore_errors=True)
    folder = tmp_path / "class"
    folder.mkdir()
    zipped(folder / "ann.zip", {"toy.ipynb": notebook()})

    def say(*arguments: str) -> str:
        done = CliRunner().invoke(app, [*arguments, "--course", str(course.root)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return " ".join(done.output.split())

    said = say("class", str(folder))
    assert "postgresql+psycopg://gradebook:***@/grades" in said
    assert "secret" not in said
    assert not (course.gradebook / "gradebook.db").exists()
    score = json.loads((course.gradebook / "graded/toy/ann/results.json").read_text())["score"]
    assert score > 0
    (total,) = rows(url, "SELECT sum(auto_score) FROM grade")
    assert total[0] == pytest.approx(score)
    assert "report.html" in say("report")
    say("export", "gradescope")
    toy = course.load("toy")
    done = export(course, toy, Format.gradescope)
    assert str(read_entries(course, toy).students["ann"].timestamp.year) in done.path.read_text(encoding="utf-8")
