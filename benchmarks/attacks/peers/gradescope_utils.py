"""gradescope-utils: unittest with weights, in the folders of a Gradescope container."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from box import Work
from grader import Verdict

from peers.assignment import HELPERS, Check, checks, secrets
from peers.otter import gradescope_verdict
from peers.setting import peer_work, plant_home

RUN_AUTOGRADER = """#!/bin/sh
cp /autograder/submission/affine.py /autograder/source/affine.py
cd /autograder/source
python run_tests.py
"""
RUN_TESTS = """import unittest

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

suite = unittest.defaultTestLoader.discover("tests")
with open("/autograder/results/results.json", "w") as file:
    JSONTestRunner(visibility="visible", stream=file).run(suite)
"""
TESTS = """import unittest

from affine import Affine
from gradescope_utils.autograder_utils.decorators import visibility, weight

{helpers}

class TestAffine(unittest.TestCase):
{methods}"""


class GradescopeUtils:
    """The toy assignment as a Gradescope autograder.

    No neighbour's submission lies about: Gradescope gives each submission a container of its own.
    """

    name = "gradescope-utils"

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder, self.python, self.secrets = folder, python, secrets()
        del self.secrets["neighbour"]
        source = folder / "files/source"
        (source / "tests").mkdir(parents=True)
        for name in ("submission", "results"):
            (folder / "files" / name).mkdir()
        plant_home(folder / "home", self.secrets["home"])
        methods = "\n".join(textwrap.indent(method(test), "    ") for test in checks(self.secrets["hidden"]))
        texts = {
            "run_autograder": RUN_AUTOGRADER,
            "run_tests.py": RUN_TESTS,
            "tests/test_affine.py": TESTS.format(helpers=HELPERS, methods=methods),
            "tests/seed.txt": self.secrets["seed"],
        }
        for name, text in texts.items():
            (source / name).write_text(text, encoding="utf-8")

    def work(self, source: str, *, limit: float) -> Work:
        """What Gradescope's harness starts."""
        return peer_work(
            self.python,
            self.folder,
            self.secrets,
            added={"submission/affine.py": source},
            place="/autograder",
            command=["/bin/sh", "/autograder/source/run_autograder"],
            fetch=["results/results.json"],
            mine=["/autograder/results/results.json", "/autograder/source/affine.py"],
            limit=limit,
        )

    def verdict(self, files: Mapping[str, str]) -> Verdict:
        """What Gradescope makes of results.json."""
        return gradescope_verdict(files.get("results/results.json", ""))


def method(test: Check) -> str:
    """A test as a method of a TestCase."""
    shown = "hidden" if test.hidden else "visible"
    head = f'@weight({test.points})\n@visibility("{shown}")\ndef test_{test.name}(self):\n'
    return head + textwrap.indent(test.lines, "    ")
