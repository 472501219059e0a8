"""Is TransformerTranslator.forward its four stages one after the other? Each step is judged by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from stand_ins import TableStage, TanhStage
from transformer_parts import Sizes, ids, load, random_weights

from autograder.isolation.faults import StudentError
from autograder.isolation.handles import Model, Student
from autograder.judging.compare import Mismatch, is_close, require_close

STAGES = ("embed", "multi_head_attention", "feedforward_layer", "final_layer")
Stage = tuple[torch.Tensor, ...]


def draw_stages(sizes: Sizes, generator: torch.Generator) -> list[Stage]:
    """Random data of four stand-ins: a table, then a matrix and a bias for each later stage."""

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator) * 0.7

    hidden = sizes.hidden
    ends = (hidden, hidden, sizes.outputs)
    return [(draw(sizes.words, hidden),), *((draw(hidden, end), draw(end)) for end in ends)]


def with_stand_ins(student: Student, sizes: Sizes, stages: Sequence[Stage]) -> Model:
    """A translator whose four stages are stand-ins."""
    model = sizes.build(student)
    for number, (name, data) in enumerate(zip(STAGES, stages, strict=True)):
        model.replace(name, student.stand_in("TanhStage" if number else "TableStage", *data))
    return model


def run_stages(stages: Sequence[Stage], inputs: torch.Tensor) -> torch.Tensor:
    """What the stand-ins make of ids, one after the other."""
    out = TableStage(*stages[0])(inputs)
    for data in stages[1:]:
        out = TanhStage(*data)(out)
    return out


def check_forward(
    student: Student, sizes: Sizes, stages: Sequence[Stage], inputs: torch.Tensor, generator: torch.Generator
) -> None:
    """Fail unless forward runs the four stages: stand-ins in their place, or else the student's own methods.

    Code that does the work of the methods without calling them never meets the stand-ins. It is right, too, if it
    does what the student's own methods do, and if every part of the model counts.

    Raises:
        Mismatch, StudentError: it does not.
    """
    try:
        got = with_stand_ins(student, sizes, stages).call(inputs)
        require_close(got, run_stages(stages, inputs), "forward(inputs)")
    except (Mismatch, StudentError) as error:
        open_ = isinstance(error, StudentError) and error.left_open
        if open_ or not _does_what_methods_do(student, sizes, inputs, generator):
            raise


def _does_what_methods_do(student: Student, sizes: Sizes, inputs: torch.Tensor, generator: torch.Generator) -> bool:
    """Does forward equal the student's own stages, with stages that all have an effect?"""
    groups = [sizes.embed_roles()[:1], sizes.embed_roles()[1:], sizes.attention_roles()]
    groups += [sizes.feed_roles()[:3], sizes.final_roles()]
    try:
        model = sizes.build(student)
        load(model, sizes.all_roles(), random_weights(sizes.all_roles(), generator))
        first = _composed(model, inputs)
        other = _composed(model, (inputs + 1) % sizes.words)
        if first is None or other is None or bool(torch.isclose(first, other).all(2).any()):
            return False
        for group in groups:
            load(model, group, random_weights(group, generator))
            changed = _composed(model, inputs)
            if changed is None or is_close(changed, first, 1e-4):
                return False
            first = changed
    except (Mismatch, StudentError):
        return False
    return True


def _composed(model: Model, inputs: torch.Tensor) -> torch.Tensor | None:
    """What the student's own methods make of ids, if forward makes the same of them."""
    out: Any = inputs
    for name in STAGES:
        out = model.call(out, method=name)
        if not isinstance(out, torch.Tensor) or out.dim() != 3:
            return None
    return out if is_close(model.call(inputs), out) else None


def check_forward_gradient(student: Student, sizes: Sizes, generator: torch.Generator) -> None:
    """Fail where forward cuts off a gradient that the student's own final layer lets through."""
    model = sizes.build(student)
    inputs = ids(generator, sizes.words, 2, 3)
    hidden = torch.randn(2, 3, sizes.hidden, generator=generator)
    cotangents = [torch.randn(2, 3, sizes.outputs, generator=generator)]
    try:
        alone = model.gradients(hidden, cotangents=cotangents, method="final_layer").parameters
        whole = model.gradients(inputs, cotangents=cotangents).parameters
    except StudentError:
        return  # another step's fault: forward itself has run with stand-ins
    for name, value in alone.items():
        if isinstance(value, torch.Tensor) and not isinstance(whole.get(name), torch.Tensor):
            raise Mismatch("no gradient gets through forward")
