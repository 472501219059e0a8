"""The report: words are counted in the saved notebook, and one command makes a PDF that loses nothing."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "source" / "machine_translation"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
TASKS = {
    "report_seq2seq": 5,
    "report_encoder": 5,
    "report_full": 5,
    "report_comparison": 5,
    "paper_review": 4,
    "paper_question_1": 3,
    "paper_question_2": 3,
}


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module report_export, imported as a notebook imports it."""
    monkeypatch.syspath_prepend(str(SOURCE))
    import report_export

    yield report_export
    for name in [name for name in sys.modules if name == "report_export" or name.split(".")[0] == "reporting"]:
        del sys.modules[name]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A student's folder with the two notebooks."""
    for name in ("report.ipynb", "theory.ipynb", "report_export.py"):
        shutil.copy(SOURCE / name, tmp_path / name)
    shutil.copytree(SOURCE / "reporting", tmp_path / "reporting", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def answer(folder: Path, identity: str, text: str, *more: dict[str, Any], name: str = "report.ipynb") -> None:
    """Write an answer into its cell, and put cells of the student's own below it."""
    path = folder / name
    document = json.loads(path.read_text(encoding="utf-8"))
    place = next(index for index, cell in enumerate(document["cells"]) if cell["id"] == identity)
    document["cells"][place]["source"] = text
    document["cells"][place + 1 : place + 1] = list(more)
    path.write_text(json.dumps(document), encoding="utf-8")


def own(kind: str, source: str, **fields: Any) -> dict[str, Any]:
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": "0a1b2c3d", "metadata": {}, "source": source} | code | fields


def pages(pdf: bytes) -> int:
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


# The template


def test_points_and_places_for_all_answers(report: ModuleType) -> None:
    template = cells(SOURCE / "report.ipynb")
    tasks = [cell for cell in template if cell["metadata"].get("nbgrader", {}).get("task")]
    assert {cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"]["nbgrader"]["points"] for cell in tasks} == TASKS
    assert all(cell["metadata"]["nbgrader"]["locked"] for cell in tasks)
    answers = {cell["id"] for cell in template if cell["id"].startswith("answer-")}
    assert set(report.LIMITS) < answers
    titles = [section.title for section in report.sections(template)]
    assert len(titles) == len(TASKS) + 3  # about this report, results, theory
    assert all(section.cells or section.results or section.theory for section in report.sections(template))


def test_pictures_of_the_answer_key_are_in_no_released_place() -> None:
    assert [path.name for path in (SOURCE / "figures").glob("*.svg") if path.name.startswith("answer")] == []
    assert (SOURCE / "figures" / "answers" / "answer_theory_graph.svg").is_file()


# Words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One two, three.", 3),
        ("It's a well-known 3.5 % effect", 5),
        ("## A title\n\n- **bold** `code`", 4),
        ("![a long description](attachment:x.png) see", 1),
        ("[two words](https://example.org/a/b/c) and https://example.org", 3),
        ("the loss $L = -\\log p$ and $$x\n+ y$$ fall", 6),
        ("<!-- a note --> seen <b>here</b>", 2),
        ("| a | b |\n|---|---|\n| 1 | 2 |", 4),
        ("Größe und Maß", 3),
    ],
)
def test_words_are_counted_as_a_reader_would(report: ModuleType, text: str, count: int) -> None:
    assert report.count_words(text) == count


def test_an_untouched_template_has_no_words_where_there_is_a_limit(report: ModuleType) -> None:
    counts = report.word_counts(SOURCE / "report.ipynb")
    assert [counts[identity] for identity in report.LIMITS] == [0, 0, 0]
    assert report.over_limit(counts) == []


def test_cells_added_below_an_answer_belong_to_it(report: ModuleType, folder: Path) -> None:
    answer(folder, "answer-review", "one two", own("markdown", "three"), own("code", "not = 'counted'"))
    answer(folder, "answer-paper-1", "word " * 351)
    counts = report.word_counts(str(folder / "report.ipynb"))
    assert (counts["answer-review"], counts["answer-paper-1"], counts["answer-paper-2"]) == (3, 351, 0)
    assert report.over_limit(counts) == ["answer-paper-1: 351 words, 1 more than 350"]


