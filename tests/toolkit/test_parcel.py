"""A submission that was sent to another machine is opened there as it would be here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from toy_work import RIGHT, copy_course, notebook, zipped

from autograder.authoring.assignment import Assignment
from autograder.classroom.cluster import parcel
from autograder.classroom.cluster.parcel import TooLarge, pack, unpack
from autograder.isolation.opening.intake import MAX_FILE_BYTES
from autograder.isolation.submission import Submission, SubmissionError, open_submission

SPARSE = MAX_FILE_BYTES + 1


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    return copy_course(tmp_path / "course").load("toy")


def opened(path: Path, assignment: Assignment) -> Submission | str:
    try:
        return open_submission(path, assignment)
    except SubmissionError as error:
        return str(error)


def sent(path: Path, folder: Path) -> Path:
    folder.mkdir()
    return unpack(pack(path), folder)


def make_folder(root: Path) -> Path:
    """A folder with all that a folder can have in it."""
    (root / "models/deep").mkdir(parents=True)
    (root / "toy.ipynb").write_text(notebook(RIGHT), encoding="utf-8")
    (root / "models/affine.py").write_text("class Affine: pass\n", encoding="utf-8")
    (root / "notes.txt").write_text("to myself\n", encoding="utf-8")
    (root / "link.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe.py")
    with (root / "large.ipynb").open("wb") as file:
        file.truncate(SPARSE)
    (root / "two\nlines.py").write_bytes(b"# models/affine.py\n\xff\xfe")
    (root / os.fsdecode(b"bytes\xff.ipynb")).write_bytes(b"{}")
    for name in (
        ".git/a.py",
        "__pycache__/b.py",
        ".ipynb_checkpoints/toy-checkpoint.ipynb",
        "a/b/c/d/e/f/g/h/i/deep.py",
    ):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text("x = 1\n", encoding="utf-8")
    return root


def test_a_folder_with_everything_in_it(tmp_path: Path, assignment: Assignment) -> None:
    root = make_folder(tmp_path / "me")
    found = opened(root, assignment)
    assert isinstance(found, Submission)
    assert len(found.notes) > 2  # there is something to get wrong
    assert opened(sent(root, tmp_path / "there"), assignment) == found


def test_only_what_is_read_is_sent(tmp_path: Path) -> None:
    root = make_folder(tmp_path / "me")
    with (root / "data.bin").open("wb") as file:
        file.truncate(1 << 30)
    entries = {entry.path: entry for entry in pack(root).entries}
    assert entries["data.bin"].data == entries["large.ipynb"].data == b""
    assert sum(len(entry.data) for entry in entries.values()) < 1 << 20
    assert "a/b/c/d/e/f/g/h/i" not in entries
    assert (sent(root, tmp_path / "there") / "large.ipynb").stat().st_size == SPARSE


@pytest.mark.parametrize("inner", [True, False])
def test_a_folder_with_a_zip_alone(tmp_path: Path, assignment: Assignment, inner: bool) -> None:
    root = tmp_path / "me"
    root.mkdir()
    zipped(root / "work.zip", {"toy.ipynb": notebook(RIGHT)} if inner else {"notes.txt": "nothing"})
    found = opened(root, assignment)
    assert isinstance(found, Submission) is inner
    assert opened(sent(root, tmp_path / "there"), assignment) == found


def test_files_and_what_is_none(tmp_path: Path, assignment: Assignment) -> None:
    zipped(tmp_path / "a.zip", {"toy.ipynb": notebook(RIGHT)})
    (tmp_path / "broken.zip").write_bytes((tmp_path / "a.zip").read_bytes()[:100])
    (tmp_path / "alone.ipynb").write_text(notebook(RIGHT), encoding="utf-8")
    (tmp_path / "empty.zip").touch()
    (tmp_path / "linked.zip").symlink_to("a.zip")
    (tmp_path / "nowhere.zip").symlink_to("missing.zip")
    (tmp_path / "round.zip").symlink_to("round.zip")
    os.mkfifo(tmp_path / "pipe.zip")
    (tmp_path / "none").mkdir()
    for number, path in enumerate(sorted(tmp_path.glob("*.*"))):
        there = sent(path, tmp_path / f"there{number}")
        assert there.name == path.name
        if path.name != "round.zip":  # a link to itself is a link to nothing there
            assert opened(there, assignment) == opened(path, assignment), path
    assert opened(sent(tmp_path / "none", tmp_path / "there"), assignment) == opened(tmp_path / "none", assignment)


def test_what_is_too_large_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "MAX_BYTES", 1 << 20)
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate((1 << 20) + 1)
    with pytest.raises(TooLarge, match=r"a\.zip has over 1 MiB.*without --cluster"):
        pack(tmp_path / "a.zip")
