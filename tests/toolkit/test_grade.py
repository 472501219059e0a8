"""Grading from end to end: real zips, the real fork server, the toy assignment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from toy_work import MODULE, RIGHT, STUB, change, copy_course, forward, grade_zips, notebook, zipped

from autograder.authoring.course import Course
from autograder.judging.grade import GradingError, Job, class_seed, grade

SEED = "a fixed seed"
FIRST = "        # x: (N, in_features)\n"
WORD = "print('hello')"
ADDED = "import torch.nn as nn\n"
WRONG = forward("return torch.matmul(x, self.weight) - self.bias")
PATCHES = """
import builtins, json, socket
import torch.testing
always = lambda *a, **k: True
torch.allclose = torch.equal = torch.testing.assert_close = always
builtins.len = lambda *a: 1
json.dumps = lambda *a, **k: '{"d":[["ok",1]]}'
socket.socket.recv = always
"""


def books(**sources: str) -> dict[str, Mapping[str, str | bytes]]:
    return {name: {"toy.ipynb": notebook(source)} for name, source in sources.items()}


WORKS: dict[str, Mapping[str, str | bytes]] = books(
    right=RIGHT,
    names=RIGHT.replace("self.weight", "self.W1").replace("self.bias", "self.zz"),
    blank=STUB,
    only_parameters=forward('raise NotImplementedError("affine_forward: compute x · W + b")'),
    wrong=WRONG,
    constant=forward("return torch.zeros(x.shape[0], self.out_features, requires_grad=True)"),
    detached=forward("return (torch.matmul(x, self.weight) + self.bias).detach()"),
    mutates=forward("x += 1", "return torch.matmul(x - 1, self.weight) + self.bias"),
    transposed=RIGHT.replace("empty(in_features, out_features)", "empty(out_features, in_features)"),
    prints=change(FIRST, FIRST + f"        {WORD}\n"),
    prints_at_import=change(ADDED, ADDED + WORD + "\n"),
    syntax=change("return projected", "return (projected"),
    signature=change("in_features: int, out_features: int", "in_features: int, out_features: int = 2"),
    added_import=change(ADDED, ADDED + "import os\n"),
    forbidden=forward("return nn.Linear(2, 3)(x)"),
    crash_at_import=change(ADDED, ADDED + "raise SystemExit(0)\n"),
    loop=forward("while True:", "    pass"),
    exits=forward("import os", "os._exit(0)"),
    dies=forward("torch.empty(1).set_(torch.empty(0).untyped_storage(), 0, (1 << 40,), (1,))[-1].item()"),
    raises=forward('raise ValueError("<script>alert(1)</script> **bold** ```")'),
)
WORKS = {
    **WORKS,
    "file": {MODULE: RIGHT},
    "half_in_file": {"toy.ipynb": notebook(STUB), MODULE: RIGHT},
    "missing": {"toy.ipynb": json.dumps({"cells": []})},
    "patched": {"toy.ipynb": notebook(change(ADDED, ADDED + PATCHES, WRONG))},
}
ANY_IMPORT = ["patched", "exits"]  # what the rule for imports would stop before it is run


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = copy_course(tmp_path_factory.mktemp("grade") / "course")
    settings = course.source("toy") / "assignment.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[limits]\ncall_seconds = 2\n", encoding="utf-8")
    return course


def with_settings(toy: Course, root: Path, *changes: tuple[str, str]) -> Course:
    course = copy_course(root)
    text = (toy.source("toy") / "assignment.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (course.source("toy") / "assignment.toml").write_text(text, encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def results(toy: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Results of the whole class, graded in one session, two at a time."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "garbage.zip").write_bytes(b"no zip")
    honest = {name: files for name, files in WORKS.items() if name not in ANY_IMPORT}
    made = grade_zips(toy, honest, folder, seed=SEED, processes=2)
    (made["garbage"],) = grade(toy, "toy", [Job(folder / "garbage.zip", folder / "graded/garbage")], seed=SEED)
    return made


@pytest.fixture(scope="module")
def lenient(toy: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The same under the policies `step` and `zero`, where any module may be imported."""
    folder = tmp_path_factory.mktemp("lenient")
    allowed = ", ".join(f'"{name}"' for name in ("os", "builtins", "json", "socket", "torch.testing"))
    course = with_settings(
        toy,
        folder / "course",
        ('"torch", ', f'{allowed}, "torch", '),
        ("[limits]", '[silence]\npolicy = "step"\n\n[must_run]\npolicy = "zero"\n\n[limits]'),
    )
    names = ["right", "prints", "prints_at_import", "crash_at_import", "syntax", *ANY_IMPORT]
    return grade_zips(course, {name: WORKS[name] for name in names}, folder, seed=SEED, processes=2)


