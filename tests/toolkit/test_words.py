"""Limits of written answers: what is over is noted, with the numbers, and costs nothing by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.authoring.assignment import AssignmentError, load
from autograder.authoring.cells import parse_notebook
from autograder.isolation.submission import Submission
from autograder.judging.words import notes_on_words

SOURCE = Path(__file__).resolve().parents[2] / "source" / "machine_translation"
PLACEHOLDER = "*Write your answer here.*"


def notes(*answers: str) -> list[str]:
    """Notes on a report in which the first cell of the review and cells added below it hold these texts."""
    document = json.loads((SOURCE / "report.ipynb").read_text(encoding="utf-8"))
    cells = document["cells"]
    place = next(index for index, cell in enumerate(cells) if cell["id"] == "answer-review")
    added = [
        {"cell_type": "markdown", "id": f"own-{n}", "metadata": {}, "source": t} for n, t in enumerate(answers[1:])
    ]
    cells[place]["source"] = answers[0]
    cells[place + 1 : place + 1] = added
    submission = Submission(notebooks={"report.ipynb": parse_notebook(json.dumps(document), "report.ipynb")})
    return list(notes_on_words(load(SOURCE), submission))


def test_what_was_handed_out_does_not_count() -> None:
    assert notes(PLACEHOLDER) == []
    assert notes(PLACEHOLDER + "\n" + "word " * 350) == []


@pytest.mark.parametrize("answers", [("word " * 351,), ("word " * 300, "word " * 51)])
def test_one_word_too_many_is_noted(answers: tuple[str, ...]) -> None:
    assert notes(*answers) == ["answer-review has 351 words; the limit is 350."]


def test_the_next_given_cell_ends_an_answer() -> None:
    assert notes("word " * 350) == []  # the next question's text, far over 350 words with it, is not the student's


def test_a_limit_for_no_cell_is_refused(tmp_path: Path) -> None:
    (tmp_path / "assignment.toml").write_text('title = "x"\n[words]\nnowhere = 10\n', encoding="utf-8")
    (tmp_path / "report.ipynb").write_text((SOURCE / "theory.ipynb").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(AssignmentError, match=r"\[words\] names the cell 'nowhere'"):
        load(tmp_path)
