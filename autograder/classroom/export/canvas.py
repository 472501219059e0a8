"""The table that Canvas' gradebook imports.

Columns, as Canvas' importer wants them: Student, ID, SIS User ID, SIS Login ID, Section, then the assignment; the
row below the head is called “Points Possible”. Canvas finds a student by ID, else by SIS User ID, else by SIS Login
ID, else by name; and an assignment by the number in brackets behind its title, else by the title. An empty cell takes
a score away, so students without a grade are not in the table.
"""

from __future__ import annotations

import re
from pathlib import Path

from autograder.authoring.assignment import Assignment
from autograder.classroom.export.grades import Grades
from autograder.classroom.export.roster import Person, Roster
from autograder.classroom.export.table import write_table

HEAD = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def write_canvas(path: Path, assignment: Assignment, grades: Grades, roster: Roster | None, title: str = "") -> None:
    """Write the table.

    Args:
        path: the file.
        assignment: the assignment.
        grades: the class.
        roster: Canvas' own export of the gradebook; without it the student's name stands as SIS Login ID.
        title: the assignment's column in Canvas; found in the roster, else the assignment's title.
    """
    title = title or _title(assignment, roster)
    heads, tops = [title], [grades.max]
    if grades.by_hand_max:
        heads.append(f"{re.sub(r' *[(][0-9]+[)]$', '', title)}: by hand")
        tops.append(grades.by_hand_max)
    rows: list[list[str | float | None]] = [["Points Possible", "", "", "", "", *tops]]
    for grade in grades.students:
        if grade.total is None:
            continue
        person = (roster.find(grade.student) if roster else None) or Person(grade.student, sis_login=grade.student)
        points = [grade.total, grade.by_hand][: len(heads)]
        rows.append([person.name, person.id, person.sis_user, person.sis_login, person.section, *points])
    write_table(path, [*HEAD, *heads], rows)


def _title(assignment: Assignment, roster: Roster | None) -> str:
    """The assignment as Canvas heads its column: the title with the number of Canvas behind it."""
    for head in roster.headers if roster else ():
        if re.fullmatch(re.escape(assignment.title) + r" *\(\d+\)", head):
            return head
    return assignment.title
