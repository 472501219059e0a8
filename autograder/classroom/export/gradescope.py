"""The table of grades in the columns of Gradescope's own download, a column a step at the end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from autograder.authoring.assignment import Assignment
from autograder.classroom.export.grades import Grade, Grades
from autograder.classroom.export.roster import Person, Roster
from autograder.classroom.export.table import Cell, write_table

HEAD = ("Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission Time", "Lateness (H:M:S)")


def write_gradescope(path: Path, assignment: Assignment, grades: Grades, roster: Roster | None) -> None:
    """Write the table.

    Args:
        path: the file.
        assignment: the assignment; times are told in the time zone of its due date.
        grades: the class.
        roster: a class list; without it a student's name that is no e-mail address stands as SID.
    """
    tops = {name: step.max for grade in grades.students if grade.result for name, step in grade.result.steps.items()}
    steps = [f"{number}: {name} ({top:g} pts)" for number, (name, top) in enumerate(tops.items(), start=1)]
    by_hand = [f"By Hand ({grades.by_hand_max:g} pts)"] if grades.by_hand_max else []
    rows = []
    for grade in grades.students:
        row = _row(assignment, grade, grades.max, roster)
        row += [grade.by_hand] if by_hand else []
        rows.append(row + [None if grade.why else grade.steps.get(name) for name in tops])
    write_table(path, [*HEAD, *by_hand, *steps], rows)


def _row(assignment: Assignment, grade: Grade, top: float, roster: Roster | None) -> list[Cell]:
    person = roster.find(grade.student) if roster else None
    if person is None:
        is_address = "@" in grade.student
        person = Person(
            grade.student, sis_user="" if is_address else grade.student, email=grade.student if is_address else ""
        )
    status = "Ungraded" if grade.why else "Graded"
    lateness = clock(grade.late) if grade.handed_in else ""
    return [
        person.name, person.sis_user, person.email, grade.total, top, status, _time(assignment, grade), lateness
    ]  # fmt: skip


def _time(assignment: Assignment, grade: Grade) -> str:
    if grade.handed_in is None:
        return ""
    zone = datetime.fromisoformat(assignment.due).tzinfo if assignment.due else None
    return grade.handed_in.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %z")


def clock(seconds: float) -> str:
    """A time span as hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
