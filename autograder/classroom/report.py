"""The report on a graded class: one self-contained HTML page for the instructor, made of the results alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom import report_sections as sections
from autograder.classroom.charts import histogram
from autograder.classroom.gradebook.entries import Entries, read_entries
from autograder.classroom.lateness import seconds_late
from autograder.classroom.people import People
from autograder.classroom.reading import ClassResults, read_class
from autograder.classroom.statistics import quartiles, to_bins
from autograder.judging.catalogue import Mistake, load_catalogue
from autograder.judging.grade import class_seed
from autograder.judging.results import write_text

REPORT, ANONYMOUS_REPORT = "report.html", "report_anonymous.html"


def write_report(
    course: Course,
    assignment: Assignment,
    *,
    results: Path | None = None,
    out: Path | None = None,
    anonymous: bool = False,
    db_url: str | None = None,
) -> Path:
    """Write the report on a class and return its path.

    Args:
        course: the course.
        assignment: the assignment.
        results: the folder with one folder a student; where `autograder class` writes them unless given.
        out: the file; `gradebook/report.html` unless given, or `report_anonymous.html` beside it.
        anonymous: hide who is who. Whatever students wrote themselves is left out then, as it may hold a name.
        db_url: nbgrader's database, which knows who is late; the course's own unless given.

    Raises:
        ResultsError: there are no results.
        GradebookError: the database cannot be read.
    """
    found = read_class(results or course.gradebook / "graded" / assignment.name, assignment.name)
    page = out or course.gradebook / (ANONYMOUS_REPORT if anonymous else REPORT)
    names = [student.student for student in found.students] + [entry.student for entry in found.missing]
    people = People(names, page, secret=class_seed(course) if anonymous else "")
    mistakes = {mistake.id: mistake for mistake in load_catalogue(course.tests("mistakes", assignment.name))}
    entries = read_entries(course, assignment, db_url)
    extended = {name: entry.extension for name, entry in entries.students.items() if entry.extension}
    write_text(page, render(assignment, found, people, mistakes, lateness(assignment, entries), extended))
    return page


def render(
    assignment: Assignment,
    results: ClassResults,
    people: People,
    mistakes: Mapping[str, Mistake],
    late: Mapping[str, float] | None = None,
    extended: Mapping[str, timedelta] | None = None,
) -> str:
    """Render the page.

    Args:
        assignment: title and order of the steps.
        results: the class.
        people: names and links of the students.
        mistakes: the catalogue by id.
        late: seconds late by student, the grace period over; None where nobody knows.
        extended: what was granted on top of the due date, by student.
    """
    order = [step.id for step in assignment.steps]
    graded = people.sorted(student for student in results.students if not student.fault)
    return _template().render(
        assignment=assignment,
        people=people,
        everyone=sections.everyone(results, people, late),
        graded=graded,
        faults=sections.faults(results.students, people),
        missing=sections.missing(results, people),
        scores=_scores(graded, people),
        steps=sections.steps(graded, order, people),
        plan=sections.plan(graded, order, people, mistakes),
        unnamed=sections.unnamed_failures(graded, order, people),
        printed=sections.printed(graded, people, order),
        policies=sections.policies(graded),
        rules=sections.sayings(graded, people, "problems"),
        notes=sections.sayings(graded, people, "notes"),
        late=sections.late_ones(graded, people, late),
        extended=sections.extended(graded, people, extended or {}),
        times=_times(graded, people),
        conditions=sections.conditions(results.students),
    )


def lateness(assignment: Assignment, entries: Entries) -> dict[str, float] | None:
    """Seconds late by student; None where no time of handing in is known."""
    stamped = {name: entry for name, entry in entries.students.items() if entry.timestamp}
    late = {name: seconds_late(assignment, entry.timestamp, entry.extension) for name, entry in stamped.items()}
    return late or None


def _scores(graded: Sequence[Any], people: People) -> dict[str, Any] | None:
    if not graded:
        return None
    top = max(student.max for student in graded)
    middle = quartiles([student.score for student in graded])
    bins = to_bins([(student.score, student) for student in graded], top, 12)
    picture = histogram(bins, middle, identity="scores", title="Distribution of the scores", axis="points")
    full = [student for student in graded if student.score >= student.max]
    return {
        "picture": picture,
        "middle": middle,
        "top": top,
        "mean": sum(student.score for student in graded) / len(graded),
        "full": sections.group(full, people),
        "bins": sections.bin_groups(bins, people),
    }


def _times(graded: Sequence[Any], people: People) -> dict[str, Any] | None:
    longest = max((student.seconds for student in graded), default=0.0)
    if longest <= 0:
        return None
    middle = quartiles([student.seconds for student in graded])
    bins = to_bins([(student.seconds, student) for student in graded], longest, 12)
    picture = histogram(bins, middle, identity="times", title="Time per submission", axis="seconds", unit=" s")
    slowest = sorted(graded, key=lambda student: -student.seconds)[:10]
    return {
        "picture": picture,
        "middle": middle,
        "total": sum(student.seconds for student in graded),
        "slowest": [(people.feedback(student), student.seconds) for student in slowest],
        "bins": sections.bin_groups(bins, people),
    }


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["points"] = lambda value: f"{round(value, 2):g}"
    environment.filters["percent"] = lambda share: f"{100 * share:.0f} %"
    # A long name of a step may break where its words do.
    environment.filters["breakable"] = lambda name: Markup("_<wbr>").join(str(name).split("_"))
    environment.filters["span"] = sections.span
    return environment.from_string(Path(__file__).with_name("report.html.jinja").read_text(encoding="utf-8"))
