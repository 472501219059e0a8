"""Ways past the import statement: code in texts, and the names by which Python's own insides are reached."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from autograder.judging.syntax import called, constant_text

_BUILTINS = frozenset({"__import__", "eval", "exec", "compile", "globals", "__builtins__", "__loader__", "__spec__"})
# From any object these lead to all classes, to a function's globals, to a frame's caller, or to the builtins.
_INSIDES = frozenset(
    {
        "__subclasses__",
        "__globals__",
        "__builtins__",
        "__base__",
        "__bases__",
        "__mro__",
        "__code__",
        "__closure__",
        "__self__",
        "__loader__",
        "__spec__",
        "__import__",
        "f_back",
        "f_globals",
        "f_locals",
        "f_builtins",
        "gi_frame",
        "cr_frame",
        "ag_frame",
        "tb_frame",
    }
)
_NAMESPACES = frozenset({"locals", "vars"})
_SPOKEN_OF = _BUILTINS | _NAMESPACES
_TEXTS = (ast.Constant, ast.BinOp, ast.JoinedStr)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NEW_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def doors(tree: ast.Module, nodes: Iterable[ast.AST]) -> set[tuple[int, str]]:
    """Each way past the import statement as (line, what it is called).

    Args:
        tree: a module.
        nodes: all nodes of its syntax tree.
    """
    found: set[tuple[int, str]] = set()
    spoken_of = False  # is any of the builtins? Whose name it is there takes longer to find out
    for node in nodes:
        if isinstance(node, ast.Name):
            spoken_of = spoken_of or node.id in _SPOKEN_OF
        elif isinstance(node, ast.Attribute):
            if node.attr in _INSIDES:
                found.add((node.lineno, node.attr))
        elif isinstance(node, _TEXTS) and (text := constant_text(node)) in _INSIDES:
            found.add((node.lineno, str(text)))
    return found | set(_builtins(tree, frozenset(), True)) if spoken_of else found


def _builtins(node: ast.AST, local: frozenset[str], top: bool) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of each use of a builtin that runs texts or hands out modules.

    Args:
        node: what to look through.
        local: names that mean something else here: parameters and variables of the functions around.
        top: is this outside all functions, where `locals()` and `vars()` are the module's names?
    """
    if isinstance(node, ast.Call) and top and called(node) in _NAMESPACES and not node.args:
        yield node.lineno, f"{called(node)}()"
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        if node.id in _BUILTINS and node.id not in local:
            yield node.lineno, node.id
        return
    inside = local | _own_names(node)
    function = isinstance(node, (*_FUNCTIONS, ast.Lambda))
    for child in ast.iter_child_nodes(node):
        if not _is_allowed(node, child):
            yield from _builtins(child, inside if _is_inside(node, child) else local, top and not function)


def _is_allowed(parent: ast.AST, child: ast.AST) -> bool:
    """`"name" in globals()` asks and reaches nothing; `__import__("math")` is read like an import statement."""
    if isinstance(parent, ast.Compare) and isinstance(child, ast.Call) and called(child) == "globals":
        return all(isinstance(operator, (ast.In, ast.NotIn)) for operator in parent.ops)
    if isinstance(parent, ast.Call) and child is parent.func and called(parent) == "__import__":
        return bool(parent.args) and constant_text(parent.args[0]) is not None
    return False


def _own_names(scope: ast.AST) -> frozenset[str]:
    """Names that are a function's or comprehension's own."""
    if isinstance(scope, _COMPREHENSIONS):
        targets = (node for entry in scope.generators for node in ast.walk(entry.target))
        return frozenset(node.id for node in targets if isinstance(node, ast.Name))
    if isinstance(scope, ast.Lambda):
        return _parameters(scope.args)
    if isinstance(scope, _FUNCTIONS):
        return _parameters(scope.args) | _stored(scope.body)
    return frozenset()


def _is_inside(scope: ast.AST, child: ast.AST) -> bool:
    """Does a part of a function or comprehension see its own names?"""
    if isinstance(scope, _COMPREHENSIONS):
        return child is not scope.generators[0]  # the first iterable is evaluated outside
    if isinstance(scope, ast.Lambda):
        return child is scope.body
    return isinstance(scope, _FUNCTIONS) and child in scope.body


def _parameters(arguments: ast.arguments) -> frozenset[str]:
    return frozenset(node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg))


def _stored(body: list[ast.stmt]) -> frozenset[str]:
    """Names that a function's own statements give a value to, less those that it declares global."""
    stored: set[str] = set()
    declared: set[str] = set()
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            declared.update(node.names)
        if isinstance(node, _NEW_SCOPES):
            stored.add(getattr(node, "name", ""))
        elif not isinstance(node, _COMPREHENSIONS):
            waiting += ast.iter_child_nodes(node)
    return frozenset(stored - declared)
