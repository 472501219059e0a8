"""The page on similar submissions: self-contained, the passages of each pair side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from autograder.authoring.assignment import Assignment
from autograder.classroom.similarity.fingerprints import Skeleton
from autograder.classroom.similarity.pairs import LISTED, LISTED_FILE, Compared, Pair
from autograder.classroom.similarity.passages import Passage, passages

SHOWN = 40  # pairs on the page, which a phone must load; the tables hold all
_PASSAGES = 30  # of a pair, the longest


def render(
    assignment: Assignment,
    compared: Compared,
    skeleton: Skeleton,
    name: Callable[[Any], str],
    *,
    count: int,
    notes: Sequence[str],
    hidden: bool,
) -> str:
    """Render the page.

    Args:
        assignment: for its title.
        compared: the pairs.
        skeleton: what everybody was given.
        name: what a work is called.
        count: how many works were compared.
        notes: what to say about the folders.
        hidden: leave out names, and what students wrote, which may hold one.
    """
    pairs = [
        {
            "one": name(pair.one),
            "other": name(pair.other),
            "score": pair.score,
            "files": sorted(pair.files.items(), key=lambda entry: -entry[1]),
            "passages": [] if hidden else shared_passages(pair, skeleton),
        }
        for pair in compared.pairs[:SHOWN]
    ]
    return _template().render(
        assignment=assignment,
        pairs=pairs,
        more=len(compared.pairs) - len(pairs),
        typical=compared.typical,
        count=count,
        notes=notes,
        hidden=hidden,
        limits=(LISTED, LISTED_FILE),
    )


def shared_passages(pair: Pair, skeleton: Skeleton) -> list[Passage]:
    """The passages of a pair, file by file; of very many the longest."""
    found = [
        passage
        for path in pair.files
        for passage in passages(pair.one.modules[path], pair.other.modules[path], skeleton)
    ]
    long = sorted(found, key=lambda passage: -passage.size)[:_PASSAGES]
    return [passage for passage in found if passage in long]


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["score"] = lambda value: f"{value:.0f}"
    return environment.from_string(Path(__file__).with_name("similar.html.jinja").read_text(encoding="utf-8"))
