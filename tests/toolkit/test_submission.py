"""Opening what students hand in: everything that can be read is, and the rest is one clear line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_work import MODULE, RIGHT, STUB, change, document, notebook, zipped

from autograder.authoring.assignment import Assignment, SkeletonCell
from autograder.authoring.course import Course
from autograder.isolation import submission
from autograder.isolation.submission import Submission, SubmissionError, merge, open_submission

FILES: Mapping[str, str | bytes] = {"toy.ipynb": notebook(), MODULE: RIGHT}


def opened(folder: Path, files: Mapping[str, str | bytes]) -> Submission:
    return open_submission(zipped(folder / "work.zip", files))


def refusal(path: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        open_submission(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def graded(course: Course, files: Mapping[str, str | bytes]) -> tuple[str, list[str]]:
    """Source of the toy's module as it would be graded, and the notes."""
    modules, notes = merge(course.load("toy"), opened(course.root, files))
    return modules[MODULE].source, notes


def as_zip(files: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


# Where the work is --------------------------------------------------------------------------------------


@pytest.mark.parametrize("top", ["", "me/", "me/toy/", "ünï cödé/", "./"])
def test_work_is_found_at_the_root_and_up_to_two_folders_down(tmp_path: Path, top: str) -> None:
    found = opened(tmp_path, {top + name: content for name, content in FILES.items()})
    assert (list(found.notebooks), found.files, found.notes) == (["toy.ipynb"], {MODULE: RIGHT}, [])


def test_windows_names_are_read(tmp_path: Path) -> None:
    found = opened(tmp_path, {"me\\toy.ipynb": notebook(), "me\\models\\affine.py": RIGHT})
    assert (list(found.notebooks), found.files) == (["toy.ipynb"], {MODULE: RIGHT})


def test_three_folders_down_is_too_deep(tmp_path: Path) -> None:
    message = refusal(zipped(tmp_path / "work.zip", {f"a/b/c/{name}": text for name, text in FILES.items()}))
    assert message == (
        "work.zip holds no notebook and no models/ folder; hand in the zip of collect_submission.py"
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["/etc/models/affine.py", "../models/affine.py", "a/../../models/a.py", "C:/models/a.py"]
)
def test_a_name_that_leads_outside_is_passed_over_and_noted(tmp_path: Path, name: str) -> None:
    found = opened(tmp_path, {**FILES, name: "x = 1"})
    assert found.files == {MODULE: RIGHT}
    (note,) = found.notes
    assert name in note


def test_junk_is_passed_over(tmp_path: Path) -> None:
    junk = ["__MACOSX/models/._affine.py", "models/__pycache__/a.py", ".ipynb_checkpoints/toy.ipynb", ".git/a.ipynb"]
    junk += ["models/.hidden.py", "models/affine.pyc", "notes.txt", "other/models.py", "models/data.csv"]
    found = opened(tmp_path, {**FILES, **dict.fromkeys(junk, "x")})
    assert (list(found.notebooks), list(found.files), found.notes) == (["toy.ipynb"], [MODULE], [])


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


def test_a_folder_is_read_like_a_zip_but_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("secret = 1", encoding="utf-8")
    work = tmp_path / "me"
    (work / "models").mkdir(parents=True)
    (work / "toy.ipynb").write_text(notebook(), encoding="utf-8")
    (work / "models/affine.py").symlink_to(secret)
    os.mkfifo(work / "models/pipe.py")
    (work / ".ipynb_checkpoints").mkdir()
    (work / ".ipynb_checkpoints/b.ipynb").write_text("{}", encoding="utf-8")
    found = open_submission(work)
    assert (list(found.notebooks), found.files) == (["toy.ipynb"], {})
    assert sorted(note.split()[0] for note in found.notes) == ["models/affine.py", "models/pipe.py"]


# What cannot be opened ----------------------------------------------------------------------------------


def test_an_empty_zip_and_a_zip_without_work(tmp_path: Path) -> None:
    assert "no notebook and no models/" in refusal(zipped(tmp_path / "a.zip", {}))
    assert "no notebook and no models/" in refusal(zipped(tmp_path / "b.zip", {"essay.pdf": "x", "affine.py": RIGHT}))


@pytest.mark.parametrize("data", [b"", b"PK", b"\x1f\x8b" + bytes(50), b"Rar!\x1a\x07", RIGHT.encode()])
def test_what_is_no_zip_is_told_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "work.zip"
    path.write_bytes(data)
    assert refusal(path) == "work.zip is no zip; hand in the zip of collect_submission.py"


def test_a_missing_path_and_an_empty_folder(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "nothing.zip")
    assert "no notebook and no models/" in refusal(tmp_path)


def test_an_encrypted_zip_is_told_so(tmp_path: Path) -> None:
    data = bytearray(as_zip(FILES))
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = -1
        while (place := data.find(signature, place + 1)) >= 0:
            data[place + offset] |= 1  # the flag of an encrypted entry
    (tmp_path / "work.zip").write_bytes(data)
    assert "it is encrypted" in refusal(tmp_path / "work.zip")


def test_a_truncated_and_a_damaged_zip_are_told_so(tmp_path: Path) -> None:
    data = as_zip(FILES)
    path = tmp_path / "work.zip"
    path.write_bytes(data[: len(data) // 2])
    assert "no zip" in refusal(path)
    path.write_bytes(data[:60] + bytes(200) + data[260:])
    assert "work.zip cannot be read as a zip (it is damaged or no zip); zip your folder again" in refusal(path)


def test_a_compression_that_python_does_not_know(tmp_path: Path) -> None:
    data = as_zip(FILES).replace(b"PK\1\2\x14\x03\x14\0\0\0\x08\0", b"PK\1\2\x14\x03\x14\0\0\0\x63\0")
    (tmp_path / "work.zip").write_bytes(data)
    assert "cannot be read as a zip" in refusal(tmp_path / "work.zip")


def test_too_many_files(tmp_path: Path) -> None:
    files = {f"data/{number}": "" for number in range(submission.MAX_FILES + 1)}
    assert "over 2000 files" in refusal(zipped(tmp_path / "work.zip", files))


def test_a_bomb_is_read_no_further_than_its_limit(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "work.zip", {**FILES, "models/big.py": bytes(submission.MAX_FILE_BYTES + 1)})
    assert bomb.stat().st_size < 100_000
    assert "models/big.py is too large (limit 20 MiB a file, 60 in all)" in refusal(bomb)
    (tmp_path / "me/models").mkdir(parents=True)
    (tmp_path / "me/models/big.py").write_bytes(bytes(submission.MAX_FILE_BYTES + 1))
    assert "models/big.py is larger than 20 MiB" in refusal(tmp_path / "me")


def test_many_large_files_are_too_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "MAX_TOTAL_BYTES", 3_000)
    files = {f"models/{letter}.py": "#" * 1_500 for letter in "abc"}
    assert "too large" in refusal(zipped(tmp_path / "work.zip", files))
    for name, text in files.items():
        (tmp_path / "me/models").mkdir(parents=True, exist_ok=True)
        (tmp_path / "me" / name).write_text(text, encoding="utf-8")
    assert "holds over" in refusal(tmp_path / "me")


VALID = as_zip(FILES)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "work.zip"


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(scratch: Path, data: bytes) -> None:
    scratch.write_bytes(data)
    with pytest.raises(SubmissionError):
        open_submission(scratch)


@given(st.integers(0, 2**32))
def test_a_zip_with_changed_bytes_is_opened_or_refused(scratch: Path, seed: int) -> None:
    stream = random.Random(seed)
    data = bytearray(VALID)
    # Half of the changes where names, sizes and flags are: at the end of the file.
    first = len(data) - 300 if stream.random() < 0.5 else 0
    for _ in range(stream.randint(1, 4)):
        data[stream.randrange(first, len(data))] = stream.randrange(256)
    scratch.write_bytes(bytes(data[: stream.choice([len(data), len(data), stream.randrange(len(data))])]))
    with contextlib.suppress(SubmissionError):
        open_submission(scratch)


@given(st.dictionaries(st.text(min_size=1, max_size=12), st.binary(max_size=20), max_size=4))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_any_names_are_opened_or_refused(scratch: Path, files: dict[str, bytes]) -> None:
    try:
        data = as_zip(files)
    except (ValueError, IndexError):  # a name that zipfile itself cannot write
        return
    scratch.write_bytes(data)
    with contextlib.suppress(SubmissionError):
        open_submission(scratch)


# What is in a file --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoded",
    [
        "# é\nx = 1\n".encode(),
        "\ufeff# é\nx = 1\n".encode(),
        b"# \xe9\r\nx = 1\r\n",
        "# é\rx = 1\r".encode(),
        "# é\nx = 1\n".encode("utf-16"),
    ],
    ids=["utf-8", "bom", "latin-1 crlf", "old mac", "utf-16"],
)
def test_source_of_any_system_is_read(tmp_path: Path, encoded: bytes) -> None:
    assert opened(tmp_path, {MODULE: encoded}).files == {MODULE: "# é\nx = 1\n"}


def test_a_broken_notebook_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    found = opened(tmp_path, {**FILES, "b.ipynb": '{"cells": [', "c.ipynb": ""})
    assert list(found.notebooks) == ["toy.ipynb"]
    assert found.files == {MODULE: RIGHT}
    assert [note.split()[0] for note in found.notes] == ["b.ipynb", "c.ipynb"]


def test_lone_surrogates_in_a_notebook_are_only_text(tmp_path: Path) -> None:
    text = notebook().replace("The map", "\\ud800The map")
    assert list(opened(tmp_path, {"toy.ipynb": text}).notebooks) == ["toy.ipynb"]


# Which cell is graded -----------------------------------------------------------------------------------

DONE = change("projected = ", "projected =  ")


def code_cell(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def with_cells(*cells: dict[str, Any], source: str = RIGHT) -> str:
    made = document(source)
    made["cells"] += cells
    return json.dumps(made)


def module_cell(made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(cell for cell in made["cells"] if cell.get("id") == "affine-module")
    return found


def test_the_notebooks_cell_is_graded(course: Course) -> None:
    source, notes = graded(course, {"toy.ipynb": notebook(DONE)})
    assert (source.rstrip(), notes) == (DONE.rstrip(), [])


def test_the_cell_is_found_by_its_name_although_much_else_was_edited(course: Course) -> None:
    made = document(DONE.replace("# models/affine.py\n", ""))
    for cell in made["cells"]:
        if cell["id"] != "affine-module":
            cell["metadata"], cell["source"] = {"nbgrader": {"grade_id": "Other", "points": 1e9}}, "x = 1"
    made["cells"].reverse()
    source, _ = graded(course, {"renamed.ipynb": json.dumps(made)})
    assert "projected =  " in source


def test_the_cell_is_found_by_its_class_when_metadata_is_lost(course: Course) -> None:
    made = document(DONE)
    for cell in made["cells"]:
        cell["metadata"] = {}
    assert "projected =  " in graded(course, {"toy.ipynb": json.dumps(made)})[0]
    module_cell(made)["source"] = DONE.replace("# models/affine.py\n", "# my own work\n")
    assert "projected =  " in graded(course, {"toy.ipynb": json.dumps(made)})[0]


def test_a_notebook_of_format_3_is_graded(course: Course) -> None:
    made = document(DONE)
    cells = [{**cell, "input": cell["source"]} for cell in made["cells"]]
    for cell in cells:
        del cell["source"]
    assert "projected =  " in graded(course, {"toy.ipynb": json.dumps({"worksheets": [{"cells": cells}]})})[0]


def test_a_cell_that_does_not_parse_is_still_the_cell(course: Course) -> None:
    source, _ = graded(course, {"toy.ipynb": notebook(change("return projected", "return (projected"))})
    assert "return (projected" in source


def test_of_two_cells_the_one_that_was_worked_on_is_graded_and_it_is_said(course: Course) -> None:
    same = {"nbgrader": {"grade_id": "Affine"}}
    source, notes = graded(course, {"toy.ipynb": with_cells(code_cell(DONE, **same), source=STUB)})
    assert "projected =  " in source
    assert notes == ["Affine stands in 2 cells; the one in toy.ipynb, cell 9 (Affine) is graded."]


def test_the_instructors_notebook_comes_before_a_copy(course: Course) -> None:
    files = {"a.ipynb": notebook(DONE), "toy.ipynb": notebook(RIGHT)}
    source, notes = graded(course, files)
    assert source.rstrip() == RIGHT.rstrip()
    assert len(notes) == 1


def test_a_scratch_cell_with_the_class_does_not_compete(course: Course) -> None:
    source, notes = graded(course, {"toy.ipynb": with_cells(code_cell("class Affine:\n    pass"), source=DONE)})
    assert "projected =  " in source
    assert notes == []


# Notebook or file ---------------------------------------------------------------------------------------


def test_the_file_is_graded_where_there_is_no_notebook(course: Course) -> None:
    source, notes = graded(course, {MODULE: DONE})
    assert (source.rstrip(), notes) == (DONE.rstrip(), [])


def test_the_file_is_graded_where_the_notebook_was_not_touched(course: Course) -> None:
    source, notes = graded(course, {"toy.ipynb": notebook(STUB + "\n\n   \n"), MODULE: DONE})
    assert "projected =  " in source
    assert notes == ["models/affine.py: the notebook's cell is the untouched stub, so the file is graded."]


def test_untouched_notebook_and_untouched_file_need_no_word(course: Course) -> None:
    source, notes = graded(course, {"toy.ipynb": notebook(STUB), MODULE: STUB})
    assert (source.rstrip(), notes) == (STUB.rstrip(), [])


def test_the_notebook_is_graded_where_both_were_worked_on_and_it_is_said(course: Course) -> None:
    source, notes = graded(course, {"toy.ipynb": notebook(DONE), MODULE: RIGHT})
    assert "projected =  " in source
    assert notes == ["models/affine.py: the file differs from the notebook's cell; the notebook is graded."]
    assert graded(course, {"toy.ipynb": notebook(DONE), MODULE: DONE + "\n\n"})[1] == []


def test_nothing_of_the_assignment_is_no_module(course: Course) -> None:
    made = merge(
        course.load("toy"), opened(course.root, {"other.ipynb": with_cells(source="x = 1"), "models/b.py": ""})
    )
    # The cell keeps its grade_id, but what stands in it is something else.
    assert set(made[0]) <= {MODULE}
    assert merge(course.load("toy"), Submission()) == ({}, [])


TWO = Assignment(
    name="two",
    title="Two cells, one module",
    cells=(
        SkeletonCell("One", "1.ipynb", "models/m.py", "# models/m.py\nclass One:\n    pass\n"),
        SkeletonCell("Two", "2.ipynb", "models/m.py", "# models/m.py\nclass Two:\n    pass\n"),
    ),
)


def two(first: str | None, second: str | None, file: str | None) -> tuple[str, list[str]]:
    """Merge work on the two classes (each a value, or None for the stub) and in the file."""
    texts = {
        name: f"# models/m.py\nclass {name}:\n    {f'x = {value}' if value else 'pass'}\n"
        for name, value in (("One", first), ("Two", second))
    }
    cells = [code_cell(text, nbgrader={"grade_id": name}) for name, text in texts.items()]
    data = {"toy.ipynb": json.dumps({"cells": cells})} | ({} if file is None else {"models/m.py": file})
    path = io.BytesIO(as_zip(data))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(_folder())
        (folder / "work.zip").write_bytes(path.getvalue())
        modules, notes = merge(TWO, open_submission(folder / "work.zip"))
    scope: dict[str, Any] = {}
    exec(modules["models/m.py"].source, scope)
    return "".join(str(getattr(scope[name], "x", "-")) for name in ("One", "Two")), notes


@contextlib.contextmanager
def _folder() -> Any:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


FILE = "class One:\n    x = 7\n\n\nclass Two:\n    x = 8\n"


@pytest.mark.parametrize(
    ("first", "second", "file", "graded", "word"),
    [
        ("1", "2", None, "12", ""),
        ("1", None, None, "1-", ""),
        ("1", None, FILE, "18", "leave open"),
        (None, "2", FILE, "72", "leave open"),
        (None, None, FILE, "78", "untouched stub"),
        ("1", "2", FILE, "12", "the notebook is graded"),
        ("1", None, "# models/m.py\nclass One:\n    pass\n\n\n# models/m.py\nclass Two:\n    pass\n", "1-", ""),
    ],
)
def test_a_module_of_two_cells_may_be_done_partly_in_the_file(
    first: str | None, second: str | None, file: str | None, graded: str, word: str
) -> None:
    got, notes = two(first, second, file)
    assert got == graded
    assert bool(notes) == bool(word)
    assert word in " ".join(notes)
