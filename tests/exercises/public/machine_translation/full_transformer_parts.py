"""The parts of FullTransformerTranslator that tests load."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from transformer_parts import CPU, bind, raise_if_open

from autograder.isolation.handles import Model, Student
from autograder.judging import roles
from autograder.judging.compare import Mismatch
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


def norm_weights(model: Model) -> set[str]:
    """Full names of the weights of all LayerNorms, of those, too, that have none."""
    return {layer.full("weight") for layer in model.structure.layers if layer.type == "LayerNorm"}


def scramble(model: Model, generator: torch.Generator) -> dict[str, torch.Tensor]:
    """Load random values into all parameters, whatever they are, and return them by the student's names.

    LayerNorm's weights lie around 1: a small one would hide what the layers before it do.
    """
    values = {
        entry.name: (2 * torch.rand(entry.shape, generator=generator) - 1) * 0.7
        for entry in model.structure.parameters
        if not entry.alias
    }
    for name in norm_weights(model) & values.keys():
        values[name] += 1
    model.load(values)
    return values


def hand_values(model: Model) -> dict[str, torch.Tensor]:
    """Zeros for all parameters, ones for LayerNorm's weights: then nn.Transformer is a LayerNorm of the target."""
    values = {entry.name: torch.zeros(entry.shape) for entry in model.structure.parameters}
    for name in norm_weights(model) & values.keys():
        values[name] += 1
    return values


def name_of(model: Model, sizes: FullSizes, role: str) -> str:
    """The student's name for the weight of a role."""
    found = bind(model, sizes.roles())
    return next(full for full, (name, local, _) in found.items() if (name, local) == (role, "weight"))
