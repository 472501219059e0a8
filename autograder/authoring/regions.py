"""Solution regions: what stands between the two markers, and the stub that replaces it.

    ### BEGIN SOLUTION raise NotImplementedError("lstm_forward: compute the new state")
    ...
    ### END SOLUTION

The text after the opening marker is the stub that students get in place of the region.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
# Anything that looks like a marker and is none: wrong case, wrong word order, missing or extra '#', a plural.
_ALMOST = re.compile(
    r"(begin|end|start|stop)[\s_-]*(the[\s_-]*)?(solutions?|hidden[\s_-]*tests?|mark[\s_-]*scheme)"
    r"|(solutions?)[\s_-]*(begin|end|start|stop)\b",
    re.IGNORECASE,
)


class MarkerError(ValueError):
    """A solution region is malformed. The message names the line and what to write instead."""


@dataclass(frozen=True)
class Region:
    """One solution region: 1-based lines of its two markers, its stub and its own lines."""

    first: int
    last: int
    stub: str
    lines: tuple[str, ...]


def find(source: str) -> list[Region]:
    """Return the solution regions of a cell in order.

    Raises:
        MarkerError: a marker is misspelt, unpaired, nested, or has no stub.
    """
    regions: list[Region] = []
    lines = source.split("\n")
    opened: int | None = None
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text.startswith(BEGIN) and text[len(BEGIN) : len(BEGIN) + 1] in ("", " "):
            if opened is not None:
                raise MarkerError(f"line {number}: a region begins inside the one of line {opened}")
            if not text[len(BEGIN) :].strip():
                raise MarkerError(f"line {number}: write the stub after the marker, e.g. '{BEGIN} pass'")
            opened = number
        elif text == END:
            if opened is None:
                raise MarkerError(f"line {number}: '{END}' without '{BEGIN}'")
            stub = lines[opened - 1].strip()[len(BEGIN) :].strip()
            regions.append(Region(opened, number, stub, tuple(lines[opened : number - 1])))
            opened = None
        elif _is_almost_marker(text):
            raise MarkerError(f"line {number}: {text!r} is not a marker; write '{BEGIN} <stub>' or '{END}'")
    if opened is not None:
        raise MarkerError(f"line {opened}: '{BEGIN}' without '{END}'")
    return regions


def _is_almost_marker(text: str) -> bool:
    """Is this a comment that someone meant as a marker? Running prose about solutions is none."""
    return text.startswith("#") and len(text) < 120 and bool(_ALMOST.match(text.lstrip("# \t")))


def clear(source: str) -> str:
    """Replace each solution region by its stub, keeping the indentation of its marker.

    Raises:
        MarkerError: as `find`.
    """
    lines = source.split("\n")
    for region in reversed(find(source)):
        opening = lines[region.first - 1]
        indent = opening[: len(opening) - len(opening.lstrip())]
        lines[region.first - 1 : region.last] = [indent + region.stub]
    return "\n".join(lines)


def unmark(source: str) -> str:
    """Return the solved source with the marker lines taken out: what the answer key shows.

    Raises:
        MarkerError: as `find`.
    """
    markers = {number for region in find(source) for number in (region.first, region.last)}
    lines = source.split("\n")
    return "\n".join(line for number, line in enumerate(lines, start=1) if number not in markers)
