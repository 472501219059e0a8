"""Nothing but zips in zips in zips.

Inner zips are opened one level deep: one line says that no work was found.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import assembled, deflated, refused

EXPECTED = refused("holds no notebook and no models/ folder")


def build(path: Path) -> None:
    inner = assembled(deflated("models/b.py", b" " * (10 << 20)))
    for _ in range(4):
        inner = assembled(*[deflated(f"{n}.zip", inner) for n in range(10)])
    path.write_bytes(inner)
