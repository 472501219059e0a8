"""Is generate_translation the greedy loop? Around a stand-in for forward, or around the student's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from full_transformer_parts import PAD, START, FullSizes, norm_weights, scramble
from stand_ins import RecurrentForward

from autograder.isolation.faults import StudentError
from autograder.isolation.handles import Model, Student
from autograder.judging.compare import Mismatch, is_close, require, require_close, require_tensor
from autograder.judging.drawn import drawn_once

EOS = 3


def greedy(forward: RecurrentForward, src: torch.Tensor) -> torch.Tensor:
    """What the loop makes of a stand-in for forward."""
    tgt = torch.full_like(src, PAD)
    tgt[:, 0] = src[:, 0]
    kept = []
    for t in range(src.shape[1]):
        kept.append(forward(src, tgt)[:, t])
        tgt[:, t + 1 : t + 2] = kept[-1].argmax(1, keepdim=True)
    return torch.stack(kept, 1)


def clear(scores: torch.Tensor) -> bool:
    """Does each most likely word win by a margin that rounding cannot turn?"""
    best = scores.topk(2, 2).values
    return bool((best[..., 0] - best[..., 1] > 1e-2).all())


def lively(scores: torch.Tensor) -> bool:
    """Do the most likely words change from step to step and from row to row?"""
    words = scores.argmax(2)
    turns = (words[:, 2:] != words[:, 1:-1]).sum(1)
    enough = 2 if words.shape[1] > 5 else 1
    rows = {tuple(row.tolist()) for row in words}
    return bool((turns >= enough).all()) and len(rows) == len(words)


def telling(scores: torch.Tensor) -> bool:
    """Does no row begin twice, and does one end before its last word but one?

    A second start token would make a loop that is as right read its target otherwise. A loop that stops at <eos>, or
    pads behind it, is seen only where there is one.
    """
    words = scores.argmax(2)
    return bool((words[:, 1:] != START).all()) and (words.shape[1] < 5 or bool((words[:, 1:-1] == EOS).any()))


def random_forward(sizes: FullSizes, generator: torch.Generator) -> dict[str, torch.Tensor]:
    """Random weights of a stand-in for forward."""
    shapes = {"source": (sizes.words, 8), "table": (sizes.outputs, 8), "keep": (8, 8), "score": (8, sizes.outputs)}
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}


@drawn_once
def draw_forward(
    sizes: FullSizes, src: torch.Tensor, generator: torch.Generator
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Random weights of a stand-in for forward whose greedy words are not constant, and the scores of its loop."""
    for _ in range(2000):
        weights = random_forward(sizes, generator)
        scores = greedy(RecurrentForward(weights), src)
        if clear(scores) and lively(scores) and telling(scores):
            return weights, scores
    raise RuntimeError("no random weights give words that change")


def generated(
    student: Student,
    sizes: FullSizes,
    src: torch.Tensor,
    weights: Mapping[str, torch.Tensor],
    training: bool = False,
    model: Model | None = None,
) -> Any:
    """What generate_translation makes of a stand-in for forward, in a new translator of these sizes or in `model`."""
    model = model or sizes.build(student)
    model.replace("forward", student.stand_in("RecurrentForward", weights))
    answer = (model.train() if training else model.eval()).ask(src, method="generate_translation")
    left = training or model.attribute("training") is False
    require(left, "generate_translation switches training mode on: then dropout works while it translates")
    return answer.value


def check_generation(
    student: Student,
    sizes: FullSizes,
    src: torch.Tensor,
    generator: torch.Generator,
    training: bool = False,
    model: Model | None = None,
) -> None:
    """Fail unless generate_translation is the greedy loop: around a random stand-in for forward, or the student's own.

    Code that does forward's work without calling it never meets the stand-in: its own weights count. It is right,
    too, if it gives what a loop around the student's own forward gives, on weights whose words change.

    Raises:
        Mismatch, StudentError: it is not.
    """
    weights, expected = draw_forward(sizes, src, generator)

    def check() -> None:
        require_close(generated(student, sizes, src, weights, training, model), expected, "the scores")

    unless_own_loop(student, sizes, src, generator, check, training)


def unless_own_loop(
    student: Student,
    sizes: FullSizes,
    src: torch.Tensor,
    generator: torch.Generator,
    check: Callable[[], None],
    training: bool = False,
) -> None:
    """Run a check that replaces forward; where it fails, a loop around the student's own forward is as good.

    Raises:
        Mismatch, StudentError: it is neither.
    """
    try:
        check()
    except (Mismatch, StudentError) as error:
        if isinstance(error, StudentError) and error.left_open:
            raise
        if _calls_forward(student, sizes, src, generator) or not _loops_over_forward(
            student, sizes, src, generator, training
        ):
            raise


def _calls_forward(student: Student, sizes: FullSizes, src: torch.Tensor, generator: torch.Generator) -> bool:
    """Does generate_translation only do what a stand-in for forward does, whatever the translator's own weights are?"""
    weights, _ = draw_forward(sizes, src, generator)
    model = sizes.build(student).replace("forward", student.stand_in("RecurrentForward", weights))
    try:
        results = []
        for _ in range(2):
            scramble(model, generator)
            results.append(model.call(src, method="generate_translation"))
    except StudentError:
        return True  # its own fault
    return isinstance(results[0], torch.Tensor) and is_close(results[1], results[0])


def _loops_over_forward(
    student: Student, sizes: FullSizes, src: torch.Tensor, generator: torch.Generator, training: bool
) -> bool:
    """Does generate_translation equal a loop around the student's own forward, on two sets of weights?"""
    try:
        model, seen = replace(sizes, dropout=0.0).build(student), 0
        if training:
            model.train()
        for _ in range(80):
            _make_talkative(model, generator)
            hits = [_replayed(model, src, sizes.outputs, late) for late in (1, 0)]
            if not all(clear(scores) for scores in hits):
                continue
            got = model.call(src, method="generate_translation")
            right = [scores for scores in hits if is_close(got, scores, 1e-4)]
            if not right:
                return False
            seen += lively(right[0])
            if seen == 2:
                return True
    except (Mismatch, StudentError):
        pass
    return False


def _make_talkative(model: Model, generator: torch.Generator) -> None:
    """Load random weights with which a right translator's words change often: it listens to words and source."""
    norms, values = norm_weights(model), scramble(model, generator)
    for name, value in values.items():
        value *= 0.5 if value.dim() > 1 else 0.1
        if "multihead_attn" in name:
            value *= 4
        if name in norms:
            value += 1
    model.load(values)


def _replayed(model: Model, src: torch.Tensor, outputs: int, late: int) -> torch.Tensor:
    """The loop around the student's own forward, each word written `late` positions after its step (1 or 0)."""
    tgt = torch.full_like(src, PAD)
    tgt[:, 0] = src[:, 0]
    kept = []
    for t in range(src.shape[1]):
        scores = require_tensor(model.call(src, tgt), (*src.shape, outputs), "the scores")
        kept.append(scores[:, t])
        tgt[:, t + late : t + late + 1] = kept[-1].argmax(1, keepdim=True)
    return torch.stack(kept, 1)
