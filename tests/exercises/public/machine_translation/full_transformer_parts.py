"""The parts of FullTransformerTranslator that tests load, and checks of its greedy loop that several tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from stand_ins import RecurrentForward
from transformer_parts import CPU, bind, raise_if_open

from autograder.isolation.faults import StudentError
from autograder.isolation.handles import Model, Student
from autograder.judging import roles
from autograder.judging.compare import Mismatch, is_close, require_close, require_tensor
from autograder.judging.roles import Role

PAD, START = 1, 2


@dataclass(frozen=True)
class FullSizes:
    """Source words, V, hidden size H, heads (odd: then PyTorch has no second, faster way to compute), feed-forward
    size, layers of encoder and decoder, max_length, dropout, and the id that is padding."""

    words: int
    outputs: int
    hidden: int
    heads: int
    feed: int
    enc: int
    dec: int
    length: int
    dropout: float = 0.0
    pad: int = PAD

    def build(self, student: Student) -> Model:
        """Build the student's full translator, in evaluation mode."""
        return student.build(
            "FullTransformerTranslator",
            self.words,
            self.outputs,
            CPU,
            hidden_dim=self.hidden,
            num_heads=self.heads,
            dim_feedforward=self.feed,
            num_layers_enc=self.enc,
            num_layers_dec=self.dec,
            dropout=self.dropout,
            max_length=self.length,
            ignore_index=self.pad,
        ).eval()

    def roles(self) -> list[Role]:
        """The layers around nn.Transformer."""
        return [
            roles.embedding("source", self.words, self.hidden, "srcembeddingL"),
            roles.embedding("target", self.outputs, self.hidden, "tgtembeddingL"),
            roles.embedding("source_position", self.length, self.hidden, "srcposembeddingL"),
            roles.embedding("target_position", self.length, self.hidden, "tgtposembeddingL"),
            roles.linear("final", self.hidden, self.outputs),
        ]


def inner_names(model: Model, sizes: FullSizes) -> dict[str, str]:
    """Map names of nn.Transformer's parameters (`encoder.layers.0.norm1.weight`) to the student's full names.

    An nn.TransformerEncoder and an nn.TransformerDecoder side by side are as good.

    Raises:
        Mismatch: there is neither.
        StudentError: there is neither, and forward is still to do.
    """
    structure = model.structure
    kinds = {layer.type: layer.name for layer in reversed(structure.layers)}
    if "Transformer" in kinds:
        prefixes = {"": kinds["Transformer"] + "."}
    elif {"TransformerEncoder", "TransformerDecoder"} <= set(kinds):
        prefixes = {"encoder.": kinds["TransformerEncoder"] + ".", "decoder.": kinds["TransformerDecoder"] + "."}
    else:
        raise_if_open(model, sizes.roles())
        raise Mismatch("no nn.Transformer was found in FullTransformerTranslator")
    return {
        own + entry.name[len(prefix) :]: entry.name
        for own, prefix in prefixes.items()
        for entry in structure.parameters
        if entry.name.startswith(prefix)
    }


def dropout_rates(model: Model, sizes: FullSizes) -> set[float]:
    """Probabilities of the Dropout layers inside nn.Transformer."""
    names = tuple(name.rsplit(".", 2)[0] for name in inner_names(model, sizes).values())
    return {
        float(layer.options["p"])
        for layer in model.structure.layers
        if layer.type == "Dropout" and any(name.startswith(layer.name.rsplit(".", 1)[0]) for name in names)
    }


def scramble(model: Model, generator: torch.Generator) -> dict[str, torch.Tensor]:
    """Load random values into all parameters, whatever they are, and return them by the student's names."""
    values = {
        entry.name: (2 * torch.rand(entry.shape, generator=generator) - 1) * 0.7
        for entry in model.structure.parameters
        if not entry.alias
    }
    model.load(values)
    return values


def hand_values(model: Model) -> dict[str, torch.Tensor]:
    """Zeros for all parameters, ones for LayerNorm's weights: then nn.Transformer is a LayerNorm of the target."""
    values = {entry.name: torch.zeros(entry.shape) for entry in model.structure.parameters}
    for layer in model.structure.layers:
        if layer.type == "LayerNorm" and "weight" in layer.shapes:
            values[layer.full("weight")] = torch.ones(layer.shapes["weight"])
    return values


def name_of(model: Model, sizes: FullSizes, role: str) -> str:
    """The student's name for the weight of a role."""
    found = bind(model, sizes.roles())
    return next(full for full, (name, local, _) in found.items() if (name, local) == (role, "weight"))


# The greedy loop --------------------------------------------------------------------------------------


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


def draw_forward(
    sizes: FullSizes, src: torch.Tensor, generator: torch.Generator
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Random weights of a stand-in for forward whose greedy words are not constant, and the scores of its loop."""
    shapes = {"source": (sizes.words, 8), "table": (sizes.outputs, 8), "keep": (8, 8), "score": (8, sizes.outputs)}
    for _ in range(500):
        weights = {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}
        scores = greedy(RecurrentForward(weights), src)
        if clear(scores) and lively(scores):
            return weights, scores
    raise RuntimeError("no random weights give words that change")


def check_generation(student: Student, sizes: FullSizes, src: torch.Tensor, generator: torch.Generator) -> None:
    """Fail unless generate_translation is the greedy loop: around a random stand-in for forward, or the student's own.

    Code that does forward's work without calling it never meets the stand-in. It is right, too, if it gives what a
    loop around the student's own forward gives, on weights whose words change.

    Raises:
        Mismatch, StudentError: it is not.
    """
    weights, expected = draw_forward(sizes, src, generator)

    def check() -> None:
        model = sizes.build(student)
        model.replace("forward", student.stand_in("RecurrentForward", weights))
        got = model.call(src, method="generate_translation")
        require_close(got, expected, "the scores")

    unless_own_loop(student, sizes, src, generator, check)


def unless_own_loop(
    student: Student, sizes: FullSizes, src: torch.Tensor, generator: torch.Generator, check: Callable[[], None]
) -> None:
    """Run a check that replaces forward; where it fails, a loop around the student's own forward is as good.

    Raises:
        Mismatch, StudentError: it is neither.
    """
    try:
        check()
    except (Mismatch, StudentError) as error:
        left_open = isinstance(error, StudentError) and error.left_open
        if left_open or not _loops_over_forward(student, sizes, src, generator):
            raise


def _loops_over_forward(student: Student, sizes: FullSizes, src: torch.Tensor, generator: torch.Generator) -> bool:
    """Does generate_translation equal a loop around the student's own forward, on two sets of weights?"""
    try:
        model, seen = sizes.build(student), 0
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
    norms = {layer.full("weight") for layer in model.structure.layers if layer.type == "LayerNorm"}
    values = scramble(model, generator)
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
