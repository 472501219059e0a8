"""The suite's own switch: where nothing may be skipped, a skipped test fails the run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(("switch", "status"), [("1", 1), ("", 0)])
def test_a_skipped_test_fails_the_run_where_none_is_wanted(tmp_path: Path, switch: str, status: int) -> None:
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    text = "import pytest\n\n\ndef test_one():\n    pytest.skip('no')\n\n\ndef test_two():\n    pass\n"
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "test_it.py"],
        cwd=tmp_path,
        env={
            **os.environ,
            "AUTOGRADER_NO_SKIPS": switch,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": str(Path(__file__).parent),  # what the conftest imports
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
    assert ("AUTOGRADER_NO_SKIPS: 1 skipped, which fails this run" in done.stdout) == bool(switch)
