"""Which cells and files are graded, whatever has been done to the notebook around them."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import random
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_work import MODULE, RIGHT, STUB, TOY, change, document, notebook, zipped

from autograder.authoring.assignment import Assignment, SkeletonCell
from autograder.authoring.cells import NotebookError, parse_notebook
from autograder.authoring.course import Course
from autograder.isolation.opening.finding import MAX_SOURCE
from autograder.isolation.opening.merging import merge
from autograder.isolation.submission import Submission, SubmissionError, open_submission


def graded(course: Course, files: Mapping[str, str | bytes]) -> tuple[str, list[str]]:
    """Source of the toy's module as it would be graded, and the notes of opening and of merging."""
    found = open_submission(zipped(course.root / "work.zip", files), course.load("toy"))
    modules, notes = merge(course.load("toy"), found)
    return modules[MODULE].source if modules else "", [*found.notes, *notes]


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
    # The cell keeps its grade_id, but what stands in it is something else.
    assert graded(course, {"other.ipynb": with_cells(source="x = 1"), "models/b.py": ""}) == ("x = 1\n", [])
    assert graded(course, {"other.ipynb": json.dumps({"cells": [code_cell("x = 1")]})}) == ("", [])
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
    books = {"toy.ipynb": parse_notebook(json.dumps({"cells": cells}), "toy.ipynb")}
    modules, notes = merge(TWO, Submission(books, {} if file is None else {"models/m.py": file}))
    scope: dict[str, Any] = {}
    exec(modules["models/m.py"].source, scope)
    return "".join(str(getattr(scope[name], "x", "-")) for name in ("One", "Two")), notes


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


# Cells that were split, merged and turned into other cells ----------------------------------------------


def replaced(*cells: dict[str, Any], source: str = RIGHT) -> str:
    """The notebook with these cells in place of the module's."""
    made = document(source)
    place = made["cells"].index(module_cell(made))
    made["cells"][place : place + 1] = cells
    return json.dumps(made)


def runs(source: str) -> bool:
    """Does a source define the class with both of its methods?"""
    scope: dict[str, Any] = {}
    exec(source, scope)
    return {"__init__", "forward"} <= set(vars(scope["Affine"]))


IMPORTS, CLASS = DONE.split("\n\n\n")
NAMED = {"nbgrader": {"grade_id": "Affine"}}


@pytest.mark.parametrize(
    "pieces",
    [
        [code_cell(IMPORTS), code_cell(CLASS, **NAMED)],
        [code_cell(IMPORTS, **NAMED), code_cell(CLASS, **NAMED)],
        [code_cell(IMPORTS), code_cell(CLASS)],
        [
            code_cell(DONE.split("    def forward")[0], **NAMED),
            code_cell("    def forward" + DONE.split("    def forward")[1]),
        ],
        [
            code_cell(DONE.split("        projected")[0], **NAMED),
            code_cell("        projected" + DONE.split("        projected")[1], **NAMED),
        ],
        [
            code_cell("# models/affine.py\nimport torch"),
            code_cell("# models/affine.py\nimport torch.nn as nn"),
            code_cell(CLASS, **NAMED),
        ],
    ],
    ids=["below imports", "with metadata", "without metadata", "between methods", "in a method", "twice"],
)
def test_a_split_cell_is_put_together_again(course: Course, pieces: list[dict[str, Any]]) -> None:
    source, notes = graded(course, {"toy.ipynb": replaced(*pieces)})
    assert runs(source)
    assert "projected =  " in source
    assert notes == []


@pytest.mark.parametrize(
    "scratch", ["x = 1", "print(1)", "# models/affine.py\nprint(1)", "    print(1)", "# models/other.py\nimport torch"]
)
def test_a_scratch_cell_is_no_piece(course: Course, scratch: str) -> None:
    cell = code_cell(DONE, **NAMED)
    source, notes = graded(course, {"toy.ipynb": replaced(code_cell(scratch), cell, code_cell(scratch))})
    assert (source.rstrip(), notes) == (DONE.rstrip(), [])


@pytest.mark.parametrize("kind", ["markdown", "raw", "heading", "", None, 3])
def test_a_cell_of_another_kind_is_graded_and_it_is_said(course: Course, kind: Any) -> None:
    source, notes = graded(course, {"toy.ipynb": replaced({**code_cell(DONE, **NAMED), "cell_type": kind})})
    assert "projected =  " in source
    assert notes == [
        "toy.ipynb, cell 4 (Affine) is no code cell; it is graded as one. Make it a code cell again."
    ]  # fmt: skip


