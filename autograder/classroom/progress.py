"""A class under way, as the command line shows it: how many are done, how fast it goes, what takes longest now."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from autograder.classroom.gradebook.text import clean
from autograder.console import console, printable

_LOOKS = 4  # a second
_TENTHS_FROM = 10  # submissions: a smaller class needs no lines on the way


class ClassProgress:
    """A live display on a terminal; elsewhere, as in a log, one line for each tenth of the class."""

    def __init__(self, total: int, screen: Console = console, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is shown before the `with` block.

        Args:
            total: how many submissions the class has.
            screen: where it is shown.
            clock: seconds that only grow.
        """
        self._total, self._screen, self._clock = total, screen, clock
        self._done = self._failed = 0
        self._kept: int | None = None  # None until it is known
        self._since = clock()
        self._running: dict[str, float] = {}  # the first one has been at it longest
        self._begun = False
        self._tenths = 0
        self._live = Live(self, console=screen, refresh_per_second=_LOOKS, transient=True)
        self._is_live = screen.is_terminal and not screen.is_dumb_terminal

    def ready(self, to_grade: int) -> None:
        """Say how many will be graded; the others are done, their verdicts stand."""
        self._kept = self._total - to_grade
        self._since = self._clock()
        self._tenths = self._tenths_done()

    def begin(self, student: str) -> None:
        """Say that grading a submission has begun."""
        if not self._begun:  # getting ready is no part of the pace
            self._begun, self._since = True, self._clock()
        self._running[student] = self._clock()

    def advance(self, student: str, results: Mapping[str, Any]) -> None:
        """Count one more submission as done."""
        self._running.pop(student, None)
        self._done += 1
        self._failed += bool(results["extra_data"]["fault"])
        if self._kept is None or self._is_live:
            return
        if self._tenths < self._tenths_done() < 10 and self._total >= _TENTHS_FROM:
            self._tenths = self._tenths_done()
            line = " · ".join([f"{self._done} of {self._total} done", *self._numbers()])
            self._screen.print(line, soft_wrap=True, markup=False)

    def __rich__(self) -> Group:
        bar = Table.grid(padding=(0, 1))
        done = f"{self._done} of {self._total}"
        bar.add_row("Grading", ProgressBar(self._total, self._done, width=max(10, self._screen.width - 30)), done)
        numbers = Text(" · ".join([*self._numbers(), *self._now()]), "dim", no_wrap=True, overflow="ellipsis")
        return Group(bar, numbers)

    def __enter__(self) -> ClassProgress:
        if self._is_live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_live:
            self._live.stop()

    def _tenths_done(self) -> int:
        return 10 * self._done // max(self._total, 1)

    def _numbers(self) -> list[str]:
        numbers = [f"{self._failed} failed"]
        graded, seconds = self._done - (self._kept or 0), self._clock() - self._since
        if self._kept is not None and graded and seconds > 0 and self._done < self._total:
            pace = graded / seconds
            rate = 60 * pace
            numbers += [
                f"{rate:.0f} a minute" if rate >= 10 else f"{rate:.1f} a minute",
                f"{_span((self._total - self._done) / pace)} left",
            ]
        return numbers

    def _now(self) -> list[str]:
        for student, since in tuple(self._running.items())[:1]:  # a copy: another thread draws
            return [f"slowest now: {printable(clean(student, 40))}, {_span(self._clock() - since)}"]
        if self._done == self._total:
            return ["finishing"]
        return [] if self._begun or self._done > (self._kept or 0) else ["starting"]


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
