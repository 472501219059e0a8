"""What the zip does on Gradescope: one run of its own programs, faults, metadata that is not to be trusted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from gradescope_format import problems
from hypothesis import given, settings
from hypothesis import strategies as st
from test_diagnosis import CATALOGUE
from toy_work import change, copy_course, grade_zips, notebook

from autograder.authoring.archive import read_zip, write_folder
from autograder.authoring.assignment import Assignment, Step
from autograder.authoring.bundle import build_bundle
from autograder.authoring.course import Course
from autograder.gradescope.metadata import HandedIn, read_metadata, visible_points
from autograder.gradescope.telling import no_verdict, tell
from autograder.isolation.confinement.layers import SWITCHABLE
from autograder.judging.results import fault_results, to_results
from autograder.judging.verdict import ERROR, PASSED, Outcome, StepVerdict, Verdict, judge_step
from tests.rehearsal import page

SEED = "00ff"
HALF = change("+ self.bias", "- self.bias")


# The programs -------------------------------------------------------------------------------------------


class Harness:
    """A folder laid out as Gradescope's `/autograder`, with this Python for what setup.sh installs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        course = copy_course(root / "course")
        write_folder(root / "source", read_zip(build_bundle(course, "toy", seed=SEED).read_bytes()))
        shutil.copyfile(root / "source/run_autograder", root / "run_autograder")
        (root / "venv").symlink_to(sys.prefix)

    def run(self, source: str, metadata: Any = None) -> tuple[dict[str, Any], subprocess.CompletedProcess[str]]:
        """Hand in, run, and return the results and what the program said."""
        shutil.rmtree(self.root / "submission", ignore_errors=True)
        write_folder(self.root / "submission", {"toy.ipynb": notebook(source).encode("utf-8")})
        (self.root / "submission_metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
        return self.grade()

    def grade(self, before: str = "") -> tuple[dict[str, Any], subprocess.CompletedProcess[str]]:
        """Run on what was handed in, after some commands of the shell that becomes the program."""
        environment = {"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(self.root)}
        words = ["bash", "-c", f'{before}\nexec bash "$0"', str(self.root / "run_autograder")]
        done = subprocess.run(words, env=environment, cwd=self.root, capture_output=True, text=True)
        results = json.loads((self.root / "results/results.json").read_text(encoding="utf-8"))
        assert problems(results) == []
        assert sorted(path.name for path in (self.root / "results").iterdir()) == ["results.json"]
        return results, done


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    return Harness(tmp_path / "autograder")


def test_a_resubmission_of_a_group_is_graded_as_anywhere_else_and_told_what_changed(
    harness: Harness, tmp_path: Path
) -> None:
    first, _ = harness.run(HALF)
    metadata = {
        "created_at": "2026-03-03T10:30:00.000000-05:00",
        "assignment": {"due_date": "2026-03-03T09:00:00.000000-05:00"},
        "users": [{"name": "A <b>", "email": "a@x.edu"}, {"name": "B_c", "email": "b@x.edu"}],
        "previous_submissions": [{"submission_time": "2026-03-02T10:00:00-05:00", "score": 2.0, "results": first}],
    }
    results, done = harness.run(change("+ self.bias", "+ self.bias + 0"), metadata)
    assert done.returncode == 0
    elsewhere = grade_zips(copy_course(tmp_path / "elsewhere"), {"a": {"toy.ipynb": notebook()}}, tmp_path, seed=SEED)[
        "a"
    ]
    assert (results["score"], results["tests"]) == (elsewhere["score"], elsewhere["tests"])
    paragraphs = results["output"].split("\n\n")
    assert paragraphs[: len(elsewhere["output"].split("\n\n"))] == elsewhere["output"].split("\n\n")
    assert f"gained affine\\_forward ({first['tests'][1]['score']:g} → 3)." in results["output"]
    assert "it counts for A &lt;b&gt; and B\\_c." in results["output"]
    assert "Handed in 1 h 30 min after the due date, within the grace period of 48 hours" in results["output"]
    told = results["extra_data"]["handed_in"]
    assert (told["students"], told["seconds_late"], list(told["changes"])) == (2, 0.0, ["affine_forward"])


def test_a_fault_of_the_grader_is_no_verdict_and_says_whose_it_is(harness: Harness) -> None:
    path = next((harness.root / "source/tests/exercises/hidden/toy").glob("test_*.py"))
    path.write_text("this is not Python", encoding="utf-8")
    results, done = harness.run(HALF)
    assert done.returncode == 0
    assert "It is not your fault" in results["output"]
    assert "staff will grade it again" in results["output"]
    assert all("score" not in test and "status" not in test for test in results["tests"])
    assert [test["name"] for test in results["tests"]] == ["Not graded"]
    # For instructors: the reason in the data, and more of it in what was printed.
    assert path.stem in results["extra_data"]["fault"]
    assert "The grader itself failed" in done.stdout
    assert results["stdout_visibility"] == "hidden"


@pytest.mark.parametrize("end", ["kill -9 $$", "exit 3", ""], ids=["killed", "broken", "missing"])
def test_where_the_grader_cannot_even_start_the_results_say_so(harness: Harness, end: str) -> None:
    harness.run(HALF)
    (harness.root / "venv").unlink()
    if end:
        program = harness.root / "venv/bin/python"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\n{end}\n", encoding="utf-8")
        program.chmod(0o755)
    results, done = harness.run(HALF)
    assert done.returncode != 0
    assert "It is not your fault" in results["output"]
    assert results["extra_data"]["fault"] == "the grader did not come to its end"


def test_a_broken_assignment_is_a_fault_as_well(harness: Harness) -> None:
    (harness.root / "source/source/toy/assignment.toml").write_text("title = [", encoding="utf-8")
    results, done = harness.run(HALF)
    assert done.returncode == 0
    assert results["extra_data"]["fault"].startswith("AssignmentError: assignment.toml")
    assert "It is not your fault" in results["output"]


def test_the_diagnosis_uses_the_key_only_where_student_code_cannot_read_it(course: Course, tmp_path: Path) -> None:
    folder = course.tests("mistakes", "toy")
    folder.mkdir(parents=True)
    (folder / "affine.py").write_text(CATALOGUE, encoding="utf-8")
    unpacked = Course(tmp_path / "source")
    write_folder(unpacked.root, read_zip(build_bundle(course, "toy", seed=SEED).read_bytes()))
    for path in (unpacked.root, *unpacked.root.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)
    work = {"a": {"toy.ipynb": notebook()}}
    found = grade_zips(unpacked, work, tmp_path, layers_off=SWITCHABLE)["a"]["extra_data"]
    assert (found["isolation"]["files"], found["isolation"]["level"]) == ("readable", "weak")
    assert found["diagnosis"] == "off: there is no answer key out of student code's reach"
    found = grade_zips(unpacked, work, tmp_path)["a"]["extra_data"]
    assert (found["diagnosis"] == "on") == (found["isolation"]["files"] == "hidden")
    # In the instructor's own course the notebooks have the answers anyway.
    found = grade_zips(course, work, tmp_path, layers_off=SWITCHABLE)["a"]["extra_data"]
    assert found["diagnosis"] == "on"


# setup.sh -----------------------------------------------------------------------------------------------


def set_up(root: Path, fails: bool = False, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run setup.sh beside a stand-in for the installed Python that notes down its arguments and pip's index."""
    program = root / "venv/bin/python"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(
        "#!/bin/sh\n"
        f'echo "$@ [${{PIP_EXTRA_INDEX_URL-}}]" >> {root}/log\n'
        'case "$*" in\n'
        f'*"config list"*) exec {sys.executable} "$@";;\n'
        f"*install*) exit {int(fails)};;\n"
        "esac\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "AUTOGRADER_ROOT": str(root), "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        ["bash", root / "source/setup.sh"], env=environment | settings, capture_output=True, text=True
    )


def test_setup_closes_the_files_installs_and_tries_it_out(course: Course, tmp_path: Path) -> None:
    source = tmp_path / "autograder/source"
    write_folder(source, read_zip(build_bundle(course, "toy", seed=SEED).read_bytes()))
    for _ in range(2):
        done = set_up(source.parent)
        assert (done.returncode, done.stderr) == (0, "")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (source, *source.rglob("*")))
    assert (source / "run_autograder").stat().st_mode & 0o700 == 0o700
    log = (source.parent / "log").read_text(encoding="utf-8").splitlines()
    assert len(log) == 8
    assert f"-r {source}/requirements.txt [https://download.pytorch.org/whl/cpu]" in log[2]
    assert log[3].startswith(f"-m autograder.gradescope --root {source.parent} --check")


@pytest.mark.parametrize("setting", ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_CONFIG_FILE"])
def test_settings_of_pip_go_before_our_own(course: Course, tmp_path: Path, setting: str) -> None:
    source = tmp_path / "autograder/source"
    write_folder(source, read_zip(build_bundle(course, "toy", seed=SEED).read_bytes()))
    (tmp_path / "pip.conf").write_text("[global]\nextra-index-url = https://mirror.invalid\n", encoding="utf-8")
    value = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}.get(setting, "https://mirror.invalid")
    assert set_up(source.parent, **{setting: value}).returncode == 0
    log = (source.parent / "log").read_text(encoding="utf-8")
    assert "pip install" in log
    assert "pytorch" not in log


def test_setup_fails_loudly(course: Course, tmp_path: Path) -> None:
    source = tmp_path / "autograder/source"
    write_folder(source, read_zip(build_bundle(course, "toy", seed=SEED).read_bytes()))
    done = set_up(source.parent, fails=True)
    assert done.returncode == 1
    assert "setup.sh: line" in done.stderr
    assert "pip install" in done.stderr


# Metadata -----------------------------------------------------------------------------------------------

ONE, TWO = (Step(name, 4.0, "models/a.py", "A", "a.ipynb") for name in ("one", "two"))
TOY = Assignment(name="toy", title="Toy", due="2026-03-03T12:00:00+00:00", grace_hours=24, steps=(ONE, TWO))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
_KEYS = ("created_at", "assignment", "users", "previous_submissions", "results", "tests", "due_date", "extra_data")
_ODD = st.recursive(
    _JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from([*_KEYS, "name", "score", "visibility"]), inner) | st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


def results(one: StepVerdict, two: StepVerdict, assignment: Assignment = TOY) -> dict[str, Any]:
    return to_results(assignment, Verdict((one, two)), "seed", 1.0)


def told(handed_in: HandedIn, first: float = 4.0) -> str:
    """What stands at the top for a submission with this score in its first step."""
    status = PASSED if first == 4.0 else "partial"
    found = results(StepVerdict(ONE, first, status), StepVerdict(TWO, 0.0, "failed"))
    tell(found, TOY, handed_in)
    assert problems(found) == []
    return str(found["output"])


@settings(deadline=None)  # the first one imports torch
@given(st.dictionaries(st.sampled_from(_KEYS), _ODD) | _ODD)
def test_no_metadata_stops_a_verdict(tmp_path_factory: pytest.TempPathFactory, content: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    told(read_metadata(path))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null", '{"created_at": 5, "users": {"a": 1}}', "\ufffd"])
def test_broken_metadata_is_no_metadata(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    assert read_metadata(tmp_path / "a.json") == HandedIn()
    assert read_metadata(tmp_path / "missing.json") == HandedIn()


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-03T10:30:00.000000-05:00",
        "2026-03-03T10:30:00.000-0500",
        "2026-03-03T10:30:00-05",
        "2026-03-03 10:30:00 -0500",
        "2026-03-03T10:30-05:00",
        "2026-03-03T15:30:00.123456789Z",
        "2026-03-03t15:30:00z",
        "2026-03-03 15:30:00 UTC",
        "2026-03-03T21:00:00+05:30",
    ],
)
def test_a_moment_is_understood_however_it_is_written(tmp_path: Path, text: str) -> None:
    at = from_metadata(tmp_path, {"created_at": text}).at
    assert at is not None
    assert at.replace(microsecond=0) == datetime.fromisoformat("2026-03-03T15:30:00+00:00")


@pytest.mark.parametrize(
    "text", ["2026-03-03", "2026-03-03T10:30:00", "2026-02-30T10:30:00Z", "2026-03-03T10:30:00+99:00"]
)
def test_a_moment_that_is_none_or_has_no_offset_counts_as_not_said(tmp_path: Path, text: str) -> None:
    assert from_metadata(tmp_path, {"created_at": text}).at is None


def test_a_mark_of_byte_order_is_no_fault_of_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + b'{"users": [{"name": "A"}, {"name": "B"}]}')
    assert read_metadata(tmp_path / "a.json").students == ("A", "B")


def from_metadata(tmp_path: Path, content: Mapping[str, Any]) -> HandedIn:
    (tmp_path / "a.json").write_text(json.dumps(content), encoding="utf-8")
    return read_metadata(tmp_path / "a.json")


def test_an_extension_moves_the_due_date_and_a_group_has_the_latest(tmp_path: Path) -> None:
    users = [
        {"name": "A", "assignment": {"due_date": "2026-03-05T12:00:00.000000-05:00"}},
        {"name": "B", "assignment": {"due_date": "2026-03-04T12:00:00Z"}},
    ]
    found = from_metadata(tmp_path, {"assignment": {"due_date": "2026-03-01T12:00:00Z"}, "users": users})
    assert found.due == datetime.fromisoformat("2026-03-05T12:00:00-05:00")
    found = from_metadata(tmp_path, {"assignment": {"due_date": "2026-03-01T12:00:00Z"}, "users": users[2:]})
    assert found.due == datetime.fromisoformat("2026-03-01T12:00:00+00:00")


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-03T12:00:00+00:00", ""),
        ("2026-03-03T12:00:30+00:00", "Handed in less than a minute after the due date, within the grace period"),
        ("2026-03-04T12:00:00+00:00", "Handed in 1 d after the due date, within the grace period of 24 hours"),
        ("2026-03-04T12:01:00+00:00", "⚠ **Late:** handed in 1 d 1 min after the due date."),
        ("2026-03-12T09:30:00-05:00", "⚠ **Late:** handed in 9 d 2 h after the due date."),
    ],
)
def test_lateness_counts_from_the_due_date_and_the_grace_period_forgives_it(at: str, said: str) -> None:
    text = told(HandedIn(at=datetime.fromisoformat(at)))
    assert said in text
    assert ("after the due date" in text) == bool(said)


