"""What collected tests say of themselves: step, weight, sentences, and whether they need pytest's protocol.

Nearly none does, and it costs as much as a small test: one is called directly where it takes our two fixtures and its
own parameters alone, and bears our marks alone. Any other one goes through pytest: fixtures of its own, set-up and
tear-down, skips and expected failures.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pytest

FIXTURES = frozenset({"student", "generator"})
_MARKS = frozenset({"step", "weight", "core", "parametrize"})
_SAID = pytest.StashKey["tuple[str, str]"]()
_FOUND = pytest.StashKey["dict[str, Any] | None"]()


def own_parameters(item: pytest.Item) -> Mapping[str, Any] | None:
    """What a test is called with beside our fixtures; None where it needs pytest's protocol."""
    if _FOUND not in item.stash:
        item.stash[_FOUND] = _own_parameters(item)
    return item.stash[_FOUND]


def _own_parameters(item: pytest.Item) -> dict[str, Any] | None:
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


def step_of(item: pytest.Item) -> str:
    """The step that a test names, or an empty text."""
    marker = item.get_closest_marker("step")
    return str(marker.args[0]) if marker and marker.args else ""


def weight_of(item: pytest.Item) -> float:
    """The test's relative weight, 1 unless it says otherwise."""
    marker = item.get_closest_marker("weight")
    return float(marker.args[0]) if marker and marker.args else 1.0


def sentences(item: pytest.Item) -> tuple[str, str]:
    """The first line of a test's docstring, and the rest of it on one line."""
    if _SAID not in item.stash:
        item.stash[_SAID] = _sentences(item)
    return item.stash[_SAID]


def _sentences(item: pytest.Item) -> tuple[str, str]:
    text = inspect.getdoc(getattr(item, "function", None)) or item.name.replace("_", " ")
    title, _, rest = text.partition("\n")
    case = getattr(item, "callspec", None)
    if case is not None:
        title = f"{title.rstrip('.')} ({case.id})."
    return title.strip(), " ".join(rest.split())
