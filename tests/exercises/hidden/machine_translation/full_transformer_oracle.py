"""What nn.Transformer makes of the student's weights, in float64, and the gradients of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import torch
from full_transformer_parts import START, FullSizes, inner_names
from torch import nn
from torch.func import functional_call
from torch.nn import functional as F
from transformer_oracle import KINK
from transformer_parts import Weights, load, random_weights, role_gradient

from autograder.isolation.handles import Model
from autograder.judging.compare import Mismatch, is_close, require, require_close
from autograder.judging.drawn import drawn_once

# float32 against float64 through three layers: in 60 seeds, right answers used a twentieth of this.
ATOL, RTOL = 5e-5, 2e-4


@dataclass
class FullOracle:
    """nn.Transformer, and the layers around it, with one draw of all weights: `inner` by name, `outer` by role."""

    sizes: FullSizes
    inner: dict[str, torch.Tensor]
    outer: Weights

    @staticmethod
    @drawn_once
    def draw(sizes: FullSizes, generator: torch.Generator) -> FullOracle:
        """Draw all weights; LayerNorm's weights around 1."""
        inner = {}
        for name, value in transformer(sizes).named_parameters():
            # Rounded to float32, as the student's are.
            drawn = (2 * torch.rand(value.shape, generator=generator) - 1) * 0.6
            drawn = drawn + 1 if "norm" in name and name.endswith("weight") else drawn
            inner[name] = drawn.to(torch.float64)
        outer = {
            role: {local: value.to(torch.float64) for local, value in own.items()}
            for role, own in random_weights(sizes.roles(), generator).items()
        }
        return FullOracle(sizes, inner, outer)

    @staticmethod
    @drawn_once
    def draw_smooth(sizes: FullSizes, generator: torch.Generator, src: torch.Tensor, tgt: torch.Tensor) -> FullOracle:
        """Draw weights until no ReLU is so near to its kink that rounding decides which gradient is right."""
        for _ in range(100):
            oracle = FullOracle.draw(sizes, generator)
            if oracle._distance_to_kinks(src, tgt) > KINK:
                return oracle
        raise RuntimeError("no weights keep away from the kinks")

    def load(self, model: Model) -> Model:
        """Copy all weights into the student's translator.

        Raises:
            Mismatch: its nn.Transformer has other layers or other sizes.
        """
        names, found = inner_names(model, self.sizes), {entry.name: entry for entry in model.structure.parameters}
        wanted = {name: value.to(torch.float32) for name, value in self.inner.items()}
        require(
            set(names) == set(wanted),
            "the nn.Transformer inside has another number of layers than num_layers_enc and num_layers_dec say",
        )
        fits = all(found[names[name]].shape == value.shape for name, value in wanted.items())
        require(fits, "the nn.Transformer inside has another size than hidden_dim and dim_feedforward say")
        outer = {role: {k: v.to(torch.float32) for k, v in own.items()} for role, own in self.outer.items()}
        load(model, self.sizes.roles(), outer)
        return model.load({names[name]: value for name, value in wanted.items()})

    def adding(self, factors: torch.Tensor) -> FullOracle:
        """One like this, with layers that add nothing to what passes through, but for one number of each position.

        The last layer adds it to a position's first number: what its first head reads from the source, times factors.
        """
        inner = {name: value.clone() for name, value in self.inner.items()}
        for name, value in inner.items():
            if "out_proj" in name or "linear2" in name:
                value.zero_()
        inner[f"decoder.layers.{self.sizes.dec - 1}.multihead_attn.out_proj.weight"][0, : len(factors)] = factors
        return FullOracle(self.sizes, inner, self.outer)

    @drawn_once
    def scores(self, src: torch.Tensor, tgt: torch.Tensor, own: bool = False, memory: bool = False) -> torch.Tensor:
        """Scores, with or without padding masks for the source itself (`own`) and for the memory."""
        return self._run(src, tgt, own, memory)

    def _run(self, src: torch.Tensor, tgt: torch.Tensor, own: bool = False, memory: bool = False) -> torch.Tensor:
        tgt = shifted(tgt)
        later = torch.ones(tgt.shape[1], tgt.shape[1], dtype=torch.bool).triu(1)
        padding = src == self.sizes.pad
        masks = {
            "tgt_mask": later,
            "tgt_key_padding_mask": tgt == self.sizes.pad,
            "src_key_padding_mask": padding if own else None,
            "memory_key_padding_mask": padding if memory else None,
        }
        read = (self._embedded(src, "source"), self._embedded(tgt, "target"))
        with _no_fast_path():
            out = functional_call(transformer(self.sizes), self.inner, read, masks)
        return F.linear(out, self.outer["final"]["weight"], self.outer["final"]["bias"])

    def _distance_to_kinks(self, src: torch.Tensor, tgt: torch.Tensor) -> float:
        """The smallest size of what goes into a ReLU."""
        found: list[float] = []
        layers = [layer.linear1 for layer in transformer(self.sizes).modules() if hasattr(layer, "linear1")]
        hooks = [
            layer.register_forward_hook(lambda *call: found.append(float(call[2].abs().min()))) for layer in layers
        ]
        try:
            with torch.no_grad():
                self._run(src, tgt)
        finally:
            for hook in hooks:
                hook.remove()
        return min(found)

    def _embedded(self, ids: torch.Tensor, side: str) -> torch.Tensor:
        places = self.outer[f"{side}_position"]["weight"][: ids.shape[1]]
        return F.embedding(ids, self.outer[side]["weight"]) + places

    def require_scores(self, got: Any, src: torch.Tensor, tgt: torch.Tensor) -> None:
        """Fail unless forward gave these scores, with any choice of masks for the source."""
        choices = [(own, memory) for own in (False, True) for memory in (False, True)]
        if not bool((src == self.sizes.pad).any()):
            choices = choices[:1]
        with torch.no_grad():
            expected = (self.scores(src, tgt, *choice).to(torch.float32) for choice in choices)
            first = next(expected)
            if not any(is_close(got, value, ATOL, RTOL) for value in chain((first,), expected)):
                require_close(got, first, "the scores", ATOL, RTOL)

    def require_gradients(self, model: Model, src: torch.Tensor, tgt: torch.Tensor, generator: torch.Generator) -> None:
        """Fail unless all gradients are those of autograd. A pad's own vector may be kept from learning."""
        cotangent, expected = self._gradients(src, tgt, generator)
        found, needed = model.gradients(src, tgt, cotangents=[cotangent]), self.sizes.roles()
        for role in needed:
            for local in role.shapes:
                got = role_gradient(model, needed, found.parameters, role.name, local)
                what = f"the gradient of the {local} of {role.words}"
                _require_gradient(got, expected.outer[role.name][local], what)
        names = inner_names(model, self.sizes)
        for name, value in expected.inner.items():
            _require_gradient(found.parameters.get(names[name]), value, f"the gradient of nn.Transformer's {name}")

    @drawn_once
    def _gradients(
        self, src: torch.Tensor, tgt: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, FullOracle]:
        """Weights of the scores in a loss, and all gradients of it, each in its weight's place."""
        inner = {name: value.clone().requires_grad_() for name, value in self.inner.items()}
        outer = {role: {k: v.clone().requires_grad_() for k, v in own.items()} for role, own in self.outer.items()}
        out = FullOracle(self.sizes, inner, outer)._run(src, tgt)
        cotangent = torch.randn(out.shape, generator=generator)
        out.backward(cotangent.to(torch.float64))
        found = {role: {k: _grad(v) for k, v in own.items()} for role, own in outer.items()}
        return cotangent, FullOracle(self.sizes, {name: _grad(value) for name, value in inner.items()}, found)


