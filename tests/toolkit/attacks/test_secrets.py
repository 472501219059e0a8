"""What student code has said reaches people cut, escaped and without secrets; and the worker holds none to tell."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from attack_work import FULL, Attack, Grounds, attacks, grade_attacks, prepare
from rich.console import Console

from autograder import console
from autograder.isolation.confinement.layers import SWITCHABLE

# What shows something, and what could show an input of a hidden test.
SAYING = [attack for attack in attacks() if attack.goal == "markup"]
SAYING += [attack for attack in attacks() if attack.name.startswith(("exception_", "prints_", "shows_", "odd_"))]
SAYING += [attack for attack in attacks() if "hidden_inputs" in attack.name]
NAMES = sorted({attack.name for attack in SAYING})
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

SCANS_MEMORY = '''
import re

import torch
import torch.nn as nn

PLANTED = re.compile(rb"CANA" + rb"RY-[a-z]+-[0-9a-f]{16}")
# To see that the scan finds what is there: put together at run time, so that no other text looks like it.
OWN = ("CANA" + "RY-control-" + "0123456789abcdef").encode()


def scan() -> int:
    """1 if the own text was found; and 1000 for each secret."""
    found = set()
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            first, last = (int(part, 16) for part in span.split("-"))
            if "r" not in rights or "[v" in line:
                continue
            try:
                memory.seek(first)
                while first < last:
                    data = memory.read(min(last - first, 1 << 26))
                    found.update(PLANTED.findall(data))
                    first += len(data) or last
            except (OSError, ValueError, OverflowError):
                continue
    return (OWN in found) + 1000 * len(found - {OWN})


class Affine(nn.Module):
    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(in_features, out_features))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.full((x.shape[0], self.bias.shape[0]), float(scan()))
'''


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return prepare(tmp_path_factory.mktemp("secrets"), rules=False)


@pytest.fixture(scope="module")
def results(grounds: Grounds) -> Mapping[str, dict[str, Any]]:
    """Everything that says something, graded with all layers on."""
    return grade_attacks(grounds, [attack for attack in attacks() if attack.name in NAMES], processes=4)


def told(result: Mapping[str, Any]) -> str:
    """All texts of a result."""
    return "\n".join([result["output"], *(test["output"] for test in result["tests"])])


# The worker's memory ------------------------------------------------------------------------------------


def test_the_memory_of_a_worker_holds_no_hidden_test_and_no_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grounds = prepare(tmp_path, rules=False)
    settings = grounds.course.source("toy") / "assignment.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("_seconds = ", "_seconds = 10"), encoding="utf-8")  # there is much to read
    monkeypatch.setenv("CANARY", grounds.secrets["environment"])
    monkeypatch.setenv("HOME", str(grounds.home))
    scan = Attack("scans", "", "secret", 2.0, False, SCANS_MEMORY)
    # Without the layers, which would keep it from reading even its own memory.
    found = grade_attacks(grounds, [scan], layers_off=SWITCHABLE)
    (number,) = re.findall(r"expected 38, got (\S+) ", told(found["scans"]))
    assert number == "1"
    assert found["right_last"]["score"] == FULL


# What is shown ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_short_and_visible(results: Mapping[str, dict[str, Any]], name: str) -> None:
    text = told(results[name])
    assert CONTROL.findall(text) == []
    assert max(map(len, text.splitlines())) < 2500
    assert len(text) < 20_000


@pytest.mark.parametrize("name", NAMES)
def test_hidden_tests_show_no_text_of_student_code(results: Mapping[str, dict[str, Any]], name: str) -> None:
    for test in results[name]["tests"]:
        hidden = [part for part in test["output"].split("**✗")[1:] if "(hidden test)" in part]
        assert [part for part in hidden if "```" in part] == []


@pytest.mark.parametrize("name", [name for name in NAMES if "hidden_inputs" in name])
def test_inputs_of_hidden_tests_are_not_shown(results: Mapping[str, dict[str, Any]], name: str) -> None:
    text = told(results[name]).replace("0.0001", "")  # the tolerance
    # Sizes of hidden tests, and anything that looks like a random number.
    assert not re.search(r"\(5, 7\)|\(11, 2\)|0[._]\d{4}", text), text


def test_only_frames_of_the_submission_are_shown(results: Mapping[str, dict[str, Any]]) -> None:
    for name, result in results.items():
        for file in re.findall(r"^  (.*), line \d+, in ", told(result), re.MULTILINE):
            assert file == "models/affine.py", name
    shown = told(results["frames_in_other_files"])
    assert "<script>" not in shown
    assert "in forward: exec(compile(text" in shown


def test_folders_of_this_machine_are_not_shown(results: Mapping[str, dict[str, Any]]) -> None:
    text = told(results["shows_its_paths"])
    assert "torch/" not in text
    assert "…/__init__.py" in text


# The page -----------------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """Collects the elements of a page with their attributes, less the texts that count points."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element and its attributes by name."""
        self.found.add((tag, ""))
        self.found.update((tag, name) for name, _ in attrs)
        self.found.update(("a", f"href={value}") for name, value in attrs if name == "href" and value != "#")


PLAIN = {(tag, "") for tag in ("p", "pre", "code", "strong", "em", "ol", "ul", "li")} | {("code", "class")}


@pytest.mark.parametrize("name", NAMES)
def test_no_element_of_a_page_comes_from_student_code(
    grounds: Grounds, results: Mapping[str, dict[str, Any]], name: str
) -> None:
    graded = grounds.course.gradebook / "graded"
    usual = Elements((graded / "right_last/feedback.html").read_text(encoding="utf-8")).found
    page = (graded / name / "feedback.html").read_text(encoding="utf-8")
    assert Elements(page).found - usual - PLAIN - {("details", "open")} == set()
    assert CONTROL.findall(page.replace("\n", "")) == []


# The terminal -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_terminal_is_not_steered(
    grounds: Grounds, results: Mapping[str, dict[str, Any]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(console, "console", Console(file=screen, width=200, highlight=False))
    assignment = grounds.course.load("toy")
    console.print_verdict(assignment, Path(f"{name}.zip"), Path("out"), results[name])
    screen.write(console.what_happened(results[name]))
    assert CONTROL.findall(screen.getvalue()) == []
