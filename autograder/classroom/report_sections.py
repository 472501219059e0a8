"""What the sections of the report say, ready to be shown: counts, sentences, and the students behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from autograder.classroom.charts import stack
from autograder.classroom.gradebook.text import clean
from autograder.classroom.people import People
from autograder.classroom.reading import ClassResults, StudentResult
from autograder.classroom.statistics import Bin, StepNumbers, all_right, mistake_counts, step_numbers, unnamed
from autograder.isolation.confinement.layers import NOT_NEEDED
from autograder.judging.catalogue import Mistake

# Every way in which a step can end: the style sheet's class, and what it is called.
STATUSES = {
    "passed": "right",
    "partial": "partly right",
    "failed": "not right",
    "open": "to do",
    "blocked": "not run",
    "error": "grader’s fault",
    "silenced": "lost by printing",
}
_LINE = 200
_POLICIES = {
    "zero": "Printing costs all points.",
    "step": "Printing costs the points of the step.",
    "warn": "Printing costs nothing here.",
}


@dataclass(frozen=True)
class Group:
    """Some students: how many, their names as links, and what they have in common."""

    count: int
    names: Markup
    text: str = ""
    kind: str = ""


def group(
    students: Sequence[StudentResult], people: People, text: str = "", kind: str = "", step: str | None = None
) -> Group:
    """Make a group; its names lead to the feedback pages at a step, or to the table of students."""
    return Group(len(students), people.list(students, step), text, kind)


def bin_groups(bins: Iterable[Bin], people: People) -> list[Group]:
    """The students behind each bar of a histogram."""
    return [group(entry.students, people, f"{entry.low:g}–{entry.high:g}") for entry in bins if entry.students]


def faults(students: Sequence[StudentResult], people: People) -> list[Group]:
    """Failures of the grader itself, the most frequent first."""
    found: dict[str, dict[StudentResult, None]] = {}
    for student in students:
        reasons = [student.fault] if student.fault else student.faults
        if people.hidden:
            whole = ["The whole submission."] if student.fault else []
            reasons = whole or [reason.partition(":")[0] for reason in student.faults]
        for reason in reasons:
            found.setdefault(clean(reason, 500), {})[student] = None
    groups = [group(list(members), people, reason, step="") for reason, members in found.items()]
    return sorted(groups, key=lambda entry: (-entry.count, entry.text))


def missing(results: ClassResults, people: People) -> list[tuple[str, str]]:
    """Students without a result: their names, and why."""
    entries = [(people.label(entry.student), "" if people.hidden else entry.reason) for entry in results.missing]
    return sorted(entries, key=lambda entry: (len(entry[0]), entry[0]) if people.hidden else (0, entry[0]))


def steps(
    students: Sequence[StudentResult], order: Sequence[str], people: People
) -> list[tuple[StepNumbers, Markup, list[Group]]]:
    """Each step's numbers, a bar of how its students ended, and the students themselves."""
    found = []
    for numbers in step_numbers(students, order):
        groups = [
            # A right answer has nothing to read on the feedback page.
            group(numbers.groups[status], people, text, status, None if status == "passed" else numbers.id)
            for status, text in _statuses(numbers).items()
        ]
        total = sum(entry.count for entry in groups)
        text = f"{numbers.id}: " + ", ".join(f"{entry.count} {entry.text}" for entry in groups)
        found.append((numbers, stack([(entry.kind, entry.count / total) for entry in groups], text), groups))
    return found


def _statuses(numbers: StepNumbers) -> dict[str, str]:
    """The statuses that occur, in a fixed order; one that nobody knows comes last under its own name."""
    known = {status: text for status, text in STATUSES.items() if status in numbers.groups}
    return known | {status: clean(status, 40) for status in numbers.groups if status not in STATUSES}


def plan(
    students: Sequence[StudentResult], order: Sequence[str], people: People, mistakes: Mapping[str, Mistake]
) -> list[dict[str, Any]]:
    """The catalogued mistakes that were made, the most frequent first."""
    found = []
    for entry in mistake_counts(students, order):
        share = len(entry.students) / len(students)
        words = "student" if len(entry.students) == 1 else "students"
        found.append(
            {
                "sentences": [mistakes[name].sentence if name in mistakes else name for name in entry.ids],
                "ids": entry.ids,
                "steps": entry.steps,
                "share": share,
                "bar": stack([("count", share)], f"{share:.0%} of the class"),
                "group": group(entry.students, people, words, step=entry.steps[0]),
            }
        )
    return found


