"""`autograder similar`: copies are found whatever was done to them, and two right answers are no copies."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from disguise import disguised
from hypothesis import given
from hypothesis import strategies as st
from toy_work import zipped
from typer.testing import CliRunner

from autograder.__main__ import app, main
from autograder.authoring.answer_key import solved_modules
from autograder.authoring.course import Course
from autograder.authoring.release import student_notebooks
from autograder.classroom.similarity.tokens import own_names, tokens
from tests.exercises.sample_class import VARIANTS

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "machine_translation"
LSTM = "models/naive/LSTM.py"
Modules = dict[str, str]
# Right answers that were written apart, each with modules of its own throughout.
APART = {
    "bea": ["other_names", "theory_columns"],
    "cyd": ["lstm_parameter_dict", "encoder_cells", "decoder_cells", "seq2seq_time_first", "theory_loops"],
    "dan": ["lstm_precomputed", "encoder_sequential", "decoder_inline_attention", "seq2seq_zeros_filled"],
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The real assignment, with a gradebook of its own."""
    root = tmp_path_factory.mktemp("course")
    (root / "source").mkdir()
    (root / "source" / ASSIGNMENT).symlink_to(ROOT / "source" / ASSIGNMENT)
    return Course(root)


@pytest.fixture(scope="module")
def answers(course: Course) -> dict[str, Modules]:
    """Four right answers: the reference's, and those of three who worked apart."""
    made = {"ann": {name: data.decode() for name, data in solved_modules(course, course.load(ASSIGNMENT)).items()}}
    for student, variants in APART.items():
        folders = [VARIANTS / variant for variant in variants]
        made[student] = {
            file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
            for folder in folders
            for file in folder.rglob("*.py")
        }
    return made


def interface(course: Course) -> set[str]:
    """Names that a copy must keep, or it is wrong."""
    modules = course.load(ASSIGNMENT).modules().values()
    return set().union(*(set(re.findall(r"\w+", source)) for source in modules))


def hidden_copy(course: Course, modules: Modules) -> Modules:
    return {path: disguised(source, interface(course)) for path, source in modules.items()}


