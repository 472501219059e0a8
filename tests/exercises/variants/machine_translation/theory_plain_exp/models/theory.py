# A softmax without the maximum taken off: right as long as no score is above 700.

import numpy as np


def dL2_dU(x, y, U, W, V, b, c):
    x1, x2, _ = x
    h1 = np.tanh(U.dot(x1) + b)
    h2 = np.tanh(U.dot(x2) + W.dot(h1) + b)
    powers = np.exp(V.dot(h2) + c)
    error = powers / np.sum(powers)
    error[y[1]] -= 1.0
    a2 = V.T.dot(error) * (1.0 - h2 * h2)
    a1 = W.T.dot(a2) * (1.0 - h1 * h1)
    return a2[:, None] * x2[None, :] + a1[:, None] * x1[None, :]
