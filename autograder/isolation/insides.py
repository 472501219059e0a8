"""What a module really holds. A class may say anything of itself, so none of its own methods and properties are asked.

The code of a submission that changes this file's functions can lie all the same: see SECURITY.md.
"""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch import nn

# Inside of it neither a tensor's class nor a mode answers for torch.
untouched = torch._C.DisableTorchFunction
_base = torch._C.TensorBase
_shape, _dtype = _base.shape.__get__, _base.dtype.__get__  # type: ignore[attr-defined]
_requires_grad = _base.requires_grad.__get__  # type: ignore[attr-defined]
_ancestors = type.__dict__["__mro__"].__get__


def _layers_of_torch() -> dict[type, str]:
    """Every class of torch.nn by itself: a student's class may bear the same name."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("torch.nn.modules."):
            kinds = (value for value in vars(module).values() if isinstance(value, type))
            found.update({kind: kind.__name__ for kind in kinds if issubclass(kind, nn.Module)})
    del found[nn.Module]
    return found


_TORCH = _layers_of_torch()


def is_module(thing: Any) -> bool:
    """Is this a module, whatever it says that its class is?"""
    return nn.Module in _ancestors(type(thing))


def attributes(module: nn.Module) -> dict[str, Any]:
    """A module's own attributes."""
    held: dict[str, Any] = object.__getattribute__(module, "__dict__")
    return held


def layers(module: nn.Module) -> list[tuple[str, nn.Module]]:
    """Each layer with its path, the module itself first; one that stands in two places comes twice."""
    found = [("", module)]
    _add_layers(module, "", found)
    return found


def _add_layers(module: nn.Module, prefix: str, found: list[tuple[str, nn.Module]]) -> None:
    for name, child in _entries(module, "_modules"):
        if is_module(child):
            path = f"{prefix}{name}"
            found.append((path, child))
            _add_layers(child, f"{path}.", found)


def own_parameters(module: nn.Module) -> list[tuple[str, torch.Tensor]]:
    """The parameters that a module holds itself, not those of its layers, with their names in it."""
    return [entry for entry in _entries(module, "_parameters") if torch.Tensor in _ancestors(type(entry[1]))]


def parameters(module: nn.Module, *, repeated: bool) -> dict[str, torch.Tensor]:
    """All parameters by full name; one that has several names under its first, or under each."""
    found: dict[str, torch.Tensor] = {}
    seen: set[int] = set()
    for prefix, layer in layers(module):
        for name, value in own_parameters(layer):
            if repeated or id(value) not in seen:
                seen.add(id(value))
                found[f"{prefix}.{name}" if prefix else name] = value
    return found


def facts(value: torch.Tensor) -> tuple[list[int], str, bool]:
    """A tensor's shape, the name of its dtype, and whether gradients reach it; to be asked while `untouched`."""
    return list(_shape(value)), str(_dtype(value)).removeprefix("torch."), _requires_grad(value)


def torch_type(layer: nn.Module) -> str:
    """Name of the nearest class of torch.nn in a layer's ancestry; empty for the student's own modules."""
    for base in _ancestors(type(layer)):
        if base in _TORCH:
            return _TORCH[base]
    return ""


def _entries(module: nn.Module, kind: str) -> list[tuple[str, Any]]:
    held: Any = attributes(module).get(kind)
    return list(dict.items(held)) if type(held) is dict or dict in _ancestors(type(held)) else []
