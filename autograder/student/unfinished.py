"""Finds the steps that are still as they were handed out, without running anything."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from autograder.authoring.assignment import Assignment, Step
from autograder.authoring.cells import Module

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def open_steps(assignment: Assignment, modules: Mapping[str, Module]) -> list[Step]:
    """Return the steps whose stub is still there, and those whose module is missing, in order.

    A stub that raises names its step. One in a constructor is `pass`: such a step is open while the
    constructor is the released one.
    """
    released = assignment.modules()
    return [step for step in assignment.steps if _is_open(step, released[step.module], modules.get(step.module))]


def _is_open(step: Step, released: str, module: Module | None) -> bool:
    if module is None:
        return True
    before = _owner(released, step.owner)
    after = _owner(module.source, step.owner)
    if before is None or after is None:
        return False  # it does not parse or is gone: the rules say so in their own words
    if step.id in _stubs(after):
        return True
    if step.id in _stubs(before):
        return False
    with_pass = {
        name: node
        for name, node in _functions(before).items()
        if any(isinstance(inner, ast.Pass) for inner in ast.walk(node))
    }
    now = _functions(after)
    if with_pass:
        return all(name in now and ast.dump(now[name]) == ast.dump(node) for name, node in with_pass.items())
    # A released text without any stub is the answer key's: nothing is open there.
    return bool(_stubs(before)) and ast.dump(after) == ast.dump(before)


def _owner(source: str, name: str) -> ast.stmt | None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, *_Function)) and node.name == name:
            return node
    return None


def _functions(owner: ast.stmt) -> dict[str, ast.stmt]:
    if isinstance(owner, _Function):
        return {owner.name: owner}
    body = owner.body if isinstance(owner, ast.ClassDef) else []
    return {node.name: node for node in body if isinstance(node, _Function)}


def _stubs(owner: ast.stmt) -> set[str]:
    """Names of the steps whose stubs stand in a class or function."""
    names = set()
    for node in ast.walk(owner):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            raised, text = node.exc.func, node.exc.args[0]
            if isinstance(raised, ast.Name) and raised.id == "NotImplementedError" and isinstance(text, ast.Constant):
                names.add(str(text.value).split(":")[0].strip())
    return names
