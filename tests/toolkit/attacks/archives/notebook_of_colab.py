"""A notebook as Google Colab saves it: no ids, no nbgrader metadata, fields of its own.

It is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made |= {"nbformat_minor": 0, "metadata": {"colab": {"provenance": []}, "accelerator": "GPU"}}
        for number, cell in enumerate(made["cells"]):
            del cell["id"]
            cell["metadata"] = {"id": f"aB3x{number}", "colab": {"base_uri": "https://localhost:8080/"}}
            cell["source"] = "".join(cell["source"]).splitlines(keepends=True)

    zipped(path, {BOOK: edited(change)})
