"""What student code has said, on its way to people: cut, made visible, and without what must not be known.

Student code can put anything into a text: escape sequences of a terminal, or the inputs of a hidden test.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from autograder.isolation.faults import Frame, StudentError
from autograder.judging.verdict import Outcome

_LONGEST = 2000
_MOST_LINES = 30
_ACCENTS = 3  # marks on one letter; more would climb over the lines around it
_FOLDERS = re.compile(r"(?<![\w.:/])(?:/[\w.@+~-]+)+/(?=[\w.@+~-])")
_IN_HIDDEN_TEST = "something while a hidden test ran"
_UNPROTECTED = "something that is not shown, as student code can read other files on this machine"
_NO_TEXT = "(its text is not shown, as student code can read other files on this machine)"


def visible(text: str, limit: int = _LONGEST) -> str:
    """A text with its invisible and its directing characters written out, e.g. `\\x1b`, and no longer than a limit."""
    shown, accents = [], 0
    for sign in text[:limit]:
        kind = unicodedata.category(sign)
        accents = accents + 1 if kind in ("Mn", "Me") else 0
        if sign in "\n\t":
            shown.append(sign)
        elif kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            shown.append(sign.encode("unicode_escape").decode("ascii"))
        elif accents <= _ACCENTS:
            shown.append(sign)
    return "".join(shown) + ("…" if len(text) > limit else "")


def quoted(text: str) -> str:
    """The first line of what was printed, in quotation marks; or why it is not shown."""
    line = (text.splitlines() or [""])[0].strip()
    if line in (_IN_HIDDEN_TEST, _UNPROTECTED):
        return line
    return f"“{visible(line, 100)}”" if line else "an empty line"


def tellable(outcome: Outcome, sources: Mapping[str, str], confined: bool) -> Outcome:
    """An outcome whose texts hold nothing that student code should not have known or may not pass on.

    Args:
        outcome: what a test found.
        sources: the submission's modules by path.
        confined: was every other file out of the code's reach?
    """
    printed = tuple((call, _printed(text, outcome.kind, sources, confined)) for call, text in outcome.printed)
    said = outcome.said
    if said:
        kind = said.partition(":")[0]
        said = _shortened(without_folders(said)) if confined else f"{kind}: {_NO_TEXT}"
    return replace(outcome, said=said if outcome.kind == "public" else "", printed=printed)


def own_frames(error: StudentError, sources: Mapping[str, str]) -> StudentError:
    """The error with those of its frames that stand in the submission, with the lines that stand there."""
    frames = []
    for frame in error.frames:
        lines = sources.get(frame.file, "").splitlines()
        if 1 <= frame.line <= len(lines):
            known = frame.function.isidentifier() and frame.function in sources[frame.file]
            name = frame.function if known or frame.function == "<module>" else "<code>"
            frames.append(Frame(frame.file, frame.line, name, lines[frame.line - 1].strip()[:200]))
    return StudentError(error.call, error.kind, error.text, tuple(frames))


def without_folders(text: str) -> str:
    """A text with the folders of absolute paths left out: they tell where a grader keeps its things."""
    return _FOLDERS.sub("…/", text)


def _printed(text: str, kind: str, sources: Mapping[str, str], confined: bool) -> str:
    """What may be quoted of what was printed. In a hidden test, only a line that stands in the source as it is."""
    lines = text.splitlines() or [""]
    line = lines[0].strip()
    if any(line in source for source in sources.values()):
        return text if kind == "public" and confined else line
    if kind != "public":
        return _IN_HIDDEN_TEST
    return without_folders(text) if confined else _UNPROTECTED


def _shortened(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(lines[:_MOST_LINES] + ["…"] * (len(lines) > _MOST_LINES))
