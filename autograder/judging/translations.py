"""What a student hands in for the leaderboard: `results/translations.json`, a list of texts. It is not to be trusted.

Shared with students, so that `collect_submission.py` says the same of the file as the grader does.
"""

from __future__ import annotations

import json

TRANSLATIONS = "results/translations.json"
MAX_BYTES = 1 << 20
MAX_LETTERS = 1_000  # of one text


class TranslationsError(ValueError):
    """The file cannot be used. The message completes a sentence that begins with its name."""


def read_translations(data: bytes, count: int) -> list[str]:
    """Read the translations.

    Args:
        data: content of the file.
        count: how many texts it must hold, one for each sentence of the released list.

    Raises:
        TranslationsError: it is something else.
    """
    if len(data) > MAX_BYTES:
        raise TranslationsError(f"has over {MAX_BYTES >> 20} MiB")
    try:
        texts = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise TranslationsError("is no JSON") from None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise TranslationsError("is no list of texts")
    if len(texts) != count:
        raise TranslationsError(f"holds {len(texts)} texts in place of {count}")
    if any(len(text) > MAX_LETTERS for text in texts):
        raise TranslationsError(f"holds a text of over {MAX_LETTERS:,} letters")
    return texts


def sentences(text: str) -> list[str]:
    """The sentences of a list that was written one a line."""
    return text.split("\n") if not text.endswith("\n") else text[:-1].split("\n")
