"""The theory problem: numbers that follow on paper. D = 3, H = 2, four classes."""

import numpy as np
import pytest
from numpy.random import default_rng  # here, since numpy loads it late: once for all submissions
from theory_parts import gradient, require_gradient, require_unchanged

pytestmark = pytest.mark.step("theory_gradient")
# All states are 0 and the output at each step is c: the probabilities are 1/8, 1/8, 1/4, 1/2.
ZERO = {
    "x": np.array([[1.0, 2.0, -1.0], [2.0, 0.0, 3.0], [5.0, 7.0, 11.0]]),
    "y": np.array([0, 2, 3]),
    "U": np.zeros((2, 3)),
    "W": np.zeros((2, 2)),
    "V": np.array([[32.0, 0.0], [0.0, 8.0], [4.0, 0.0], [2.0, -2.0]]),
    "b": np.zeros(2),
    "c": np.log([0.125, 0.125, 0.25, 0.5]),
}


@pytest.mark.weight(0)
def test_theory_shape(student):
    """dL2_dU returns a NumPy array of float64 with the shape of U, (H, D), and leaves its arguments as they are.

    One number for each entry of U. Use NumPy from the beginning to the end. c += … changes the array that came in.
    """
    gradient(student, ZERO)
    rng = default_rng(0)
    shapes = {"x": (3, 1), "U": (4, 1), "W": (4, 4), "V": (2, 4), "b": (4,), "c": (2,)}
    given = {"y": np.array([1, 0, 1]), **{name: rng.normal(size=shape) for name, shape in shapes.items()}}
    gradient(student, given)
    require_unchanged(student, given)


def test_direct_path(student):
    """Without W, only the second input counts: the outer product of the error at a₂ and x₂.

    Softmax minus one-hot is (1/8, 1/8, −3/4, 1/2) at o₂, so Vᵀ times it is (2, 0) at h₂, and tanh′(0) = 1.
    """
    require_gradient(student, ZERO, [[4.0, 0.0, 6.0], [0.0, 0.0, 0.0]])


def test_path_through_time(student):
    """With W, the loss at t = 2 also depends on U through h₁.

    The error (2, 0) at a₂ goes back through W: it is Wᵀ · (2, 0) = (1, −3) at h₁, where it meets x₁.
    """
    given = ZERO | {"W": np.array([[0.5, -1.5], [4.0, 9.0]])}
    require_gradient(student, given, [[4.0 + 1.0, 2.0, 6.0 - 1.0], [-3.0, -6.0, 3.0]])


def test_derivative_of_tanh(student):
    """On its way from h₂ to a₂ an error is multiplied by 1 − h₂².

    Here b makes h = (0.5, −0.5) at each step, the factor is 3/4, and c makes the probabilities those of before.
    """
    h = np.array([0.5, -0.5])
    given = ZERO | {"b": np.arctanh(h), "c": ZERO["c"] - ZERO["V"] @ h}
    require_gradient(student, given, [[3.0, 0.0, 4.5], [0.0, 0.0, 0.0]])
