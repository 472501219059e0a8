"""The assignment's rules that can be checked without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.authoring.assignment import Assignment
from autograder.authoring.cells import Module, syntax_tree
from autograder.judging import libraries
from autograder.judging.forbidden import forbidden_uses
from autograder.judging.imports import import_violations
from autograder.judging.names import Names
from autograder.judging.signatures import changed_signatures

_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Violation:
    """A broken rule.

    Attributes:
        rule: `missing`, `syntax`, `signature`, `import` or `forbidden`.
        module: the module file.
        owner: the class or function, empty where the whole file is meant.
        message: a sentence with the place.
    """

    rule: str
    module: str
    owner: str
    message: str


def steps_lost(assignment: Assignment, violation: Violation) -> list[str]:
    """Ids of the steps that a violation costs: those of the class or function, or of the whole file."""
    return [
        step.id for step in assignment.steps if step.module == violation.module and violation.owner in ("", step.owner)
    ]


def violations(assignment: Assignment, modules: Mapping[str, Module]) -> list[Violation]:
    """Check the modules of a submission against the released skeleton and the assignment's settings.

    Args:
        assignment: the assignment with its skeleton.
        modules: module path to module, as `submission.merge` gives them.
    """
    for name in assignment.imports:
        libraries.load(name)
    found: list[Violation] = []
    trees = {_dotted(path): tree for path, module in modules.items() if (tree := _tree(module)) is not None}
    for path, skeleton in assignment.modules().items():
        module = modules.get(path)
        if module is None:
            text = f"{path} is missing: no notebook has its cell and no file is there."
            found.append(Violation("missing", path, "", text))
            continue
        try:
            # Collected before they are added: a text nested too deep for us is one violation, not some.
            broken = list(_broken(assignment, module, syntax_tree(skeleton), trees))
        except _UNREADABLE as error:
            broken = [Violation("syntax", path, "", _syntax_message(module, error))]
        found += broken
    return found


def _broken(
    assignment: Assignment, module: Module, skeleton: ast.Module, trees: Mapping[str, ast.Module]
) -> Iterator[Violation]:
    path = module.path
    tree = trees.get(_dotted(path)) or ast.parse(module.source)  # parsed again for its error
    names = Names(tree, trees)
    own = {_dotted(entry) for entry in assignment.modules()}
    for owner, text in changed_signatures(module, skeleton, tree):
        yield Violation("signature", path, owner, text)
    for text in import_violations(module, set(assignment.imports), own, skeleton, names):
        yield Violation("import", path, "", text)
    for text in forbidden_uses(module, assignment.forbidden.get(path, ()), names):
        yield Violation("forbidden", path, "", text)


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _tree(module: Module) -> ast.Module | None:
    try:
        return syntax_tree(module.source)
    except _UNREADABLE:
        return None


def _syntax_message(module: Module, error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{module.locate(error.lineno or 1)}: Python cannot read this: {error.msg}."
    return f"{module.path} cannot be read by Python ({type(error).__name__})."
