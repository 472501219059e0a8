"""Grades for other programs: right columns, right numbers, what people entered by hand, and nothing that runs."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from graded_class import STEPS, TOY, write_class
from test_gradebook import DUE, POINTS, results, submit, write_course

from autograder.authoring.course import Course
from autograder.classroom.export.canvas import write_canvas
from autograder.classroom.export.formats import Format
from autograder.classroom.export.grades import Grades, collect
from autograder.classroom.export.gradescope import clock, write_gradescope
from autograder.classroom.export.junit import write_junit
from autograder.classroom.export.questions import write_questions
from autograder.classroom.export.roster import RosterError, read_roster
from autograder.classroom.export.writing import Exported, export
from autograder.classroom.gradebook import GradebookError, record
from autograder.classroom.gradebook.entries import Entries, read_entries
from autograder.classroom.reading import read_class

FORMULAS = ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "\u2003@x"]


def fail_whole(found: dict[str, Any]) -> None:
    found["extra_data"]["fault"] = "the disk is full"
    for step in found["extra_data"]["steps"].values():
        step.update(score=0.0, status="error")


def fail_step(found: dict[str, Any]) -> None:
    found["extra_data"]["steps"]["attention"].update(score=0.0, status="error", suspicions=[])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty students, one whom the grader failed on, one for whom a test of ours failed, one not graded yet."""
    made = tmp_path_factory.mktemp("graded")
    write_class(made, TOY, 20, changes={"whole": fail_whole, "part": fail_step})
    (made / "later").mkdir()
    return made


@pytest.fixture
def grades(folder: Path) -> Grades:
    return collect(TOY, read_class(folder, "toy"), Entries())


def table(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def scores(folder: Path) -> dict[str, float]:
    return {student.student: student.score for student in read_class(folder).students}


# Canvas


def test_canvas_finds_head_points_and_students(folder: Path, grades: Grades, tmp_path: Path) -> None:
    write_canvas(tmp_path / "c.csv", TOY, grades, None)
    head, points, *students = table(tmp_path / "c.csv")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TOY.title]
    assert points == ["Points Possible", "", "", "", "", "49"]
    assert {row[3]: float(row[5]) for row in students} == {
        name: score for name, score in scores(folder).items() if name not in ("whole", "part")
    }, "an empty cell would take a score away"
    assert all(row[0] == row[3] for row in students)


ROSTER = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,"A toy <assignment> & more (4711)",Final Score
    Points Possible,,,,,49,(read only)
"One, Ann",11,U1,s0001,Mon,,
"Two-Tree, Bea",12,U2,btwo,Tue,,
"Two, Cid",13,U3,student0003@uni.example,Tue,,
"Twin, Eve",14,U4,eve1,Mon,,
"Twin, Eve",15,U5,eve2,Mon,,
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def test_a_roster_gives_names_numbers_and_the_column(
    folder: Path, grades: Grades, roster: Path, tmp_path: Path
) -> None:
    write_canvas(tmp_path / "c.csv", TOY, grades, read_roster(roster))
    head, _, *students = table(tmp_path / "c.csv")
    assert head[5] == "A toy <assignment> & more (4711)"
    found = {row[3]: row for row in students}
    assert found["s0001"][:5] == ["One, Ann", "11", "U1", "s0001", "Mon"]
    assert found["student0003@uni.example"][:2] == ["Two, Cid", "13"]
    assert found["s0002"][:2] == ["s0002", ""]
    write_canvas(tmp_path / "c.csv", TOY, grades, read_roster(roster), title="Homework 3 (99)")
    assert table(tmp_path / "c.csv")[0][5] == "Homework 3 (99)"


@pytest.mark.parametrize(
    ("student", "number"),
    [
        ("s0001", "11"),
        ("S0001", "11"),
        ("U2", "12"),
        ("12", "12"),
        ("twotreebea", "12"),
        ("twineve_15", "15"),
        ("twineve", None),
        ("team_12", None),
        ("nobody", None),
        ("", None),
        ("Points Possible", None),
    ],
)
def test_nobody_gets_the_points_of_another(roster: Path, student: str, number: str | None) -> None:
    found = read_roster(roster).find(student)
    assert (found.id if found else None) == number


def test_a_roster_of_gradescope_with_two_parts_of_a_name(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("First Name,Last Name,SID,Email,Sections\nAnn,One,u1,ann@uni.example,Mon\n,,,,\n", encoding="utf-8")
    found = read_roster(path).find("ann@uni.example")
    assert found
    assert (found.name, found.sis_user, found.section) == ("Ann One", "u1", "Mon")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"Student,Section\nx,y\n", b"\xff\xfeID\x00"])
