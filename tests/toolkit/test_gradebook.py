"""Verdicts go into nbgrader's own gradebook: nothing is lost, nothing leaks, one bad result stops nobody."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.assignment import Assignment, Step
from autograder.authoring.course import Course
from autograder.classroom.gradebook import GradebookError, GradedSubmission, Recorded, record, student_id
from autograder.classroom.gradebook.files import FilesError, read_files
from autograder.classroom.gradebook.text import harmless
from autograder.classroom.gradebook.verdicts import VerdictError, verdict
from autograder.classroom.grades_csv import write_grades_csv
from autograder.classroom.lateness import due_utc, seconds_late

DUE = datetime(2026, 12, 11, 23, 59, tzinfo=timezone(timedelta(hours=-5)))
MODULE = """# models/Adder.py
class Adder:
    def add(self, a, b):
        # TODO: return the sum
        ### BEGIN SOLUTION raise NotImplementedError("add: return the sum")
        return a + b  # the secret solution
        ### END SOLUTION
"""
CONFIG = """
c = get_config()
c.CourseDirectory.submitted_directory = "gradebook/submitted"
c.CourseDirectory.autograded_directory = "gradebook/autograded"
c.CourseDirectory.feedback_directory = "gradebook/feedback"
c.CourseDirectory.db_url = "sqlite:///gradebook/gradebook.db"
"""


def nbgrader(grade_id: str, points: float | None = None, *, solution: bool = False) -> dict[str, Any]:
    meta: dict[str, Any] = {"grade_id": grade_id, "grade": points is not None, "solution": solution}
    meta |= {"locked": not solution, "schema_version": 3, "task": False}
    return {"nbgrader": meta if points is None else meta | {"points": points}}


def code(name: str, source: str, metadata: dict[str, Any]) -> dict[str, Any]:
    base = {"cell_type": "code", "id": name, "execution_count": None, "outputs": []}
    return base | {"metadata": metadata, "source": source}


def notebook(points: dict[str, float], *, essay: str = "The secret model answer.") -> dict[str, Any]:
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# <b>Add</b>"}]
    cells.append(code("adder", MODULE, nbgrader("Adder", solution=True)))
    cells += [code(f"c-{step}", f'check("{step}")', nbgrader(step, top)) for step, top in points.items()]
    meta = nbgrader("essay", 5, solution=True)
    cells.append({"cell_type": "markdown", "id": "essay", "metadata": meta, "source": essay})
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def write_course(root: Path, points: dict[str, float], name: str = "1_add.ipynb", extra: str = "") -> Course:
    folder = root / "source" / "sums"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_text(f'title = "Sums"\ndue = "{DUE.isoformat()}"\n')
    (folder / name).write_text(json.dumps(notebook(points)))
    (root / "nbgrader_config.py").write_text(CONFIG + extra)
    return Course(root)


POINTS = {"add": 4.0, "more": 6.0}


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh database; making one starts alembic, which takes a second."""
    course = write_course(tmp_path_factory.mktemp("empty"), POINTS)
    record(course, course.load("sums"), [])
    return course.gradebook / "gradebook.db"


@pytest.fixture
def course(tmp_path: Path, empty_database: Path) -> Iterator[Course]:
    made = write_course(tmp_path / "course", POINTS)
    made.gradebook.mkdir()
    shutil.copy(empty_database, made.gradebook)
    yield made
    assert not [*made.gradebook.glob(".staging*")], "a staging folder was left behind"


def results(scores: dict[str, float], points: dict[str, float] | None = None, **extra: Any) -> dict[str, Any]:
    tops = points or POINTS
    steps = {
        s: {"score": v, "max": tops[s], "status": "passed" if v == tops[s] else "partial"} for s, v in scores.items()
    }
    tests = [
        {
            "name": f"{step}_works",
            "score": score,
            "max_score": tops[step],
            "status": "passed" if score == tops[step] else "failed",
            "output": f"The sum of {step} is off. <script>alert(1)</script>",
            "visibility": "visible",
            "extra_data": {"step": step, "kind": "hidden"},
        }
        for step, score in scores.items()
    ]
    return {"tests": tests, "extra_data": {"assignment": "sums", "steps": steps, **extra}}


