"""A device that is not the CPU, for machines that have nothing but a CPU.

Tensors over there are ordinary ones that say they lie on `DEVICE`, PyTorch's `meta`. Who mixes them with tensors of
the CPU gets an error, as with a GPU: what student code makes must follow the device of its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

DEVICE = torch.device("meta")
_CPU = torch.device("cpu")
# What reads from one device and writes to the other, or only looks at a shape, on a GPU as well.
_CROSSING = frozenset({"copy_", "to", "type_as", "expand_as", "view_as", "reshape_as", "__setitem__"})


class OtherDevice(RuntimeError):
    """Tensors of two devices met, or a result lies on the wrong one."""


class Away(torch.Tensor):
    """A tensor that says it lies on `DEVICE`."""

    device = DEVICE

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call a function of torch: what it returns is over there, unless it is told otherwise."""
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in ("__get__", "__set__") or (name.startswith("_") and not name.startswith("__")):
            return _default(func, types, args, kwargs)
        values = [*args, *kwargs.values()]
        tensors = list(_tensors(values))
        crossing = name in _CROSSING or (name == "__getitem__" and isinstance(args[0], Away))
        if name == "numpy" or (not crossing and any(not isinstance(t, Away) and t.dim() for t in tensors)):
            raise OtherDevice(f"{name} got a tensor on {_CPU} and one on {DEVICE}")
        home = name == "cpu" or any(str(value) == "cpu" for value in values if isinstance(value, (str, torch.device)))
        if name in _CROSSING and not any(isinstance(t, Away) for t in tensors[: 2 if name == "to" else 1]):
            home = True
        result = _default(func, types, _placed(args, _CPU), _placed(kwargs, _CPU))
        return _mapped(result, lambda tensor: tensor.as_subclass(torch.Tensor)) if home else result


def _default(func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """Call a function as every subclass of torch.Tensor does: the tensors that it returns are of the subclass, too."""
    return super(Away, Away).__torch_function__(func, types, args, kwargs)


class Elsewhere(TorchFunctionMode):
    """While it is entered, tensors can be made over there, and sent there."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call a function of torch; what it should make over there is made here, and says that it is there."""
        if not (_is_told(args) or (kwargs and _is_told(kwargs.values()))):  # nearly every call
            return func(*args, **kwargs) if kwargs else func(*args)
        kwargs = kwargs or {}
        if not any(issubclass(kind, Away) for kind in types):
            made = func(*_placed(args, _CPU), **_placed(kwargs, _CPU))
            if isinstance(made, torch.Tensor):
                return made.as_subclass(Away)
        return func(*args, **kwargs)


def away(value: Any) -> Any:
    """Send the tensors inside a value over there; a device becomes `DEVICE`."""
    return _placed(_mapped(value, lambda tensor: tensor.detach().as_subclass(Away)), DEVICE)


def move(made: Any) -> None:
    """Send all parameters and buffers of a module over there; what is shared stays shared."""
    if not isinstance(made, nn.Module):
        return
    sent: dict[int, torch.Tensor] = {}
    with torch._C.DisableTorchFunction():  # ours alone: no call here is the student's
        for part in made.modules():
            for name, parameter in list(part._parameters.items()):
                if parameter is not None:
                    # Set as anyone would: an nn.RNN keeps a list of its parameters besides.
                    setattr(part, name, sent.setdefault(id(parameter), _moved(parameter)))
            for name, buffer in list(part._buffers.items()):
                if buffer is not None:
                    setattr(part, name, buffer.detach().as_subclass(Away))


def _moved(parameter: torch.Tensor) -> torch.Tensor:
    """The parameter as nn.Parameter makes one of a tensor of another class."""
    moved = parameter.detach().as_subclass(Away).requires_grad_(parameter.requires_grad)
    moved._is_param = True
    return moved


def require_away(value: Any) -> None:
    """Raise OtherDevice unless all tensors inside a value are over there."""
    if any(not isinstance(tensor, Away) for tensor in _tensors([value])):
        raise OtherDevice(f"the result is on {_CPU} and should be on {DEVICE}")


def _is_told(values: Iterable[Any]) -> bool:
    """Is one of the arguments the device over there? Asked for each call of torch, so it is quick."""
    for value in values:  # noqa: SIM110 (any() over a generator takes twice as long)
        if value.__class__ is torch.device and value == DEVICE:
            return True
    return False


def _tensors(values: Any) -> Iterator[torch.Tensor]:
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _tensors(value)


def _mapped(value: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    if isinstance(value, torch.Tensor):
        return change(value)
    if type(value) in (list, tuple):
        return type(value)(_mapped(item, change) for item in value)
    if type(value) is dict:
        return {key: _mapped(item, change) for key, item in value.items()}
    return value


def _placed(value: Any, device: torch.device) -> Any:
    """Put one device in the place of any other."""
    if isinstance(value, torch.device):
        return device
    if type(value) in (list, tuple):
        return type(value)(_placed(item, device) for item in value)
    if type(value) is dict:
        return {key: _placed(item, device) for key, item in value.items()}
    return value
