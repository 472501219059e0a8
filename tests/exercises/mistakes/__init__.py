"""Catalogue of wrong answers: each a small edit of the reference, with the steps that it must cost and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """One wrong answer that students hand in.

    Attributes:
        id: its name.
        module: path of the module that is edited.
        sentence: what a student should read about it.
        costs: the steps that lose points, exactly.
        edits: pairs of old and new text; each old text is replaced wherever it stands.
    """

    id: str
    module: str
    sentence: str
    costs: Sequence[str]
    edits: Sequence[tuple[str, str]]

    def made_from(self, reference: Mapping[str, bytes]) -> dict[str, bytes]:
        """The reference's modules with the mistake in.

        Raises:
            ValueError: an edit does not fit the reference; the catalogue must follow it.
        """
        source = reference[self.module].decode("utf-8")
        for old, new in self.edits:
            if old not in source:
                raise ValueError(f"{self.id}: {self.module} has no {old!r} to change")
            source = source.replace(old, new)
        return {**reference, self.module: source.encode("utf-8")}
