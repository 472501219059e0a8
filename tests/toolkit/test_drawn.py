"""What a test draws is worked out once: later calls get copies, and leave the generator as the first one has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.judging.drawn import drawn_once


class Counted:
    """A function that draws, and how often it was really called."""

    def __init__(self) -> None:
        self.calls = 0

        @drawn_once
        def draw(generator: torch.Generator, size: Any, scale: Any = 1, **weights: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            drawn = torch.rand(size, generator=generator) * scale
            return drawn + sum(value.sum() for value in weights.values()) if weights else drawn

        self.draw = draw


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(seed=st.integers(0, 2**40), size=st.integers(1, 9))
def test_a_second_call_gives_the_same_and_leaves_the_generator_the_same(seed: int, size: int) -> None:
    counted, first, second = Counted(), seeded(seed), seeded(seed)
    one, other = counted.draw(first, size), counted.draw(second, size)
    assert counted.calls == 1
    assert torch.equal(one, other)
    assert torch.equal(torch.rand(3, generator=first), torch.rand(3, generator=second))


def test_what_a_call_returned_may_be_changed() -> None:
    counted = Counted()
    kept = counted.draw(seeded(1), 4).clone()
    for _ in range(3):
        drawn = counted.draw(seeded(1), 4)
        assert torch.equal(drawn, kept)
        drawn.zero_()
    assert counted.calls == 1


def test_other_arguments_are_other_calls() -> None:
    counted = Counted()
    generator = seeded(1)
    counted.draw(generator, 4)
    counted.draw(generator, 4)  # its state is another one now
    counted.draw(seeded(1), 5)
    counted.draw(seeded(1), 4, True)
    counted.draw(seeded(1), 4, a=torch.ones(2))
    counted.draw(seeded(1), 4, b=torch.ones(2))
    counted.draw(seeded(1), 4, a=torch.ones(1, 2))
    counted.draw(seeded(1), 4, a=torch.ones(2, dtype=torch.float64))
    assert counted.calls == 8
    counted.draw(seeded(1), 4, a=torch.ones(2))
    assert counted.calls == 8


def test_what_autograd_follows_is_worked_out_each_time() -> None:
    counted = Counted()
    leaf = torch.ones(2, requires_grad=True)
    for _ in range(2):
        counted.draw(seeded(1), 4, a=leaf).sum().backward()
    assert counted.calls == 2
    assert leaf.grad is not None
    assert leaf.grad.tolist() == [8, 8]


@dataclass
class Weights:
    """As an oracle holds them."""

    values: dict[str, torch.Tensor]
    name: str

    @drawn_once
    def total(self, x: torch.Tensor) -> torch.Tensor:
        return sum((value * x).sum() for value in self.values.values()) + torch.zeros(1)


def test_an_object_counts_with_its_content() -> None:
    @drawn_once
    def draw(generator: torch.Generator) -> Weights:
        return Weights({"a": torch.rand(3, generator=generator).requires_grad_()}, "drawn")

    one, other = draw(seeded(5)), draw(seeded(5))
    assert one.values["a"] is not other.values["a"]
    assert other.values["a"].requires_grad
    assert other.values["a"].is_leaf
    with torch.no_grad():
        before = one.total(torch.ones(3))
        assert torch.equal(before, other.total(torch.ones(3)))
        other.values["a"].zero_()
        assert other.total(torch.ones(3)).item() == 0
        assert torch.equal(before, one.total(torch.ones(3)))
