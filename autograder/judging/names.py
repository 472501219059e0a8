"""What the names in a module stand for, found out without running it: `n.LSTM` after `from torch import nn as n`.

A name may stand for several things, so each answer is a set of dotted names. Where the module passes a package on
as a value (`self.nn = nn`, `f(nn)`), any expression of unknown origin may be that package from there on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from autograder.judging import libraries
from autograder.judging.syntax import ASSIGNING, assignments, called, constant_text, mapping_of

Dotted = frozenset[str]
NOTHING: Dotted = frozenset()
_VALUES = (ast.Name, ast.Attribute, ast.NamedExpr, ast.Call, ast.Subscript)
_LOAD = ast.Load()
_ROUNDS = 8  # of following assignments: `a = nn`, `b = a`, …
_MEANINGS = 20  # of one name; what is given it beyond counts as passed on


class Names:
    """Names of one module.

    Args:
        tree: the module.
        own: the submission's modules by dotted name, for what this one imports from them.
    """

    def __init__(self, tree: ast.Module, own: Mapping[str, ast.Module] | None = None) -> None:
        self.tree = tree
        # A third of all nodes only say whether a name is read or written.
        self.nodes = tuple(node for node in ast.walk(tree) if not isinstance(node, ast.expr_context))
        self._pairs = tuple(pair for node in self.nodes if isinstance(node, ASSIGNING) for pair in assignments(node))
        self._own_modules = dict(own or {})
        self._aliases: dict[str, Dotted] = {}
        self._assigned: set[str] = set()
        self._stars: list[str] = []
        self._overflow: dict[str, set[str]] = {}  # packages beyond the limit, by name
        self._known: dict[ast.AST, Dotted] = {}  # what nodes were found to stand for
        self.passed_on: Dotted = NOTHING
        # Own classes and functions by name, with where their bodies begin: before that, the name is someone else's.
        self._defined = {
            node.name: (node.body[0].lineno, node.body[0].col_offset)
            for node in reversed(tree.body)
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        }
        for node in self.nodes:
            self._read_import(node)
        self._follow_assignments()
        self.passed_on = frozenset(self._find_passed_on())
        self._known.clear()

    # What a node stands for -----------------------------------------------------------------------------

    def resolve(self, node: ast.AST) -> Dotted:
        """The dotted names that an expression may stand for; empty where that is unknown."""
        if node not in self._known:
            self._known[node] = self._resolved(node)
        return self._known[node]

    def _resolved(self, node: ast.AST) -> Dotted:
        if isinstance(node, ast.Name):
            return self._aliases.get(node.id) or self._from_stars(node)
        if isinstance(node, ast.NamedExpr):
            return self.resolve(node.value)
        if isinstance(node, ast.Attribute):
            return self._member(node.value, node.attr)
        if isinstance(node, ast.Call) and called(node) == "getattr" and len(node.args) > 1:
            key = constant_text(node.args[1])
            return self._member(node.args[0], key) if key is not None else NOTHING
        if isinstance(node, ast.Call) and called(node) == "__import__" and node.args:
            name = constant_text(node.args[0])
            return frozenset({name.split(".")[0]}) if name else NOTHING
        if isinstance(node, ast.Subscript):  # nn.__dict__["LSTM"], vars(nn)["LSTM"]
            key, base = constant_text(node.slice), mapping_of(node.value)
            if key is not None:
                return self._member(node.value if base is None else base, key)
        return NOTHING

    @cached_property
    def used(self) -> Sequence[tuple[int, str]]:
        """Each use as (line, dotted name), imports included, in order."""
        return sorted(self._uses(self.nodes))

    def definition(self, name: str) -> ast.AST | None:
        """The top-level class or function of that name."""
        return next((node for node in self.tree.body if getattr(node, "name", None) == name), None)

    def alias(self, name: str) -> Dotted:
        """What a name at the top of the module was imported or assigned as."""
        return self._aliases.get(name, NOTHING)

    def _member(self, base: ast.expr, name: str) -> Dotted:
        known = (found for entry in self.resolve(base) for found in self._followed(f"{entry}.{name}"))
        return frozenset(known) | (NOTHING if self._is_certain(base) else self._guess(name))

    def _is_certain(self, node: ast.expr) -> bool:
        """Does an expression begin with an imported name, so that there is nothing to guess?"""
        if not self.passed_on:
            return True  # there is nothing that it could be
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id not in self._overflow and bool(self.resolve(node))

    def _guess(self, name: str) -> Dotted:
        """Members of that name of the packages that this module passes on as values."""
        guesses = (f"{package}.{name}" for package in self.passed_on)
        return frozenset(guess for guess in guesses if libraries.find(guess) is not libraries.MISSING)

    def _from_stars(self, node: ast.Name) -> Dotted:
        if self._is_own(node):
            return NOTHING
        found = (name for star in self._stars for name in self._followed(f"{star}.{node.id}"))
        return frozenset(name for name in found if libraries.find(name) is not libraries.MISSING)

    def _is_own(self, node: ast.Name) -> bool:
        return node.id in self._defined and (node.lineno, node.col_offset) >= self._defined[node.id]

    # Imports and assignments ----------------------------------------------------------------------------

    def _read_import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                self._add(alias.asname or top, frozenset({alias.name if alias.asname else top}))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name == "*":
                    self._stars.append(node.module)
                else:
                    self._add(alias.asname or alias.name, self._followed(f"{node.module}.{alias.name}"))

    def _add(self, name: str, meanings: Dotted) -> bool:
        """Add what a name may stand for; was that new?"""
        known = self._aliases.get(name, NOTHING)
        if meanings <= known:
            return False
        if len(known) >= _MEANINGS:
            self._overflow.setdefault(name, set()).update(found for found in meanings if libraries.module_name(found))
            return False
        self._aliases[name] = known | meanings
        self._known.clear()
        return True

    def _follow_assignments(self) -> None:
        """Give names what is assigned to them: `L = nn.LSTM`, `(n, x) = nn, 1`, `(n := nn)`."""
        pairs = [(target.id, value) for target, value in self._pairs if isinstance(target, ast.Name)]
        for _ in range(_ROUNDS):
            changed = False
            for name, value in pairs:
                meanings = self.resolve(value)
                if meanings and (name not in self._aliases or name in self._assigned):
                    self._assigned.add(name)
                    changed |= self._add(name, meanings)
            if not changed:
                return

    def _followed(self, name: str) -> Dotted:
        """Follow a name of one of the submission's own modules to what that module imported it as."""
        module = self._own_module(name)
        if not module:
            return frozenset({name})
        member, _, rest = name[len(module) + 1 :].partition(".")
        meanings = self._others[module].alias(member)
        return frozenset(f"{meaning}.{rest}" if rest else meaning for meaning in meanings) or frozenset({name})

    def _own_module(self, name: str) -> str:
        return next((module for module in self._own_modules if name.startswith(module + ".")), "")

    @cached_property
    def _others(self) -> dict[str, Names]:
        """Names of the submission's modules. They know nothing of each other: one step is followed."""
        return {module: Names(tree) for module, tree in self._own_modules.items()}

    # Packages as values ---------------------------------------------------------------------------------

    def _find_passed_on(self) -> Iterator[str]:
        for packages in self._overflow.values():
            yield from packages
        followed: set[ast.AST] = set()
        stored: set[ast.AST] = set()
        for node in self.nodes:
            if isinstance(node, (ast.Attribute, ast.Expr)):
                followed.add(node.value)
            elif isinstance(node, ast.Compare):
                followed.update((node.left, *node.comparators))
            elif isinstance(node, ast.Call) and called(node) in ("getattr", "hasattr", "vars", "dir"):
                followed.update(node.args[:1])
            elif isinstance(node, ast.ClassDef):  # its names are attributes of the class and of its objects
                stored.update(value for entry in node.body for _, value in assignments(entry))
        for target, value in self._pairs:
            (followed if isinstance(target, ast.Name) else stored).add(value)
        for node in self.nodes:
            if not isinstance(node, _VALUES) or not isinstance(getattr(node, "ctx", _LOAD), ast.Load):
                continue
            if node not in followed or node in stored:
                yield from (name for name in self.resolve(node) if libraries.module_name(name))

    # Uses -----------------------------------------------------------------------------------------------

    def _uses(self, nodes: Iterable[ast.AST]) -> set[tuple[int, str]]:
        found: set[tuple[int, str]] = set()
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    found |= self._imported(node.lineno, f"{node.module}.{alias.name}")
            elif isinstance(node, ast.Import):
                found.update((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, (ast.Attribute, ast.Name, ast.Call, ast.Subscript)):
                # What was assigned to a name is a use where it was assigned; elsewhere the name may mean another thing.
                if not (isinstance(node, ast.Name) and node.id in self._assigned):
                    for name in self.resolve(node):
                        found |= self._imported(node.lineno, name)
                if isinstance(node, ast.Name) and node.id not in self._aliases and not self._is_own(node):
                    found.update((node.lineno, f"{star}.{node.id}") for star in self._stars)
                    found.add((node.lineno, f"builtins.{node.id}"))
        return found

    def _imported(self, line: int, name: str) -> set[tuple[int, str]]:
        """A use of a name; of an own class from another module, all that its definition uses."""
        found = {(line, name)}
        module = self._own_module(name)
        if module:
            other = self._others[module]
            member = name[len(module) + 1 :].split(".")[0]
            definition = other.tree if member == "*" else other.definition(member)
            if definition is not None:
                found |= {(line, used) for _, used in other._uses(ast.walk(definition))}
        return found | {(line, meaning) for meaning in self._followed(name)}
