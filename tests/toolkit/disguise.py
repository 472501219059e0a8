"""Makes a copy of a program look like another: what a student may do to hide where it comes from."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def disguised(source: str, kept: Iterable[str] = ()) -> str:
    """Rename variables and attributes, change comments, layout and docstrings, and turn the order of methods round.

    Args:
        source: a program that parses.
        kept: names of the interface, which stay.
    """
    tree = ast.parse(source)
    renamed = _Renamed(_own_names(tree) - set(kept))
    tree = renamed.visit(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            node.body.reverse()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            node.body = [entry for entry in node.body if not _is_docstring(entry)] or [ast.Pass()]
    lines = ast.unparse(ast.fix_missing_locations(tree)).split("\n")
    return "\n".join(f"{line}  # my line {number}" for number, line in enumerate(lines)) + "\n"


def _own_names(tree: ast.AST) -> set[str]:
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
    }


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self.names = {name: f"thing{place}" for place, name in enumerate(sorted(names))}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        self.generic_visit(node)
        node.attr = self.names.get(node.attr, node.attr)
        return node
