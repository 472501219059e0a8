"""Keeps what training has reached in a file, so that it can go on after an interruption."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn
from vocabulary import Encoded

Tensors = dict[str, torch.Tensor]


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: the disk is full, or the folder cannot be written to. The old file is still there then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def save_tensors(path: Path, tensors: Tensors, about: dict[str, Any] | None = None) -> None:
    """Write tensors as a safetensors file, with `about` beside them as JSON.

    Raises:
        OSError: the file cannot be written.
    """
    kept = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}
    write(path, save(kept, {"about": json.dumps(about or {})}))


def load_tensors(path: Path) -> tuple[Tensors, dict[str, Any]]:
    """Read what `save_tensors` has written.

    Raises:
        ValueError: there is no such file, or it is damaged. The message says so in one line.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {}).get("about", "{}"))
            return {name: file.get_tensor(name) for name in file.keys()}, about  # noqa: SIM118
    except FileNotFoundError:
        raise ValueError(f"{path} is not there") from None
    except (OSError, SafetensorError, ValueError) as error:
        raise ValueError(f"{path} cannot be read ({str(error).splitlines()[0]})") from None


def state_of(model: nn.Module, optimizer: torch.optim.Optimizer) -> Tensors:
    """Return all tensors that the next step of training depends on."""
    state = {f"model/{name}": tensor for name, tensor in model.state_dict().items()}
    for number, entries in optimizer.state_dict()["state"].items():
        state |= {f"optimizer/{number}/{name}": torch.as_tensor(value) for name, value in entries.items()}
    return state


def restore(state: Tensors, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Put a state back.

    Raises:
        ValueError: it does not fit the model.
    """
    entries: dict[int, Tensors] = {}
    for name, tensor in state.items():
        if name.startswith("optimizer/"):
            _, number, key = name.split("/", 2)
            entries.setdefault(int(number), {})[key] = tensor
    try:
        model.load_state_dict({name[6:]: tensor for name, tensor in state.items() if name.startswith("model/")})
    except RuntimeError as error:
        raise ValueError(str(error).splitlines()[0]) from None
    optimizer.load_state_dict({**optimizer.state_dict(), "state": entries})


def fingerprint(*things: Any) -> str:
    """Return a short text that changes when any of these tensors, data or plain values does."""
    digest = blake2b(digest_size=16)
    for thing in things:
        if isinstance(thing, Encoded):
            thing = {"source": thing.source, "target": thing.target}
        if isinstance(thing, dict):
            for name, tensor in thing.items():
                digest.update(f"{name} {tuple(tensor.shape)} ".encode())
                digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        else:
            digest.update(repr(thing).encode())
    return digest.hexdigest()


def remove(path: Path) -> None:
    """Delete a file that is not needed any more; that it stays is no harm."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
