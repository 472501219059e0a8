"""What a student reads on Gradescope beside the verdict: whose it is, how late, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.gradescope.metadata import HandedIn, visible_points
from autograder.judging.results import escaped
from autograder.judging.verdict import ERROR

FAULT = "fault.json"  # results without a verdict, in the zip: what there is until there is one
NOT_GRADED = (
    "**The grader itself failed on this submission. It is not your fault, and this is no verdict:** "
    "the staff will grade it again. There is nothing that you need to do."
)


def tell(results: dict[str, Any], assignment: Assignment, handed_in: HandedIn) -> None:
    """Add to the content of a results.json what Gradescope knows besides.

    Steps on which the grader failed keep their text and lose their points: 0 of 8 would look earned.
    """
    fault = results["extra_data"]["fault"]
    if fault:
        results |= {key: value for key, value in no_verdict(assignment, fault).items() if key != "extra_data"}
    for test in results["tests"]:
        if test["extra_data"]["status"] == ERROR:
            for key in ("score", "max_score", "status"):
                test.pop(key, None)
    after, due = _lateness(assignment, handed_in)
    before = None if fault else handed_in.before
    now = visible_points(results)
    changes = _changes(before, now)
    # Where the tests have other names by now, nothing can be compared.
    changed = _changes_line(before if before and not now.keys().isdisjoint(before) else None, changes)
    lines = [changed, _group(handed_in), _late_line(assignment, after)]
    paragraphs = results["output"].split("\n\n")
    place = next((i for i, text in enumerate(paragraphs) if text.startswith("Note:")), len(paragraphs))
    paragraphs[place:place] = [line for line in lines if line]
    results["output"] = "\n\n".join(paragraphs)
    results["extra_data"]["handed_in"] = {
        "at": handed_in.at.isoformat() if handed_in.at else None,
        "due": due.isoformat() if due else None,
        "seconds_late": after if after > assignment.grace_hours * 3600 else 0.0,
        "students": len(handed_in.students),
        "changes": {name: list(points) for name, points in changes.items()},
    }


def no_verdict(assignment: Assignment, fault: str) -> dict[str, Any]:
    """The content of a results.json where there is no verdict. Gradescope wants a score, but no step has one."""
    entry = {
        "name": "Not graded",
        "number": "1",
        "output": f"The grader failed, so none of the {len(assignment.steps)} steps has a verdict yet.",
        "output_format": "md",
        "visibility": "visible",
        "extra_data": {"step": "", "kind": "", "status": ERROR},
    }
    return {
        "score": 0.0,
        "output": NOT_GRADED,
        "output_format": "md",
        "test_output_format": "md",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [entry],
        "extra_data": {"assignment": assignment.name, "max_score": assignment.points, "fault": fault},
    }


# Lateness, groups ---------------------------------------------------------------------------------------


def _lateness(assignment: Assignment, handed_in: HandedIn) -> tuple[float, datetime | None]:
    """Seconds after the due date, below 0 before it, and that date: Gradescope's, or else the assignment's own."""
    due = handed_in.due or (datetime.fromisoformat(assignment.due) if assignment.due else None)
    if due is None or handed_in.at is None:
        return 0.0, due
    return (handed_in.at - due).total_seconds(), due


def _late_line(assignment: Assignment, after: float) -> str:
    if after <= 0:
        return ""
    if after <= assignment.grace_hours * 3600:
        grace = f"within the grace period of {assignment.grace_hours:g} hours"
        return f"Handed in {_duration(after)} after the due date, {grace}: it counts as on time."
    return f"⚠ **Late:** handed in {_duration(after)} after the due date. The late policy is not in the points yet."


def _duration(seconds: float) -> str:
    minutes = int(seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count]
    return " ".join(parts[:2]) or "less than a minute"


def _group(handed_in: HandedIn) -> str:
    if len(handed_in.students) < 2:
        return ""
    names = [escaped(name) for name in handed_in.students]
    return f"A group's submission: it counts for {', '.join(names[:-1])} and {names[-1].rstrip('.')}."


# What changed -------------------------------------------------------------------------------------------


def _changes(before: Mapping[str, float] | None, now: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Points before and now of the tests where they differ. Only what both submissions have is compared."""
    if before is None:
        return {}
    return {name: (before[name], now[name]) for name in now if name in before and before[name] != now[name]}


def _changes_line(before: Mapping[str, float] | None, changes: Mapping[str, tuple[float, float]]) -> str:
    if before is None:
        return ""
    gained = [_change(name, *points) for name, points in changes.items() if points[1] > points[0]]
    lost = [_change(name, *points) for name, points in changes.items() if points[1] < points[0]]
    if not changes:
        return "Since your last submission: no step's points have changed."
    told = [f"gained {', '.join(gained)}"] if gained else []
    told += [f"**lost** {', '.join(lost)}"] if lost else []
    return f"Since your last submission: {'; '.join(told)}."


def _change(name: str, before: float, now: float) -> str:
    return f"{escaped(name)} ({before:g} → {now:g})"
