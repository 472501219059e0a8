"""A submission's modules, imported from memory: in the worker, and in the rehearsal before handing in."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import linecache
import sys
import types
from collections.abc import Mapping
from typing import Any


class StudentModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the submission's modules from memory: no other `models/` on the machine can take their place.

    Args:
        sources: module file (`models/naive/LSTM.py`) to source text.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = {path[: -len(".py")].replace("/", "."): (path, text) for path, text in sources.items()}
        self._packages = {
            name.rsplit(".", depth)[0] for name in self._sources for depth in range(1, name.count(".") + 1)
        }
        for path, text in sources.items():
            linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
        sys.meta_path.insert(0, self)

    def is_own(self, filename: str) -> bool:
        """Does a file name of a traceback belong to the submission?"""
        return any(filename == path for path, _ in self._sources.values())

    def resolver(self, owners: Mapping[str, str]) -> Any:
        """Return a function that gives the class or function of a name, importing its module when needed."""

        def resolve(name: str) -> Any:
            path = owners[name]
            module = importlib.import_module(path[: -len(".py")].replace("/", "."))
            if not hasattr(module, name):
                raise AttributeError(f"{path} defines no {name}")
            return getattr(module, name)

        return resolve

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Find one of the submission's modules or the packages above them."""
        if name in self._sources:
            return importlib.machinery.ModuleSpec(name, self, origin=self._sources[name][0])
        if name in self._packages:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Let Python make the module object."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module's source."""
        if module.__name__ in self._sources:
            path, text = self._sources[module.__name__]
            module.__file__ = path
            exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)