def test_a_file_that_is_no_roster_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    with pytest.raises(RosterError, match=r"\A[^\n]*r\.csv (is no class list|cannot be read)[^\n]*\Z"):
        read_roster(path)
    with pytest.raises(RosterError, match="cannot be read: No such file"):
        read_roster(tmp_path / "missing.csv")


# Gradescope and the long table


def test_gradescope_columns(folder: Path, grades: Grades, tmp_path: Path) -> None:
    write_gradescope(tmp_path / "g.csv", TOY, grades, None)
    found = {row["Name"]: row for row in rows(tmp_path / "g.csv")}
    assert list(found["s0001"])[:8] == [
        "Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission Time", "Lateness (H:M:S)"
    ]  # fmt: skip
    assert list(found["s0001"])[8:] == [
        f"{n}: {step.id} ({step.points:g} pts)" for n, step in enumerate(TOY.steps, start=1)
    ]
    assert (found["s0001"]["SID"], found["s0001"]["Email"]) == ("s0001", "")
    mail = "student0003@uni.example"
    assert (found[mail]["SID"], found[mail]["Email"]) == ("", mail)
    assert {name: row["Status"] for name, row in found.items() if row["Status"] != "Graded"} == {
        "whole": "Ungraded", "part": "Ungraded", "later": "Ungraded"
    }  # fmt: skip
    for name, score in scores(folder).items():
        steps = [value for key, value in found[name].items() if key.endswith(" pts)")]
        if name in ("whole", "part"):
            assert {found[name]["Total Score"], *steps} == {""}
        else:
            assert float(found[name]["Total Score"]) == score == pytest.approx(sum(map(float, steps)))


def test_clock() -> None:
    assert [clock(seconds) for seconds in (0, 59.6, 3661, 400_000)] == ["00:00:00", "00:01:00", "01:01:01", "111:06:40"]


def test_questions_have_a_row_a_student_and_step(folder: Path, grades: Grades, tmp_path: Path) -> None:
    write_questions(tmp_path / "q.csv", grades)
    found = rows(tmp_path / "q.csv")
    assert len(found) == 22 * len(STEPS)
    for student in read_class(folder).students:
        mine = {row["step"]: row for row in found if row["student"] == student.student}
        for name, step in student.steps.items():
            assert mine[name]["points"] == (
                "" if step.status == "error" else f"{step.score:.2f}".rstrip("0").rstrip(".")
            )
            assert (mine[name]["status"], float(mine[name]["max"])) == (step.status, step.max)
            assert mine[name]["mistakes"] == " ".join(step.suspicions)
            assert mine[name]["failed_tests"] == " ".join(step.failed or ())


@pytest.mark.parametrize("kind", [Format.canvas, Format.gradescope, Format.questions])
def test_no_cell_runs_as_a_formula(tmp_path: Path, kind: Format) -> None:
    def speak(found: dict[str, Any]) -> None:
        found["extra_data"]["steps"]["attention"]["suspicions"] = ["=1+1"]
        found["extra_data"]["steps"]["attention"]["failed"] = ["@SUM(A1)"]

    course = Course(tmp_path)
    write_class(course.gradebook / "graded/toy", TOY, 1, changes=dict.fromkeys(FORMULAS, speak))
    made = export(course, TOY, kind, column="=1+1")
    cells = [cell for row in table(made.path) for cell in row]
    assert len(cells) > 60
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@\t\r]", cell)]
    assert sum(cell.startswith("'") for cell in cells) >= len(FORMULAS)


# JUnit


SUITE = {"name", "package", "id", "hostname", "timestamp", "time", "tests", "failures", "errors"}


def check_schema(root: ElementTree.Element) -> None:
    """What the schemas of Ant's JUnit task and of Jenkins ask for, both."""
    assert (root.tag, root.attrib) == ("testsuites", {})
    for number, suite in enumerate(root):
        assert (suite.tag, set(suite.attrib)) == ("testsuite", SUITE)
        assert suite.get("id") == str(number)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        assert re.fullmatch(r"\d+\.\d+", suite.attrib["time"])
        assert suite.attrib["name"].strip()
        first, *cases, out, err = suite
        assert (first.tag, out.tag, err.tag) == ("properties", "system-out", "system-err")
        assert all(set(entry.attrib) == {"name", "value"} for entry in first)
        for case in cases:
            assert (case.tag, set(case.attrib)) == ("testcase", {"name", "classname", "time"})
            assert len(case) <= 1
            assert all(problem.tag in ("failure", "error") for problem in case)
            assert all(set(problem.attrib) == {"type", "message"} for problem in case)
        for tag, count in (("failure", "failures"), ("error", "errors")):
            assert int(suite.attrib[count]) == sum(case.find(tag) is not None for case in cases)
        assert int(suite.attrib["tests"]) == len(cases)


