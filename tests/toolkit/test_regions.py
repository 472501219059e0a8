"""Solution regions: what is found, what students get of it, what the answer key shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring import markers, regions
from autograder.authoring.cells import Cell
from autograder.authoring.regions import BEGIN, END, MarkerError

SOURCE = f"""def double(x):
    # TODO: twice x
    {BEGIN} raise NotImplementedError("double: add x to itself")
    twice = x + x
    return twice
    {END}"""

# Lines of code and comments, none of which looks like a marker.
code_lines = st.lists(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=30).filter(
        lambda line: "solution" not in line.lower() and "hidden" not in line.lower() and "mark" not in line.lower()
    ),
    max_size=5,
)
indents = st.integers(0, 8).map(lambda count: " " * count)
stubs = st.sampled_from(["pass", "return None", 'raise NotImplementedError("step: what to do")'])
blocks = st.lists(st.tuples(code_lines, indents, stubs, code_lines), min_size=1, max_size=4)


def build(pieces: list[tuple[list[str], str, str, list[str]]]) -> tuple[str, list[str], list[str]]:
    """Return a source, what students should get of it, and the solved text without its markers."""
    source: list[str] = []
    student: list[str] = []
    solved: list[str] = []
    for before, indent, stub, inside in pieces:
        source += [*before, f"{indent}{BEGIN} {stub}", *inside, indent + END]
        student += [*before, indent + stub]
        solved += [*before, *inside]
    return "\n".join(source), student, solved


@given(blocks)
def test_students_get_the_stub_in_place_of_each_region(pieces: list[tuple[list[str], str, str, list[str]]]) -> None:
    source, student, solved = build(pieces)
    assert regions.clear(source) == "\n".join(student)
    assert regions.unmark(source) == "\n".join(solved)
    assert [region.stub for region in regions.find(source)] == [stub for _, _, stub, _ in pieces]
    assert [list(region.lines) for region in regions.find(source)] == [inside for *_, inside in pieces]


@given(blocks)
def test_clearing_twice_changes_nothing_more(pieces: list[tuple[list[str], str, str, list[str]]]) -> None:
    cleared = regions.clear(build(pieces)[0])
    assert regions.find(cleared) == []
    assert regions.clear(cleared) == regions.unmark(cleared) == cleared


@given(blocks, st.data())
def test_a_region_that_lost_a_marker_is_an_error(
    pieces: list[tuple[list[str], str, str, list[str]]], data: st.DataObject
) -> None:
    lines = build(pieces)[0].split("\n")
    at = [number for number, line in enumerate(lines) if line.strip().startswith((BEGIN, END))]
    del lines[data.draw(st.sampled_from(at))]
    with pytest.raises(MarkerError, match=r"^line \d+: "):
        regions.find("\n".join(lines))


@given(st.sampled_from([BEGIN, END]), st.data())
def test_a_marker_in_other_capitals_is_an_error(marker: str, data: st.DataObject) -> None:
    flips = data.draw(st.lists(st.booleans(), min_size=len(marker), max_size=len(marker)))
    changed = "".join(letter.swapcase() if flip else letter for letter, flip in zip(marker, flips, strict=True))
    if changed == marker:
        return
    with pytest.raises(MarkerError):
        regions.find(SOURCE.replace(marker, changed))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (SOURCE.replace("### BEGIN", "## BEGIN"), "is not a marker"),
        (SOURCE.replace("### BEGIN", "#### BEGIN"), "is not a marker"),
        (SOURCE.replace("### BEGIN", "###BEGIN"), "is not a marker"),
        (SOURCE.replace("END SOLUTION", "END SOLUTIONS"), "is not a marker"),
        (SOURCE.replace("END SOLUTION", "SOLUTION END"), "is not a marker"),
        (SOURCE.replace("END SOLUTION", "END_SOLUTION"), "is not a marker"),
        (SOURCE.replace("BEGIN SOLUTION", "BEGIN SOLUTON"), f"'{END}' without"),
        (SOURCE.replace("END SOLUTION", "END SOLUTON"), "without '### END SOLUTION'"),
        (SOURCE.replace("twice = x + x", f"{BEGIN} pass"), "begins inside"),
        (SOURCE.replace(' raise NotImplementedError("double: add x to itself")', ""), "write the stub"),
    ],
)
def test_a_misspelt_marker_is_named_with_its_line(wrong: str, message: str) -> None:
    with pytest.raises(MarkerError, match=r"^line \d+: ") as caught:
        regions.find(wrong)
    assert message in str(caught.value)


@pytest.mark.parametrize("prose", ["# The solution begins to converge.", "# a solution of the system", "### Solutions"])
def test_prose_about_solutions_is_no_marker(prose: str) -> None:
    assert regions.find(prose) == []


def cell(source: str, kind: str = "code", **nbgrader: bool) -> Cell:
    return Cell("n.ipynb", 0, kind, source, nbgrader)


def test_an_answer_in_words_becomes_nbgraders_stub() -> None:
    answer = cell("Because the gate saturates.", "markdown", solution=True, grade=True)
    assert markers.cleared(answer) == "YOUR ANSWER HERE"
    assert markers.secret_lines(answer) == ["Because the gate saturates."]


def test_a_region_in_an_answer_in_words_keeps_the_question() -> None:
    answer = cell(f"Why?\n{BEGIN}\nBecause.\n{END}", "markdown", solution=True, grade=True)
    assert markers.cleared(answer) == "Why?\nYOUR ANSWER HERE"
    assert markers.secret_lines(answer) == ["Because."]
    assert markers.solved(answer) == "Why?\nBecause."


def test_a_mark_scheme_is_for_instructors() -> None:
    task = cell("Draw.\n=== BEGIN MARK SCHEME ===\n2 points\n=== END MARK SCHEME ===", "markdown", task=True)
    assert markers.without_scheme(task) == "Draw."
    assert markers.secret_lines(task) == ["2 points"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (cell("x = 1", solution=True), "without a region"),
        (cell(SOURCE), "no nbgrader solution cell"),
        (cell("### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS"), "hidden tests belong into"),
        (cell("### Begin hidden test"), "hidden tests belong into"),
        (cell("=== BEGIN MARK SCHEME ===\n1\n=== END MARK SCHEME ===", "markdown"), "nbgrader task cell"),
        (cell("=== Begin mark scheme ===\n1", "markdown", task=True), "is not a marker"),
        (cell("=== BEGIN MARK SCHEME ===\n1", "markdown", task=True), "without 'END MARK SCHEME'"),
        (cell("=== END MARK SCHEME ===", "markdown", task=True), "do not pair up"),
    ],
)
def test_markers_in_the_wrong_cell_are_refused(wrong: Cell, message: str) -> None:
    with pytest.raises(MarkerError) as caught:
        markers.cleared(wrong)
    assert message in str(caught.value)
