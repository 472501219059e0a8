"""Finds the two parameters of an Affine: by name, else by shape, so that names never cost points."""

from __future__ import annotations

import torch

from autograder.isolation.handles import Model, Student


def affine(student: Student, weight: torch.Tensor, bias: torch.Tensor) -> Model:
    """Build an Affine with these values; a parameter that is not there is left out."""
    model = student.build("Affine", *weight.shape)
    found = {_find(model, value, name): value for name, value in (("weight", weight), ("bias", bias))}
    found.pop("", None)
    return model.load(found)


def _find(model: Model, value: torch.Tensor, name: str) -> str:
    fitting = [entry.name for entry in model.structure.parameters if entry.shape == tuple(value.shape)]
    return name if name in fitting else next(iter(fitting), "")