def test_junit_has_a_suite_a_student_and_a_case_a_step(folder: Path, grades: Grades, tmp_path: Path) -> None:
    write_junit(tmp_path / "j.xml", TOY, grades)
    root = ElementTree.parse(tmp_path / "j.xml").getroot()
    check_schema(root)
    suites = {suite.attrib["name"]: suite for suite in root}
    assert len(suites) == 23
    for student in read_class(folder).students:
        cases = {case.attrib["name"]: case for case in suites[student.student].iter("testcase")}
        assert list(cases) == list(STEPS)
        for name, step in student.steps.items():
            problem = next(iter(cases[name]), None)
            if step.status == "passed":
                assert problem is None
            elif step.status == "error":
                assert problem is not None
                assert (problem.tag, problem.get("type")) == ("error", "grader")
            else:
                assert problem is not None
                assert (problem.tag, problem.get("type")) == ("failure", step.status)
                assert problem.attrib["message"].startswith(f"{step.score:g} of {step.max:g} points: ")
                assert all(mistake in problem.attrib["message"] for mistake in step.suspicions)
                assert problem.text
    failed = next(case for case in root.iter("failure") if case.get("type") == "failed")
    assert "behaves as the text says. (hidden test)\n" in (failed.text or "")
    assert not re.search(r"\*|\\|&lt;", failed.text or "")
    assert suites["later"].find("testcase/error") is not None


def test_junit_is_xml_whatever_a_student_says(tmp_path: Path) -> None:
    nasty = "\x00\x1b[31m \ud800 \uffff ]]> <![CDATA[ & < > \" '"

    def speak(found: dict[str, Any]) -> None:
        extra = found["extra_data"]
        extra["silence"]["printed"] = [{"step": nasty, "call": nasty, "line": nasty}]
        extra["problems"], extra["notes"] = [nasty], [nasty]
        extra["steps"]["attention"].update(status=nasty, score=0.0, suspicions=[nasty])
        for test in found["tests"]:
            test["output"] = nasty

    made = tmp_path / "graded"
    write_class(made, TOY, 1, changes={"<&'\"]]>": speak, "new\nline": speak})
    write_junit(tmp_path / "j.xml", TOY, collect(TOY, read_class(made), Entries()))
    root = ElementTree.parse(tmp_path / "j.xml").getroot()
    check_schema(root)
    assert [suite.get("name") for suite in root][:2] == ["<&'\"]]>", "new\nline"]
    assert "]]> <![CDATA[ & < > \" '" in (root[0].findtext("system-out") or "")


