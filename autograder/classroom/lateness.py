"""How late a submission is, and what the instructor's late policy takes off for it.

The grace period is all or nothing: within it a submission is on time; after it, lateness counts from the due
date itself. The policy is nbgrader's late plugin, as `nbgrader_config.py` names and configures it; without one
nothing is taken off.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.classroom.gradebook.database import GradebookError, on_path, one_line


def utc(moment: datetime) -> datetime:
    """Return a moment in UTC without its time zone, as nbgrader's database keeps it.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"the time {moment} has no time zone")
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


def due_utc(assignment: Assignment) -> datetime | None:
    """Return the due date as nbgrader keeps it, or None where the assignment has none."""
    return utc(datetime.fromisoformat(assignment.due)) if assignment.due else None


def seconds_late(assignment: Assignment, timestamp: datetime | None, extension: timedelta | None = None) -> float:
    """Return by how many seconds a submission is late; 0 within the grace period.

    Args:
        assignment: has the due date and the grace period.
        timestamp: when the student handed in, with a time zone; unknown counts as on time.
        extension: what the instructor has granted this student on top of the due date.

    Raises:
        ValueError: the timestamp has no time zone.
    """
    due = due_utc(assignment)
    if due is None or timestamp is None:
        return 0.0
    late = (utc(timestamp) - due - (extension or timedelta())).total_seconds()
    return late if late > assignment.grace_hours * 3600 else 0.0


class LatePolicy:
    """The instructor's late policy: nbgrader's plugin, asked once a notebook."""

    def __init__(self, config: Any, root: Path) -> None:
        """Load the plugin that the course's nbgrader configuration names.

        Args:
            config: the traitlets configuration read from `nbgrader_config.py`.
            root: the course's folder; a plugin may stand in a file there.

        Raises:
            GradebookError: the plugin cannot be loaded.
        """
        from nbgrader.preprocessors import AssignLatePenalties

        try:
            with on_path(root):
                preprocessor = AssignLatePenalties(config=config)
                preprocessor.init_plugin()
        except Exception as error:
            raise GradebookError(f"the late policy of nbgrader_config.py cannot be loaded: {one_line(error)}") from None
        self._plugin = preprocessor.plugin_inst

    def penalty(self, student: str, score: float, seconds: float) -> float | None:
        """Return the points to take off a notebook, between 0 and its score; None where none are set."""
        if seconds <= 0:
            return None
        points = self._plugin.late_submission_penalty(student, score, seconds)
        return None if points is None else min(max(float(points), 0.0), max(score, 0.0))
