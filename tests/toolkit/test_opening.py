"""Opening what was handed in: only plain files are read, within bounds, and the rest is one clear line."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_work import MODULE, RIGHT, STUB, Files, notebook, zipped

from autograder.isolation.opening import filetypes, intake, opening
from autograder.isolation.opening.intake import Intake
from autograder.isolation.opening.opening import clean, items_of
from autograder.isolation.opening.texts import decode
from autograder.isolation.submission import Submission, SubmissionError, open_submission

FILES: Files = {"toy.ipynb": notebook(), MODULE: RIGHT}


def refusal(path: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        open_submission(path)
    assert str(caught.value).isprintable()
    return str(caught.value)


def opened(folder: Path, files: Files) -> Submission:
    return open_submission(zipped(folder / "work.zip", files))


def written(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


# What cannot be opened ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "work.zip is empty: it has 0 bytes"),
        (b"PK", "work.zip is no zip, no notebook and no Python file"),
        (b"PK\3\4" + bytes(90), "work.zip is damaged, or only a part of a zip; zip your folder again"),
        (b"\x1f\x8b" + bytes(50), "work.zip is a gzip or tar.gz archive, not a zip"),
        (b"Rar!\x1a\x07", "work.zip is a RAR archive, not a zip"),
        (b"Dear reader", "work.zip is no zip, no notebook and no Python file"),
    ],
)
def test_what_is_no_zip_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "work.zip").write_bytes(data)
    assert refusal(tmp_path / "work.zip").startswith(words)


def test_a_missing_path_and_an_empty_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing.zip") == "nothing.zip does not exist"
    assert "no notebook and no models/" in refusal(tmp_path)


def test_what_cannot_be_read_is_told_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = zipped(tmp_path / "work.zip", FILES)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        assert refusal(path) == "work.zip cannot be read (Permission denied); hand in the zip of collect_submission.py"
    written(tmp_path / "me", FILES)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        assert "toy.ipynb cannot be read (Permission denied)" in refusal(tmp_path / "me")
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        assert refusal(tmp_path / "me").startswith("me cannot be read (Permission denied)")


def test_the_reason_is_given_when_nothing_else_is_left(tmp_path: Path) -> None:
    data = zipped(tmp_path / "work.zip", {"toy.ipynb": notebook()}).read_bytes()
    (tmp_path / "work.zip").write_bytes(data[:60] + bytes(200) + data[260:])
    assert refusal(tmp_path / "work.zip") == (
        "in work.zip, toy.ipynb is damaged (it cannot be unpacked); put that right and hand it in again"
    )


def test_a_broken_notebook_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    found = opened(tmp_path, {**FILES, "b.ipynb": '{"cells": [', "c.ipynb": "", "d.ipynb": b"%PDF-1.7"})
    assert (list(found.notebooks), found.files) == (["toy.ipynb"], {MODULE: RIGHT})
    assert found.notes == [
        "b.ipynb is not a notebook: its JSON ends too early, so it was passed over.",
        "c.ipynb is not a notebook: it is empty, so it was passed over.",
        "d.ipynb is a PDF, not a notebook, so it was passed over.",
    ]


def test_many_notes_are_few(tmp_path: Path) -> None:
    found = opened(tmp_path, {**FILES, **{f"b{number}.ipynb": "{" for number in range(30)}})
    assert len(found.notes) == 11
    assert found.notes[-1] == "There are 20 more notes like these."


# Names --------------------------------------------------------------------------------------------------


def test_windows_names_are_read(tmp_path: Path) -> None:
    found = opened(tmp_path, {"me\\toy.ipynb": notebook(), "me\\models\\affine.py": RIGHT})
    assert (list(found.notebooks), found.files) == (["toy.ipynb"], {MODULE: RIGHT})


@pytest.mark.parametrize(
    "name", ["/etc/models/affine.py", "../models/affine.py", "a/../../models/a.py", "C:/models/a.py"]
)
def test_a_name_that_leads_outside_is_passed_over_and_noted(tmp_path: Path, name: str) -> None:
    found = opened(tmp_path, {**FILES, name: "x = 1"})
    assert found.files == {MODULE: RIGHT}
    assert found.notes == [f"{name} leads out of the zip and was passed over."]


def test_junk_is_passed_over(tmp_path: Path) -> None:
    junk = ["__MACOSX/models/._affine.py", "models/__pycache__/a.py", ".ipynb_checkpoints/toy.ipynb", ".git/a.ipynb"]
    junk += ["models/.hidden.py", "models/affine.pyc", "notes.txt", "models/data.csv", "env/site-packages/models/a.py"]
    found = opened(tmp_path, {**FILES, **dict.fromkeys(junk, "x")})
    assert (list(found.notebooks), list(found.files), found.notes) == (["toy.ipynb"], [MODULE], [])


@given(st.text(max_size=300))
def test_any_name_can_be_shown(name: str) -> None:
    shown = clean(name)
    assert shown.isprintable()
    assert len(shown) <= 80
    if name.isprintable() and len(name) <= 80:
        assert shown == name


# Folders ------------------------------------------------------------------------------------------------


def test_a_folder_is_read_like_a_zip_but_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("secret = 1", encoding="utf-8")
    work = written(tmp_path / "me", {"toy.ipynb": notebook(), ".ipynb_checkpoints/b.ipynb": "{}", "models/a.txt": ""})
    (work / "models/affine.py").symlink_to(secret)
    (work / "linked").symlink_to(tmp_path)
    os.mkfifo(work / "models/pipe.py")
    found = open_submission(work)
    assert (list(found.notebooks), found.files) == (["toy.ipynb"], {})
    assert found.notes == [
        "models/affine.py is a link, so it was passed over.",
        "models/pipe.py is no plain file, so it was passed over.",
    ]


def test_what_is_no_plain_file_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise AssertionError("opened")

    work = written(tmp_path / "me", {"models/notes.txt": ""})
    os.mkfifo(work / MODULE)
    (work / "toy.ipynb").symlink_to("/dev/zero")
    monkeypatch.setattr(os, "open", refuse)
    assert refusal(work).startswith("in me, toy.ipynb is a link")
    (work / "toy.ipynb").unlink()
    assert refusal(work).startswith("in me, models/affine.py is no plain file")


def test_a_file_that_becomes_a_link_while_we_look_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.ipynb").write_text(notebook(), encoding="utf-8")
    work = written(tmp_path / "me", {"toy.ipynb": notebook()})
    with ExitStack() as stack:
        (item,) = items_of(work, stack)
    (work / "toy.ipynb").unlink()
    (work / "toy.ipynb").symlink_to(tmp_path / "secret.ipynb")
    plain = (tmp_path / "secret.ipynb").stat()
    monkeypatch.setattr(os, "lstat", lambda path: plain)
    with pytest.raises(opening.ReadError, match="cannot be read"):
        item.read(1 << 20)


def test_a_file_that_becomes_a_pipe_while_we_look_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = written(tmp_path / "me", {"toy.ipynb": notebook()})
    plain = (work / "toy.ipynb").stat()
    with ExitStack() as stack:
        (item,) = items_of(work, stack)
    (work / "toy.ipynb").unlink()
    os.mkfifo(work / "toy.ipynb")
    monkeypatch.setattr(os, "lstat", lambda path: plain)
    with pytest.raises(opening.ReadError, match="is no plain file"):
        item.read(1 << 20)


def test_a_walk_ends_at_its_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "/".join("abcdefghijkl")
    work = written(tmp_path / "me", {**FILES, f"{deep}/x.ipynb": "", **{f"z/{n}.txt": "" for n in range(30)}})
    with ExitStack() as stack:
        names = [item.name for item in items_of(work, stack)]
        assert len(names) == 32
        assert not [name for name in names if name.count("/") > opening.MAX_DEPTH]
        monkeypatch.setattr(opening, "MAX_LISTED", 10)
        assert len(items_of(work, stack)) < 10
    assert list(open_submission(work).notebooks) == ["toy.ipynb"]  # the outer folders come first


# Bounds -------------------------------------------------------------------------------------------------


def test_a_large_file_is_passed_over(tmp_path: Path) -> None:
    large = bytes(intake.MAX_PYTHON_BYTES + 1)
    note = "models/big.py is too large (over 1 MiB), so it was passed over."
    assert opened(tmp_path, {**FILES, "models/big.py": large}).notes == [note]
    assert open_submission(written(tmp_path / "me", {**FILES, "models/big.py": large})).notes == [note]
    large = bytes(intake.MAX_FILE_BYTES + 1)
    assert "toy.ipynb is too large (over 20 MiB)" in refusal(zipped(tmp_path / "a.zip", {"toy.ipynb": large}))


def test_many_large_files_are_too_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_TOTAL_BYTES", 20_000)
    files = {"toy.ipynb": notebook(), **{f"a/{letter}.ipynb": notebook() for letter in "abcdef"}}
    for path in (zipped(tmp_path / "work.zip", files), written(tmp_path / "me", files)):
        taken = Intake()
        with ExitStack() as stack:
            taken.take(items_of(path, stack), intake.is_work)
        assert "toy.ipynb" in taken.files  # the outer folders come first
        assert len(taken.files) < 7
        assert sum(map(len, taken.files.values())) <= 20_000
        assert taken.notes == [f"{7 - len(taken.files)} more files were not looked at: all together have over 0 MiB."]


def test_many_files_and_many_broken_ones_are_not_all_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_FILES", 5)
    found = opened(tmp_path, {**{f"models/m{number}.py": "x = 1" for number in range(9)}, **FILES})
    assert (list(found.notebooks), len(found.files)) == (["toy.ipynb"], 4)
    assert found.notes == ["6 more files were not looked at: there are over 5."]
    tried: list[str] = []

    def broken(name: str) -> opening.Item:
        def read(limit: int) -> bytes:
            tried.append(name)
            raise opening.ReadError("is broken")

        return opening.Item(name, 0, read)

    monkeypatch.undo()
    taken = Intake()
    taken.take([broken(f"{number}.py") for number in range(100)], lambda name: True)
    assert len(tried) == len(taken.problems) == intake.MAX_UNREADABLE
    assert taken.notes == [f"{100 - intake.MAX_UNREADABLE} more files were not looked at: too many cannot be read."]


def test_what_takes_much_where_it_lies_counts_as_much() -> None:
    taken = Intake()
    taken.take([opening.Item(f"{n}.py", 50 << 20, lambda limit: b"") for n in range(3)], lambda name: True)
    assert (list(taken.files), taken.spent) == (["0.py"], 100 << 20)


# Zips in zips -------------------------------------------------------------------------------------------


def test_a_zip_in_a_zip_is_opened_where_there_is_no_other_work(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", FILES).read_bytes()
    found = opened(tmp_path, {"a/submission.ZIP": inner, "readme.txt": "x"})
    assert (list(found.notebooks), found.files) == (["toy.ipynb"], {MODULE: RIGHT})
    assert found.notes == ["There is no work outside of a/submission.ZIP, so that was opened as well."]
    beside = opened(tmp_path, {"toy.ipynb": notebook(STUB), "submission.zip": inner})
    assert (beside.files, beside.notes) == ({}, [])
    deeper = zipped(tmp_path / "deeper.zip", {"inner.zip": inner}).read_bytes()
    assert "holds no notebook" in refusal(zipped(tmp_path / "work.zip", {"deeper.zip": deeper}))


# Texts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoded",
    [
        "# é\nx = 1\n".encode(),
        "\ufeff# é\nx = 1\n".encode(),
        b"# \xe9\r\nx = 1\r\n",
        "# é\rx = 1\r".encode(),
        *("# é\nx = 1\n".encode(f"utf-{size}{order}") for size in (16, 32) for order in ("", "-le", "-be")),
    ],
)
def test_source_of_any_system_is_read(encoded: bytes) -> None:
    assert decode(encoded) == "# é\nx = 1\n"


@given(st.binary(max_size=100))
def test_any_bytes_are_some_text(data: bytes) -> None:
    text = decode(data)
    assert "\r" not in text
    assert "\0" not in text
    text.encode("utf-8")


def test_signs_of_a_format_are_not_found_in_texts() -> None:
    for text in (notebook(), RIGHT, "", "print(1)", "# PK\n"):
        assert filetypes.name_of(text.encode()) == ""