def submit(folder: Path, student: str, scores: dict[str, float], **more: Any) -> GradedSubmission:
    """A zip with the student's notebook, as it comes from the student."""
    path = folder / f"{student.strip('/.') or 'none'}.zip"
    document = more.pop("document", None) or notebook(POINTS, essay=more.pop("essay", "My own words."))
    document["cells"][1]["source"] = "# models/Adder.py\nclass Adder:\n    mine = True\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1_add.ipynb", json.dumps(document))
    timestamp = more.pop("timestamp", DUE - timedelta(hours=1))
    return GradedSubmission(student, path, results(scores, **more), timestamp)


def rows(course: Course, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(course.gradebook / "gradebook.db")) as base, base:
        return base.execute(query, values).fetchall()


GRADES = """SELECT s.student_id, b.name, g.auto_score, g.manual_score, g.needs_manual_grade FROM grade g
    JOIN base_cell b ON b.id = g.cell_id JOIN submitted_notebook n ON n.id = g.notebook_id
    JOIN submitted_assignment s ON s.id = n.assignment_id"""


def grades(course: Course, student: str) -> dict[str, tuple[Any, ...]]:
    return {
        name: rest for who, name, *rest in map(tuple, rows(course, GRADES)) if who == student for rest in [tuple(rest)]
    }


def run(course: Course, *graded: GradedSubmission) -> Recorded:
    return record(course, course.load("sums"), graded)


def by_hand(course: Course, step: str, score: float) -> None:
    """What formgrader writes when a person gives a score."""
    cells = "(SELECT id FROM base_cell WHERE name = ? AND type = 'GradeCell')"
    rows(course, f"UPDATE grade SET manual_score = ?, needs_manual_grade = 0 WHERE cell_id = {cells}", score, step)


def test_records_partial_scores_comments_and_folders(course: Course, tmp_path: Path) -> None:
    recorded = run(course, submit(tmp_path, "ann", {"add": 4, "more": 2.5}))
    assert recorded == Recorded(("ann",))
    assert grades(course, "ann") == {"add": (4, None, 0), "more": (2.5, None, 0), "essay": (None, None, 1)}
    comments = dict(rows(course, "SELECT b.name, c.auto_comment FROM comment c JOIN base_cell b ON b.id = c.cell_id"))
    assert "more: 2.5 of 6 points. Not passed: more_works." in comments["Adder"]
    assert "<script" not in comments["Adder"]
    assert comments["essay"] is None
    assert rows(course, "SELECT duedate FROM assignment") == [("2026-12-12 04:59:00.000000",)]
    assert rows(course, "SELECT version_num FROM alembic_version"), "the database has no version"
    folder = course.gradebook / "submitted" / "ann" / "sums"
    assert (folder / "timestamp.txt").read_text() == "2026-12-12 03:59:00.000000 UTC\n"
    assert "mine = True" in (folder / "1_add.ipynb").read_text()


def test_recording_again_updates_and_keeps_what_people_wrote(course: Course, tmp_path: Path) -> None:
    run(course, submit(tmp_path, "ann", {"add": 1, "more": 0}))
    by_hand(course, "add", 3)
    by_hand(course, "essay", 4.5)
    rows(course, "UPDATE comment SET manual_comment = 'Well done.'")
    run(course, submit(tmp_path, "ann", {"add": 2, "more": 6}))
    assert grades(course, "ann") == {"add": (2, 3, 1), "more": (6, None, 0), "essay": (None, 4.5, 0)}
    assert rows(course, "SELECT DISTINCT manual_comment FROM comment") == [("Well done.",)]
    run(course, submit(tmp_path, "ann", {"add": 2, "more": 6}, essay="I rewrote it."))
    assert grades(course, "ann")["essay"] == (None, 4.5, 1), "a new text wants a new look"


def test_an_answer_left_open_needs_nobody(course: Course, tmp_path: Path) -> None:
    run(course, submit(tmp_path, "ann", {"add": 0, "more": 0}, essay="YOUR ANSWER HERE"))
    assert grades(course, "ann")["essay"] == (0, None, 0)


