"""Typst source into a PDF, with the compiler that the package `typst` brings along."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .markdown import string

PREAMBLE = """\
#set page(paper: "a4", margin: (x: 2.2cm, top: 2cm, bottom: 2.2cm), numbering: "1 / 1")
#set text(size: 10.5pt, lang: "en")
#set par(justify: false, leading: 0.62em)
#set table(stroke: 0.4pt + luma(150), inset: 5pt)
#show heading.where(level: 1): it => block(above: 0pt, below: 1em, text(size: 15pt, it.body))
#show raw: set text(size: 9pt)
#let picture(path) = layout(size => {
  let natural = measure(image(path))
  let factor = calc.min(1, size.width / natural.width, 17cm / natural.height)
  align(center, block(image(path, width: natural.width * factor)))
})
#let note(body) = block(fill: luma(240), inset: 7pt, radius: 3pt, width: 100%, text(size: 9.5pt, body))
"""


class PdfError(Exception):
    """The PDF cannot be made; the message says what to do."""


def compile_pdf(blocks: Sequence[str], pictures: Mapping[str, bytes], on_bad: Callable[[str], None]) -> bytes:
    """Compile the blocks; one that typst refuses is shown as plain text in place of losing the whole PDF.

    Args:
        blocks: typst source; each must compile by itself.
        pictures: files that the blocks name.
        on_bad: is told typst's reason for each block that it refuses.

    Raises:
        PdfError: typst is not installed, or refuses everything.
    """
    try:
        import typst
    except ImportError:
        raise PdfError("the package typst is missing; install it: python -m pip install typst") from None

    with tempfile.TemporaryDirectory(prefix="report-") as work:
        for name, data in pictures.items():
            (Path(work) / name).write_bytes(data)
        main = Path(work) / "main.typ"

        def attempt(parts: Sequence[str]) -> bytes:
            main.write_text(PREAMBLE + "\n" + "\n\n".join(parts) + "\n", encoding="utf-8")
            return bytes(typst.compile(str(main), root=work))

        try:
            return attempt(blocks)
        except RuntimeError:
            kept = []
            for block in blocks:
                try:
                    attempt([block])
                    kept.append(block)
                except RuntimeError as error:
                    on_bad(str(error).split("\n")[0][:200])
                    kept.append("#note[This part cannot be set; here is its source.]")
                    kept.append(f"#raw(block: true, {string(block)})")
        try:
            return attempt(kept)
        except RuntimeError as error:
            raise PdfError(f"typst cannot make the PDF: {str(error)[:300]}") from None
