"""Looks up dotted names in installed packages without running anything of theirs: no `__getattr__`, no descriptor."""

from __future__ import annotations

import importlib
import inspect
import sys
import types
from functools import lru_cache
from typing import Any

MISSING = object()


@lru_cache(maxsize=4096)
def find(name: str) -> Any:
    """The object that a dotted name stands for, e.g. `torch.nn.modules.linear.Linear`; MISSING if there is none.

    Only a package that is imported already, or that `load` has imported, is looked into.
    """
    top, *rest = name.split(".")
    found: Any = sys.modules.get(top, MISSING)
    for part in rest:
        if isinstance(found, types.ModuleType):
            content = vars(found)
            found = content.get(part, sys.modules.get(f"{content.get('__name__')}.{part}", MISSING))
        elif isinstance(found, type):
            found = inspect.getattr_static(found, part, MISSING)
        else:
            return MISSING
    return found


def load(name: str) -> None:
    """Import a package that the assignment allows, where it is installed."""
    top = name.split(".")[0]
    if top and top not in sys.modules:
        try:
            importlib.import_module(top)
        except ImportError:
            return
        find.cache_clear()
        real_name.cache_clear()


def module_name(name: str) -> str:
    """The real name of the module that a dotted name stands for, e.g. `os` for `torch.os`; empty for all else."""
    found = find(name)
    return str(vars(found).get("__name__", "")) if isinstance(found, types.ModuleType) else ""


@lru_cache(maxsize=4096)
def real_name(name: str) -> str:
    """A dotted name with the real name of its innermost module: `torch._VF.x` for `torch.nn.modules.rnn._VF.x`."""
    parts = name.split(".")
    for count in range(len(parts), 1, -1):
        if module := module_name(".".join(parts[:count])):
            return ".".join([module, *parts[count:]])
    return name
