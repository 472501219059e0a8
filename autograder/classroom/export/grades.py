"""What a student gets, for every export alike: the verdict, what people changed by hand, and lateness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from autograder.authoring.assignment import Assignment
from autograder.classroom.gradebook.entries import Entries, Entry
from autograder.classroom.lateness import seconds_late
from autograder.classroom.reading import ClassResults, StudentResult
from autograder.judging.verdict import ERROR


@dataclass(frozen=True)
class Grade:
    """One student's grade.

    Attributes:
        student: the student's name or number.
        result: what grading found; None where there is no result.
        why: why there is no grade; empty where there is one.
        steps: points by step; a person's score in formgrader counts instead of the automatic one.
        by_hand: points that people gave beside the steps; None until all of it is graded.
        penalty: points that the late policy takes off.
        handed_in: when; None where nobody knows.
        late: seconds late, the grace period over.
    """

    student: str
    result: StudentResult | None
    why: str = ""
    steps: Mapping[str, float] = field(default_factory=dict)
    by_hand: float | None = None
    penalty: float = 0.0
    handed_in: datetime | None = None
    late: float = 0.0

    @property
    def total(self) -> float | None:
        """Points of the steps, less the penalty; None where there is no grade."""
        return None if self.why else round(max(sum(self.steps.values()) - self.penalty, 0.0), 2)


@dataclass(frozen=True)
class Grades:
    """The grades of a class, sorted by student.

    Attributes:
        students: the grades.
        max: points of all steps.
        by_hand_max: points that people give beside the steps; 0 where they have not begun.
    """

    students: tuple[Grade, ...]
    max: float
    by_hand_max: float = 0.0


def collect(assignment: Assignment, results: ClassResults, entries: Entries) -> Grades:
    """Bring results and gradebook together.

    Args:
        assignment: the assignment, with its due date.
        results: the graded class.
        entries: what the gradebook says; may be empty.
    """
    grades = [_grade(assignment, student, entries) for student in results.students]
    grades += [Grade(entry.student, None, entry.reason) for entry in results.missing]
    tops = [student.max for student in results.students]
    begun = any(entry.marked for entry in entries.students.values())
    return Grades(
        tuple(sorted(grades, key=lambda grade: grade.student)),
        max(tops, default=0.0),
        entries.by_hand_max if begun else 0.0,
    )


def _grade(assignment: Assignment, student: StudentResult, entries: Entries) -> Grade:
    entry = entries.students.get(student.student, Entry())
    failed = [name for name, step in student.steps.items() if step.status == ERROR and name not in entry.steps]
    why = ""
    if student.fault or failed:
        why = f"the grader itself failed: {student.fault or ', '.join(failed)}"
    graded_by_hand = student.student in entries.students and entries.by_hand_max and not entry.open
    return Grade(
        student.student,
        student,
        why,
        {name: entry.steps.get(name, step.score) for name, step in student.steps.items()},
        entry.by_hand if graded_by_hand else None,
        entry.penalty,
        entry.timestamp,
        seconds_late(assignment, entry.timestamp, entry.extension),
    )