def test_a_deleted_answer_is_named(report: ModuleType, folder: Path) -> None:
    document = json.loads((folder / "report.ipynb").read_text(encoding="utf-8"))
    document["cells"] = [cell for cell in document["cells"] if cell["id"] != "answer-review"]
    (folder / "report.ipynb").write_text(json.dumps(document), encoding="utf-8")
    assert report.over_limit(report.word_counts(folder / "report.ipynb"))[0].startswith(
        "answer-review: its cell is not"
    )


def test_the_word_counter_says_what_it_has_read(
    report: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(folder, "answer-review", "word " * 400)
    report.show_word_counts(folder / "report.ipynb")
    said = capsys.readouterr().out
    assert "TOO LONG by 50" in said
    assert "Save the notebook (Ctrl+S)" in said
    report.show_word_counts(folder / "nowhere.ipynb")
    assert "save the notebook under this name" in capsys.readouterr().out


# Results of training


def test_results_are_shown_or_kindly_missed(
    report: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from reporting.runs import read_runs, show_results

    show_results(tmp_path / "results")
    assert "Train first" in capsys.readouterr().out
    (tmp_path / "runs.csv").write_text("model,perplexity\nseq2seq,28.812345678\nfull\n\n", encoding="utf-8")
    assert read_runs(tmp_path) == [["model", "perplexity"], ["seq2seq", "28.81"], ["full", ""]]


# Formulas


@pytest.mark.parametrize(
    ("latex", "typst"),
    [
        (r"x_t", "$x_(t)$"),
        (r"\frac12", "$frac(1, 2)$"),
        (r"\delta_1\, x_1^\top", "$delta_(1) thin x_(1)^(⊤)$"),
        (r"\text{two words}", '$upright("two words")$'),
        (r"f(a, b)", r"$f \( a \, b \)$"),
        (r"a \% # b", r"$a \% \# b$"),
    ],
)
def test_formulas_become_typst(report: ModuleType, latex: str, typst: str) -> None:
    from reporting.formulas import formula

    assert formula(latex) == typst


@pytest.mark.parametrize("latex", [r"\foo{x}", r"\frac{1}", "{a", "a}", "x_", r"\left( x", r"\begin{tikz}\end{tikz}"])
def test_what_is_not_known_is_refused(report: ModuleType, latex: str) -> None:
    from reporting.formulas import UnknownFormula, formula

    with pytest.raises(UnknownFormula):
        formula(latex)


@pytest.mark.parametrize(
    "latex",
    [
        r"\begin{aligned} a_t &= U x_t + b && \text{in} \\[4pt] h_t &= \tanh(a_t) \end{aligned}",
        r"\boxed{\; y = x, \begin{aligned} a &= b \\ c &= d \end{aligned} \;}",
        r"\begin{pmatrix} 1 & \\ 0 & -1 \end{pmatrix} \begin{cases} 1 & x>0 \\ 0 & \text{else} \end{cases}",
        r"\left( \frac{1}{2} \right)^2 \left. x \right|_{x=0} \Big( [0, 1) \Big) \| y \|_2",
        r"\underbrace{a+b}_{n} \hat{y}_{\operatorname{softmax}} \sqrt[3]{x} \mathbb{R}^{H \times D} x'_t {a b}^2",
        r"\max_i \sum_{k=1}^K e^{o_k} \overset{!}{=} \{1; 2\} \quad \"q\" @x ~ y / z \dots",
    ],
)
def test_known_formulas_compile(report: ModuleType, latex: str) -> None:
    typst = pytest.importorskip("typst")
    from reporting.formulas import formula

    for block in (True, False):
        assert typst.compile(formula(latex, block=block).encode())


# The PDF


def test_each_question_begins_a_page(report: ModuleType, folder: Path) -> None:
    pytest.importorskip("typst")
    pdf, notes = report.export(folder)
    assert pdf.startswith(b"%PDF")
    assert pages(pdf) == len(TASKS) + 3
    assert sum(note.startswith("not answered yet") for note in notes) == len(TASKS) + 2  # about this report, theory


def test_a_filled_in_report_keeps_everything(report: ModuleType, folder: Path) -> None:
    typst = pytest.importorskip("typst")
    (folder / "results").mkdir()
    (folder / "results" / "runs.csv").write_text("model,loss\nfull,1.5\n", encoding="utf-8")
    (folder / "results" / "curve.png").write_bytes(base64.b64decode(PIXEL))
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": PIXEL}}
    answer(
        folder,
        "answer-seq2seq",
        "# T\n\n1. a $x_1$\n   - b [l](https://example.org) `c`\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n> q\n\n"
        "```\nx\n```\n\n"
        "![p](attachment:p.png) <img src='results/curve.png'>",
        own(
            "code",
            "plot()",
            outputs=[picture, {"output_type": "stream", "name": "stdout", "text": "shown\n"}],
        ),
    )
    document = json.loads((folder / "report.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in document["cells"] if cell["id"] == "answer-seq2seq")
    cell["attachments"] = {"p.png": {"image/png": PIXEL}}
    (folder / "report.ipynb").write_text(json.dumps(document), encoding="utf-8")
    answer(folder, "theory-derivation", "$$\\delta_2 = 1$$", name="theory.ipynb")
    pdf, notes = report.export(folder)
    assert pages(pdf) == len(TASKS) + 3
    assert len(re.findall(rb"/Subtype\s*/Image", pdf)) >= 1
    assert not [note for note in notes if "picture" in note or "plain text" in note or "formula" in note]
    assert typst.__version__


def test_no_text_is_taken_for_a_command(report: ModuleType, folder: Path) -> None:
    pytest.importorskip("typst")
    answer(
        folder,
        "answer-review",
        '#panic("no") ] [ $ 5 and 6 $ \\ " * _ @label <label> // x /* y = z\n\n#import "a"\x00\x1b',
    )
    _, notes = report.export(folder)
    assert not [note for note in notes if "plain text" in note]


def test_what_cannot_be_shown_is_said_and_the_rest_stays(report: ModuleType, folder: Path) -> None:
    pytest.importorskip("typst")
    (folder / "photo.heic").write_bytes(b"\x00\x00\x00\x18ftypheic")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    answer(
        folder,
        "answer-review",
        "$\\foo$ ![](photo.heic) ![](gone.png) ![](attachment:lost.png) ![](https://example.org/a.png)\n\n![](broken.png)",
    )
    pdf, notes = report.export(folder)
    text = "\n".join(notes)
    assert pages(pdf) == len(TASKS) + 3
    for part in ("\\foo", "photo.heic", "gone.png", "lost.png", "on the web", "shown as plain text"):
        assert part in text


def test_a_picture_outside_the_folder_is_not_read(report: ModuleType, folder: Path) -> None:
    from reporting.markdown import Writer

    inside = folder / "inside"
    inside.mkdir()
    (folder / "secret.png").write_bytes(base64.b64decode(PIXEL))
    writer = Writer(inside)
    writer.markdown("![](../secret.png)")
    assert writer.pictures == {}


def test_the_command(folder: Path) -> None:
    pytest.importorskip("typst")
    command = [sys.executable, "report_export.py", "-o", "mine.pdf"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "mine.pdf made" in done.stdout
    assert (folder / "mine.pdf").read_bytes().startswith(b"%PDF")


def test_without_typst_the_command_says_what_to_install(
    report: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    assert report.main([], folder) == 1
    assert "python -m pip install typst" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "{", '{"cells": 3}'])
def test_an_unreadable_notebook_is_one_clear_line(
    report: ModuleType, folder: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "report.ipynb").unlink()
    if content is not None:
        (folder / "report.ipynb").write_text(content, encoding="utf-8")
    assert report.main([], folder) == 1
    assert capsys.readouterr().err.startswith("No PDF made: report.ipynb is not")
