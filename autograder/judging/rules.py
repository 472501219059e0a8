"""The assignment's rules that can be checked without running anything."""

from __future__ import annotations

import ast
import difflib
import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from autograder.authoring.assignment import Assignment
from autograder.authoring.cells import Module

Function = ast.FunctionDef | ast.AsyncFunctionDef


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
    found: list[Violation] = []
    for path, skeleton in assignment.modules().items():
        module = modules.get(path)
        if module is None:
            found.append(
                Violation("missing", path, "", f"{path} is missing: no notebook has its cell and no file is there.")
            )
            continue
        try:
            tree = ast.parse(module.source)
            # Collected before they are added: a text nested too deep for us is one violation, not some.
            broken = [
                *_check_signatures(module, _parsed(skeleton), tree),
                *_check_imports(assignment, module, _parsed(skeleton), tree),
                *_check_forbidden(assignment, module, tree),
            ]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            broken = [Violation("syntax", path, "", _syntax_message(module, error))]
        found += broken
    return found


@lru_cache(maxsize=64)
def _parsed(skeleton: str) -> ast.Module:
    """The skeleton's syntax tree: the same for every submission of a class."""
    return ast.parse(skeleton)


def _syntax_message(module: Module, error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{module.locate(error.lineno or 1)}: Python cannot read this: {error.msg}."
    return f"{module.path} cannot be read by Python ({type(error).__name__})."


# Names and signatures ---------------------------------------------------------------------------------


def _check_signatures(module: Module, expected: ast.Module, tree: ast.Module) -> Iterator[Violation]:
    have = {
        node.name: node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    }
    for node in expected.body:
        if isinstance(node, ast.ClassDef):
            found = have.get(node.name)
            if not isinstance(found, ast.ClassDef):
                yield Violation(
                    "signature",
                    module.path,
                    node.name,
                    f"{module.path} defines no class {node.name}{_near(node.name, have)}.",
                )
                continue
            methods = {
                entry.name: entry for entry in found.body if isinstance(entry, (ast.FunctionDef, ast.AsyncFunctionDef))
            }
            for function in node.body:
                if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_fixed(function):
                    yield from _check_function(module, node.name, function, methods)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_fixed(node):
            functions = {name: entry for name, entry in have.items() if not isinstance(entry, ast.ClassDef)}
            yield from _check_function(module, node.name, node, functions)


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


def _check_function(module: Module, owner: str, wanted: Function, have: Mapping[str, Function]) -> Iterator[Violation]:
    name = wanted.name if owner == wanted.name else f"{owner}.{wanted.name}"
    found = have.get(wanted.name)
    if found is None:
        yield Violation("signature", module.path, owner, f"{module.path}: {name} is missing{_near(wanted.name, have)}.")
    elif signature(found) != signature(wanted):
        yield Violation(
            "signature",
            module.path,
            owner,
            f"{module.locate(found.lineno)}: the signature of {name} was changed: "
            f"expected {signature(wanted)}, found {signature(found)}.",
        )


def signature(function: Function) -> str:
    """A function's name and parameters with their defaults; annotations are free and left out."""
    arguments = ast.parse(ast.unparse(function.args).join(["def f(", "): 0"])).body[0]
    assert isinstance(arguments, ast.FunctionDef)
    for argument in ast.walk(arguments.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    prefix = "async " if isinstance(function, ast.AsyncFunctionDef) else ""
    return f"{prefix}{function.name}({ast.unparse(arguments.args)})"


def _near(name: str, have: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, list(have), 1, 0.5) or [n for n in have if n.lower() == name.lower()]
    return f"; there is {close[0]}: give it its name back" if close else ""


# Imports ----------------------------------------------------------------------------------------------


def _imports(tree: ast.Module) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (line, names) of each import; any one of the names allows it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, (alias.name,)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                yield node.lineno, (base, f"{base}.{alias.name}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "__import__":
            value = node.args[0] if node.args else None
            text = value.value if isinstance(value, ast.Constant) else "__import__(…)"
            yield node.lineno, (str(text),)


def _check_imports(
    assignment: Assignment, module: Module, expected: ast.Module, tree: ast.Module
) -> Iterator[Violation]:
    allowed = {*assignment.imports, "__future__"}
    for _, names in _imports(expected):
        allowed.update(names)
    # The assignment's own modules may import each other.
    own = {path[: -len(".py")].replace("/", ".") for path in assignment.modules()}
    for line, names in _imports(tree):
        if not (set(names) & (allowed | own)):
            listed = ", ".join(sorted(assignment.imports))
            yield Violation(
                "import",
                module.path,
                "",
                f"{module.locate(line)}: the import of {names[0]} is not allowed here; allowed are {listed}.",
            )


# Forbidden constructs ---------------------------------------------------------------------------------


def _check_forbidden(assignment: Assignment, module: Module, tree: ast.Module) -> Iterator[Violation]:
    patterns = assignment.forbidden.get(module.path, ())
    if not patterns:
        return
    seen = set()
    for line, name in sorted(_Names(tree).used()):
        if name not in seen and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            seen.add(name)
            yield Violation(
                "forbidden",
                module.path,
                "",
                f"{module.locate(line)}: {name} must not be used here; this part is to be written from scratch.",
            )


class _Names:
    """Resolves names of a module to dotted names (`nn.LSTM` → `torch.nn.LSTM`), as far as that works statically."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        # Own classes and functions by name, with where their bodies begin: before that, the name is someone else's.
        self._own = {
            node.name: (node.body[0].lineno, node.body[0].col_offset)
            for node in reversed(tree.body)
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        }
        self._assigned: set[str] = set()
        self._aliases: dict[str, str] = {}
        self._stars: list[str] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.split(".")[0]
                    self._aliases[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    if alias.name == "*":
                        self._stars.append(node.module)
                    else:
                        self._aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for node in ast.walk(tree):  # L = nn.LSTM; n = nn
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                value = self._resolve(node.value)
                if value and node.targets[0].id not in self._aliases:
                    self._aliases[node.targets[0].id] = value
                    self._assigned.add(node.targets[0].id)

    def used(self) -> set[tuple[int, str]]:
        """Each use as (line, dotted name), imports included."""
        found: set[tuple[int, str]] = set()
        for node in ast.walk(self._tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.update((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
            elif isinstance(node, ast.Import):
                found.update((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, (ast.Attribute, ast.Name, ast.Call, ast.Subscript)):
                name = self._resolve(node)
                # What was assigned to a name is a use where it was assigned; elsewhere the name may mean another thing.
                if name and not (isinstance(node, ast.Name) and node.id in self._assigned):
                    found.add((node.lineno, name))
                if isinstance(node, ast.Name) and node.id not in self._aliases and not self._is_own(node):
                    found.update((node.lineno, f"{star}.{node.id}") for star in self._stars)
                    found.add((node.lineno, f"builtins.{node.id}"))
        return found

    def _is_own(self, node: ast.Name) -> bool:
        return node.id in self._own and (node.lineno, node.col_offset) >= self._own[node.id]

    def _resolve(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self._aliases.get(node.id, "")
        if isinstance(node, ast.Attribute):
            base = self._resolve(node.value)
            return f"{base}.{node.attr}" if base else ""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "getattr"
            and len(node.args) > 1
        ):
            base, key = self._resolve(node.args[0]), node.args[1]
            return f"{base}.{key.value!s}" if base and isinstance(key, ast.Constant) else ""
        if isinstance(node, ast.Subscript) and isinstance(
            node.slice, ast.Constant
        ):  # nn.__dict__["LSTM"], vars(nn)["LSTM"]
            base = self._mapping(node.value)
            return f"{base}.{node.slice.value!s}" if base else ""
        return ""

    def _mapping(self, node: ast.expr) -> str:
        if isinstance(node, ast.Attribute) and node.attr == "__dict__":
            return self._resolve(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "vars" and node.args:
            return self._resolve(node.args[0])
        return ""
