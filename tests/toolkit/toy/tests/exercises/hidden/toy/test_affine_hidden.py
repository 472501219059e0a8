"""The rest of the grade: other sizes, values of torch itself, gradients."""

import pytest
import torch
from affine_roles import affine

from autograder.judging.compare import require, require_close

parameters = pytest.mark.step("affine_parameters")
forward = pytest.mark.step("affine_forward")


def draw(generator, *shape):
    """Uniform in ±1."""
    return torch.rand(*shape, generator=generator) * 2 - 1


@parameters
@pytest.mark.parametrize("sizes", [(5, 7), (11, 2)], ids=["wide", "narrow"])
def test_other_sizes(student, sizes):
    """The sizes follow the constructor's arguments."""
    shapes = sorted(entry.shape for entry in student.build("Affine", *sizes).structure.parameters)
    require(shapes == sorted([sizes, sizes[1:]]), "the parameters do not follow the arguments", f"secret: {shapes}")


@forward
@pytest.mark.weight(2)
def test_values(student, generator):
    """Random rows are mapped as torch maps them.

    Is b added to every row?
    """
    weight, bias, x = (draw(generator, *shape) for shape in ((5, 7), (7,), (3, 5)))
    require_close(affine(student, weight, bias).call(x), torch.addmm(bias, x, weight), "y", hint="secret hint")


@forward
def test_gradients(student, generator):
    """A gradient reaches W, b and x."""
    weight, bias, x, cotangent = (draw(generator, *shape) for shape in ((5, 7), (7,), (3, 5), (3, 7)))
    found = affine(student, weight, bias).gradients(x, cotangents=[cotangent])
    by_shape = {tuple(value.shape): value for value in found.parameters.values() if value is not None}
    for name, wanted in (("W", x.T @ cotangent), ("b", cotangent.sum(0))):
        require_close(by_shape.get(tuple(wanted.shape)), wanted, f"the gradient of {name}")
    require_close(found.inputs[0], cotangent @ weight.T, "the gradient of x")