def test_a_markdown_cell_does_not_compete_with_a_code_cell(course: Course) -> None:
    quoted = {"cell_type": "markdown", "metadata": NAMED, "source": change("projected", "Projected")}
    assert graded(course, {"toy.ipynb": replaced(quoted, code_cell(DONE, **NAMED))}) == (DONE.rstrip() + "\n", [])


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ('check("affine_forward")', DONE + '\n\ncheck("affine_forward")\n'),
        ("from autograder import check", "from autograder import check\n" + DONE),
        ("%%time", "%%time\n" + DONE),
        ("!pip install torch", DONE.rstrip() + "\n!pip install torch\n"),
        ("%matplotlib inline", DONE.replace("import torch\n", "import torch\n%matplotlib inline\n")),
    ],
)
def test_lines_for_notebooks_only_are_left_out_and_keep_their_place(course: Course, line: str, source: str) -> None:
    got, notes = graded(course, {"toy.ipynb": notebook(source)})
    assert runs(got)
    assert line not in got
    assert got.rstrip() == source.replace(line, "").rstrip()  # lines keep their numbers
    assert notes == [f"toy.ipynb, cell 4 (Affine): “{line}” is a line for notebooks only and was left out."]


def test_what_only_looks_like_such_a_line_stays(course: Course) -> None:
    text = DONE.replace("The map", '\n%% of all maps\n!important\n    check("x")\nThe map')
    assert graded(course, {"toy.ipynb": notebook(text)}) == (text.rstrip() + "\n", [])


# Copies, other names, bounds ----------------------------------------------------------------------------


def test_the_copy_with_less_left_to_do_is_graded(course: Course) -> None:
    half = DONE.split("        projected")[0] + '        raise NotImplementedError("affine_forward: …")\n'
    files = {"toy.ipynb": notebook(half), "toy (1).ipynb": notebook(DONE)}
    source, notes = graded(course, files)
    assert source.rstrip() == DONE.rstrip()
    assert notes == ["Affine stands in 2 cells; the one in toy (1).ipynb, cell 4 (Affine) is graded."]


def test_copies_of_the_same_work_need_no_word(course: Course) -> None:
    files = {"toy.ipynb": notebook(DONE), "a copy.ipynb": notebook(DONE), "b/toy.ipynb": notebook(DONE + "\n\n")}
    assert graded(course, files) == (DONE.rstrip() + "\n", [])


@pytest.mark.parametrize(
    "name", ["affine.py", "AFFINE.PY", "my work.py", "src/affine.py", "models/models/affine.py", "Models/affine.py"]
)
def test_a_module_under_another_name_is_graded_and_it_is_said(course: Course, name: str) -> None:
    source, notes = graded(course, {name: DONE, "helper.py": "x = 1"})
    assert (source.rstrip(), notes) == (DONE.rstrip(), [f"{name} is graded as models/affine.py."])
    # Where the notebook has the work, it has no say.
    assert graded(course, {name: RIGHT, "toy.ipynb": notebook(DONE)}) == (DONE.rstrip() + "\n", [])


def test_of_several_modules_under_other_names_the_likeliest_is_graded(course: Course) -> None:
    bare = DONE.replace("# models/affine.py\n", "")
    wrong = bare.replace("projected", "Projected")
    assert graded(course, {"a.py": wrong, "old/affine.py": wrong, "z.py": DONE})[0].rstrip() == DONE.rstrip()
    assert graded(course, {"a.py": wrong, "old/affine.py": bare})[0].rstrip() == bare.rstrip()


def test_a_class_of_another_name_is_still_shown_to_the_rules(course: Course) -> None:
    made = document(DONE.replace("class Affine", "class Afine"))
    for cell in made["cells"]:
        cell["metadata"] = {}
    assert "class Afine" in graded(course, {"toy.ipynb": json.dumps(made)})[0]


def test_a_source_that_is_too_long_is_passed_over(course: Course) -> None:
    long = DONE + "#" * MAX_SOURCE
    assert graded(course, {"toy.ipynb": notebook(long)}) == (
        "",
        ["toy.ipynb, cell 4 (Affine) passed over: too long (over 100,000 letters, or 500,000 in all)."],
    )
    source, notes = graded(course, {"toy.ipynb": notebook(long), MODULE: DONE})
    assert (source.rstrip(), len(notes)) == (DONE.rstrip(), 1)
    assert graded(course, {"toy.ipynb": notebook(DONE), MODULE: long})[0].rstrip() == DONE.rstrip()
    for name in (MODULE, "affine.py"):
        source, notes = graded(course, {name: long})
        assert (source, notes[-1]) == ("", f"{name} is too long (over 100,000 letters) and was passed over.")


