"""Imported first: lets this benchmark import the attacks and the toy assignment of the toolkit's tests."""

from __future__ import annotations

import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
for folder in ("tests/toolkit", "tests/toolkit/attacks"):
    sys.path.append(str(REPOSITORY / folder))