def test_steps_and_points_may_change_under_submissions(course: Course, tmp_path: Path) -> None:
    run(course, submit(tmp_path, "ann", {"add": 4, "more": 3}), submit(tmp_path, "bob", {"add": 0, "more": 0}))
    by_hand(course, "add", 3.5)
    by_hand(course, "more", 5)
    changed = {"add": 8.0, "new": 2.0}
    write_course(course.root, changed, name="renamed.ipynb")
    recorded = run(course, submit(tmp_path, "ann", {"add": 7, "new": 1}, points=changed))
    assert len(recorded.notes) == 2
    assert "not in this run: 1" in recorded.notes[1]
    ann = grades(course, "ann")
    assert ann == {"add": (7, 3.5, 1), "new": (1, None, 0), "essay": (None, None, 1)}
    assert grades(course, "bob") == {"add": (0, 3.5, 0), "new": (None, None, 1), "essay": (None, None, 1)}
    assert rows(course, "SELECT max_score FROM grade_cells ORDER BY 1") == [(2,), (5,), (8,)]
    assert rows(course, "SELECT name FROM notebook") == [("renamed",)]
    assert rows(course, "SELECT count(*) FROM submitted_notebook") == [(2,)]
    kept = (course.gradebook / "removed_by_hand.csv").read_text()
    assert "sums,ann,more,manual_score,5.0" in kept, "a score given by hand is gone without a trace"


def test_one_bad_result_among_good_ones(course: Course, tmp_path: Path) -> None:
    bad = {"add": float("nan"), "more": 0.0}
    broken = tmp_path / "eve.zip"
    broken.write_bytes(b"PK no zip")
    graded = [
        submit(tmp_path, "ann", {"add": 4, "more": 6}),
        submit(tmp_path, "bob", {"add": 5, "more": 6}),
        submit(tmp_path, "cat", bad),
        submit(tmp_path, "dan", {"add": 4}),
        GradedSubmission("eve", broken, results({"add": 0, "more": 0})),
        submit(tmp_path, "..", {"add": 4, "more": 6}),
        submit(tmp_path, "ann", {"add": 0, "more": 0}),
        submit(tmp_path, "fay", {"add": 4, "more": 6}, timestamp=datetime(2026, 1, 1)),
        GradedSubmission("gus", broken, {}),
    ]
    recorded = run(course, *graded)
    assert recorded.students == ("ann", "eve")
    said = {problem.student: problem.message for problem in recorded.problems}
    assert "not between 0 and 4" in said["bob"]
    assert "no number" in said["cat"]
    assert "more has no score" in said["dan"]
    assert "cannot be opened" in said["eve"]
    assert "twice" in said["ann"]
    assert said.keys() == {"bob", "cat", "dan", "eve", "..", "ann", "fay", "gus"}
    assert all("\n" not in message for message in said.values())
    assert grades(course, "ann")["add"][0] == 4


