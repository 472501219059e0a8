"""What makes training cheap on a CPU without a change to your models: threads, memory, dropout, the loss.

Import this before torch: how the threads wait for each other is read when torch is loaded.
"""

from __future__ import annotations

import ctypes
import os
import platform
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

# Threads that wait for each other burn their core, a hundred times longer than a step takes. Beside any other busy
# program training then slows down ten times. A short wait costs nothing where the machine is idle.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import TorchFunctionMode
from vocabulary import PAD

_LARGE = 100_000  # weights of a linear layer from which on it is faster in bfloat16
_ROWS = 64  # rows of scores at a time: they stay in the processor's cache


@cache
def prepare_machine() -> None:
    """Set the threads and keep memory; once is enough."""
    torch.set_num_threads(min(torch.get_num_threads(), usable_cores()))
    _keep_memory()


def usable_cores() -> int:
    """How many cores this process may use: a container often has fewer than its machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="utf-8").split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no such file, or "max": no limit
        pass
    return cores


def bf16_helps(device: torch.device) -> bool:
    """Is it faster here to multiply in bfloat16, numbers with 8 bits in place of 24?

    Yes on newer graphics cards, and on CPUs with instructions for it.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    native: Callable[[], bool] = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return device.type == "cpu" and native()


@contextmanager
def fast_forward(device: torch.device, bf16: bool) -> Iterator[None]:
    """Run a model forwards in here while it is trained."""
    with ExitStack() as stack:
        if device.type == "cpu":
            stack.enter_context(Fast(bf16))
        elif bf16:
            stack.enter_context(torch.autocast(device.type, torch.bfloat16))
        yield


def _keep_memory() -> None:
    """Keep freed memory for the next step.

    glibc gives the memory of large tensors back to the system at once, and each step then pays for clean pages
    again: half of the time of the seq2seq models.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(-4, 0)  # M_MMAP_MAX: no mappings of their own for large blocks
        libc.mallopt(-1, -1)  # M_TRIM_THRESHOLD: never shrink


class Fast(TorchFunctionMode):
    """Replaces two functions while a model is trained on a CPU. What they return means the same.

    Dropout draws eight bits for each number in place of a whole random number, so its probability is rounded to 1/256.
    Large linear layers multiply in bfloat16 and return float32, so that a model's own code meets no other type (as it
    would under autocast).
    """

    def __init__(self, bf16: bool = False) -> None:
        """Replace dropout, and linear layers if bf16."""
        super().__init__()
        self._bf16 = bf16
        self._small: dict[int, torch.Tensor] = {}  # weights in bfloat16, made once a step

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Stand between a model and PyTorch's functions."""
        if func is F.dropout:
            return _dropout(*args, **(kwargs or {}))
        if func is F.linear and self._bf16 and not kwargs and args[1].numel() >= _LARGE:
            return F.linear(*(self._cast(tensor) for tensor in args)).float()
        return func(*args, **(kwargs or {}))

    def _cast(self, tensor: torch.Tensor | None) -> torch.Tensor | None:
        if not isinstance(tensor, nn.Parameter):
            return None if tensor is None else tensor.bfloat16()
        if id(tensor) not in self._small:
            self._small[id(tensor)] = tensor.bfloat16()
        return self._small[id(tensor)]


def _dropout(input: torch.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> torch.Tensor:
    cut = round(p * 256)
    if not training or inplace or not 0 < cut < 256 or input.device.type != "cpu":
        return F.dropout(input, p, training, inplace)
    count = input.numel()
    noise = torch.empty((count + 7) // 8, dtype=torch.int64).random_(-(2**63), None).view(torch.uint8)[:count]
    keep = (noise.view(input.shape) >= cut).to(input.dtype)
    return input * keep.mul_(256 / (256 - cut))


class _CrossEntropy(torch.autograd.Function):
    """Cross-entropy with its gradient worked out on the way, a few rows at a time.

    PyTorch makes several tensors of the size of the scores for this; here it is one, the gradient.
    """

    @staticmethod
    def forward(ctx: Any, scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the mean loss of the words that are no padding.

        Args:
            ctx: keeps the gradient for backward.
            scores: (rows, V).
            target: (rows,).
        """
        weights = (target != PAD).to(torch.float32)
        weights /= weights.sum()
        gradient = torch.empty_like(scores, memory_format=torch.contiguous_format)
        loss = torch.zeros(())
        for rows in _slices(len(scores)):
            part, right, weight = gradient[rows], target[rows].unsqueeze(1), weights[rows].unsqueeze(1)
            torch.log_softmax(scores[rows], 1, out=part)
            loss -= (part.gather(1, right) * weight).sum()
            part.exp_().scatter_add_(1, right, torch.full_like(weight, -1.0)).mul_(weight)
        ctx.save_for_backward(gradient)
        return loss

    @staticmethod
    def backward(ctx: Any, *outer: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Return the gradient of the scores."""
        (gradient,) = ctx.saved_tensors
        return (gradient if float(outer[0]) == 1.0 else gradient * outer[0]), None


def _slices(rows: int) -> Iterable[slice]:
    return (slice(start, start + _ROWS) for start in range(0, rows, _ROWS))


def fast_loss(scores: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Mean of −ln(probability of the right word) over the words that are no padding; for training.

    Args:
        scores: (N, T, V), raw scores or log-probabilities.
        target: (N, T), at least one id that is not <pad>.
    """
    flat, words = scores.flatten(0, 1), target.flatten()
    if flat[: target.shape[1]].detach().float().logsumexp(1).abs().max() < 1e-3:
        # Log-probabilities already: picking the right ones is all that is left to do.
        valid = (words != PAD).nonzero().squeeze(1)
        return -flat[valid, words[valid]].float().mean()
    if scores.device.type == "cpu":
        return _CrossEntropy.apply(flat.float(), words)
    return F.cross_entropy(flat.float(), words, ignore_index=PAD)
