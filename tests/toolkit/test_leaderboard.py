"""The leaderboard: translations that are not to be trusted, BLEU, the released sentences, the student's file."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch
from gradescope_format import problems
from torch import nn
from toy_work import RIGHT, copy_course, grade_zips, notebook, zipped

from autograder.authoring.assignment import Assignment, Leaderboard, load
from autograder.authoring.bundle import build_bundle
from autograder.authoring.course import Course
from autograder.authoring.release import build_release
from autograder.authoring.shipping import ReleaseError
from autograder.judging.leaderboard import bleu, place
from autograder.judging.translations import MAX_BYTES, TRANSLATIONS, TranslationsError, read_translations, sentences
from autograder.student import collect
from autograder.student.tryout import Tryout
from tests.toolkit.notebook_helpers import imported

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "source/machine_translation"
REFERENCES = ROOT / "tests/exercises/hidden/machine_translation/references.txt"
SOURCES = ["Das ist ein Baum.", "Der Hund schläft heute.", "Wir lesen das gute Buch."]
ENGLISH = ["This is a tree.", "The dog is sleeping today.", "We read the good book."]


def with_leaderboard(course: Course) -> Course:
    """Add a leaderboard to the toy assignment."""
    with (course.source("toy") / "assignment.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[release]\nfiles = ["board.txt"]\n')
        settings.write('\n[leaderboard]\nsources = "board.txt"\nreferences = "answers.txt"\n')
    (course.source("toy") / "board.txt").write_text("\n".join(SOURCES) + "\n", encoding="utf-8")
    (course.tests("hidden", "toy") / "answers.txt").write_text("\n".join(ENGLISH) + "\n", encoding="utf-8")
    return course


# The file -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"0": "a"}', "is no list of texts"),
        (b'["a", 1]', "is no list of texts"),
        (b'["a", null]', "is no list of texts"),
        (b'["a"]', "holds 1 texts in place of 2"),
        (json.dumps(["a"] * 3).encode(), "holds 3 texts in place of 2"),
        (json.dumps(["a" * 1001, "b"]).encode(), "over 1,000 letters"),
        (b" " * (MAX_BYTES + 1), "has over 1 MiB"),
    ],
)
def test_what_is_no_list_of_translations_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(TranslationsError, match=reason):
        read_translations(data, 2)


def test_a_list_of_translations_is_read_whatever_its_texts_are() -> None:
    texts = ["a\u0000b \ud800 <b>", ""]
    assert read_translations(json.dumps(texts).encode(), 2) == texts


# BLEU ---------------------------------------------------------------------------------------------------


def test_bleu_is_100_for_the_references_in_any_case_and_without_punctuation() -> None:
    assert bleu(ENGLISH, ENGLISH) == 100
    assert bleu([text.lower().replace(".", "") for text in ENGLISH], ENGLISH) == 100


def test_bleu_falls_with_each_wrong_word_and_word_order() -> None:
    one = bleu([*ENGLISH[:2], "We read the good letter."], ENGLISH)
    order = bleu([*ENGLISH[:2], "We the good book read."], ENGLISH)
    assert 0 < one < 100
    assert 0 < order < 100
    assert bleu(SOURCES, ENGLISH) < 5
    assert bleu(["", "", ""], ENGLISH) == 0


# Grading ------------------------------------------------------------------------------------------------


@pytest.fixture
def toy(course: Course) -> Assignment:
    return with_leaderboard(course).load("toy")


def test_translations_are_found_in_a_folder_of_the_zip_and_the_outermost_counts(
    toy: Assignment, course: Course, tmp_path: Path
) -> None:
    hidden = course.tests("hidden", "toy")
    files = {"me/toy.ipynb": notebook(), f"me/{TRANSLATIONS}": json.dumps(ENGLISH), f"me/old/{TRANSLATIONS}": "[]"}
    found = place(toy, hidden, zipped(tmp_path / "a.zip", files))
    assert found is not None
    assert found.bleu == 100
    assert place(toy, hidden, zipped(tmp_path / "b.zip", {"toy.ipynb": notebook()})) is None
    assert place(replace(toy, leaderboard=Leaderboard()), hidden, tmp_path / "a.zip") is None
    assert place(toy, hidden, tmp_path / "missing.zip") is None


def test_a_link_is_not_followed(toy: Assignment, course: Course, tmp_path: Path) -> None:
    hidden = course.tests("hidden", "toy")
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(ENGLISH), encoding="utf-8")
    (tmp_path / "work/results").mkdir(parents=True)
    (tmp_path / "work" / TRANSLATIONS).symlink_to(answers)
    found = place(toy, hidden, tmp_path / "work")
    assert found is not None
    assert found.bleu is None
    assert "is a link" in found.note()


def test_the_leaderboard_earns_no_points_and_costs_none(course: Course, tmp_path: Path) -> None:
    with_leaderboard(course)
    works = {
        "good": {"toy.ipynb": notebook(), TRANSLATIONS: json.dumps(ENGLISH)},
        "odd": {"toy.ipynb": notebook(), TRANSLATIONS: '["<script>"]'},
        "none": {"toy.ipynb": notebook()},
        "only": {TRANSLATIONS: json.dumps(ENGLISH)},
    }
    found = grade_zips(course, works, tmp_path)
    assert {name: results["score"] for name, results in found.items()} == {"good": 5, "odd": 5, "none": 5, "only": 0}
    board = [{"name": "BLEU", "value": 100.0, "order": "desc"}]
    assert [results.get("leaderboard") for results in found.values()] == [board, None, None, board]
    assert "BLEU 100.00. It stands on the leaderboard and earns no points." in found["good"]["output"]
    assert "results/translations.json holds 1 texts in place of 3; it is left out" in found["odd"]["output"]
    assert TRANSLATIONS not in found["none"]["output"]
    assert [problems(results) for results in found.values()] == [[]] * 4


def test_a_leaderboard_that_fails_costs_no_verdict(course: Course, tmp_path: Path) -> None:
    with_leaderboard(course)
    (course.tests("hidden", "toy") / "answers.txt").unlink()
    work = {"toy.ipynb": notebook(), TRANSLATIONS: json.dumps(ENGLISH)}
    results = grade_zips(course, {"a": work}, tmp_path)["a"]
    assert (results["score"], results.get("leaderboard")) == (5, None)
    assert "FileNotFoundError" in results["extra_data"]["leaderboard_fault"]


# What is released ---------------------------------------------------------------------------------------


def test_a_bundle_needs_both_lists_in_pairs(course: Course) -> None:
    with_leaderboard(course)
    references = course.tests("hidden", "toy") / "answers.txt"
    references.write_text("One.\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"board\.txt has 3 sentences and answers\.txt 1"):
        build_bundle(course, "toy")
    references.unlink()
    with pytest.raises(ReleaseError, match=r"\[leaderboard\] needs tests/exercises/hidden/toy/answers\.txt"):
        build_bundle(course, "toy")


@pytest.fixture(scope="module")
def helpers() -> Iterator[dict[str, ModuleType]]:
    """The helpers of the training notebook, imported as it does."""
    with imported("vocabulary", "training", "leaderboard", "data") as found:
        yield found


def test_the_released_sentences_are_new_and_their_references_are_not_released(helpers: dict[str, ModuleType]) -> None:
    pairs = list(
        zip(
            *(sentences(path.read_text(encoding="utf-8")) for path in (SOURCE / "leaderboard.txt", REFERENCES)),
            strict=True,
        )
    )
    assert len(pairs) == len(set(pairs)) == 200
    corpus = helpers["data"].bundled_corpus("")
    seen = {text for pair in corpus.train + corpus.val + corpus.test for text in pair}
    assert not seen & {text for pair in pairs for text in pair}
    # Whoever trains on the bundled corpus knows every word.
    encoded = helpers["vocabulary"]
    german, english = (encoded.Vocabulary(pair[side] for pair in corpus.train) for side in (0, 1))
    assert all(word in german for text, _ in pairs for word in encoded.tokenize(text))
    assert all(word in english for _, text in pairs for word in encoded.tokenize(text))
    released = load(SOURCE).files
    assert "leaderboard.txt" in released
    assert not any("references" in name for name in released)


class Guesser(nn.Module):
    """Scores words at random."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.table = nn.Embedding(2000, words)

    def forward(self, source: torch.Tensor) -> torch.Tensor:
        return self.table(source)


