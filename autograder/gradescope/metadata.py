"""What Gradescope says about a submission: when, by whom, due when, and how the ones before it did.

Its format may change, and names in it are the students' own: whatever is not as expected counts as not said.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

METADATA = "submission_metadata.json"
MAX_BYTES = 64 << 20
_MOST_STUDENTS = 20
# ISO 8601 and its relatives, which Python 3.10 does not all read: `…+0100`, `…+01`, `… -0500`, `…Z`, `… UTC`.
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?:(:\d\d)(?:[.,](\d+))?)?\s*(?:([+-]\d\d):?(\d\d)?|Z|UTC|GMT)", re.ASCII | re.I
)


@dataclass(frozen=True)
class HandedIn:
    """A submission as Gradescope knows it.

    Attributes:
        at: when it was handed in.
        due: Gradescope's due date; of a group's members with extensions, the latest.
        students: who handed it in; more than one is a group.
        before: points by test of the last submission that has a verdict, as the students saw them.
    """

    at: datetime | None = None
    due: datetime | None = None
    students: tuple[str, ...] = ()
    before: Mapping[str, float] | None = field(default=None)


def read_metadata(path: Path) -> HandedIn:
    """Read Gradescope's metadata; empty where there is none, or nothing that makes sense."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return HandedIn()
        content = json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
    except (OSError, ValueError, RecursionError):
        return HandedIn()
    metadata = _mapping(content)
    users = [user for user in _list(metadata.get("users")) if isinstance(user, dict)][:_MOST_STUDENTS]
    dates = [_moment(_mapping(user.get("assignment")).get("due_date")) for user in users]
    own = [date for date in dates if date is not None]
    return HandedIn(
        at=_moment(metadata.get("created_at")),
        due=max(own) if own else _moment(_mapping(metadata.get("assignment")).get("due_date")),
        students=tuple(_name(user) for user in users),
        before=_last_verdict(_list(metadata.get("previous_submissions"))),
    )


def visible_points(results: Mapping[str, Any]) -> dict[str, float]:
    """Points of those tests of a results.json that a student may see now, by name."""
    everywhere = results.get("visibility", "visible")
    points: dict[str, float] = {}
    for test in _list(results.get("tests")):
        entry = _mapping(test)
        name, score = entry.get("name"), _number(entry.get("score"))
        if isinstance(name, str) and score is not None and entry.get("visibility", everywhere) == "visible":
            points[name] = score
    return points


def _last_verdict(previous: list[Any]) -> dict[str, float] | None:
    """Of the submissions before, the latest that was graded without a fault of the grader's."""
    graded = list(_graded(previous))
    return max(graded, key=lambda entry: entry[:2])[2] if graded else None


def _graded(previous: list[Any]) -> Iterator[tuple[datetime, int, dict[str, float]]]:
    earliest = datetime.min.replace(tzinfo=timezone.utc)
    for place, entry in enumerate(previous):
        known = _mapping(entry)
        results = _mapping(known.get("results"))
        if known.get("autograder_error") is True or _mapping(results.get("extra_data")).get("fault"):
            continue
        if points := visible_points(results):
            yield _moment(known.get("submission_time")) or earliest, place, points


def _name(user: Mapping[str, Any]) -> str:
    known = (user.get(key) for key in ("name", "email", "id"))
    return next((str(value)[:80] for value in known if isinstance(value, (str, int)) and value), "somebody")


def _moment(value: Any) -> datetime | None:
    """A time with its offset; one without is no time that could be compared."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    match = _MOMENT.fullmatch(value.strip())
    if not match:
        return None
    day, clock, seconds, fraction, hours, minutes = match.groups(default="")
    offset = f"{hours or '+00'}:{minutes or '00'}"
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}.{fraction[:6]:0<6}{offset}")
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
