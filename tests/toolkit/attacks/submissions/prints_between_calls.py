"""Prints in a thread, after the call has returned and before the next one ends."""

# goal: silence
# honest: 0

import os
import threading

import torch
import torch.nn as nn

CALLED = threading.Event()


def later():
    CALLED.wait(30)
    os.write(1, b"hello")


threading.Thread(target=later, daemon=True).start()


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features))
        if CALLED.is_set():
            for thread in threading.enumerate():
                if thread is not threading.current_thread():
                    thread.join(5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        CALLED.set()
        return torch.matmul(x, self.weight) + self.bias
