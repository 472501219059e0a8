"""The report on a class: right numbers, each leading to its submissions; safe, anonymous, and readable on a phone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from graded_class import ROOT, TOY, write_class
from report_page import MISTAKES, Page, page_of

from autograder.authoring.course import Course
from autograder.classroom.reading import read_class
from autograder.classroom.report import write_report
from autograder.classroom.statistics import quartiles


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of forty students."""
    made = tmp_path_factory.mktemp("gradebook") / "graded"
    write_class(made, TOY, 40)
    return made


def test_every_link_leads_somewhere(folder: Path) -> None:
    page = Page(page_of(folder, late={"s0001": 90_000.0}))
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    for address in page.all("href"):
        path, _, anchor = address.partition("#")
        if path:
            assert (folder.parent / unquote(path)).is_file(), address
            assert not anchor or anchor in [step.id for step in TOY.steps]
        else:
            assert anchor in ids, address


def test_counts_are_those_of_the_results_and_lead_to_all_submissions(folder: Path) -> None:
    text = page_of(folder)
    found = read_class(folder)
    groups = re.findall(r'<details class="who (\w+)"><summary><b>(\d+)</b>.*?</summary><p>(.*?)</p>', text)
    assert len(groups) > len(TOY.steps)
    assert all(int(count) == names.count("<a ") for _, count, names in groups)
    assert sum(int(count) for _, count, _ in groups) == len(found.students) * len(TOY.steps)
    for step in TOY.steps:
        right = sum(entry.steps[step.id].status == "passed" for entry in found.students)
        part = text.split(f'<tbody id="step-{step.id}">')[1].split("</tbody>")[0]
        assert f"<b>{right}</b> right" in part
    made = {name for entry in found.students for step in entry.steps.values() for name in step.suspicions}
    assert len(made) > 5
    shown = Page(text).text
    for name in made:
        assert MISTAKES[name].sentence in shown
    assert text.count('<tr id="s') == 40


def test_students_are_sorted_by_score(folder: Path) -> None:
    rows = re.findall(r'<tr id="s\d+">.*?<td class="num">([\d.]+)</td>', page_of(folder))
    assert len(rows) == 40
    assert [float(score) for score in rows] == sorted(map(float, rows), reverse=True)


def test_pictures_have_words(folder: Path) -> None:
    text = page_of(folder)
    pictures = re.findall(r"<svg.*?</svg>", text)
    assert len(pictures) > 10
    for picture in pictures:
        assert 'role="img"' in picture
        assert 'aria-label="' in picture or ("<title" in picture and "<desc" in picture)
    described = re.search(r'<desc id="scores-text">(.*?)</desc>', text)
    assert described
    assert sum(int(count) for count in re.findall(r": (\d+)", described[1])) == 40
    middle = quartiles([entry.score for entry in read_class(folder).students])
    assert f"Median {middle.median:.3g};" in described[1]


def test_failures_of_the_grader_stand_first_and_count_nowhere(folder: Path, tmp_path: Path) -> None:
    def whole(results: dict[str, Any]) -> None:
        results["extra_data"]["fault"] = "the disk is full"

    def one_test(results: dict[str, Any]) -> None:
        results["extra_data"]["steps"]["attention"].update(status="error", score=0.0, suspicions=[])
        results["extra_data"]["faults"] = ["test_attention: KeyError: 'x'"]

    made = tmp_path / "graded"
    write_class(made, TOY, 20, changes={"faulty": whole, "partly": one_test, "partly_2": one_test})
    text = page_of(made)
    page = Page(text)
    assert text.index("The grader itself failed") < text.index('class="tile')
    assert "test_attention: KeyError: 'x' 2 submissions" in page.text
    assert "the disk is full 1 submission" in page.text
    assert "22 graded" in page.text
    attention = text.split('<tbody id="step-attention">')[1].split("</tbody>")[0]
    assert "<b>2</b> grader’s fault" in attention
    assert "The grader itself failed" not in page_of(folder)


def test_nothing_graded_but_faults_is_still_a_page(tmp_path: Path) -> None:
    def whole(results: dict[str, Any]) -> None:
        results["extra_data"]["fault"] = "the disk is full"

    write_class(tmp_path / "graded", TOY, 0, changes={"a": whole, "b": whole})
    assert "0 graded" in Page(page_of(tmp_path / "graded")).text


def test_different_points_or_seeds_are_told(folder: Path, tmp_path: Path) -> None:
    def other_points(results: dict[str, Any]) -> None:
        results["extra_data"]["steps"]["attention"]["max"] = 9.0

    write_class(tmp_path / "graded", TOY, 5, changes={"other": other_points})
    assert "Not all were graded alike" in page_of(tmp_path / "graded")
    assert "Not all were graded alike" not in page_of(folder)