def a_class(folder: Path, works: Mapping[str, Mapping[str, str | bytes]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for student, files in works.items():
        zipped(folder / f"{student}.zip", files)
    return folder


def similar(course: Course, folder: Path, *options: str | Path) -> tuple[dict[str, Any], str]:
    """Run the command; what it wrote as JSON, and what it said."""
    page = folder.parent / "out" / "similar.html"
    arguments = ["similar", str(folder), "-o", str(page), "--course", str(course.root), *map(str, options)]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(page.with_suffix(".json").read_text(encoding="utf-8")), " ".join(done.output.split())


def scores(found: dict[str, Any]) -> dict[frozenset[str], float]:
    return {frozenset((pair["one"], pair["other"])): pair["score"] for pair in found["pairs"]}


def test_copies_in_disguise_rank_above_answers_written_apart(
    course: Course, answers: dict[str, Modules], tmp_path: Path
) -> None:
    copies = {f"{student}s_friend": hidden_copy(course, modules) for student, modules in answers.items()}
    for student, modules in answers.items():
        assert all(text not in copies[f"{student}s_friend"].values() for text in modules.values())
    found, said = similar(course, a_class(tmp_path / "class", answers | copies))
    score = scores(found)
    pairs = [frozenset((student, f"{student}s_friend")) for student in answers]
    assert set(list(score)[:4]) == set(pairs), "the four copies come first"
    assert min(score[pair] for pair in pairs) >= 70
    assert all(f"{student}s_friend" in said for student in answers)


def test_answers_written_apart_are_not_listed(course: Course, answers: dict[str, Modules], tmp_path: Path) -> None:
    found, said = similar(course, a_class(tmp_path / "class", answers))
    assert not found["pairs"], found["pairs"]
    assert "0 pairs worth a look" in said
    assert "No two submissions" in (tmp_path / "out/similar.html").read_text(encoding="utf-8")


def test_what_was_released_is_nobodys(course: Course, answers: dict[str, Modules], tmp_path: Path) -> None:
    released = dict(student_notebooks(course, course.load(ASSIGNMENT)))
    works = {"eve": released, "fay": released, "gus": {**released, **answers["ann"]}}
    found, _ = similar(course, a_class(tmp_path / "class", works))
    assert not found["pairs"]


def test_one_copied_file_is_enough(course: Course, answers: dict[str, Modules], tmp_path: Path) -> None:
    mixed = answers["cyd"] | {LSTM: hidden_copy(course, answers["dan"])[LSTM]}
    found, _ = similar(course, a_class(tmp_path / "class", answers | {"cyd": mixed}))
    (pair,) = found["pairs"]
    assert {pair["one"], pair["other"]} == {"cyd", "dan"}
    assert max(pair["files"], key=pair["files"].get) == LSTM
    assert pair["files"][LSTM] >= 80
    assert pair["score"] < 60


def test_code_that_python_cannot_read_is_compared(course: Course, answers: dict[str, Modules], tmp_path: Path) -> None:
    broken = {path: f"{source}\n    return (\n" for path, source in answers["bea"].items()}
    copied = {path: f"x = = 1\n{source}" for path, source in hidden_copy(course, answers["bea"]).items()}
    found, _ = similar(course, a_class(tmp_path / "class", {"bea": broken, "hal": copied, "dan": answers["dan"]}))
    assert [{pair["one"], pair["other"]} for pair in found["pairs"]] == [{"bea", "hal"}]


def test_earlier_terms_are_looked_at_and_oneself_is_no_source(
    course: Course, answers: dict[str, Modules], tmp_path: Path
) -> None:
    old = a_class(tmp_path / "spring", {"cyd": answers["cyd"], "ida": answers["bea"], "jo": answers["bea"]})
    now = a_class(
        tmp_path / "class", {"cyd": hidden_copy(course, answers["cyd"]), "kim": hidden_copy(course, answers["bea"])}
    )
    found, said = similar(course, now, "--earlier", old)
    assert [(pair["one"], pair["other"]) for pair in found["pairs"]] == [
        ("kim", "ida (spring)"),
        ("kim", "jo (spring)"),
    ]
    assert "5 submissions" in said


def test_a_group_and_a_second_attempt_are_no_pair(course: Course, answers: dict[str, Modules], tmp_path: Path) -> None:
    folder = tmp_path / "class"
    metadata = ""
    for number, students in {1: ["lee"], 2: ["lee"], 3: ["max", "nia"], 4: ["max", "ola"]}.items():
        work = answers["bea"] if number < 3 else answers["cyd"]
        a_class(folder, {f"submission_{number}": work})
        metadata += f"submission_{number}:\n  :created_at: 2026-10-0{number} 12:00:00 +00:00\n  :submitters:\n"
        metadata += "".join(f"  - :email: {student}@school.test\n" for student in students)
    (folder / "submission_metadata.yml").write_text(metadata, encoding="utf-8")
    found, said = similar(course, folder)
    names = [{pair["one"], pair["other"]} for pair in found["pairs"]]
    assert names == [{"nia@school.test", "max@school.test & ola@school.test"}], "max has left the first group"
    assert "lee@school.test handed in submission_1.zip and submission_2.zip" in said


def test_a_bad_submission_is_named_and_the_others_are_compared(
    course: Course, answers: dict[str, Modules], tmp_path: Path
) -> None:
    folder = a_class(tmp_path / "class", {"ann": answers["bea"], "bob": hidden_copy(course, answers["bea"])})
    (folder / "broken.zip").write_bytes(b"PK\3\4 and then nothing")
    zipped(folder / "empty.zip", {})
    (folder / "loop.zip").symlink_to(folder / "loop.zip")
    zipped(folder / "odd.zip", {LSTM: "\0\ud800".encode("utf-8", "surrogatepass") + b"\xff" * 50})
    found, said = similar(course, folder)
    assert [{pair["one"], pair["other"]} for pair in found["pairs"]] == [{"ann", "bob"}]
    assert all(f"{name} is left out: " in said for name in ("broken", "empty", "loop.zip"))


def test_the_page_shows_the_passages_on_both_sides(course: Course, answers: dict[str, Modules], tmp_path: Path) -> None:
    works = {"ann": answers["bea"], "bob": hidden_copy(course, answers["bea"])}
    similar(course, a_class(tmp_path / "class", works))
    page = (tmp_path / "out/similar.html").read_text(encoding="utf-8")
    sides = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert len(sides) >= 6
    assert len(sides) % 2 == 0
    for one, other in zip(sides[::2], sides[1::2], strict=True):
        assert one.count('class="line"') == other.count('class="line"'), "both sides are level"
        assert "<mark>" in one
        assert "<mark>" in other
    marked = [" ".join(re.findall(r"<mark>(.*?)</mark>", side, re.DOTALL)) for side in sides]
    assert any("sigmoid" in text for text in marked)
    assert "class LSTM" not in " ".join(marked), "the skeleton's code is nobody's"
    assert "NotImplementedError" not in " ".join(marked)
    assert "A score is no proof" in page


def test_the_page_is_one_file_in_which_nothing_of_students_works(
    course: Course, answers: dict[str, Modules], tmp_path: Path
) -> None:
    evil = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>"
    source = answers["bea"][LSTM].replace("return ", f'text = "{evil}"  # {evil}\n        return ')
    assert evil in source
    names = ["<b>ann", "=HYPERLINK(1)"]
    similar(course, a_class(tmp_path / "class", {name: answers["bea"] | {LSTM: source} for name in names}))
    page = (tmp_path / "out/similar.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>ann" not in page
    assert "&lt;b&gt;ann" in page
    assert not re.search(r"(?:src|href)\s*=|url\(|@import", re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL))
    assert "default-src 'none'" in page
    with (tmp_path / "out/similar.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert not any(value.startswith("=") for value in row.values())
    assert float(row["score"]) == 100


def test_anonymous_hides_names_and_what_students_wrote(
    course: Course, answers: dict[str, Modules], tmp_path: Path
) -> None:
    signed = {LSTM: answers["bea"][LSTM] + "\n# by ann smith\n"}
    works = {"ann smith": answers["bea"] | signed, "bob": hidden_copy(course, answers["bea"])}
    folder = a_class(tmp_path / "class", works)
    (folder / "carl.zip").write_bytes(b"no zip")
    found, said = similar(course, folder, "--anonymous")
    (pair,) = found["pairs"]
    assert {pair["one"], pair["other"]} <= {"student 1", "student 2", "student 3"}
    texts = [path.read_text(encoding="utf-8") for path in sorted((tmp_path / "out").iterdir())]
    assert len(texts) == 3
    for text in [*texts, said]:
        assert not any(word in text for word in ("smith", "bob", "carl", "sigmoid"))


def test_every_run_writes_the_same(course: Course, answers: dict[str, Modules], tmp_path: Path) -> None:
    works = answers | {f"{student}s_friend": hidden_copy(course, modules) for student, modules in answers.items()}
    folder = a_class(tmp_path / "class", works)
    made = []
    for salt in ("1", "2"):
        out = tmp_path / salt / "similar.html"
        command = [sys.executable, "-m", "autograder", "similar", str(folder), "--course", str(course.root), "-o", out]
        subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": salt}, capture_output=True)
        made.append({path.name: path.read_bytes() for path in out.parent.iterdir()})
    assert made[0].keys() == {"similar.html", "similar.csv", "similar.json"}
    assert made[0] == made[1]


def test_without_the_library_it_says_what_to_install(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith(("autograder.classroom.similarity", "copydetect"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "copydetect", None)
    with pytest.raises(SystemExit) as stop:
        main(["similar", str(tmp_path), "--course", str(course.root)])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "pip install 'torch-autograder[similar]'" in said


def test_a_folder_without_submissions_is_a_wrong_call(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["similar", str(tmp_path / "nothing"), "--course", str(course.root)])
    assert stop.value.code == 2
    assert "is no folder" in capsys.readouterr().err


# What counts as the same --------------------------------------------------------------------------------


def kinds(source: str) -> list[int]:
    return [token.kind for token in tokens(source)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("total = total + step", "s=s+t # sum"),
        ("self.layer = nn.Linear(a, b)\nself.layer(x)", "self.f1 = nn.Linear(m, n)\nself.f1(z)"),
        ('def f(x):\n    """Doc."""\n    return x', "def g(y):\n    return y"),
        ('raise ValueError("no")', "raise ValueError('never, ever')"),
        ("f(\n    a,\n    b\n)", "f(c, d)"),
    ],
)
def test_names_texts_and_layout_change_nothing(one: str, other: str) -> None:
    assert kinds(one) == kinds(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("torch.cat(x)", "torch.stack(x)"),
        ("x.sum(dim=1)", "x.sum(axis=1)"),
        ("x[:, 0]", "x[:, 1]"),
        ("a + b", "a * b"),
        ("for a in b: pass", "while a in b: pass"),
    ],
)
def test_what_the_program_does_counts(one: str, other: str) -> None:
    assert kinds(one) != kinds(other)


@given(st.text(alphabet="ab1_ .:=#'\"\\\n\t()[]é\0", max_size=200))
def test_any_text_has_tokens_in_order(source: str) -> None:
    found = tokens(source)
    places = [place for token in found for place in (token.start, token.end)]
    assert places == sorted(places)
    assert all(token.start < token.end <= len(source) for token in found)
    assert own_names(source) <= set(re.findall(r"\w+", source))


def test_every_answer_here_differs_from_the_others(answers: dict[str, Modules]) -> None:
    """The test data is what it says: no file of two students is the same text."""
    for one, other in combinations(answers.values(), 2):
        assert all(one[path] != other[path] for path in one.keys() & other.keys())