def test_generate_feedback_and_formgrader_read_the_result(course: Course, tmp_path: Path) -> None:
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import PyFileConfigLoader

    document = notebook(POINTS, essay="Look: <img src=x onerror=alert(2)>")
    html = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<script>alert(3)</script>"}}
    document["cells"][2]["source"] = "print('I changed the check')"
    document["cells"].append(code("title", "1 + 1", {}) | {"outputs": [html]})
    del document["cells"][3]  # the grade cell of `more`
    with_models = tmp_path / "bob"
    (with_models / "models").mkdir(parents=True)
    (with_models / "models" / "Adder.py").write_text("class Adder:\n    handed_in = 1\n")
    said = {"policy": "zero", "printed": [{"step": "add", "call": "Adder.add", "line": "hello"}]}
    run(
        course,
        submit(tmp_path, "ann", {"add": 4, "more": 2}, document=document),
        GradedSubmission("bob", with_models, results({"add": 0, "more": 0}, silence=said), DUE),
    )
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.db_url = f"sqlite:///{course.gradebook / 'gradebook.db'}"
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert api.get_autograded_students("sums") == {"ann", "bob"}
    scores = {entry["student"]: entry["score"] for entry in api.get_submissions("sums")}
    assert scores == {"ann": 6, "bob": 0}
    assert [entry["failed_tests"] for entry in api.get_notebook_submissions("sums", "1_add")] == [True, True]
    for student in ("ann", "bob"):
        done = api.generate_feedback("sums", student)
        assert done["success"], done
    feedback = course.gradebook / "feedback"
    ann, bob = ((feedback / who / "sums" / "1_add.html").read_text() for who in ("ann", "bob"))
    for page in (ann, bob):
        assert "secret" not in page, "the solution or a model answer leaks"
        assert "<script>alert(1)" not in page
        assert "The sum of more is off." in page
    assert ">mine<" in ann
    assert "I changed the check" not in ann
    assert "<img src=x" not in ann
    assert "<script>alert(3)" not in ann
    assert "handed_in" in bob
    assert "hello" in bob
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers

    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = ("assignment_id", "notebook_id", "submission_id", "base_url", "student", "notebook_path")
    resources = dict.fromkeys((*names, "last_name", "first_name"), "x") | {"index": 0, "total": 1}
    path = course.gradebook / "autograded" / "ann" / "sums" / "1_add.ipynb"
    page, _ = HTMLExporter(config=config).from_filename(str(path), resources=resources)
    assert 'id="more"' in page


SCHEME = "Draw it.\n\n=== BEGIN MARK SCHEME ===\n\nOne point for the secret axes.\n\n=== END MARK SCHEME ==="
HIDES = [
    "from autograder.classroom.gradebook import feedback\nc.GenerateFeedback.preprocessors = feedback.PREPROCESSORS\n",
    "c.GenerateFeedback.preprocessors.append('nbgrader.preprocessors.ClearMarkScheme')\n",
]


@pytest.mark.parametrize("extra", [*HIDES, ""], ids=["ours", "appended", "none"])
def test_graders_see_the_mark_scheme_and_students_do_not(course: Course, tmp_path: Path, extra: str) -> None:
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import PyFileConfigLoader

    write_course(course.root, POINTS, extra=extra)
    document = notebook(POINTS)
    task = nbgrader("drawing", 3)
    task["nbgrader"] |= {"grade": False, "task": True}
    document["cells"].append({"cell_type": "markdown", "id": "drawing", "metadata": task, "source": SCHEME})
    (course.source("sums") / "1_add.ipynb").write_text(json.dumps(document))
    said = (
        "My drawing." if extra == HIDES[1] else "My drawing.\n=== BEGIN MARK SCHEME ==="
    )  # nbgrader's own stops at it
    handed_in = notebook(POINTS, essay=said)
    handed_in["cells"].append({**document["cells"][-1], "source": "Draw it."})
    models = tmp_path / "bob"
    (models / "models").mkdir(parents=True)
    run(
        course,
        submit(tmp_path, "ann", {"add": 4, "more": 6}, document=handed_in),
        GradedSubmission("bob", models, results({"add": 0, "more": 0}), DUE),
    )
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.db_url = f"sqlite:///{course.gradebook / 'gradebook.db'}"
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    for student in ("ann", "bob"):
        graders = (course.gradebook / "autograded" / student / "sums" / "1_add.ipynb").read_text()
        assert ("secret axes" in graders) == bool(extra), "a scheme may stand there only where feedback hides it"
        assert "model answer" not in graders
        assert "secret solution" not in graders
        done = api.generate_feedback("sums", student)
        assert done["success"], done
        page = (course.gradebook / "feedback" / student / "sums" / "1_add.html").read_text()
        assert "Draw it." in page
        assert ("My drawing." in page) == (student == "ann")
        for hidden in ("secret axes", "END MARK SCHEME", "model answer", "secret solution"):
            assert hidden not in page


def test_the_shipped_configuration_hides_mark_schemes() -> None:
    from autograder.classroom.gradebook.database import hides_schemes, read_config

    assert hides_schemes(read_config(Path(__file__).resolve().parents[2]))