def unnamed_failures(students: Sequence[StudentResult], order: Sequence[str], people: People) -> list[Group]:
    """Wrong answers that behave like no catalogued mistake, by step."""
    found = unnamed(students, order)
    return sorted(
        (group(members, people, name, step=name) for name, members in found.items()), key=lambda entry: -entry.count
    )


def printed(students: Sequence[StudentResult], people: People, order: Sequence[str]) -> list[dict[str, Any]]:
    """Who printed, and the first line of it. With names hidden the line is left out: it may hold one."""
    found = []
    for student in students:
        if student.printed:
            first = student.printed[0]
            hidden = people.hidden
            found.append(
                {
                    "name": people.feedback(student),
                    "step": first.step if not hidden or first.step in order else "",
                    "call": "" if hidden else clean(first.call, 80),
                    "line": "" if hidden else clean(first.line, _LINE).strip() or "an empty line",
                    "more": len(student.printed) - 1,
                }
            )
    return found


def policies(students: Iterable[StudentResult]) -> list[str]:
    """What printing has cost, one sentence for each policy that was in force."""
    found = {student.silence for student in students if student.printed}
    return [_POLICIES[policy] for policy in sorted(found) if policy in _POLICIES]


def sayings(students: Sequence[StudentResult], people: People, what: str) -> list[tuple[Markup, list[str]]]:
    """Who has problems or notes, and which. With names hidden only how many: the texts quote submissions."""
    found = []
    for student in students:
        texts = [clean(text, 400) for text in getattr(student, what)]
        if texts and people.hidden:
            texts = [f"{len(texts)}, with the text left out"]
        if texts:
            found.append((people.feedback(student), texts))
    return found


def late_ones(
    students: Sequence[StudentResult], people: People, late: Mapping[str, float] | None
) -> list[tuple[Markup, str]] | None:
    """Who is late, and by how much; None where nobody knows."""
    if late is None:
        return None
    found = [student for student in students if late.get(student.student, 0) > 0]
    return [(people.feedback(student), "" if people.hidden else hours(late[student.student])) for student in found]


def extended(
    students: Sequence[StudentResult], people: People, granted: Mapping[str, timedelta]
) -> list[tuple[Markup, str]]:
    """Who has an extension, and of how long."""
    found = [student for student in students if student.student in granted]
    spans = ("" if people.hidden else hours(granted[student.student].total_seconds()) for student in found)
    return [(people.feedback(student), span) for student, span in zip(found, spans, strict=True)]


def span(seconds: float) -> str:
    """A time span in seconds or minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def hours(seconds: float) -> str:
    """A time span in days and hours."""
    days, rest = divmod(round(seconds / 3600), 24)
    return f"{days} d {rest} h" if days else f"{rest} h"


def everyone(results: ClassResults, people: People, late: Mapping[str, float] | None) -> list[dict[str, Any]]:
    """All students with a result, the highest score first."""
    rows = []
    for student in people.sorted(results.students):
        marks = []
        if student.fault or student.faults:
            marks.append("grader’s fault")
        if (late or {}).get(student.student, 0) > 0:
            marks.append("late")
        marks += ["printed"] * bool(student.printed) + ["broke a rule"] * bool(student.problems)
        rows.append(
            {
                "id": people.row(student.student),
                "name": people.label(student.student) if people.hidden else people.feedback(student),
                "score": None if student.fault else student.score,
                "max": student.max,
                "right": all_right(student),
                "steps": len(student.steps),
                "seconds": student.seconds,
                "marks": marks,
            }
        )
    return sorted(rows, key=lambda row: -1 if row["score"] is None else row["score"], reverse=True)


def conditions(students: Sequence[StudentResult]) -> dict[str, Any]:
    """What all verdicts depend on, and where they differ: then they cannot be compared."""
    versions = sorted({", ".join(f"{key} {value}" for key, value in (s.versions or {}).items()) for s in students})
    layers = sorted(
        {
            f"{key}: {value}"
            for s in students
            for key, value in (s.isolation or {}).items()
            if value.startswith("off") and value != NOT_NEEDED
        }
    )
    points = {tuple((name, step.max) for name, step in s.steps.items()) for s in students}
    return {
        "versions": [text for text in versions if text],
        "layers_off": layers,
        "seeds": len({s.seed for s in students}),
        "schemes": len(points),
    }
