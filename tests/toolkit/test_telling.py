"""What student code has said, made fit to be shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.isolation.faults import Frame, StudentError
from autograder.judging.telling import own_frames, quoted, tellable, visible, without_folders
from autograder.judging.verdict import FAILED, Outcome

SOURCES = {"models/a.py": "import torch\n\n\ndef forward(x):\n    print('in forward')\n    return x / 0\n"}


def outcome(kind: str = "public", **given: Any) -> Outcome:
    return Outcome("step", kind, "test", "title", "hint", 1.0, FAILED, **given)


def printed(text: str, kind: str, confined: bool = True) -> str:
    ((_, shown),) = tellable(outcome(kind, printed=(("A.forward", text),)), SOURCES, confined).printed
    return shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode · ∂ 😀", "plain ünïcode · ∂ 😀"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[2J\x07\x00\r", "\\x1b[2J\\x07\\x00\\r"),
        ("a\u202eb\u2066\ufeff\u200b\u2028", "a\\u202eb\\u2066\\ufeff\\u200b\\u2028"),
        ("\ud800", "\\ud800"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 3),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(max_size=200))
def test_any_text_becomes_harmless(text: str) -> None:
    shown = visible(text)
    assert all(sign.isprintable() or sign in "\n\t " or not sign.isascii() for sign in shown)
    assert visible(text, 10) == visible(text[:10]) + ("…" if len(text) > 10 else "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("hello\nmore", "“hello”"), ("  \n", "an empty line"), ("", "an empty line"), ("\x1b[1m", "“\\x1b[1m”")],
)
def test_the_first_line_is_quoted(text: str, shown: str) -> None:
    assert quoted(text) == shown
    assert len(quoted("x" * 1000)) < 110


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("No such file: '/home/me/course/x.txt'", "No such file: '…/x.txt'"),
        ("/usr/lib/python3/a.py, /b", "…/a.py, /b"),
        ("shapes 3/4/5 and/or N/A", "shapes 3/4/5 and/or N/A"),
        ("models/a.py, line 3", "models/a.py, line 3"),
    ],
)
def test_folders_are_left_out(text: str, shown: str) -> None:
    assert without_folders(text) == shown


# Exceptions ---------------------------------------------------------------------------------------------


def test_what_an_exception_says_is_for_public_tests() -> None:
    said = "ValueError: x is 0.25 in /srv/grader/a.py"
    assert tellable(outcome(said=said), SOURCES, True).said == "ValueError: x is 0.25 in …/a.py"
    assert tellable(outcome("hidden", said=said), SOURCES, True).said == ""


def test_what_an_exception_says_is_not_shown_where_code_can_read_secrets() -> None:
    shown = tellable(outcome(said="ValueError: the answer key"), SOURCES, False).said
    assert shown.startswith("ValueError: (its text is not shown")
    assert "key" not in shown


def test_a_long_text_is_cut() -> None:
    assert len(tellable(outcome(said="ValueError: " + "x\n" * 5000), SOURCES, True).said.splitlines()) < 40


def test_only_frames_of_the_submission_count_with_the_lines_that_stand_there() -> None:
    frames = (
        Frame("models/a.py", 6, "forward", "not what stands there"),
        Frame("models/a.py", 7, "forward", "past the end"),
        Frame("models/a.py", 0, "forward", "before the beginning"),
        Frame("input 0.25", 6, "forward", ""),
        Frame("models/a.py", 5, "x_0_25", ""),
        Frame("models/a.py", 1, "<module>", ""),
    )
    kept = own_frames(StudentError("A.forward", "ValueError", "text", frames), SOURCES)
    assert kept.frames == (
        Frame("models/a.py", 6, "forward", "return x / 0"),
        Frame("models/a.py", 5, "<code>", "print('in forward')"),
        Frame("models/a.py", 1, "<module>", "import torch"),
    )
    assert (kept.call, kept.kind, kept.text) == ("A.forward", "ValueError", "text")


# Printing -----------------------------------------------------------------------------------------------


def test_what_is_printed_in_a_public_test_is_shown() -> None:
    assert printed("x = 0.25\nmore", "public") == "x = 0.25\nmore"


def test_in_a_hidden_test_only_a_line_of_the_source_is_shown() -> None:
    assert quoted(printed("in forward\nx = 0.25", "hidden")) == "“in forward”"
    assert quoted(printed("x = 0.25\nin forward", "hidden")) == "something while a hidden test ran"
    assert quoted(printed("\n", "hidden")) == "an empty line"


def test_where_code_can_read_secrets_only_a_line_of_the_source_is_shown() -> None:
    assert quoted(printed("in forward\nsecret", "public", confined=False)) == "“in forward”"
    assert "secret" not in printed("secret", "public", confined=False)
    assert quoted(printed("secret", "public", confined=False)).startswith("something that is not shown")
