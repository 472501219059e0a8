"""What PyTorch itself makes of the weights of TransformerTranslator, in float64, and the gradients of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.nn import functional as F
from transformer_parts import Sizes, load, random_weights, role_gradient

from autograder.isolation.handles import Student
from autograder.judging.compare import Mismatch, require_close
from autograder.judging.drawn import drawn_once
from autograder.judging.roles import Role

Weights = Mapping[str, Mapping[str, torch.Tensor]]
Oracle = Callable[[torch.Tensor, Weights], torch.Tensor]
KINK = 3e-5  # nearer to zero, rounding may decide on which side of a ReLU a number is


def embed(ids: torch.Tensor, weights: Weights) -> torch.Tensor:
    """Word plus position."""
    places = torch.arange(ids.shape[1])
    return F.embedding(ids, weights["word"]["weight"]) + F.embedding(places, weights["position"]["weight"])


def multi_head_attention(x: torch.Tensor, weights: Weights) -> torch.Tensor:
    """Two heads, projection, sum, LayerNorm."""
    heads = [
        F.scaled_dot_product_attention(*(_linear(x, weights[f"{part}{head}"]) for part in "qkv")) for head in (1, 2)
    ]
    return _norm(x + _linear(torch.cat(heads, 2), weights["projection"]), weights["norm_mh"])


def feedforward_layer(x: torch.Tensor, weights: Weights) -> torch.Tensor:
    """Linear, ReLU, Linear, sum, LayerNorm."""
    inner = F.relu(_linear(x, weights["first"]))
    return _norm(x + _linear(inner, weights["second"]), weights["norm"])


def final_layer(x: torch.Tensor, weights: Weights) -> torch.Tensor:
    """Raw scores."""
    return _linear(x, weights["final"])


def _linear(x: torch.Tensor, layer: Mapping[str, torch.Tensor]) -> torch.Tensor:
    return F.linear(x, layer["weight"], layer["bias"])


def _norm(x: torch.Tensor, layer: Mapping[str, torch.Tensor]) -> torch.Tensor:
    return F.layer_norm(x, x.shape[2:], layer["weight"], layer["bias"])


def precise(weights: Weights) -> dict[str, dict[str, torch.Tensor]]:
    """The weights in float64, ready for autograd."""
    return {
        role: {local: value.to(torch.float64).requires_grad_() for local, value in own.items()}
        for role, own in weights.items()
    }


def expected(oracle: Oracle, x: torch.Tensor, weights: Weights) -> torch.Tensor:
    """What PyTorch makes of an input and weights."""
    with torch.no_grad():
        exact = x.to(torch.float64) if x.is_floating_point() else x
        return oracle(exact, precise(weights)).to(torch.float32)


def require_stage_gradients(
    student: Student,
    sizes: Sizes,
    needed: Sequence[Role],
    oracle: Oracle,
    x: torch.Tensor,
    generator: torch.Generator,
    unused: Sequence[str] = (),
) -> None:
    """Fail unless a method's gradients are those of PyTorch's autograd, in a later call and in training mode.

    Args:
        unused: roles that the method does not use.
    """
    weights, cotangent, expected, of_input, of_weights = _gradient_case(needed, oracle, x, generator)
    model = load(sizes.build(student), needed, weights).train()
    model.ask(x.flip(0, 1), method=oracle.__name__)
    found = model.gradients(x, cotangents=[cotangent], method=oracle.__name__)
    require_close(found.value, expected, f"the result of {oracle.__name__} in training mode")
    if of_input is not None:
        _require_gradient(found.inputs[0], of_input, "the gradient of the input")
    for role in needed:
        for local in role.shapes if role.name not in unused else ():
            got = role_gradient(model, needed, found.parameters, role.name, local)
            _require_gradient(got, of_weights[role.name][local], f"the gradient of the {local} of {role.words}")


@drawn_once
def _gradient_case(
    needed: Sequence[Role], oracle: Oracle, x: torch.Tensor, generator: torch.Generator
) -> tuple[dict[str, dict[str, torch.Tensor]], torch.Tensor, torch.Tensor, torch.Tensor | None, Any]:
    """Weights and cotangent, and with them the result, the gradient of a float input, and those of the weights."""
    weights = random_weights(needed, generator)
    while "first" in weights and float(_linear(x, weights["first"]).abs().min()) < KINK:
        weights = random_weights(needed, generator)
    doubles = precise(weights)
    exact = x.to(torch.float64).requires_grad_() if x.is_floating_point() else x
    out = oracle(exact, doubles)
    cotangent = torch.randn(out.shape, generator=generator)
    out.backward(cotangent.to(torch.float64))
    of_weights = {role: {local: value.grad for local, value in own.items()} for role, own in doubles.items()}
    return weights, cotangent, out.detach().to(torch.float32), exact.grad, of_weights


def _require_gradient(got: torch.Tensor | None, expected: torch.Tensor | None, what: str) -> None:
    if got is None:
        raise Mismatch(f"{what} is missing: nothing reaches it")
    assert expected is not None
    # Gradients add up over all positions: allow for their size.
    scale = max(1.0, float(expected.abs().max()))
    require_close(got, expected.to(torch.float32), what, atol=3e-5 * scale, rtol=1e-3)