# Hostile texts


EVIL = [
    "<script>alert(1)<|script>",
    "'\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }} {% raw %}",
    "a#b?c%20d&amp;",
    "\u202etxt.exe",
]


def test_names_and_texts_of_students_stay_text(tmp_path: Path) -> None:
    def speak(results: dict[str, Any]) -> None:
        extra = results["extra_data"]
        extra["silence"]["printed"] = [{"step": "<b>", "call": "</p><script>f()</script>", "line": "<iframe src=//x>"}]
        extra["problems"] = ["<a href='javascript:alert(1)'>x</a>", "\x1b[31m \ud800 ]]>"]
        extra["notes"] = ["<style>*{display:none}</style>"]
        extra["faults"] = ["test_x: <object data=x>"]
        extra["versions"]["python"] = "<marquee>"
        extra["isolation"]["pid"] = "off: <blink>"
        extra["steps"]["attention"].update(status="<u>odd</u>", suspicions=["<em>no such mistake</em>"])

    made = tmp_path / "graded"
    changes = {name.replace("/", "|"): speak for name in EVIL}
    write_class(made, TOY, 12, changes=changes)
    text = page_of(made)
    page = Page(text)
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"script", "img", "iframe", "object", "marquee", "blink", "u", "em", "link", "base"})
    assert text.count("<style") == 1
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    for address in page.all("href"):
        assert address.startswith(("#", "graded/")), address
        if not address.startswith("#"):
            assert (tmp_path / unquote(address.partition("#")[0])).is_file(), address
    for name in changes:
        assert " ".join(name.split()) in page.text
    assert "default-src 'none'; style-src 'unsafe-inline'" in text


def test_the_page_needs_no_other_file(folder: Path) -> None:
    text = page_of(folder)
    page = Page(text)
    assert not page.all("src")
    assert "url(" not in text
    assert "@import" not in text
    assert not re.findall(r"https?://", text)


# A whole class, from the course's folder


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the real assignment, and a thousand results of it."""
    root = tmp_path_factory.mktemp("course")
    (root / "source").symlink_to(ROOT / "source")
    (root / "tests").symlink_to(ROOT / "tests")
    course = Course(root)
    write_class(course.gradebook / "graded/machine_translation", course.load("machine_translation"), 1000)
    return course


@pytest.mark.parametrize("anonymous", [False, True])
def test_a_thousand_students_make_a_page_that_a_phone_can_load(big: Course, anonymous: bool) -> None:
    path = write_report(big, big.load("machine_translation"), anonymous=anonymous)
    assert path == big.gradebook / ("report_anonymous.html" if anonymous else "report.html")
    assert path.stat().st_size < 3_000_000
    assert path.read_text(encoding="utf-8").count('<tr id="s') == 1000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, as Debian has it."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; it is in the dev extra")
    with sync_api.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=["--headless", "--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


OVERLAPS = """() => {
  const wrong = [];
  for (const plot of document.querySelectorAll('svg.plot')) {
    const frame = plot.getBoundingClientRect();
    const texts = [...plot.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
    for (const [words, box] of texts) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1) wrong.push('cut: ' + words);
      if (box.height < 10) wrong.push('small: ' + words);
    }
    texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([two, b]) => {
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
        wrong.push(one + ' over ' + two);
    }));
  }
  for (const cell of document.querySelectorAll('td, th, summary, li, p, h1, h2'))
    if (cell.clientWidth && cell.scrollWidth > cell.clientWidth + 1)
      wrong.push('wide: ' + cell.textContent.slice(0, 60));
  return wrong;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_overlaps_or_is_cut_off(browser: Any, tmp_path: Path, width: int, scheme: str) -> None:
    def long_words(results: dict[str, Any]) -> None:
        results["extra_data"]["problems"] = ["x" * 300]
        results["extra_data"]["silence"]["printed"] = [{"step": "attention", "call": "y" * 80, "line": "z" * 200}]

    made = tmp_path / "graded"
    write_class(made, TOY, 60, changes={"long" * 40: long_words, "a" * 60 + "@uni.example": long_words})
    path = tmp_path / "report.html"
    path.write_text(page_of(made, late={"s0001": 90_000.0}), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.goto(path.as_uri())
    for opened in (False, True):
        page.evaluate("open => document.querySelectorAll('details').forEach(part => part.open = open)", opened)
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert size[0] <= size[1], f"the page is {size[0]} wide on {size[1]}"
        assert page.evaluate(OVERLAPS) == []
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]")
    assert (shade < 60) == (scheme == "dark")
    assert wrong == []
    context.close()
