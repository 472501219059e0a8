"""What collected tests say of themselves: step, weight, sentences, and whether they need pytest's protocol.

Nearly none does, and it costs as much as a small test: one is called directly where it takes our two fixtures and its
own parameters alone, and bears our marks alone. Any other one goes through pytest: fixtures of its own, set-up and
tear-down, skips and expected failures.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pytest

FIXTURES = frozenset({"student", "generator"})
_MARKS = frozenset({"step", "weight", "core", "parametrize"})
Fact = TypeVar("Fact")


def _asked_once(find: Callable[[pytest.Item], Fact]) -> Callable[[pytest.Item], Fact]:
    """Keep what a test says of itself: it is asked for each submission, and going through marks takes its time."""
    key = pytest.StashKey[Fact]()

    @functools.wraps(find)
    def known(item: pytest.Item) -> Fact:
        if key not in item.stash:
            item.stash[key] = find(item)
        return item.stash[key]

    return known


@_asked_once
def own_parameters(item: pytest.Item) -> Mapping[str, Any] | None:
    """What a test is called with beside our fixtures; None where it needs pytest's protocol."""
    if type(item) is not pytest.Function or item.cls is not None:
        return None
    marks = list(item.iter_markers())
    own = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    asked = set(item.fixturenames) - {"request"}  # ours ask for it
    plain = {mark.name for mark in marks} <= _MARKS and not any(mark.kwargs.get("indirect") for mark in marks)
    if not plain or not asked <= FIXTURES | own.keys() or FIXTURES & own.keys():
        return None
    known = item._fixtureinfo.name2fixturedefs
    ours = all(len(known.get(name, ())) == 1 for name in FIXTURES & asked)  # no file has one of its own
    return own if ours else None


@_asked_once
def step_of(item: pytest.Item) -> str:
    """The step that a test names, or an empty text."""
    marker = item.get_closest_marker("step")
    return str(marker.args[0]) if marker and marker.args else ""


@_asked_once
def weight_of(item: pytest.Item) -> float:
    """The test's relative weight, 1 unless it says otherwise."""
    marker = item.get_closest_marker("weight")
    return float(marker.args[0]) if marker and marker.args else 1.0


@_asked_once
def is_core(item: pytest.Item) -> bool:
    """Is a step wrong that fails this test?"""
    return item.get_closest_marker("core") is not None


@_asked_once
def sentences(item: pytest.Item) -> tuple[str, str]:
    """The first line of a test's docstring, and the rest of it on one line."""
    text = inspect.getdoc(getattr(item, "function", None)) or item.name.replace("_", " ")
    title, _, rest = text.partition("\n")
    case = getattr(item, "callspec", None)
    if case is not None:
        title = f"{title.rstrip('.')} ({case.id})."
    return title.strip(), " ".join(rest.split())
