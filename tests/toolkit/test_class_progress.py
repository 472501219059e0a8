"""What `autograder class` shows while it grades: numbers that are right, on a terminal and in a log."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from toy_work import RIGHT, STUB, notebook, zipped

from autograder.authoring.course import Course
from autograder.classroom.batch import grade_class
from autograder.classroom.layouts import find_submissions
from autograder.classroom.progress import ClassProgress

GOOD: dict[str, Any] = {"extra_data": {"fault": None}}
FAULT: dict[str, Any] = {"extra_data": {"fault": "the disk is full"}}


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def screen(*, terminal: bool, width: int = 80) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=terminal, width=width, highlight=False, color_system=None, _environ={}
    )


def shown(progress: ClassProgress, width: int = 80) -> list[str]:
    """The two lines of the live display as they are now."""
    console = screen(terminal=True, width=width)
    console.print(progress)
    return [line.strip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def test_done_failed_rate_time_left_and_the_slowest_now() -> None:
    clock = Clock()
    progress = ClassProgress(100, screen(terminal=True), clock)
    assert shown(progress)[1] == "0 failed · starting"
    clock.now += 3
    progress.ready(100)
    clock.now += 7  # the start is no part of the pace
    for student in ("ann", "ben"):
        progress.begin(student)
    clock.now += 30
    for number in range(10):
        progress.advance(f"s{number}", FAULT if number == 4 else GOOD)
    bar, numbers = shown(progress)
    assert bar.startswith("Grading")
    assert bar.endswith("10 of 100")
    assert numbers == "1 failed · 20 a minute · 4 min left · slowest now: ann, 30 s"
    clock.now += 30
    progress.advance("ann", GOOD)
    assert shown(progress)[1] == "1 failed · 11 a minute · 8 min left · slowest now: ben, 60 s"


def test_verdicts_that_stood_are_done_but_make_it_no_faster() -> None:
    clock = Clock()
    progress = ClassProgress(50, screen(terminal=True), clock)
    for number in range(40):
        progress.advance(f"old{number}", GOOD)
    progress.ready(10)
    assert shown(progress)[1] == "0 failed · starting"
    progress.begin("ann")
    clock.now += 12
    progress.advance("ann", GOOD)
    bar, numbers = shown(progress)
    assert bar.endswith("41 of 50")
    assert numbers == "0 failed · 5.0 a minute · 108 s left"
    for number in range(9):
        progress.advance(str(number), GOOD)
    assert shown(progress)[1] == "0 failed · finishing", "a gradebook is written still, and the pace must not sink"


def test_a_narrow_terminal_and_a_hostile_name_keep_two_lines() -> None:
    progress = ClassProgress(7, screen(terminal=True), Clock())
    progress.ready(7)
    progress.begin("[red]\x1b[2J\n" + "x" * 200)
    for width in (40, 80):
        lines = shown(progress, width)
        assert len(lines) == 2
        assert all(len(line) <= width for line in lines)
        assert not any("\x1b" in line for line in lines)
    assert "[red]" in lines[1]


def test_a_terminal_is_drawn_on_and_left_clean() -> None:
    console = screen(terminal=True)
    with ClassProgress(20, console, Clock()) as progress:
        progress.ready(20)
        for number in range(20):
            progress.advance(str(number), GOOD)
    drawn = console.file.getvalue()  # type: ignore[attr-defined]
    assert "20 of 20" in drawn
    assert drawn.endswith("\x1b[1A\x1b[2K"), "the display stays behind"
    assert "done ·" not in drawn, "a log's lines on a terminal"


def test_a_log_gets_a_line_for_each_tenth() -> None:
    clock, console = Clock(), screen(terminal=False)
    with ClassProgress(1000, console, clock) as progress:
        for number in range(250):
            progress.advance(f"old{number}", GOOD)
        progress.ready(750)
        for number in range(750):
            progress.begin(str(number))
            clock.now += 0.1
            progress.advance(str(number), GOOD)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line.split()[0] for line in lines] == ["300", "400", "500", "600", "700", "800", "900"]
    assert lines[0] == "300 of 1000 done · 0 failed · 600 a minute · 70 s left"


def test_a_small_class_needs_no_lines_in_a_log() -> None:
    console = screen(terminal=False)
    with ClassProgress(9, console, Clock()) as progress:
        progress.ready(9)
        for number in range(9):
            progress.advance(str(number), GOOD)
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]


@pytest.mark.parametrize("kept", [0, 1])
def test_grading_says_what_begins_before_it_ends(course: Course, tmp_path: Path, kept: int) -> None:
    folder = tmp_path / "handed_in"
    folder.mkdir()
    for name, source in (("ann", RIGHT), ("ben", STUB), ("cleo", RIGHT)):
        zipped(folder / f"{name}.zip", {"toy.ipynb": notebook(source)})
    found, assignment, out = find_submissions(folder, "toy").submissions, course.load("toy"), tmp_path / "out"
    if kept:
        grade_class(course, assignment, found[:kept], out, processes=1, seed="s")
    said: list[tuple[str, Any]] = []
    grade_class(
        course,
        assignment,
        found,
        out,
        processes=2,
        seed="s",
        on_ready=lambda count: said.append(("ready", count)),
        on_start=lambda student: said.append(("begun", student)),
        on_result=lambda student, results: said.append(("done", student)),
    )
    names = ["ann", "ben", "cleo"]
    assert said[: kept + 1] == [*(("done", name) for name in names[:kept]), ("ready", 3 - kept)]
    later = said[kept + 1 :]
    assert [name for what, name in later if what == "begun"] == names[kept:]
    assert sorted(name for what, name in later if what == "done") == names[kept:]
    assert all(later.index(("begun", name)) < later.index(("done", name)) for name in names[kept:])
