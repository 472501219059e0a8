"""Shared by the toolkit's tests: the toy course, a fork server, and no skipped test where none is wanted."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from autograder.authoring.course import Course
    from autograder.isolation.zygote import Zygote

CANARY = "AUTOGRADER_TEST_CANARY"
collect_ignore = ["toy"]  # exercise tests are run by our own plugin, not by pytest alone


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A copy of the toy course that a test may change."""
    from toy_work import copy_course

    return copy_course(tmp_path / "course")


@pytest.fixture(scope="session", autouse=True)
def results_are_gradescopes() -> Iterator[None]:
    """Whatever a test grades: each results.json is what Gradescope takes."""
    from gradescope_format import problems

    from autograder.judging.results import RESULTS
    from autograder.judging.running import Job, Running

    take = Running.take

    def checked(running: Running) -> tuple[Job, dict[str, str]]:
        job, files = take(running)
        assert problems(json.loads(files[RESULTS])) == []
        return job, files

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Running, "take", checked)
        yield


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """One fork server for all tests of the transport, started beside a secret and a stale `models/` folder."""
    from autograder.isolation.zygote import Zygote

    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "models").mkdir()
    (folder / "models/stale.py").write_text("value = 1\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CANARY, "secret")
        patch.setenv("PYTHONPATH", str(folder))
        patch.chdir(folder)
        running = Zygote()
    with running:
        yield running


# No skipped tests ---------------------------------------------------------------------------------------


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter and os.environ.get("AUTOGRADER_NO_SKIPS") else 0


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With AUTOGRADER_NO_SKIPS set, a skipped test fails the run."""
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why the run fails although no test does."""
    if count := _skipped(config):
        terminalreporter.write_line(f"AUTOGRADER_NO_SKIPS: {count} skipped, which fails this run", red=True)
