"""Collects the tests of an assignment with pytest, and runs a plugin's loop over them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from autograder.judging.exam import Exam

_INI = Path(__file__).with_name("exam.ini")


class ExamError(RuntimeError):
    """The tests themselves are unusable: they do not import, or one names no known step."""


def collect_and_run(plugin: Exam, folders: Sequence[Path]) -> None:
    """Collect the tests of some folders and run the plugin's loop over them.

    No conftest, no configuration file and no installed plugin can interfere: what counts is in those folders.

    Raises:
        ExamError: a test file does not import, or a test is malformed.
    """
    paths = [str(path) for folder in folders for path in sorted(folder.glob("test_*.py"))]
    if not paths:  # without a path pytest would collect whatever lies in the current folder
        raise ExamError(f"no test file (test_*.py) in {' or '.join(map(str, folders))}")
    _forget_others(folders)
    quiet = ["cacheprovider", "terminal", "logging", "unraisableexception", "threadexception", "faulthandler"]
    arguments = [
        *paths,
        f"--rootdir={folders[0]}",
        f"-c={_INI}",
        "--noconftest",
        "--import-mode=importlib",
        "--assert=plain",
        "--capture=no",
        *(argument for name in quiet for argument in ("-p", f"no:{name}")),
        "-o",
        f"pythonpath={' '.join(_quoted(folders))}",
    ]
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        code = pytest.main(arguments, plugins=[plugin])
    finally:
        if before is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = before
    if plugin.collect_errors:
        raise ExamError("; ".join(plugin.collect_errors))
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise ExamError(f"pytest ended with {code!r}")


def _forget_others(folders: Sequence[Path]) -> None:
    """Unload modules of other folders that are named like files of these: Python would take one for the other."""
    for path in (path for folder in folders for path in folder.glob("*.py")):
        there = getattr(sys.modules.get(path.stem), "__file__", None)
        if there and Path(there) != path and Path(there).name == path.name:
            del sys.modules[path.stem]


def _quoted(folders: Sequence[Path]) -> list[str]:
    return [f'"{folder}"' if " " in str(folder) else str(folder) for folder in folders]
