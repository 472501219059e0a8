"""A model saved by torch.save, which is a zip inside.

One line names what it is and what to hand in.
"""

from __future__ import annotations

from pathlib import Path

import torch
from archive_kit import refused

EXPECTED = refused("is a saved PyTorch model, not a zip of your work")


def build(path: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, path)