def test_late_policy_counts_only_after_the_grace_period(course: Course, tmp_path: Path) -> None:
    extra = 'c.LateSubmissionPlugin.penalty_method = "zero"\n'
    write_course(course.root, POINTS, extra=extra)
    within = submit(tmp_path, "ann", {"add": 4, "more": 6}, timestamp=DUE + timedelta(hours=47))
    after = submit(tmp_path, "bob", {"add": 4, "more": 6}, timestamp=DUE + timedelta(hours=49))
    run(course, within, after)
    query = """SELECT s.student_id, n.late_submission_penalty FROM submitted_notebook n
        JOIN submitted_assignment s ON s.id = n.assignment_id"""
    assert dict(rows(course, query)) == {"ann": None, "bob": 10}
    assert ("2026-12-14 03:59:00.000000",) in rows(course, "SELECT timestamp FROM submitted_assignment")
    extension = timedelta(hours=3)
    rows(course, "UPDATE submitted_assignment SET extension = ?", f"1970-01-01 0{extension}.000000")
    run(course, within, after)
    assert dict(rows(course, query)) == {"ann": None, "bob": None}, "an extension is not honoured"


def test_a_late_policy_that_fails_costs_nobody_points(course: Course, tmp_path: Path) -> None:
    (course.root / "unkind_policy.py").write_text(
        "from nbgrader.plugins import BasePlugin\n"
        "class Mine(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return 1 / 0\n"
    )
    write_course(course.root, POINTS, extra="c.AssignLatePenalties.plugin_class = 'unkind_policy.Mine'\n")
    recorded = run(course, submit(tmp_path, "ann", {"add": 4, "more": 6}, timestamp=DUE + timedelta(days=9)))
    assert recorded.students == ("ann",)
    assert "ZeroDivisionError" in str(recorded.problems[0])
    write_course(course.root, POINTS, extra="c.AssignLatePenalties.plugin_class = 'no_such.Policy'\n")
    with pytest.raises(GradebookError, match="late policy"):
        run(course)


def test_a_database_error_writes_nothing(course: Course, tmp_path: Path) -> None:
    run(course, submit(tmp_path, "ann", {"add": 1, "more": 1}))
    refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON comment BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    rows(course, refuse)
    with pytest.raises(GradebookError, match="nothing was written: disk is full"):
        run(course, submit(tmp_path, "ann", {"add": 4, "more": 6}), submit(tmp_path, "bob", {"add": 4, "more": 6}))
    assert grades(course, "ann")["add"][0] == 1
    assert rows(course, "SELECT id FROM student") == [("ann",)]
    assert not (course.gradebook / "submitted" / "bob").exists()


def test_a_database_that_cannot_be_opened(course: Course) -> None:
    with pytest.raises(GradebookError, match="cannot be opened"):
        record(course, course.load("sums"), [], db_url="nosuch://host/db")


def test_files_of_a_submission_are_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in (
            "top/a.ipynb",
            "top/../../b.py",
            "/c.py",
            "top/.d.py",
            "top/e.exe",
            "__MACOSX/a.py",
            "top/models/f.py",
        ):
            archive.writestr(name, "x")
        link = zipfile.ZipInfo("top/g.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert set(read_files(path)) == {"a.ipynb", "models/f.py"}
    with pytest.raises(FilesError):
        read_files(tmp_path / "missing.zip")


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        "\\<b onclick=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](java&#115;cript&colon;alert(1))",
        "[x](<JavaScript\\:alert(1)>)",
        "[x]\n\n[x]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "![x](data:text/html,1)",
    ],
)
def test_markdown_of_students_runs_nothing(bad: str) -> None:
    from nbconvert.filters import markdown2html

    page = markdown2html(harmless(bad)).lower()
    assert not any(sign in page for sign in ("<script", "<b ", "href=", "src="))


def test_markdown_keeps_what_is_harmless() -> None:
    kept = "**a** < b, `x < y`, $i<2$, [x](https://a.org/b?c=d:e) ![p](attachment:p.png) <https://a.org> a[0](b)"
    assert harmless(kept) == kept


