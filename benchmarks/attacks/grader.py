"""What a grader is to this benchmark: it turns a student's source into work for a box, and reads what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from box import Work


@dataclass(frozen=True)
class Verdict:
    """What a grader said.

    Attributes:
        score: points, None where there is no result.
        shown: all text that the student gets to see.
        page: the HTML among it.
    """

    score: float | None
    shown: str
    page: str = ""


class Grader(Protocol):
    """One grader with the toy assignment set up in it."""

    @property
    def name(self) -> str:
        """What the table calls it."""

    @property
    def secrets(self) -> Mapping[str, str]:
        """Planted texts by place."""

    def work(self, source: str, *, limit: float) -> Work:
        """How to grade this source for `models/affine.py`."""

    def verdict(self, files: Mapping[str, str]) -> Verdict:
        """Read the result files."""
