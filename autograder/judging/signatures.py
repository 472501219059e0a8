"""The rule that names and signatures stay: classes, functions and their parameters are the released skeleton's."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping
from functools import lru_cache

from autograder.authoring.cells import Module

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def changed_signatures(module: Module, skeleton: ast.Module, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (class or function, sentence) for each definition of the skeleton that is gone or was changed."""
    have = {node.name: node for node in tree.body if isinstance(node, (ast.ClassDef, *_FUNCTIONS))}
    functions = {name: node for name, node in have.items() if not isinstance(node, ast.ClassDef)}
    for node in skeleton.body:
        if isinstance(node, ast.ClassDef):
            found = have.get(node.name)
            if not isinstance(found, ast.ClassDef):
                yield node.name, f"{module.path} defines no class {node.name}{_near(node.name, have)}."
                continue
            methods = {entry.name: entry for entry in found.body if isinstance(entry, _FUNCTIONS)}
            for function in node.body:
                if isinstance(function, _FUNCTIONS) and is_fixed(function):
                    yield from _compare(module, node.name, function, methods)
        elif isinstance(node, _FUNCTIONS) and is_fixed(node):
            yield from _compare(module, node.name, node, functions)


@lru_cache(maxsize=512)
def is_fixed(function: Function) -> bool:
    """Must a function of the skeleton keep its signature? A constructor and whatever holds a TODO; helpers are free."""
    if function.name == "__init__":
        return True
    for node in ast.walk(function):
        if isinstance(node, ast.Pass):
            return True
        if isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" in ast.dump(node.exc):
            return True
    return False


def signature(function: Function) -> str:
    """A function's name and parameters with their defaults; annotations are free and left out."""
    arguments = ast.parse(ast.unparse(function.args).join(["def f(", "): 0"])).body[0]
    assert isinstance(arguments, ast.FunctionDef)
    for argument in ast.walk(arguments.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    prefix = "async " if isinstance(function, ast.AsyncFunctionDef) else ""
    return f"{prefix}{function.name}({ast.unparse(arguments.args)})"


def _compare(module: Module, owner: str, wanted: Function, have: Mapping[str, Function]) -> Iterator[tuple[str, str]]:
    name = wanted.name if owner == wanted.name else f"{owner}.{wanted.name}"
    found = have.get(wanted.name)
    if found is None:
        yield owner, f"{module.path}: {name} is missing{_near(wanted.name, have)}."
    elif not _same_arguments(found, wanted) and signature(found) != signature(wanted):
        yield (
            owner,
            f"{module.locate(found.lineno)}: the signature of {name} was changed: "
            f"expected {signature(wanted)}, found {signature(found)}.",
        )


def _same_arguments(found: Function, wanted: Function) -> bool:
    """Are they the same to the letter, annotations too? As a rule they are, and this is quick."""
    return type(found) is type(wanted) and ast.dump(found.args) == ast.dump(wanted.args)


def _near(name: str, have: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, list(have), 1, 0.5) or [n for n in have if n.lower() == name.lower()]
    return f"; there is {close[0]}: give it its name back" if close else ""