def _grad(value: torch.Tensor) -> torch.Tensor:
    assert value.grad is not None
    return value.grad.to(torch.float32)


def _require_gradient(got: torch.Tensor | None, expected: torch.Tensor, what: str) -> None:
    if got is None:
        raise Mismatch(f"{what} is missing: nothing reaches it")
    scale = max(1.0, float(expected.abs().max()))
    require_close(got, expected, what, atol=3e-4 * scale, rtol=3e-3)


def transformer(sizes: FullSizes) -> nn.Transformer:
    """An nn.Transformer of these sizes, made once; each draw lends it weights of its own."""
    return _transformer(sizes.hidden, sizes.heads, sizes.enc, sizes.dec, sizes.feed)


@cache
def _transformer(*sizes: int) -> nn.Transformer:
    return nn.Transformer(*sizes, dropout=0.0, batch_first=True, dtype=torch.float64)


def shifted(tgt: torch.Tensor) -> torch.Tensor:
    """The target that goes into the Transformer."""
    if bool((tgt[:, :2] == START).all()):
        return tgt
    return torch.cat([torch.full_like(tgt[:, :1], START), tgt[:, :-1]], 1)


@contextmanager
def _no_fast_path() -> Iterator[None]:
    """PyTorch's inference kernels differ where padding is masked: keep them out of the oracle."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)
