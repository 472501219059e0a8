"""Extensions from the instructor's table: read right in every time zone, refused in clear lines, and applied."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from toy_work import RIGHT, notebook, zipped
from typer.testing import CliRunner

from autograder.__main__ import app, main
from autograder.authoring.course import Course
from autograder.classroom.extensions import ExtensionsError, read_extensions
from autograder.classroom.layouts import HandedIn
from autograder.classroom.record import GradedClass, grade_and_record

DUE = "2026-12-11T23:59:00-05:00"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "extensions.csv"


def due(course: Course, when: str = DUE) -> Course:
    settings = course.source("toy") / "assignment.toml"
    lines = [line for line in settings.read_text().splitlines() if not line.startswith(("due ", "grace_hours "))]
    settings.write_text("\n".join([f'due = "{when}"' if when else "", "grace_hours = 48", *lines]))
    return course


def read(course: Course, table: Path, text: str) -> dict[str, timedelta]:
    table.write_text(text, encoding="utf-8")
    return read_extensions(table, course, course.load("toy"))


def refused(course: Course, table: Path, text: str) -> list[str]:
    with pytest.raises(ExtensionsError) as caught:
        read(course, table, text)
    return caught.value.problems


def test_hours_and_until(course: Course, table: Path) -> None:
    text = "\ufeffStudent, Hours ,until,note\nada@uni.edu,24,,ill\n\nbob,,2026-12-12 02:00-05:00,\ncat,1.5\n"
    assert read(due(course), table, text) == {
        "ada@uni.edu": timedelta(hours=24),
        "bob": timedelta(hours=2, minutes=1),
        "cat": timedelta(hours=1.5),
    }


@pytest.mark.parametrize(
    ("when", "until", "hours"),
    [
        (DUE, "2026-12-12T04:59Z", 0),
        (DUE, "2026-12-12 05:59+01:00", 0),
        (DUE, "2026-12-13 23:59 America/New_York", 48),
        (DUE, "2026-12-13 23:59 UTC", 43),
        (DUE, "2026-12-14 10:29 Asia/Kolkata", 48),
        # Clocks are put forward on 2026-03-08 and back on 2026-11-01 in New York: the days have 23 and 25 hours.
        ("2026-03-07T23:59:00-05:00", "2026-03-08 23:59 America/New_York", 23),
        ("2026-10-31T23:59:00-04:00", "2026-11-01 23:59 America/New_York", 25),
        # 01:30 comes twice, and it is the later one; 02:30 does not come, and is 03:30.
        ("2026-10-31T23:30:00-04:00", "2026-11-01 01:30 America/New_York", 3),
        ("2026-03-07T23:30:00-05:00", "2026-03-08 02:30 America/New_York", 3),
        # Elsewhere they are put back a week earlier.
        ("2026-10-24T23:59:00+02:00", "2026-10-25 23:59 Europe/Berlin", 25),
    ],
)
def test_time_zones_and_daylight_saving(course: Course, table: Path, when: str, until: str, hours: float) -> None:
    found = read(due(course, when), table, f"student,until\nada,{until}\n")
    assert found == {"ada": timedelta(hours=hours)}


def test_a_line_for_the_assignment_goes_before_one_for_all(course: Course, table: Path) -> None:
    other = course.root / "source/other"
    other.mkdir()
    (other / "assignment.toml").write_text('title = "Other"\n')
    text = "student,assignment,hours\nada,,24\nada,toy,72\nbob,other,5\ncat,,1\n"
    assert read(due(course), table, text) == {"ada": timedelta(hours=72), "cat": timedelta(hours=1)}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ada,,", "give either hours or until"),
        ("ada,24,2026-12-13 23:59Z", "give either hours or until"),
        ("ada,-1,", "hours is '-1'; write a number from 0 to 8784"),
        ("ada,nan,", "hours is 'nan'"),
        ("ada,a day,", "hours is 'a day'"),
        ("ada,1e9,", "hours is '1e9'"),
        (",24,", "is no student name"),
        ("ada,,2026-12-13 23:59", "has no time zone; write it like 2026-12-14 23:59-05:00 or"),
        ("ada,,2026-12-13 23:59-05:00 UTC", "has two time zones"),
        ("ada,,2026-12-13", "has no time of day"),
        ("ada,,2026-12-13 America/New_York", "has no time of day"),
        ("ada,,next week", "write it like"),
        ("ada,,12/13/2026 23:59 UTC", "write it like"),
        ("ada,,2026-12-13 23:59 America/Nowhere", "'America/Nowhere' is not known here; write an offset"),
        ("ada,,2026-12-13 23:59 America", "'America' is not known here"),
        ("ada,,2026-12-01 23:59-05:00", "is before the due date, 2026-12-11T23:59:00-05:00"),
        ("bob,1,\nada,2,\nada,3,", "ada is there twice; keep one of the lines"),
    ],
)
def test_a_malformed_line_is_named(course: Course, table: Path, line: str, says: str) -> None:
    number = 2 + line.count("\n")
    (problem,) = refused(due(course), table, f"student,hours,until\n{line}\n")
    assert problem.startswith(f"{table}:{number}: ")
    assert says in problem


def test_all_malformed_lines_are_named_at_once(course: Course, table: Path) -> None:
    problems = refused(due(course), table, "student,hours\nada,x\nbob,1\ncat,\n")
    assert [problem.removeprefix(str(table)).split(" ")[0] for problem in problems] == [":2:", ":4:"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", ":1: the first line must name the columns"),
        (b"ada,24\n", ":1: the first line must name the columns"),
        (b"student;hours\nada;24\n", "separated by commas"),
        (b"student,hours\nada,24,ill, again\n", ":2: 4 cells under 2 columns"),
        (b"student,hours\n\xff\xfe,24\n", "is no text in UTF-8"),
        (b"student,assignment,hours\nada,tow,24\n", ":2: there is no assignment 'tow'; there: toy"),
    ],
)
def test_a_file_that_is_no_such_table(course: Course, table: Path, content: bytes, says: str) -> None:
    table.write_bytes(content)
    with pytest.raises(ExtensionsError) as caught:
        read_extensions(table, due(course), course.load("toy"))
    (problem,) = caught.value.problems
    assert says in problem


def test_without_a_due_date_there_is_nothing_to_extend(course: Course, table: Path) -> None:
    assert "no due date" in refused(due(course, ""), table, "student,until\nada,2026-12-13 23:59Z\n")[0]


def test_the_command_line_says_it_in_one_line_and_grades_nothing(
    course: Course, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    zipped(tmp_path / "in/ada.zip", {"toy.ipynb": notebook(RIGHT)})
    due(course)
    table.write_text("student,hours\nada,soon\n")
    arguments = ["class", str(tmp_path / "in"), "--course", str(course.root), "--extensions"]
    for name, says in ((table, f"{table}:2: hours is 'soon'"), (tmp_path / "none.csv", "none.csv cannot be read")):
        with pytest.raises(SystemExit) as stopped:
            main([*arguments, str(name)])
        told = capsys.readouterr().err
        assert (stopped.value.code, told.count("\n")) == (2, 1)
        assert says in told
    assert not (course.gradebook / "graded").exists()


@pytest.fixture
def late_class(course: Course, tmp_path: Path) -> tuple[Course, list[HandedIn]]:
    """Three who handed in 50 hours after the due date, and a policy that gives nothing for that."""
    due(course)
    config = 'c = get_config()\nc.CourseDirectory.db_url = "sqlite:///gradebook/gradebook.db"\n'
    (course.root / "nbgrader_config.py").write_text(config + 'c.LateSubmissionPlugin.penalty_method = "zero"\n')
    stamp = datetime.fromisoformat(DUE) + timedelta(hours=50)
    paths = [zipped(tmp_path / f"{name}.zip", {"toy.ipynb": notebook(RIGHT)}) for name in ("ada", "bob", "cat")]
    return course, [HandedIn((path.stem,), path, stamp) for path in paths]


def recorded(course: Course, handed_in: list[HandedIn], extensions: Path | None = None) -> GradedClass:
    return grade_and_record(course, course.load("toy"), handed_in, processes=2, seed="s", extensions=extensions)


def penalties(course: Course) -> dict[str, float | None]:
    query = """SELECT s.student_id, sum(n.late_submission_penalty) FROM submitted_notebook n
        JOIN submitted_assignment s ON s.id = n.assignment_id GROUP BY s.student_id"""
    with closing(sqlite3.connect(course.gradebook / "gradebook.db")) as base:
        return dict(base.execute(query).fetchall())


def test_applied_in_gradebook_table_of_grades_and_report(
    late_class: tuple[Course, list[HandedIn]], table: Path
) -> None:
    course, handed_in = late_class
    recorded(course, handed_in)
    assert set(penalties(course).values()) == {5.0}

    table.write_text("student,hours,until\nada,2,\nbob,1.9,\neve,5,\n")
    made = recorded(course, handed_in, table)
    assert made.kept == 3, "an extension changes no verdict"
    assert penalties(course) == {"ada": None, "bob": 5.0, "cat": 5.0}
    assert made.recorded.notes == ("an extension, but no submission here (is the name right?): eve",)
    notes = dict(line.split(",", 1) for line in made.csv.read_text().splitlines())
    assert "late" not in notes["ada"]
    assert "48.1 hours late" in notes["bob"]
    assert "50.0 hours late" in notes["cat"]
    page = made.report.read_text(encoding="utf-8")
    extended = page[page.index('<div id="extended">') :].split("</div>")[0]
    assert [name in extended for name in ("ada", "bob", "cat")] == [True, True, False]
    assert "<b>2</b> with an extension" in " ".join(extended.split())

    recorded(course, handed_in)
    assert penalties(course)["ada"] is None, "without a table what is in the gradebook stays"
    (course.gradebook / "extensions.csv").write_text("student,hours\ncat,48\n")
    made = recorded(course, handed_in)
    assert penalties(course) == {"ada": 5.0, "bob": 5.0, "cat": None}, "where there is a table it alone counts"
    exported = CliRunner().invoke(app, ["report", "--anonymous", "--course", str(course.root)])
    assert exported.exit_code == 0
    hidden = (course.gradebook / "report_anonymous.html").read_text(encoding="utf-8")
    assert "2 d 0 h" not in hidden[hidden.index('<div id="extended">') :].split("</div>")[0]
