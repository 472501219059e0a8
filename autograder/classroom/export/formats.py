"""The formats of an export, apart from what writes them: the command line must know their names at once."""

from __future__ import annotations

from enum import Enum


class Format(str, Enum):
    """What can be exported."""

    canvas = "canvas"
    gradescope = "gradescope"
    questions = "questions"
    junit = "junit"
