"""What is read of a submission: the folder that is meant, and whatever is damaged refused in one clear line."""

from __future__ import annotations

import contextlib
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_work import MODULE, RIGHT, STUB, Files, change, notebook, zipped

from autograder.authoring.course import Course
from autograder.isolation.opening.merging import merge
from autograder.isolation.submission import Submission, SubmissionError, open_submission

FILES: Files = {"toy.ipynb": notebook(), MODULE: RIGHT}
DONE = change("projected = ", "projected =  ")


def opened(folder: Path, files: Files) -> Submission:
    return open_submission(zipped(folder / "work.zip", files))


# Where the work is --------------------------------------------------------------------------------------


@pytest.mark.parametrize("top", ["", "me/", "me/toy/", "ünï cödé/", "./", "a/b/c/d/e/"])
def test_work_is_found_at_the_root_and_some_folders_down(tmp_path: Path, top: str) -> None:
    found = opened(tmp_path, {top + name: content for name, content in FILES.items()})
    assert (list(found.notebooks), found.files, found.notes) == (["toy.ipynb"], {MODULE: RIGHT}, [])


def test_only_the_work_folder_counts(tmp_path: Path) -> None:
    found = opened(tmp_path, {**FILES, "old/toy.ipynb": notebook(STUB), "old/models/affine.py": STUB})
    assert found.files == {MODULE: RIGHT}


@pytest.mark.parametrize("known", [True, False], ids=["with assignment", "without"])
@pytest.mark.parametrize("stray", ["scratch.ipynb", "a/scratch.ipynb", "models/notes.py"])
def test_a_stray_file_does_not_hide_the_work(course: Course, stray: str, known: bool) -> None:
    extra = notebook("x = 1").replace("Affine", "Other") if stray.endswith(".ipynb") else "x = 1"
    path = zipped(course.root / "work.zip", {stray: extra, **{f"hw/{name}": text for name, text in FILES.items()}})
    found = open_submission(path, course.load("toy") if known else None)
    assert (list(found.notebooks), found.files) == (["toy.ipynb"], {MODULE: RIGHT})


@pytest.mark.parametrize("other", ["backup/", "old/work/", ""])
def test_of_two_copies_the_one_with_more_work_is_graded(course: Course, other: str) -> None:
    files = {f"{other}toy.ipynb": notebook(STUB), f"{other}{MODULE}": STUB, "hw/toy.ipynb": notebook()}
    found = open_submission(zipped(course.root / "work.zip", files), course.load("toy"))
    assert merge(course.load("toy"), found)[0][MODULE].source.rstrip() == RIGHT.rstrip()
    assert found.notes == []  # the other copy holds no work


def test_of_two_copies_with_as_much_work_the_shallower_is_graded_and_it_is_said(course: Course) -> None:
    files = {"hw/old/toy.ipynb": notebook(RIGHT), "hw/toy.ipynb": notebook(DONE)}
    found = open_submission(zipped(course.root / "work.zip", files), course.load("toy"))
    assert "projected =  " in merge(course.load("toy"), found)[0][MODULE].source
    assert found.notes == ["There is work in hw/ and in hw/old/; hw/ is graded."]


def test_what_one_folder_leaves_open_is_taken_from_another(course: Course) -> None:
    files = {"a/toy.ipynb": notebook(STUB), "a/models/other.py": "x = 1", f"b/{MODULE}": DONE}
    found = open_submission(zipped(course.root / "work.zip", files), course.load("toy"))
    assert merge(course.load("toy"), found)[0][MODULE].source.rstrip() == DONE.rstrip()


@pytest.mark.parametrize("name", ["toy.ipynb", "models/affine.py", "work.zip", "my notes.txt"])
@pytest.mark.parametrize("data", [notebook(DONE), DONE], ids=["notebook", "module"])
def test_a_file_by_itself_is_what_is_in_it(course: Course, name: str, data: str) -> None:
    path = course.root / "handed_in" / name
    path.parent.mkdir(parents=True)
    path.write_text(data, encoding="utf-8")
    found = open_submission(path, course.load("toy"))
    assert merge(course.load("toy"), found)[0][MODULE].source.rstrip() == DONE.rstrip()
    assert found.notes == []


# Damage -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return zipped(tmp_path_factory.mktemp("scratch") / "work.zip", FILES)


@pytest.fixture(scope="module")
def valid(scratch: Path) -> bytes:
    return zipped(scratch.with_name("valid.zip"), FILES).read_bytes()


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_random_bytes_are_refused(scratch: Path, data: bytes) -> None:
    scratch.write_bytes(data)
    with pytest.raises(SubmissionError):
        open_submission(scratch)


@given(st.integers(0, 2**32))
@settings(deadline=None)
def test_a_zip_with_changed_bytes_is_opened_or_refused(scratch: Path, valid: bytes, seed: int) -> None:
    stream = random.Random(seed)
    data = bytearray(valid)
    # Half of the changes where names, sizes and flags are: at the end of the file.
    first = len(data) - 300 if stream.random() < 0.5 else 0
    for _ in range(stream.randint(1, 4)):
        data[stream.randrange(first, len(data))] = stream.randrange(256)
    scratch.write_bytes(bytes(data[: stream.choice([len(data), len(data), stream.randrange(len(data))])]))
    with contextlib.suppress(SubmissionError):
        found = open_submission(scratch)
        assert all(note.isprintable() for note in found.notes)
        assert set(found.files.values()) <= {RIGHT}  # what was packed, or nothing


@given(st.dictionaries(st.text(min_size=1, max_size=12), st.binary(max_size=20), max_size=4))
@settings(deadline=None)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_any_names_are_opened_or_refused(scratch: Path, files: dict[str, bytes]) -> None:
    with contextlib.suppress(ValueError, IndexError), zipfile.ZipFile(scratch, "w") as archive:
        for name, content in files.items():  # there are names that zipfile itself cannot write
            archive.writestr(name, content)
    with contextlib.suppress(SubmissionError):
        open_submission(scratch)


def test_lone_surrogates_in_a_notebook_are_only_text(tmp_path: Path) -> None:
    found = opened(tmp_path, {"toy.ipynb": notebook().replace("The map", "\\ud800The map")})
    assert [cell.source for cell in found.notebooks["toy.ipynb"] if "?The map" in cell.source]


def test_an_encrypted_zip_is_told_so(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path / "work.zip", FILES).read_bytes())
    place = -1
    while (place := data.find(b"PK\1\2", place + 1)) >= 0:
        data[place + 8] |= 1  # the flag of an encrypted entry
    (tmp_path / "work.zip").write_bytes(data)
    with pytest.raises(SubmissionError, match=r"in work\.zip, toy\.ipynb is locked with a password"):
        open_submission(tmp_path / "work.zip")
