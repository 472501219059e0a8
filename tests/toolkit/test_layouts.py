"""Submissions are found however they were downloaded; nobody's work is left out in silence."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

import pytest

from autograder.classroom.layouts import FolderError, find_submissions

METADATA = """---
submission_11:
  :submitters:
  - :name: Ann Example
    :sid: '7'
    :email: ann@example.org
  :created_at: 2026-12-01 10:00:00.123456789 Z
  :score: 0.0
submission_12:
  :submitters:
  - :name: Ben
    :sid: '8'
    :email:
  - :name: Cleo
    :sid:
    :email:
  :created_at: '2026-12-01 05:30:00 -0500'
"""


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_bytes(b"x")


def students(folder: Path) -> list[tuple[str, ...]]:
    return [entry.students for entry in find_submissions(folder, "toy").submissions]


def test_plain_zips_and_folders_are_called_after_their_students(tmp_path: Path) -> None:
    make(tmp_path, "cleo.zip", "ann.zip", "ben/toy.ipynb", ".hidden.zip", "__MACOSX/x", "grades.csv")
    assert students(tmp_path) == [("ann",), ("ben",), ("cleo",)]
    assert find_submissions(tmp_path, "toy").notes == ()


def test_other_archives_are_submissions_too_and_stray_files_are_told(tmp_path: Path) -> None:
    make(tmp_path, "ann.rar", "ben.ipynb", "photo.png")
    found = find_submissions(tmp_path, "toy")
    assert [entry.students for entry in found.submissions] == [("ann",), ("ben",)]
    assert found.notes == ("photo.png was passed over: it is neither a zip nor a folder.",)


def test_gradescopes_export_gives_students_groups_and_times(tmp_path: Path) -> None:
    make(tmp_path, "submission_11/toy.ipynb", "submission_12/toy.ipynb", "submission_13/toy.ipynb", "other/x")
    (tmp_path / "submission_metadata.yml").write_text(METADATA, encoding="utf-8")
    found = find_submissions(tmp_path, "toy")
    assert [entry.students for entry in found.submissions] == [("8", "Cleo"), ("ann@example.org",), ("submission_13",)]
    assert [entry.timestamp for entry in found.submissions[:2]] == [
        datetime(2026, 12, 1, 10, 30, tzinfo=timezone.utc),
        datetime(2026, 12, 1, 10, 0, 0, 123456, tzinfo=timezone.utc),
    ]
    assert len(found.notes) == 1
    assert "submission_13 has no submitter" in found.notes[0]


@pytest.mark.parametrize("text", ["- 1\n- 2", "", "submission_11: text", "submission_11:\n  :submitters: 7"])
def test_without_metadata_a_submission_has_its_own_name(tmp_path: Path, text: str) -> None:
    make(tmp_path, "submission_11/toy.ipynb")
    (tmp_path / "submission_metadata.yml").write_text(text, encoding="utf-8")
    assert students(tmp_path) == [("submission_11",)]


def test_metadata_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    make(tmp_path, "submission_11/toy.ipynb")
    (tmp_path / "submission_metadata.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(FolderError, match=r"^submission_metadata.yml cannot be read \(.*\); export it again$"):
        find_submissions(tmp_path, "toy")


def test_canvas_names_students_and_tells_two_of_one_name_apart(tmp_path: Path) -> None:
    make(tmp_path, "annexample_101_900_toy.zip", "benlee_LATE_102_901_toy-1.zip", "benlee_103_902_my_toy.zip")
    assert students(tmp_path) == [("annexample",), ("benlee_102",), ("benlee_103",)]


def test_nbgraders_folders_have_a_timestamp(tmp_path: Path) -> None:
    make(tmp_path, "ann/toy/toy.ipynb", "ben/toy/toy.ipynb")
    (tmp_path / "ann/toy/timestamp.txt").write_text("2026-12-01 10:00:00 UTC\n", encoding="utf-8")
    (tmp_path / "ben/toy/timestamp.txt").write_text("yesterday\n", encoding="utf-8")
    ann, ben = find_submissions(tmp_path, "toy").submissions
    assert (ann.students, ann.path.name) == (("ann",), "toy")
    assert ann.timestamp == datetime(2026, 12, 1, 10, tzinfo=timezone.utc)
    assert ben.timestamp is not None
    assert ben.timestamp.tzinfo is not None


def test_of_two_submissions_the_later_counts_and_it_is_said(tmp_path: Path) -> None:
    make(tmp_path, "ann.zip", "ann/toy.ipynb")
    os.utime(tmp_path / "ann", (1_000, 1_000))
    found = find_submissions(tmp_path, "toy")
    assert [entry.path.name for entry in found.submissions] == ["ann.zip"]
    assert found.notes == ("ann handed in ann and ann.zip; the later is graded.",)


def test_no_folder_and_an_empty_one_are_told(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="is no folder"):
        find_submissions(tmp_path / "missing", "toy")
    with pytest.raises(FolderError, match="holds no submission"):
        find_submissions(tmp_path, "toy")
