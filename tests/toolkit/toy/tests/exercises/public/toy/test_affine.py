"""What a student can check: two parameters, and one map by hand."""

import pytest
import torch
from affine_roles import affine

from autograder.judging.compare import require, require_close, require_tensor

parameters = pytest.mark.step("affine_parameters")
forward = pytest.mark.step("affine_forward")


@parameters
def test_two_parameters(student):
    """The map has two trainable parameters, W (in_features, out_features) and b (out_features).

    Each is an nn.Parameter that is stored in self.
    """
    found = student.build("Affine", 2, 3).structure.parameters
    shapes = sorted(entry.shape for entry in found)
    require(shapes == [(2, 3), (3,)], "the parameters do not have the right shapes", f"found {shapes}")
    require(all(entry.trainable for entry in found), "a parameter is not trainable")


@forward
@pytest.mark.weight(0)
def test_one_row_out_for_each_row_in(student):
    """forward gives (N, out_features) for (N, in_features) and leaves x as it is.

    Look at the order of the product.
    """
    model = affine(student, torch.ones(2, 3), torch.ones(3))
    for rows in (4, 1):
        require_tensor(model.call(torch.ones(rows, 2)), (rows, 3), "y")
        require(not model.changed, "forward changes its input x")


@forward
def test_by_hand(student):
    """The example of the notebook gives (11, 22, 38).

    1 · W[0] + 2 · W[1] + b.
    """
    weight = torch.tensor([[1.0, 0.0, 2.0], [0.0, 1.0, 3.0]])
    model = affine(student, weight, torch.tensor([10.0, 20.0, 30.0]))
    require_close(model.call(torch.tensor([[1.0, 2.0]])), torch.tensor([[11.0, 22.0, 38.0]]), "y")
