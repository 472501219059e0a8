"""The catalogue of mistakes: wrong answers that students hand in, each a small edit of the reference.

It lies in `tests/exercises/mistakes/<assignment>/*.py`; each file has a tuple `MISTAKES`. Tests of the toolkit grade
every one of them, and a failing submission is compared with them to name what went wrong.
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mistake:
    """One wrong answer that students hand in.

    Attributes:
        id: its name.
        module: path of the module that is edited.
        sentence: what is wrong, as a student should read it.
        hint: one next thing to look at or to try; it does not spell out the answer.
        costs: the steps that lose points, exactly.
        edits: pairs of old and new text; each old text is replaced wherever it stands.
    """

    id: str
    module: str
    sentence: str
    hint: str
    costs: Sequence[str]
    edits: Sequence[tuple[str, str]]

    def applied_to(self, source: str) -> str:
        """Return the module's source with the mistake in.

        Raises:
            ValueError: an edit does not fit the reference; the catalogue must follow it.
        """
        for old, new in self.edits:
            if old not in source:
                raise ValueError(f"{self.id}: {self.module} has no {old!r} to change")
            source = source.replace(old, new)
        return source

    def made_from(self, reference: Mapping[str, bytes]) -> dict[str, bytes]:
        """The reference's modules with the mistake in.

        Raises:
            ValueError: as `applied_to`.
        """
        return {**reference, self.module: self.applied_to(reference[self.module].decode("utf-8")).encode("utf-8")}


FAILURES = "failures.json"


def load_failures(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Read which tests each mistake fails, `{mistake: {step: [test, …]}}`, as `make mistakes` has found it."""
    path = folder / FAILURES
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def load_catalogue(folder: Path) -> tuple[Mistake, ...]:
    """Read the mistakes of an assignment, in the order of the files' names; none where there is no folder."""
    found: list[Mistake] = []
    for path in sorted(folder.glob("*.py")):
        found += runpy.run_path(str(path)).get("MISTAKES", ())
    return tuple(found)
