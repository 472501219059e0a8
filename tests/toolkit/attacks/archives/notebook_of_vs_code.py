"""A notebook as VS Code saves it: other metadata, no metadata of the kernel, cells as lists of lines.

It is graded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_kit import BOOK, GRADED, edited, zipped

EXPECTED = GRADED


def build(path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made["metadata"] = {"language_info": {"name": "python"}, "orig_nbformat": 4}
        for cell in made["cells"]:
            cell["metadata"] = {"vscode": {"languageId": "python"}}
            cell["source"] = "".join(cell["source"]).splitlines(keepends=True)

    zipped(path, {BOOK: edited(change)})