@pytest.fixture(scope="module")
def warned(toy: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The same under the policy `warn`, with the same seed."""
    folder = tmp_path_factory.mktemp("warned")
    course = with_settings(toy, folder / "course", ("[limits]", '[silence]\npolicy = "warn"\n\n[limits]'))
    names = ["right", "detached", "wrong", "prints"]
    return grade_zips(course, {name: WORKS[name] for name in names}, folder, seed=SEED)


def statuses(result: dict[str, Any]) -> list[str]:
    return [step["status"] for step in result["extra_data"]["steps"].values()]


def said(result: dict[str, Any]) -> str:
    """All that a student reads."""
    return "\n".join([result["output"], *(test["output"] for test in result["tests"])])


@pytest.mark.parametrize(
    ("name", "score", "expected"),
    [
        ("right", 5, ["passed", "passed"]),
        ("names", 5, ["passed", "passed"]),
        ("file", 5, ["passed", "passed"]),
        ("half_in_file", 5, ["passed", "passed"]),
        ("blank", 0, ["open", "open"]),
        ("only_parameters", 2, ["passed", "open"]),
        ("wrong", 2, ["passed", "failed"]),
        ("constant", 2, ["passed", "failed"]),
        ("detached", 4.25, ["passed", "partial"]),
        ("mutates", 2, ["passed", "failed"]),
        ("transposed", 0, ["failed", "failed"]),
        ("prints", 0, ["failed", "failed"]),
        ("prints_at_import", 0, ["failed", "failed"]),
        ("syntax", 0, ["blocked", "blocked"]),
        ("signature", 0, ["blocked", "blocked"]),
        ("added_import", 0, ["blocked", "blocked"]),
        ("forbidden", 0, ["blocked", "blocked"]),
        ("missing", 0, ["blocked", "blocked"]),
        ("garbage", 0, ["blocked", "blocked"]),
        ("crash_at_import", 0, ["failed", "failed"]),
        ("loop", 2, ["passed", "failed"]),
        ("dies", 2, ["passed", "failed"]),
        ("raises", 2, ["passed", "failed"]),
    ],
)
def test_the_class(results: dict[str, dict[str, Any]], name: str, score: float, expected: list[str]) -> None:
    assert (results[name]["score"], statuses(results[name])) == (score, expected), said(results[name])
    assert results[name]["extra_data"]["fault"] == ""
    assert results[name]["extra_data"]["faults"] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("blank", "Still to do: affine_parameters, affine_forward."),
        ("wrong", "the values of y are wrong."),
        ("mutates", "forward changes its input x."),
        ("prints", "Affine.forward printed “hello”"),
        ("prints_at_import", "import of models/affine.py printed “hello”"),
        ("syntax", "toy.ipynb, cell 4 (Affine), line 21: Python cannot read this"),
        ("signature", "expected \\_\\_init\\_\\_(self, in\\_features, out\\_features), found"),
        ("added_import", "toy.ipynb, cell 4 (Affine), line 4: the import of os is not allowed here"),
        ("forbidden", "torch.nn.Linear must not be used here"),
        ("missing", "no notebook has their cells"),
        ("garbage", "garbage.zip is no zip"),
        ("crash_at_import", "import of models/affine.py raised SystemExit in models/affine.py, line 4"),
        ("loop", "Affine.forward did not end within 2.4 seconds"),
        ("dies", "Affine.forward"),
        ("half_in_file", "the untouched stub, so the file is graded"),
    ],
)
def test_the_student_reads_what_is_wrong(results: dict[str, dict[str, Any]], name: str, words: str) -> None:
    assert words in said(results[name]), said(results[name])


def test_text_of_student_code_stays_text(results: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    text = said(results["raises"])
    assert "alert(1)" in text
    outside = "".join(text.split("```")[::2])
    assert "<script>" not in outside
    assert "**bold**" not in outside


def test_hidden_tests_keep_their_secrets(results: dict[str, dict[str, Any]]) -> None:
    for name, result in results.items():
        assert "secret" not in said(result), name
        for test in result["tests"]:
            hidden = [part for part in test["output"].split("**✗")[1:] if "(hidden test)" in part]
            assert not [part for part in hidden if "```" in part or "expected" in part], name
    assert "(hidden test)" in said(results["wrong"])


def test_a_page_stands_beside_each_result(toy: Course, results: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    zipped(tmp_path / "me.zip", WORKS["raises"])
    grade(toy, "toy", [Job(tmp_path / "me.zip", folder)], seed=SEED)
    page = (folder / "feedback.html").read_text(encoding="utf-8")
    assert "me.zip" in page
    assert "<script>alert" not in page
    assert "alert(1)" in page
    assert json.loads((folder / "results.json").read_text(encoding="utf-8"))["score"] == 2
    assert sorted(path.name for path in folder.iterdir()) == ["feedback.html", "results.json"]


def test_the_policy_step_costs_the_step_that_printed(lenient: dict[str, dict[str, Any]]) -> None:
    assert lenient["right"]["score"] == 5
    assert (lenient["prints"]["score"], statuses(lenient["prints"])) == (2, ["passed", "failed"])
    assert lenient["prints_at_import"]["score"] == 0


def test_the_policy_must_run_names_the_crash_at_every_step(lenient: dict[str, dict[str, Any]]) -> None:
    for name in ("crash_at_import", "syntax"):
        assert lenient[name]["score"] == 0
        assert all("The submission must run" in test["output"] for test in lenient[name]["tests"])


def test_patches_and_exits_gain_nothing(lenient: dict[str, dict[str, Any]]) -> None:
    assert lenient["patched"]["score"] <= 2
    assert (lenient["exits"]["score"], statuses(lenient["exits"])) == (2, ["passed", "failed"])
    assert "ended the whole Python process" in said(lenient["exits"])


def test_the_policy_warn_points_it_out_and_costs_nothing(warned: dict[str, dict[str, Any]]) -> None:
    assert (warned["prints"]["score"], statuses(warned["prints"])) == (5, ["passed", "passed"])
    printed = warned["prints"]["extra_data"]["silence"]
    assert (printed["policy"], printed["printed"][0]["line"]) == ("warn", "hello")
    assert "printed “hello”" in warned["prints"]["output"]


def test_the_same_seed_gives_the_same_results(
    results: dict[str, dict[str, Any]], warned: dict[str, dict[str, Any]]
) -> None:
    for name in ("right", "detached", "wrong"):
        one, other = (json.loads(json.dumps(made[name])) for made in (results, warned))
        for result in (one, other):
            del result["execution_time"], result["extra_data"]["silence"]
        assert one == other


def test_the_class_has_one_secret_seed(course: Course) -> None:
    seed = class_seed(course)
    assert len(seed) == 32
    assert class_seed(course) == seed
    assert (course.gradebook / "seed.txt").stat().st_mode & 0o077 == 0


# Broken courses -----------------------------------------------------------------------------------------


def broken(course: Course, tmp_path: Path) -> str:
    zipped(tmp_path / "me.zip", WORKS["right"])
    with pytest.raises(GradingError) as caught:
        grade(course, "toy", [Job(tmp_path / "me.zip", tmp_path / "out")], seed=SEED)
    assert not (tmp_path / "out/results.json").exists()
    return str(caught.value)


def test_tests_that_are_not_there_are_the_graders_fault(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = tmp_path / "cwd"
    stray.mkdir()
    (stray / "test_stray.py").write_text("raise SystemExit('collected a stray file')\n", encoding="utf-8")
    monkeypatch.chdir(stray)
    for kind in ("public", "hidden"):
        for path in course.tests(kind, "toy").glob("test_*.py"):
            path.unlink()
    message = broken(course, tmp_path)
    assert "no test" in message
    assert "stray" not in message


def test_a_step_with_gates_only_is_the_graders_fault(course: Course, tmp_path: Path) -> None:
    for path in course.root.glob("tests/exercises/*/toy/test_*.py"):
        text = path.read_text(encoding="utf-8").replace("@forward\n", "@forward\n@pytest.mark.weight(0)\n")
        path.write_text(text.replace("@pytest.mark.weight(2)\n", ""), encoding="utf-8")
    assert "no test earns the points of affine_forward" in broken(course, tmp_path)


# The command line ---------------------------------------------------------------------------------------


def command(cwd: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", "grade", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def problem(done: subprocess.CompletedProcess[str], status: int) -> str:
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert done.stderr.startswith("autograder: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_verdict_is_exit_0_whatever_the_score(course: Course, tmp_path: Path) -> None:
    zipped(tmp_path / "me.zip", WORKS["wrong"])
    done = command(course.source("toy"), tmp_path / "me.zip", "-o", tmp_path / "out", "--seed", SEED)
    assert (done.returncode, done.stderr) == (0, "")
    assert "affine_parameters" in done.stdout
    result = json.loads((tmp_path / "out/results.json").read_text(encoding="utf-8"))
    assert (result["score"], result["extra_data"]["seed"]) == (2, SEED)


def test_a_broken_hidden_test_is_exit_1_and_says_whose_fault(course: Course, tmp_path: Path) -> None:
    (course.tests("hidden", "toy") / "test_more.py").write_text("def test_x(:\n", encoding="utf-8")
    zipped(tmp_path / "me.zip", WORKS["right"])
    done = command(tmp_path, tmp_path / "me.zip", "-o", tmp_path / "out", "--course", course.root, "--seed", SEED)
    assert "test_more.py" in problem(done, 1)
    result = json.loads((tmp_path / "out/results.json").read_text(encoding="utf-8"))
    assert result["score"] == 0
    assert "test_more.py" in result["extra_data"]["fault"]
    assert "It is not your fault" in result["output"]
    assert statuses(result) == ["error", "error"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing.zip"], "nothing.zip does not exist"),
        (["work", "-a", "toi"], "no assignment 'toi'"),
        (["work", "--course", "work"], "no course here"),
        (["work", "-o", "a_file"], "a_file"),
    ],
    ids=["no file", "no assignment", "no course", "no folder"],
)
def test_a_wrong_command_is_exit_2_and_one_line(
    course: Course, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "work/models").mkdir(parents=True)
    (tmp_path / "work" / MODULE).write_text(RIGHT, encoding="utf-8")
    (tmp_path / "a_file").write_text("", encoding="utf-8")
    if "--course" not in arguments:
        arguments = [*arguments, "--course", str(course.root)]
    assert words in problem(command(tmp_path, *arguments), 2)
