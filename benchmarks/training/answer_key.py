"""The classes of the answer key, taken out of the instructor's notebooks, and the helpers of the training notebook."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "source" / "machine_translation"
sys.path[:0] = [str(SOURCE), str(ROOT)]

import speed  # noqa: E402, F401 - before torch, see there

# isort: split
from my_models import MyModels, load_models  # noqa: E402


def answer_key() -> MyModels:
    """Assemble the solved modules in a folder of their own and import them."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (*SOURCE.glob("*.ipynb"), SOURCE / "assignment.toml"):
            shutil.copy(path, folder)
        return load_models(folder, lambda _: None)
