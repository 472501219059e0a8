"""What the doctor says, what a level promises, and that an assignment can demand one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from toy_work import notebook, zipped

from autograder.authoring.assignment import Assignment, AssignmentError, Isolation, load
from autograder.authoring.course import Course
from autograder.isolation.confinement.doctor import diagnose, show
from autograder.isolation.confinement.examination import examine
from autograder.isolation.confinement.layers import LAYERS, LEVELS, ON, PROBES, SWITCHABLE, SWITCHED_OFF
from autograder.isolation.confinement.levels import PROMISES, as_graded, hides_files, lacking, level, summary
from autograder.isolation.zygote import Zygote
from autograder.judging.grade import GradingError, Job, grade
from autograder.judging.standing import secret_files

ALL_ON = dict.fromkeys(LAYERS, ON)
ALL_CLOSED = dict.fromkeys(PROBES, "")


def without(*names: str) -> dict[str, str]:
    return ALL_ON | dict.fromkeys(names, SWITCHED_OFF)


# Levels -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "reached", "expected"),
    [
        ((), (), "strong"),
        (("user", "uts", "ipc", "uid", "proc", "mount"), (), "strong"),
        (("view",), (), "strong"),
        (("landlock",), (), "strong"),
        (("view", "landlock"), (), "fair"),
        (("pid",), (), "fair"),
        (("network",), (), "fair"),
        (("seccomp",), (), "fair"),
        (("capabilities",), (), "fair"),
        (("no_new_privs",), (), "fair"),
        ((), ("programs",), "fair"),
        ((), ("network",), "fair"),
        ((), ("write",), "fair"),
        ((), ("processes",), "fair"),
        ((), ("powers",), "fair"),
        ((), ("kernel",), "fair"),
        ((), ("files",), "weak"),
        ((), ("tamper",), "weak"),
        ((), ("neighbours",), "weak"),
        (SWITCHABLE, tuple(PROBES), "weak"),
    ],
)
def test_levels(off: Sequence[str], reached: Sequence[str], expected: str) -> None:
    layers, probes = without(*off), ALL_CLOSED | dict.fromkeys(reached, "/a/path")
    assert level(layers, probes) == expected
    for wanted in LEVELS:
        missing = lacking(wanted, layers, probes)
        assert bool(missing) == (LEVELS.index(wanted) > LEVELS.index(expected))
        assert "/a/path" not in "".join(missing)  # students may read what is missing


def test_the_summary_says_whether_files_were_hidden() -> None:
    assert hides_files(summary(ALL_ON, ALL_CLOSED))
    readable = summary(ALL_ON, ALL_CLOSED | {"files": "/a/path"})
    assert not hides_files(readable)
    assert not hides_files({})
    assert (readable["level"], readable["files"], readable["pid"]) == ("weak", "readable", ON)
    assert "/a/path" not in str(readable)


def test_a_worker_with_less_than_was_examined_counts_as_weak() -> None:
    examined = summary(ALL_ON, ALL_CLOSED)
    assert as_graded(examined, ALL_ON) == as_graded(examined, {}) == examined
    graded = as_graded(examined, without("landlock"))
    assert (graded["level"], hides_files(graded), graded["landlock"]) == ("weak", False, SWITCHED_OFF)


# The doctor ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def healthy() -> dict[str, Any]:
    return diagnose()


def screen(diagnosis: dict[str, Any]) -> list[str]:
    console = Console(width=100, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    show(diagnosis, console)
    return console.export_text().splitlines()


def test_one_screen_names_each_layer_and_probe_and_the_level(healthy: dict[str, Any]) -> None:
    lines = screen(healthy)
    assert len(lines) <= 36
    for name in (*LAYERS, *PROBES):
        assert any(line.split()[:1] == [name] for line in lines), name
    text = " ".join(" ".join(lines).split())
    assert f"A grading here is {healthy['level']}. {PROMISES[healthy['level']]}" in text
    assert f"Python {healthy['python']} · torch {healthy['torch']}" in text


def test_each_layer_that_is_off_has_its_reason_on_the_screen(healthy: dict[str, Any]) -> None:
    layers = without("landlock", "seccomp")
    probes = ALL_CLOSED | {"kernel": "a socket"}
    sick = healthy | {"layers": layers, "probes": probes, "level": "fair"}
    sick["lacking"] = {"strong": lacking("strong", layers, probes)}
    lines = screen(sick)
    assert [line.split()[1] for line in lines if line.split()[:1] in (["landlock"], ["seccomp"])] == ["off", "off"]
    assert sum("(switched off)" in line for line in lines) == 2
    assert any(line.split()[:2] == ["kernel", "yes"] and "(a socket)" in line for line in lines)
    assert "Not strong: student code can make sockets or namespaces; seccomp is off: switched off." in " ".join(
        " ".join(lines).split()
    )


def test_a_machine_without_layers_is_told_to_be_weak() -> None:
    weak = diagnose(layers_off=SWITCHABLE)
    assert (weak["level"], weak["hides_files"], list(weak["lacking"])) == ("weak", False, ["fair", "strong"])
    assert all(weak["probes"][name] for name in ("files", "tamper", "neighbours", "network", "programs"))


def test_another_system_is_told_what_it_has(healthy: dict[str, Any]) -> None:
    mac = {name: ON if name in ("session", "limits") else "off: not on darwin" for name in LAYERS}
    lines = screen(healthy | {"platform": "Darwin 24.1 arm64", "layers": mac, "level": "weak"})
    assert "Here processes are separated and limited, no more" in " ".join(lines)


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_the_command_prints_json_and_reads_the_course(course: Course) -> None:
    settings = course.source("toy") / "assignment.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '\n[isolation]\noff = ["uts"]\n', encoding="utf-8")
    done = command("doctor", "--json", cwd=course.root)
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["layers"]["uts"] == SWITCHED_OFF
    assert set(said["probes"]) == set(PROBES)
    assert said["level"] in LEVELS
    assert said["hides_files"] == (not said["probes"]["files"])


# What the examination looks for -------------------------------------------------------------------------


def test_tests_answers_seed_and_other_students_are_secret(course: Course, tmp_path: Path) -> None:
    course.gradebook.mkdir()
    (course.gradebook / "seed.txt").write_text("seed", encoding="utf-8")
    (course.solutions("toy")).mkdir(parents=True)
    (course.solutions("toy") / "key.py").write_text("", encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/work.py").write_text("", encoding="utf-8")
    found = {path.name for path in secret_files(course, "toy", [tmp_path / "other", tmp_path / "one.zip"])}
    hidden = {path.name for path in course.tests("hidden", "toy").glob("*.py")}
    assert hidden
    assert found >= hidden | {"seed.txt", "key.py", "work.py", "one.zip", "toy.ipynb"}


def test_a_secret_is_found_wherever_it_lies(zygote: Zygote, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    assert examine(zygote.control, [tmp_path / "missing", secret], SWITCHABLE).probes["files"] == str(secret)
    # Below the interpreter it is in view: the examination tells, whatever the layers promise.
    assert examine(zygote.control, [Path(os.__file__)]).probes["files"] == os.__file__


def test_an_examination_leaves_nothing_behind(zygote: Zygote, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch()
    secret.chmod(0o400)
    before = {str(path) for folder in ("/tmp", "/var/tmp", "/dev/shm") for path in Path(folder).glob("autograder-*")}
    for off in (SWITCHABLE, ("view", "landlock")):
        examine(zygote.control, [secret], off)
    after = {str(path) for folder in ("/tmp", "/var/tmp", "/dev/shm") for path in Path(folder).glob("autograder-*")}
    assert after <= before
    assert list(tmp_path.iterdir()) == [secret]


# What an assignment can ask for -------------------------------------------------------------------------


def with_isolation(course: Course, text: str) -> Assignment:
    settings = course.source("toy") / "assignment.toml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\n[isolation]\n{text}\n", encoding="utf-8")
    return load(course.source("toy"))


def test_settings_survive_the_release(course: Course, tmp_path: Path) -> None:
    assignment = with_isolation(course, 'off = ["seccomp", "uts"]\nminimum = "fair"')
    assert assignment.isolation == Isolation(("seccomp", "uts"), "fair")
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy/assignment.json").write_text(assignment.to_json(), encoding="utf-8")
    assert load(tmp_path / "toy").isolation == assignment.isolation


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('off = ["sccomp"]', r"\[isolation\] off names the layer 'sccomp'; known: user, pid, .*seccomp$"),
        ('off = ["session"]', r"\[isolation\] off names the layer 'session'"),
        ('off = "seccomp"', r"'seccomp' must be a list of texts"),
        ('minimum = "great"', r"\[isolation\] minimum is 'great'; choose one of weak, fair, strong"),
        ("maximum = 3", r"unknown key 'maximum' in \[isolation\]; known: \['minimum', 'off'\]"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(course: Course, text: str, message: str) -> None:
    with pytest.raises(AssignmentError, match=message):
        with_isolation(course, text)


def test_less_than_the_minimum_stops_before_any_submission(course: Course, tmp_path: Path) -> None:
    with_isolation(course, 'off = ["view", "landlock", "uid"]\nminimum = "fair"')
    work = zipped(tmp_path / "me.zip", {"toy.ipynb": notebook()})
    done = command("grade", str(work), "-o", str(tmp_path / "out"), cwd=course.root)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("autograder: assignment.toml demands fair isolation, and this machine does not offer it: ")
    assert "student code can read a secret file" in line
    assert line.endswith("see `autograder doctor`")
    result = json.loads((tmp_path / "out/results.json").read_text(encoding="utf-8"))
    assert result["score"] == 0
    assert str(course.root) not in json.dumps(result)


def test_the_strongest_demand_names_the_layer_that_is_missing(course: Course, tmp_path: Path) -> None:
    with_isolation(course, 'minimum = "strong"')
    work = zipped(tmp_path / "me.zip", {"toy.ipynb": notebook()})
    with pytest.raises(GradingError, match=r"demands strong isolation.* pid is off: switched off"):
        grade(course, "toy", [Job(work, tmp_path / "out")], seed="x", layers_off=["pid"])
    assert list((tmp_path / "out").iterdir()) == []


def test_a_layer_that_does_not_exist_cannot_be_switched_off(course: Course, tmp_path: Path) -> None:
    with pytest.raises(GradingError, match="there is no layer 'vew' to switch off; known: user, pid"):
        grade(course, "toy", [Job(tmp_path / "me.zip", tmp_path / "out")], seed="x", layers_off=["vew"])


def test_results_tell_layers_level_and_hiding(course: Course, tmp_path: Path) -> None:
    with_isolation(course, 'off = ["uts"]')
    work = zipped(tmp_path / "me.zip", {"toy.ipynb": notebook()})
    told = []
    for number, off in enumerate((None, ["network"])):
        (result,) = grade(course, "toy", [Job(work, tmp_path / str(number))], seed="x", layers_off=off)
        assert result["score"] == 5
        told.append(result["extra_data"]["isolation"])
    assert [set(each) for each in told] == [{*LAYERS, "files", "level"}] * 2
    assert [each["uts"] == SWITCHED_OFF for each in told] == [True, False]
    assert told[1]["network"] == SWITCHED_OFF
    assert told[1]["level"] != "strong"
    assert all(each["level"] in LEVELS and each["files"] in ("hidden", "readable") for each in told)
