"""The leaderboard: BLEU of the translations that a student handed in, against references that the grader alone has.

It is no part of the grade. Only texts are read of the file; no model runs here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.isolation.opening.intake import Intake
from autograder.isolation.opening.opening import SubmissionError, items_of
from autograder.judging.translations import TRANSLATIONS, TranslationsError, read_translations, sentences

NAME = "BLEU"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Place:
    """A place on the leaderboard: the BLEU score, or why there is none."""

    bleu: float | None = None
    problem: str = ""

    def note(self) -> str:
        """One sentence for the student."""
        if self.bleu is not None:
            return f"{TRANSLATIONS}: {NAME} {self.bleu:.2f}. It stands on the leaderboard and earns no points."
        return f"{TRANSLATIONS} {self.problem}; it is left out of the leaderboard, and costs no points."


def place(assignment: Assignment, hidden: Path, submission: Path) -> Place | None:
    """Score the translations of a submission; None where it has none, or the assignment has no leaderboard.

    Args:
        assignment: the assignment.
        hidden: folder of its hidden tests, where the references are.
        submission: what was handed in.

    Raises:
        OSError: the references cannot be read.
    """
    if not assignment.leaderboard.references:
        return None
    try:
        data = _find(submission)
        if data is None:
            return None
        references = sentences((hidden / assignment.leaderboard.references).read_text(encoding="utf-8"))
        return Place(bleu=bleu(read_translations(data, len(references)), references))
    except TranslationsError as error:
        return Place(problem=str(error))


def add_place(results: dict[str, Any], assignment: Assignment, hidden: Path, submission: Path) -> None:
    """Add the leaderboard to the content of results.json, and a sentence about it. A verdict never fails over this."""
    try:
        found = place(assignment, hidden, submission)
    except Exception as error:
        results["extra_data"]["leaderboard_fault"] = f"{type(error).__name__}: {error}"
        return
    if found is not None:
        results["output"] += f"\n\n{found.note()}"
        if found.bleu is not None:
            results["leaderboard"] = [{"name": NAME, "value": found.bleu, "order": "desc"}]


def bleu(translations: Sequence[str], references: Sequence[str]) -> float:
    """BLEU of a corpus, 0 to 100, on words in lower case: what the models of the exercises write."""
    from sacrebleu.metrics.bleu import BLEU  # 0.15 s; most submissions need none

    metric = BLEU(tokenize="none")
    score = metric.corpus_score([_words(text) for text in translations], [[_words(text) for text in references]]).score
    return round(float(score), 2)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _find(submission: Path) -> bytes | None:
    """The file, from the outermost folder that has one."""
    with ExitStack() as stack:
        try:
            items = items_of(submission, stack)
        except SubmissionError:
            return None  # nothing of it can be graded either, and that is told
        intake = Intake()
        intake.take(items, lambda name: f"/{name}".endswith(f"/{TRANSLATIONS}"))
    if not intake.files and intake.problems:
        raise TranslationsError(intake.problems[0].removeprefix(TRANSLATIONS).strip())
    places = sorted(intake.files, key=lambda name: (name.count("/"), name))
    return intake.files[places[0]] if places else None
