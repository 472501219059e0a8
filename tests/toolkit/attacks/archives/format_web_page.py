"""The page of a web site that shows the notebook, saved under the notebook's name.

One line names what it is and what to hand in.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

NAME = "toy.ipynb"
EXPECTED = refused("toy.ipynb is a web page, not a zip")


def build(path: Path) -> None:
    path.write_text("\n<!DOCTYPE html>\n<html><head><title>toy.ipynb</title></head></html>", encoding="utf-8")
