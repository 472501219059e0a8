# models/theory.py
def dL2_dU(x, y, U, W, V, b, c):
    import numpy as np

    H, D = U.shape
    hs = [np.zeros(H)]
    for t in range(3):
        hs.append(np.tanh(np.dot(U, x[t]) + np.dot(W, hs[-1]) + b))
    logits = np.dot(V, hs[2]) + c
    probs = np.exp(logits - np.logaddexp.reduce(logits))
    probs[y[1]] -= 1
    grad = np.zeros((H, D))
    delta = np.dot(probs, V)
    for t in (2, 1):
        delta = delta * (1 - hs[t] * hs[t])
        for i in range(H):
            for j in range(D):
                grad[i, j] += delta[i] * x[t - 1][j]
        delta = np.dot(delta, W)
    return grad
