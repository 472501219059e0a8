"""Small questions about syntax trees: what is called, what is assigned to what, which text a constant is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

ASSIGNING = (ast.Assign, ast.AnnAssign, ast.NamedExpr)


def called(node: ast.Call) -> str:
    """The name that a call calls, empty where it is no plain name."""
    return node.func.id if isinstance(node.func, ast.Name) else ""


def assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield (target, value) of an assigning node; tuples of the same length are taken apart."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _paired(target, node.value)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield node.target, node.value


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    parts, values = _elements(target), _elements(value)
    if parts and len(parts) == len(values):
        for part, assigned in zip(parts, values, strict=True):
            yield from _paired(part, assigned)
    else:
        yield target, value


def _elements(node: ast.expr) -> list[ast.expr]:
    """The elements of a tuple or list; none where one is starred, so that their places are not known."""
    elements = node.elts if isinstance(node, (ast.Tuple, ast.List)) else []
    return [] if any(isinstance(element, ast.Starred) for element in elements) else elements


def mapping_of(node: ast.expr) -> ast.expr | None:
    """The object whose names `vars(object)` or `object.__dict__` maps; None for any other expression."""
    if isinstance(node, ast.Attribute) and node.attr == "__dict__":
        return node.value
    if isinstance(node, ast.Call) and called(node) == "vars" and len(node.args) == 1:
        return node.args[0]
    return None


def constant_text(node: ast.expr) -> str | None:
    """The text of an expression of constants, e.g. `"LS" + "TM"`; None for all else."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = constant_text(node.left), constant_text(node.right)
        return left + right if left is not None and right is not None else None
    if isinstance(node, ast.JoinedStr):
        parts = [constant_text(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
        return "".join(part for part in parts if part is not None) if None not in parts else None
    return None