def test_the_notebook_writes_what_the_grader_reads(
    helpers: dict[str, ModuleType], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = helpers["data"].bundled_corpus("").train[:500]
    german, english = (helpers["vocabulary"].Vocabulary(pair[side] for pair in corpus) for side in (0, 1))
    path = tmp_path / "work" / TRANSLATIONS
    helpers["leaderboard"].write_translations(Guesser(len(english)), german, english, path)
    assert "200 translations" in capsys.readouterr().out
    found = place(load(SOURCE), REFERENCES.parent, tmp_path / "work")
    assert found is not None
    assert found.bleu is not None
    assert found.bleu < 5


def test_collect_takes_the_translations_along_or_says_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(collect, "try_out", lambda *_: Tryout())
    course = with_leaderboard(copy_course(tmp_path / "course"))
    build_release(course, "toy")
    folder = Path(shutil.copytree(course.release("toy"), tmp_path / "mine"))
    (folder / "toy.ipynb").write_text(notebook(RIGHT), encoding="utf-8")
    (folder / "results").mkdir()
    for texts, taken in ((ENGLISH, True), (ENGLISH[:2], False)):
        (folder / TRANSLATIONS).write_text(json.dumps(texts), encoding="utf-8")
        assert collect.collect(folder) == 0
        with zipfile.ZipFile(folder / "submission.zip") as archive:
            assert (TRANSLATIONS in archive.namelist()) == taken
        said = capsys.readouterr().out
        assert ("holds 2 texts in place of 3; it stays here, and costs no points" in said) != taken
    (folder / TRANSLATIONS).unlink()
    assert collect.collect(folder) == 0
