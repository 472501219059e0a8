"""A notebook as Kaggle saves it: times and trust in each cell's metadata, a name of its own.

It is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import GRADED, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made |= {"nbformat_minor": 4, "metadata": {"kaggle": {"accelerator": "none", "dataSources": []}}}
        for cell in made["cells"]:
            del cell["id"]
            cell["metadata"] = {
                "_uuid": "8f2839f25d086af736a60e9eeb907d3b93b6e0e5",
                "trusted": True,
                "_cell_guid": "b1076d",
            }

    zipped(path, {"__notebook__ (3).ipynb": edited(change)})
