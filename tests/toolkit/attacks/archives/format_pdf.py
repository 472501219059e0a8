"""The report as a PDF in place of the work.

One line names what it is and what to hand in.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import refused

NAME = "report.pdf"
EXPECTED = refused("report.pdf is a PDF, not a zip")


def build(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