def test_pieces_are_put_together_up_to_a_limit(course: Course) -> None:
    tails = [code_cell("    # " + "x" * 9_000) for _ in range(30)]
    heads = [code_cell("# models/affine.py\nimport torch  # " + "x" * 9_000) for _ in range(30)]
    source, _ = graded(course, {"toy.ipynb": replaced(*heads, code_cell(DONE, **NAMED), *tails)})
    assert runs(source)
    assert len(source) < MAX_SOURCE + 1_000


def test_a_cell_that_was_worked_on_comes_before_one_with_the_right_notebook() -> None:
    texts = {"1.ipynb": "pass", "copy.ipynb": "x = 1"}
    books = {
        name: parse_notebook(json.dumps({"cells": [code_cell(f"# models/m.py\nclass One:\n    {text}\n")]}), name)
        for name, text in texts.items()
    }
    modules, notes = merge(TWO, Submission(books))
    assert "x = 1" in modules["models/m.py"].source
    assert notes == ["One stands in 2 cells; the one in copy.ipynb, cell 1 is graded."]


# Anything at all ----------------------------------------------------------------------------------------

ASSIGNMENT = Course(TOY).load("toy")
SOURCES = [
    RIGHT,
    STUB,
    DONE,
    IMPORTS,
    CLASS,
    "",
    "class Affine:\n    pass",
    "def Affine(): ...",
    "class Affine(",
    "%x\n",
]
odd_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 5), st.sampled_from(["code", "Affine", *SOURCES])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "nbgrader"]), inner)),
    max_leaves=6,
)


@given(st.integers(0, 2**32), st.lists(odd_values, min_size=1, max_size=6))
@settings(deadline=None)
def test_a_notebook_changed_anywhere_is_merged(seed: int, values: list[Any]) -> None:
    stream = random.Random(seed)
    made = copy.deepcopy(document(stream.choice(SOURCES)))
    for value in values:
        _change_somewhere(made, value, stream)
    try:
        cells = parse_notebook(json.dumps(made), "toy.ipynb")
    except NotebookError:
        return
    modules, notes = merge(ASSIGNMENT, Submission({"toy.ipynb": cells}))
    assert set(modules) <= {MODULE}
    assert all(note.isprintable() for note in notes)


def _change_somewhere(made: Any, value: Any, stream: random.Random) -> None:
    """Replace, remove or double one entry of a JSON document, at any depth."""
    while True:
        keys = list(made) if isinstance(made, dict) else range(len(made))
        if not keys:
            return
        key = stream.choice(list(keys))
        if not isinstance(made[key], (dict, list)) or stream.random() < 0.3:
            break
        made = made[key]
    action = stream.choice(["replace", "remove", "double"])
    if action == "remove":
        del made[key]
    elif action == "double" and isinstance(made, list):
        made.insert(stream.randrange(len(made) + 1), copy.deepcopy(made[key]))
    else:
        made[key] = value


cells_of_any_kind = st.builds(
    lambda source, kind, name: {"cell_type": kind, "source": source, "metadata": {"nbgrader": {"grade_id": name}}},
    st.sampled_from(SOURCES),
    st.sampled_from(["code", "markdown", "raw"]),
    st.sampled_from(["Affine", "One", "affine_forward", ""]),
)
places = st.sampled_from(["", "a/", "a/b/", "models/", "models/models/", "a.zip/", "../", "Models/", ".hidden/"])
names = st.sampled_from(["toy.ipynb", "b.ipynb", "affine.py", "m.py", "b.ipynb.txt", "x.zip"])


@given(st.dictionaries(st.tuples(places, names), st.lists(cells_of_any_kind, max_size=5), max_size=7))
@settings(deadline=None)
def test_work_in_any_places_is_merged(tmp_path_factory: pytest.TempPathFactory, files: dict[Any, Any]) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for (place, name), cells in files.items():
            text = json.dumps({"cells": cells}) if "ipynb" in name else "\n".join(cell["source"] for cell in cells)
            archive.writestr(place + name, text)
    path = tmp_path_factory.getbasetemp() / "any_places.zip"
    path.write_bytes(data.getvalue())
    with contextlib.suppress(SubmissionError):
        found = open_submission(path, ASSIGNMENT)
        modules, notes = merge(ASSIGNMENT, found)
        assert set(modules) <= {MODULE}
        assert all(note.isprintable() and note.endswith(".") for note in [*found.notes, *notes])
