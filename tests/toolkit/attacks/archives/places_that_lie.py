"""Entries that say their bytes begin in the list of files, or far behind the end.

They are damaged; the notebook is graded.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import Member, assembled, graded, work

EXPECTED = graded("models/0.py is damaged (it is not where the zip says)")


def build(path: Path) -> None:
    places = [b"\xff\xff\xff\x7f", b"\x00\x01\x00\x00"]
    data = assembled(*[Member(f"models/{n}.py".encode(), b"x") for n in range(2)], work())
    for number, place in enumerate(places):
        at = data.index(f"models/{number}.py".encode(), data.index(b"PK\1\2"))
        data = data[: at - 4] + place + data[at:]
    path.write_bytes(data)
