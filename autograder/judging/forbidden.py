"""The rule that some parts are written from scratch: constructs that a module must not use."""

from __future__ import annotations

import ast
import fnmatch
import types
from collections.abc import Iterator, Sequence
from functools import lru_cache

from autograder.authoring.cells import Module
from autograder.judging import libraries
from autograder.judging.names import Dotted, Names
from autograder.judging.syntax import called, constant_text, mapping_of

_WILD = "*?["
_KINDS = (type, types.FunctionType, types.BuiltinFunctionType)
_SCRATCH = "this part is to be written from scratch"
# Parts of torch that run texts or files, or hold other makes of its layers: through them any pattern is got around.
_DOORS = (
    *("torch.jit.CompilationUnit", "torch.jit.load", "torch.jit.frontend.*", "torch.jit._*"),
    *("torch.hub.*", "torch.package.*", "torch.export.*", "torch.fx.*", "torch.classes.*", "torch.library.*"),
    *("torch._decomp.*", "torch._refs.*", "torch._dynamo.*", "torch._inductor.*", "torch.utils.cpp_extension.*"),
    *("torch.ao.*", "torch.quantization.*", "torch.nn.quantized.*", "torch.nn.quantizable.*", "torch.nn.qat.*"),
)


def forbidden_uses(module: Module, patterns: Sequence[str], names: Names) -> Iterator[str]:
    """Yield a sentence for each forbidden construct that a module uses, and for each way around the check.

    Args:
        module: the module.
        patterns: dotted names, with wildcards, that it must not use.
        names: the module's names.
    """
    if not patterns:
        return
    seen = set()
    for line, name in names.used:
        if name in seen:
            continue
        seen.add(name)
        if meant := _meant(name, tuple(patterns)):
            known = name if meant == name else f"{name} is {meant}, which"
            yield f"{module.locate(line)}: {known} must not be used here; {_SCRATCH}."
        elif _meant_by_name(name, _DOORS):
            yield f"{module.locate(line)}: {name} could reach what must not be used here; {_SCRATCH}."
    for line, what in sorted(_hidden_uses(names, patterns)):
        yield f"{module.locate(line)}: {what} could reach what must not be used here; write the name out."


@lru_cache(maxsize=4096)
def _meant(name: str, patterns: tuple[str, ...]) -> str:
    """The forbidden construct that a dotted name stands for, by the name that the patterns know; or empty."""
    return _meant_by_name(name, patterns) or _objects(patterns).get(id(libraries.find(name)), "")


@lru_cache(maxsize=4096)
def _meant_by_name(name: str, patterns: tuple[str, ...]) -> str:
    """The name that the patterns know a dotted name by, as it stands or with its module's real name; or empty."""
    for known in (name, libraries.real_name(name)):
        if any(fnmatch.fnmatchcase(known, pattern) for pattern in patterns):
            return known
    return ""


@lru_cache(maxsize=32)
def _objects(patterns: tuple[str, ...]) -> dict[int, str]:
    """Classes and functions that the patterns mean, by identity: they have other names, too.

    A pattern that takes in a whole package (`torch._C.*`) means the door, not each thing behind it.
    """
    found = {}
    for pattern in patterns:
        package, _, last = pattern.rpartition(".")
        if not package or last == "*" or any(sign in package for sign in _WILD):
            continue
        content = vars(libraries.find(package)) if libraries.module_name(package) else {}
        for name, value in content.items():
            if isinstance(value, _KINDS) and fnmatch.fnmatchcase(name, last):
                found[id(value)] = f"{package}.{name}"
    return found


def _hidden_uses(names: Names, patterns: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, what) where a package is searched by a name that is computed: it may be a forbidden one."""
    read_by_constant: set[ast.AST] = set()
    plainly_called: set[ast.AST] = set()
    for node in names.nodes:
        if isinstance(node, ast.Subscript) and constant_text(node.slice) is not None:
            read_by_constant.add(node.value)
        if isinstance(node, ast.Call):
            plainly_called.add(node.func)
    passed_on = _leads_there(names.passed_on, patterns)
    for node in names.nodes:
        if isinstance(node, ast.Call) and _unpickles(node, names):
            yield node.lineno, "torch.load without weights_only"
        elif isinstance(node, ast.Call) and called(node) == "getattr" and len(node.args) > 1:
            # Where an object's origin is unknown, it may be any package that the module passes on.
            searched = names.resolve(node.args[0]) or names.passed_on
            if constant_text(node.args[1]) is None and _leads_there(searched, patterns):
                yield node.lineno, "getattr with a computed name"
        elif isinstance(node, ast.expr) and (base := mapping_of(node)) is not None:
            if node not in read_by_constant and _leads_there(names.resolve(base), patterns):
                yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Attribute) and node.attr == "__getattribute__":
            if not _is_super(node.value) and (passed_on or _leads_there(names.resolve(node.value), patterns)):
                yield node.lineno, "__getattribute__"
        elif isinstance(node, ast.Name) and node.id == "getattr" and node not in plainly_called and passed_on:
            yield node.lineno, "getattr under another name"


def _unpickles(node: ast.Call, names: Names) -> bool:
    """Is this a call of torch.load that makes any object, not tensors alone?"""
    asked = (keyword.value for keyword in node.keywords if keyword.arg in ("weights_only", None))
    return any(constant_text(value) != "True" for value in asked) and "torch.load" in names.resolve(node.func)


def _leads_there(names: Dotted, patterns: Sequence[str]) -> bool:
    """Does one of the names hold, at whatever depth, something that a pattern means?"""
    for pattern in patterns:
        fixed = pattern[: min((pattern.find(sign) for sign in _WILD if sign in pattern), default=len(pattern))]
        if any(fixed.startswith(f"{name}.") or f"{name}.".startswith(fixed) for name in names):
            return True
    return False


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called(node) == "super"
