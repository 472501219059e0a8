"""Counting the words of written answers that have a limit. People grade those; the grader only notes what is over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.authoring.assignment import Assignment
from autograder.isolation.submission import Submission


def count_words(text: str) -> int:
    """Count the words of a markdown text: a formula is one; comments, pictures, tags and addresses are none."""
    text = re.sub(r"<!--[\s\S]*?-->|!\[[^\]]*\]\([^)]*\)|<[^<>]*>", " ", text)
    text = re.sub(r"\]\([^)]*\)|https?://\S+", " ", text)
    text = re.sub(r"\$\$[\s\S]+?\$\$|\$[^$\n]+\$", " formula ", text)
    return len(re.findall(r"\w+(?:['’.,\-]\w+)*", text.replace("_", " ")))


def notes_on_words(assignment: Assignment, submission: Submission) -> Iterator[str]:
    """Yield one sentence for each limited answer of a submission that is too long.

    An answer is its cell, without the text that was handed out in it, and the markdown cells that the student has
    added below it.
    """
    for cells in submission.notebooks.values():
        counts: dict[str, int] = {}
        current = ""
        for cell in cells:
            if cell.id in assignment.words:
                current = cell.id
            elif cell.id in assignment.given:
                current = ""
            if current and cell.kind == "markdown":
                released = assignment.given.get(cell.id)
                text = cell.source.replace(released, " ") if released else cell.source
                counts[current] = counts.get(current, 0) + count_words(text)
        for answer, count in counts.items():
            if count > assignment.words[answer]:
                yield f"{answer} has {count} words; the limit is {assignment.words[answer]}."