def previous(time: str, *, fault: str = "", **points: float) -> dict[str, Any]:
    tests = [{"name": name, "score": score, "visibility": "visible"} for name, score in points.items()]
    return {"submission_time": time, "results": {"tests": tests, "extra_data": {"fault": fault}}}


def test_steps_gained_and_lost_are_told_against_the_last_verdict(tmp_path: Path) -> None:
    entries = [
        previous("2026-03-02T12:00:00Z", one=1.0, two=2.0),
        previous("2026-03-01T12:00:00Z", one=4.0, two=0.0),
        previous("2026-03-03T12:00:00Z", fault="no memory", one=0.0, two=0.0),
        previous("2026-03-04T12:00:00Z") | {"autograder_error": True},
        None,
    ]
    found = from_metadata(tmp_path, {"previous_submissions": entries})
    assert found.before == {"one": 1.0, "two": 2.0}
    assert "Since your last submission: gained one (1 → 4); **lost** two (2 → 0)." in told(found)
    assert "no step's points have changed" in told(HandedIn(before={"one": 4.0, "two": 0.0, "three": 1.0}))
    assert "last submission" not in told(HandedIn())
    assert "last submission" not in told(HandedIn(before={"another name": 1.0}))


def test_what_a_student_may_not_see_yet_is_not_told_by_its_change(course: Course, tmp_path: Path) -> None:
    with (course.source("toy") / "assignment.toml").open("a", encoding="utf-8") as file:
        file.write('\n[results]\nhidden = "after_published"\n')
    works = {"before": {"toy.ipynb": notebook(HALF)}, "now": {"toy.ipynb": notebook()}}
    found = grade_zips(course, works, tmp_path)
    before = visible_points(found["before"])
    assert before
    assert all(name.endswith("(public tests)") for name in before)
    tell(found["now"], course.load("toy"), HandedIn(before=before))
    assert "hidden tests" not in found["now"]["output"]
    assert all(name.endswith("(public tests)") for name in found["now"]["extra_data"]["handed_in"]["changes"])


