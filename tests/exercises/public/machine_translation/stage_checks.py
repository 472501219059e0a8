"""Is TransformerTranslator.forward its four stages one after the other? Each step is judged by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from stand_ins import TableStage, TanhStage
from torch import nn
from transformer_parts import Sizes, ids, load, random_weights

from autograder.isolation.faults import StudentError
from autograder.isolation.handles import Model, Student
from autograder.judging.compare import Mismatch, is_close, require, require_close
from autograder.judging.drawn import drawn_once

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
    _replace_stages(student, model, stages)
    return model


def _replace_stages(student: Student, model: Model, stages: Sequence[Stage]) -> list[Model]:
    parts = [student.stand_in("TanhStage" if number else "TableStage", *data) for number, data in enumerate(stages)]
    for name, part in zip(STAGES, parts, strict=True):
        model.replace(name, part)
    return parts


def local_stages(stages: Sequence[Stage]) -> nn.Sequential:
    """The stand-ins on this side, one after the other."""
    return nn.Sequential(TableStage(*stages[0]), *(TanhStage(*data) for data in stages[1:]))


@drawn_once
def _staged(stages: Sequence[Stage], inputs: torch.Tensor) -> torch.Tensor:
    return local_stages(stages)(inputs).detach()


class ForwardCheck:
    """Does forward run the four stages: stand-ins in their place, or else the student's own methods?

    Code that does the work of the methods without calling them never meets the stand-ins: its own weights count. It
    is right, too, if it does what the student's own methods do, and if every part of the model counts.

    Args:
        student: the student.
        sizes: of the translator.
        stages: data of the stand-ins.
        inputs: (N, T) ids.
        model: a translator of these sizes, where there is one already: its stages are replaced.
    """

    def __init__(
        self,
        student: Student,
        sizes: Sizes,
        stages: Sequence[Stage],
        inputs: torch.Tensor,
        model: Model | None = None,
    ) -> None:
        self._student, self._sizes, self._stages, self._inputs = student, sizes, stages, inputs
        model = model or sizes.build(student)
        _replace_stages(student, model, stages)
        self._answer = model.ask(inputs)

    def require(self, generator: torch.Generator) -> bool:
        """Fail unless it does; has forward met the stand-ins?

        Raises:
            Mismatch, StudentError: it does not run the stages.
        """
        try:
            require_close(self._answer.value, _staged(self._stages, self._inputs), "forward(inputs)")
            return True
        except (Mismatch, StudentError) as error:
            if isinstance(error, StudentError) and error.left_open:
                raise
            if _runs_methods(
                self._student, self._sizes, self._stages, self._inputs, generator
            ) or not _does_what_methods_do(self._student, self._sizes, self._inputs, generator):
                raise
            return False


def _runs_methods(
    student: Student, sizes: Sizes, stages: Sequence[Stage], inputs: torch.Tensor, generator: torch.Generator
) -> bool:
    """Does forward only do what stand-ins for the four methods do, whatever the translator's own weights are?"""
    model = with_stand_ins(student, sizes, stages)
    try:
        results = []
        for _ in range(2):
            load(model, sizes.all_roles(), random_weights(sizes.all_roles(), generator))
            results.append(model.call(inputs))
    except (Mismatch, StudentError):
        return True  # another step's fault, or its own
    return isinstance(results[0], torch.Tensor) and is_close(results[1], results[0])


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


def check_stage_gradients(
    student: Student, sizes: Sizes, stages: Sequence[Stage], inputs: torch.Tensor, generator: torch.Generator
) -> None:
    """Fail unless forward, in a later call and in training mode, gives values and gradients of the stand-ins."""
    model = sizes.build(student)
    parts = _replace_stages(student, model, stages)
    whole = student.stand_in("Staged", model.train(), *parts)
    expected, cotangent, gradients = _staged_gradients(stages, inputs, generator)
    model.ask(inputs.flip(0, 1))
    found = whole.gradients(inputs, cotangents=[cotangent])
    require_close(found.value, expected, "forward(inputs) in training mode")
    require(model.attribute("training") is True, "forward switches training mode off, which its caller should do")
    for name, gradient in gradients.items():
        got = found.parameters.get(f"stages.{name}")
        require(got is not None, f"no gradient gets through forward to {STAGES[int(name[0])]}")
        require_close(got, gradient, "a gradient that goes through forward", atol=1e-4)


@drawn_once
def _staged_gradients(
    stages: Sequence[Stage], inputs: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor, dict[str, Any]]:
    """What the stand-ins give, weights of it in a loss, and the gradients of their parameters by name."""
    own = local_stages(stages)
    value = own(inputs)
    cotangent = torch.randn(value.shape, generator=generator)
    value.backward(cotangent)
    return value.detach(), cotangent, {name: parameter.grad for name, parameter in own.named_parameters()}


def check_forward_gradient(student: Student, sizes: Sizes, generator: torch.Generator) -> None:
    """Fail where a forward without stand-ins cuts off a gradient that the student's own final layer lets through."""
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