def test_lateness() -> None:
    assignment = Assignment("sums", "Sums", due=DUE.isoformat())
    assert due_utc(assignment) == datetime(2026, 12, 12, 4, 59)
    assert seconds_late(assignment, None) == 0
    assert seconds_late(assignment, DUE + timedelta(hours=48)) == 0
    assert seconds_late(assignment, DUE + timedelta(hours=48, seconds=1)) == 48 * 3600 + 1
    assert seconds_late(Assignment("sums", "Sums"), DUE) == 0
    with pytest.raises(ValueError, match="no time zone"):
        seconds_late(assignment, datetime(2026, 12, 12))


def test_a_huge_number_is_no_score() -> None:
    assignment = Assignment("sums", "Sums", steps=(Step("add", 4.0, "models/Adder.py", "Adder", "1_add.ipynb"),))
    with pytest.raises(VerdictError, match="no number"):
        verdict(assignment, {"extra_data": {"steps": {"add": {"score": 10**400}}}})


def test_student_ids() -> None:
    assert student_id("ann@uni.edu") == "ann@uni.edu"
    assert student_id(" .hidden/../José [1]") == "hidden_.._José_1_"
    for bad in ("", "  ", "..", "/", "x" * 200):
        with pytest.raises(ValueError):
            student_id(bad)


@given(st.text())
def test_a_student_id_is_one_safe_path_part(name: str) -> None:
    try:
        made = student_id(name)
    except ValueError:
        return
    assert Path(made).name == made
    assert not made.startswith(".")
    assert not set(made) & set('/\\*?[]{}+"\n\0')
    assert student_id(made) == made


@given(st.one_of(st.floats(), st.integers(), st.none(), st.text(), st.booleans()), st.sampled_from([0.5, 4.0, 10.0]))
def test_only_scores_between_zero_and_max_pass(score: Any, top: float) -> None:
    assignment = Assignment("sums", "Sums", steps=(Step("add", top, "models/Adder.py", "Adder", "1_add.ipynb"),))
    given_results = {"extra_data": {"steps": {"add": {"score": score, "max": top}}}}
    right = isinstance(score, (int, float)) and not isinstance(score, bool) and 0 <= score <= top
    if not right and not (isinstance(score, float) and -1e-6 <= score <= top + 1e-6):  # rounding is forgiven
        with pytest.raises(VerdictError, match=r"\A[^\n]*\Z"):
            verdict(assignment, given_results)
    else:
        found = verdict(assignment, given_results).scores["add"]
        assert 0 <= found <= top
        assert abs(found - score) <= 1e-6


def test_grades_csv(course: Course, tmp_path: Path) -> None:
    said = {"policy": "zero", "printed": [{"step": "add", "call": "f", "line": "x"}]}
    graded = [
        submit(tmp_path, "ann", {"add": 4, "more": 1 / 3}),
        submit(tmp_path, "=HYPERLINK(1)", {"add": 0, "more": 0}, silence=said),
        submit(tmp_path, "@bob", {"add": 9, "more": 0}, notes=["-1 of 2 notebooks"]),
        submit(tmp_path, "cat", {"add": 4, "more": 6}, timestamp=DUE + timedelta(hours=72)),
    ]
    path = tmp_path / "out" / "grades.csv"
    write_grades_csv(path, course.load("sums"), graded)
    with path.open(newline="") as stream:
        ann, eve, bob, cat = csv.DictReader(stream)
    assert ann == {
        "student": "ann",
        "score": "4.333333",
        "max": "10",
        "add": "4",
        "more": "0.333333",
        "printed": "no",
        "note": "",
    }
    assert (eve["student"], eve["score"], eve["printed"]) == ("'=HYPERLINK(1)", "0", "yes")
    assert (bob["student"], bob["score"]) == ("'@bob", "")
    assert bob["note"].startswith("not graded: step add: the score 9 is not between")
    assert cat["note"] == "72.0 hours late"
    assert [entry.name for entry in path.parent.iterdir()] == ["grades.csv"]
