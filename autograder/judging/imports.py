"""The rule on imports: which packages a module may reach, by an import statement or by a way around it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache

from autograder.authoring.cells import Module
from autograder.judging import libraries
from autograder.judging.doors import doors
from autograder.judging.names import Names
from autograder.judging.syntax import called, constant_text

ANY = "*"  # in the allowed imports: the assignment has no rule on them


def import_violations(
    module: Module, allowed: Set[str], own: Set[str], skeleton: ast.Module, names: Names
) -> Iterator[str]:
    """Yield a sentence for each import that is not allowed, and for each way around the import statement.

    Args:
        module: the module.
        allowed: what the assignment allows.
        own: dotted names of the assignment's modules, which may import each other.
        skeleton: the released module; what it imports stays allowed.
        names: the module's names.
    """
    if ANY in allowed:
        return
    listed = ", ".join(sorted(allowed))
    released, given = _in_skeleton(skeleton)
    free = {*allowed, *own, *released, "__future__"}
    for line, found in _imports(names.nodes):
        if not free & set(found):
            yield f"{module.locate(line)}: the import of {found[0]} is not allowed here; allowed are {listed}."
    tops = {name.split(".")[0] for name in free}
    seen = set()
    for line, name in names.used:
        real = libraries.module_name(name)
        if real and real.split(".")[0] not in tops and name.split(".")[0] in tops and name not in seen:
            seen.add(name)
            yield (
                f"{module.locate(line)}: {name} is the module {real}, whose import is not allowed here; "
                f"allowed are {listed}."
            )
    for line, what in sorted(doors(names.tree, names.nodes)):
        if what not in given:
            yield f"{module.locate(line)}: {what} is not allowed here: it can reach what the imports do not allow."


@lru_cache(maxsize=64)
def _in_skeleton(skeleton: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
    """What a skeleton imports, and the ways around imports that it uses itself."""
    nodes = tuple(ast.walk(skeleton))
    released = frozenset(name for _, found in _imports(nodes) for name in found)
    return released, frozenset(what for _, what in doors(skeleton, nodes))


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (line, names) of each import; any one of the names allows it."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, (alias.name,)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                yield node.lineno, (base, f"{base}.{alias.name}")
        elif isinstance(node, ast.Call) and called(node) == "__import__":
            name = constant_text(node.args[0]) if node.args else None
            if name is not None:
                yield node.lineno, (name,)
