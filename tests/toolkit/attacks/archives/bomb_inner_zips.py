"""Five inner zips, each of which unpacks to 100 MiB of notebooks.

All count against the same limit: reading ends, and one line says why.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import assembled, deflated, refused

EXPECTED = refused("is not a notebook: it is empty")


def build(path: Path) -> None:
    inner = assembled(*[deflated(f"b{n}.ipynb", b" " * (10 << 20)) for n in range(10)])
    path.write_bytes(assembled(*[deflated(f"{n}.zip", inner) for n in range(5)]))
