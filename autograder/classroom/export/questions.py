"""A long table for a statistics program: one row a student and step."""

from __future__ import annotations

from pathlib import Path

from autograder.classroom.export.grades import Grades
from autograder.classroom.export.table import write_table

HEAD = ("student", "step", "points", "max", "status", "by_hand", "mistakes", "failed_tests")


def write_questions(path: Path, grades: Grades) -> None:
    """Write the table. Points are empty where the grader itself failed; several names are parted by blanks."""
    rows = []
    for grade in grades.students:
        for name, step in grade.result.steps.items() if grade.result else ():
            changed = grade.steps[name] != step.score
            failed = step.status == "error" and not changed
            rows.append(
                [
                    grade.student,
                    name,
                    None if failed else grade.steps[name],
                    step.max,
                    step.status,
                    "yes" if changed else "",
                    " ".join(step.suspicions),
                    " ".join(step.failed or ()),
                ]
            )
    write_table(path, HEAD, rows)
