"""The theory problem, hidden: random networks against autograd."""

import pytest
from theory_oracle import case
from theory_parts import require_gradient

pytestmark = pytest.mark.step("theory_gradient")


@pytest.mark.weight(5)
@pytest.mark.core
def test_random_networks(student, generator):
    """The gradient is right for random networks.

    Two paths lead from the loss at t = 2 to U: directly at step 2, and through h₁. Each has its own tanh′.
    """
    for inputs, hidden, classes in ((3, 5, 7), (7, 2, 3), (2, 11, 5)):
        require_gradient(student, *case(generator, inputs, hidden, classes))


@pytest.mark.weight(2)
def test_single_numbers(student, generator):
    """The gradient is right when all sizes are as small as they can be.

    Look for squeeze(), and for vectors and matrices that change places when a size is 1.
    """
    for inputs, hidden, classes in ((1, 1, 2), (4, 1, 3), (1, 3, 2)):
        require_gradient(student, *case(generator, inputs, hidden, classes))