# With nbgrader's gradebook


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose class is graded and recorded; making a fresh database takes a second."""
    course = write_course(tmp_path_factory.mktemp("course"), POINTS)
    handed_in = tmp_path_factory.mktemp("zips")
    times = {"ann": DUE - timedelta(hours=1), "bob": DUE + timedelta(hours=50), "cat": DUE + timedelta(hours=50)}
    graded = [submit(handed_in, name, {"add": 4, "more": 3.0}, timestamp=time) for name, time in times.items()]
    record(course, course.load("sums"), graded)
    for name in (*times, "dan"):
        found = {"execution_time": 1.5} | results({"add": 4, "more": 3.0})
        path = course.gradebook / "graded/sums" / name / "results.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(found), encoding="utf-8")
    return course


@pytest.fixture
def sums(recorded: Course, tmp_path: Path) -> Course:
    """A copy of it that a test may change."""
    shutil.copytree(recorded.root, tmp_path / "course")
    return Course(tmp_path / "course")


def by_hand(course: Course, student: str, cell: str, **values: Any) -> None:
    """Do what formgrader does when a person enters points."""
    change = ", ".join(f"{name} = ?" for name in values)
    query = f"""UPDATE grade SET {change} WHERE id IN (SELECT g.id FROM grade g
        JOIN base_cell b ON b.id = g.cell_id JOIN submitted_notebook n ON n.id = g.notebook_id
        JOIN submitted_assignment s ON s.id = n.assignment_id WHERE s.student_id = ? AND b.name = ?)"""
    with closing(sqlite3.connect(course.gradebook / "gradebook.db")) as base, base:
        assert base.execute(query, (*values.values(), student, cell)).rowcount == 1


def sql(course: Course, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(course.gradebook / "gradebook.db")) as base, base:
        base.execute(statement, values)


def made(course: Course, kind: Format) -> tuple[list[list[str]], Exported]:
    done = export(course, course.load("sums"), kind)
    return table(done.path), done


def test_the_gradebook_knows_times_and_who_is_late(sums: Course) -> None:
    sql(sums, "UPDATE submitted_assignment SET extension = ? WHERE student_id = 'cat'", "1970-01-01 03:00:00.000000")
    cells, done = made(sums, Format.gradescope)
    found = {row[0]: dict(zip(cells[0], row, strict=True)) for row in cells[1:]}
    assert found["ann"]["Submission Time"] == "2026-12-11 22:59:00 -0500"
    assert {name: row["Lateness (H:M:S)"] for name, row in found.items()} == {
        "ann": "00:00:00", "bob": "50:00:00", "cat": "00:00:00", "dan": ""
    }  # fmt: skip
    assert done.notes == ()
    assert done.path == sums.gradebook / "gradescope.csv"


def test_points_of_people_have_a_column_once_they_begin(sums: Course) -> None:
    cells, done = made(sums, Format.canvas)
    assert cells[0][5:] == ["Sums"]
    assert done.notes == ()
    by_hand(sums, "ann", "essay", manual_score=3.5, needs_manual_grade=0)
    cells, done = made(sums, Format.canvas)
    assert cells[0][5:] == ["Sums", "Sums: by hand"]
    assert cells[1][5:] == ["10", "5"]
    assert {row[0]: row[5:] for row in cells[2:]} == {
        "ann": ["7", "3.5"], "bob": ["7", ""], "cat": ["7", ""], "dan": ["7", ""]
    }  # fmt: skip
    assert done.notes == ("3 students still wait for points by hand: their cells are empty.",)


def test_a_step_that_a_person_has_changed_counts_as_changed(sums: Course) -> None:
    by_hand(sums, "ann", "more", manual_score=6.0)
    by_hand(sums, "bob", "add", extra_credit=0.5)
    cells, _ = made(sums, Format.canvas)
    assert {row[0]: row[5] for row in cells[2:]} == {"ann": "10", "bob": "7.5", "cat": "7", "dan": "7"}
    cells, _ = made(sums, Format.questions)
    changed = [row for row in cells if row[5] == "yes"]
    assert [row[:3] for row in changed] == [["ann", "more", "6"], ["bob", "add", "4.5"]]
    done = export(sums, sums.load("sums"), Format.junit)
    root = ElementTree.parse(done.path).getroot()
    check_schema(root)
    assert root[0].find("testcase[@name='more']/failure") is None
    assert root[1].find("testcase[@name='more']/failure") is not None


def test_the_late_policy_takes_points_off_and_it_is_said(sums: Course) -> None:
    late = "(SELECT id FROM submitted_assignment WHERE student_id = ?)"
    for student, penalty in (("bob", 2.5), ("cat", 99)):
        sql(
            sums,
            f"UPDATE submitted_notebook SET late_submission_penalty = ? WHERE assignment_id = {late}",
            penalty,
            student,
        )
    cells, done = made(sums, Format.canvas)
    assert {row[0]: row[5] for row in cells[2:]} == {"ann": "7", "bob": "4.5", "cat": "0", "dan": "7"}
    assert done.notes == ("The late policy takes points off the total of 2 students.",)


def test_reading_the_gradebook_changes_nothing(sums: Course) -> None:
    path = sums.gradebook / "gradebook.db"
    before = path.read_bytes()
    found = read_entries(sums, sums.load("sums"))
    assert set(found.students) == {"ann", "bob", "cat"}
    assert found.students["ann"].timestamp == datetime(2026, 12, 12, 3, 59, tzinfo=timezone.utc)
    assert found.by_hand_max == 5
    assert path.read_bytes() == before


def test_no_gradebook_and_a_broken_one(sums: Course) -> None:
    path = sums.gradebook / "gradebook.db"
    path.write_bytes(b"no database, but a text of some length")
    with pytest.raises(GradebookError, match=r"\Athe gradebook database cannot be read: [^\n]*\Z"):
        export(sums, sums.load("sums"), Format.canvas)
    path.unlink()
    assert read_entries(sums, sums.load("sums")) == Entries()
    cells, _ = made(sums, Format.canvas)
    assert len(cells) == 6
    assert not path.exists(), "looking made a database"


def test_who_has_no_grade_or_no_name_is_told(folder: Path, roster: Path, tmp_path: Path) -> None:
    done = export(Course(tmp_path), TOY, Format.canvas, results=folder, out=tmp_path / "c.csv", roster=roster)
    assert done.notes[:3] == (
        "later has no grade: no results.json; not graded yet",
        "part has no grade: the grader itself failed: attention",
        "whole has no grade: the grader itself failed: the disk is full",
    )
    assert done.notes[3].startswith("Not in roster.csv: later, part, s0002, ")
