"""Who may hand in after the due date: a table that the instructor writes.

    student,hours,until
    ada@uni.edu,24,
    bob@uni.edu,,2026-12-14 12:00 America/New_York

An optional column `assignment` limits a line to one assignment; a line without it holds for all, and one with it goes
before. Other columns are the instructor's own. What the table says is written into the gradebook, where the late
policy, the report and the exports read it.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.gradebook.text import clean
from autograder.classroom.gradebook.verdicts import student_id
from autograder.classroom.lateness import due_utc, utc

EXTENSIONS = "extensions.csv"
MOST_HOURS = 366 * 24
_HEAD = "the first line must name the columns: student,hours or student,until or both, separated by commas"
_EXAMPLES = "write it like 2026-12-14 23:59-05:00 or 2026-12-14 23:59 America/New_York"


class ExtensionsError(ValueError):
    """A table of extensions cannot be used.

    Attributes:
        problems: one line each: file, line, what is wrong, what to do.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_extensions(path: Path, course: Course, assignment: Assignment) -> dict[str, timedelta]:
    """Read what each student has been granted on top of the due date, by the student's id in the gradebook.

    Raises:
        ExtensionsError: the table cannot be read; all its wrong lines are named.
    """
    general: dict[str, timedelta] = {}
    special: dict[str, timedelta] = {}
    problems = []
    for number, row in _rows(path):
        try:
            only = row.get("assignment", "")
            if only and only not in course.assignments():
                raise ValueError(f"there is no assignment {only!r}; there: {', '.join(course.assignments())}")
            if only in ("", assignment.name):
                student, found = student_id(row.get("student", "")), special if only else general
                if student in found:
                    raise ValueError(f"{student} is there twice; keep one of the lines")
                found[student] = _granted(row.get("hours", ""), row.get("until", ""), assignment)
        except ValueError as error:
            problems.append(f"{path}:{number}: {clean(str(error), 300)}")
    if problems:
        raise ExtensionsError(problems)
    return general | special


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a table with their numbers, each cell under its column's head."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            head = [cell.strip().casefold() for cell in next(reader, [])]
            if "student" not in head or not {"hours", "until"} & set(head) or len(set(head)) < len(head):
                raise ExtensionsError([f"{path}:1: {_HEAD}"])
            for cells in reader:
                if len(cells) > len(head):
                    problem = f"{len(cells)} cells under {len(head)} columns; put quotes around a cell with a comma"
                    raise ExtensionsError([f"{path}:{reader.line_num}: {problem}"])
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, dict(zip(head, map(str.strip, cells), strict=False))
    except OSError as error:
        raise ExtensionsError([f"{path} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ExtensionsError([f"{path} is no text in UTF-8; save it as CSV (UTF-8)"]) from None
    except csv.Error as error:
        raise ExtensionsError([f"{path} is no CSV: {error}"]) from None


def _granted(hours: str, until: str, assignment: Assignment) -> timedelta:
    if bool(hours) == bool(until):
        raise ValueError("give either hours or until")
    if hours:
        try:
            number = float(hours)
        except ValueError:
            number = math.nan
        if not 0 <= number <= MOST_HOURS:
            raise ValueError(f"hours is {hours!r}; write a number from 0 to {MOST_HOURS}, such as 24 or 1.5")
        return timedelta(hours=number)
    due, moment = due_utc(assignment), _moment(until)
    if due is None:
        raise ValueError(f"{assignment.name} has no due date, so there is nothing to extend")
    if moment < due:
        raise ValueError(f"{until} is before the due date, {assignment.due}; give a later time")
    return moment - due


def _moment(text: str) -> datetime:
    """A time with its zone, in UTC without one. Where clocks are put back and a time comes twice, it is the later."""
    time, _, zone = text.rpartition(" ")
    if not zone[:1].isalpha():
        time, zone = text, ""
    if time.endswith(("Z", "z")):
        time = f"{time[:-1]}+00:00"
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        raise ValueError(f"until is {text!r}; {_EXAMPLES}") from None
    if ":" not in time:
        raise ValueError(f"{text} has no time of day; {_EXAMPLES}")
    if (moment.tzinfo is None) != bool(zone):
        problem = "two time zones" if zone else "no time zone"
        raise ValueError(f"{text} has {problem}; {_EXAMPLES}")
    if not zone:
        return utc(moment)
    try:
        place = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"the time zone {zone!r} is not known here; write an offset, as in 23:59-05:00") from None
    both = (moment.replace(tzinfo=place, fold=fold).astimezone(timezone.utc) for fold in (0, 1))
    return utc(max(both))