def test_a_step_on_which_the_grader_failed_has_no_points_that_look_earned() -> None:
    found = results(StepVerdict(ONE, 4.0, PASSED), StepVerdict(TWO, 0.0, ERROR))
    tell(found, TOY, HandedIn(before={"one": 4.0, "two": 4.0}))
    one, two = found["tests"]
    assert (one["score"], "score" in two, "status" in two) == (4.0, False, False)
    assert "The grader itself failed on two. It is not your fault" in found["output"]
    assert "lost" not in found["output"]
    assert problems(found) == []


def test_a_fault_in_the_midst_of_grading_is_told_in_the_same_way() -> None:
    found = fault_results(TOY, "the grading process ended without a result", "seed")
    tell(found, TOY, HandedIn(before={"one": 4.0}))
    expected = no_verdict(TOY, "the grading process ended without a result")
    assert all(found[key] == expected[key] for key in ("output", "tests", "score"))
    assert found["extra_data"]["seed"] == "seed"
    assert problems(found) == []


def test_results_without_a_verdict_are_gradescopes_format_too() -> None:
    found = no_verdict(TOY, "why")
    assert problems(found) == []
    assert problems({key: value for key, value in found.items() if key != "score"}) != []
    assert problems(found | {"scores": 1}) != []
    assert problems(replace_test(found, status="error")) != []


def replace_test(found: dict[str, Any], **values: Any) -> dict[str, Any]:
    return found | {"tests": [found["tests"][0] | values]}


def test_the_page_shows_students_what_they_may_see() -> None:
    later = Assignment(name="toy", title="A <toy>", hidden="after_published", steps=(ONE,))
    public, hidden = (
        Outcome("one", kind, "test_it", f"A {kind} title.", "Look.", 1.0, "failed") for kind in ("public", "hidden")
    )
    found = to_results(later, Verdict((judge_step(ONE, [public, hidden]),)), "seed", 1.0)
    shown = page.render(found, later.title, later.points)
    assert "A public title." in shown
    assert "A hidden title." not in shown
    assert "- / 4" in shown
    assert "A &lt;toy&gt;" in shown
