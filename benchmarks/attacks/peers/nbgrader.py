"""nbgrader: a course folder with locked test cells, hidden tests, autograding and feedback pages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from box import Work
from grader import Verdict
from toy_work import RIGHT

from peers.assignment import HELPERS, Check, checks, secrets
from peers.setting import MARKER, build, code_cell, hand_in, notebook, peer_work, plant_home

# Each cell may take this long; the documentation's answer to endless loops.
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "toy"
c.ExecutePreprocessor.timeout = 10
c.ExecutePreprocessor.iopub_timeout = 10
"""
SESSION = Path(__file__).resolve().with_name("nbgrader_session.py")
PAGE = "feedback/attack/toy/toy.html"


class Nbgrader:
    """The toy assignment in an nbgrader course."""

    name = "nbgrader"

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder, self.python, self.secrets = folder, python, secrets()
        files = folder / "files"
        (files / "source/toy").mkdir(parents=True)
        plant_home(folder / "home", self.secrets["home"])
        (files / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
        (files / "seed.txt").write_text(self.secrets["seed"], encoding="utf-8")
        source = notebook(source_cells(checks(self.secrets["hidden"])))
        (files / "source/toy/toy.ipynb").write_text(source, encoding="utf-8")
        build(python, ["-I", str(SESSION), "assign"], files)
        self.student = (files / "release/toy/toy.ipynb").read_text(encoding="utf-8")
        neighbour = files / "submitted/neighbour/toy/toy.ipynb"
        neighbour.parent.mkdir(parents=True)
        text = hand_in(self.student, f"{RIGHT}# {self.secrets['neighbour']}\n")
        neighbour.write_text(text, encoding="utf-8")
        shutil.rmtree(files / ".nbgrader", ignore_errors=True)

    def work(self, source: str, *, limit: float) -> Work:
        """Autograding and feedback in one process; the student's kernel is another."""
        return peer_work(
            self.python,
            self.folder,
            self.secrets,
            added={"submitted/attack/toy/toy.ipynb": hand_in(self.student, source)},
            place="/class",
            command=[str(self.python), "-I", str(SESSION), "grade"],
            fetch=["score.json", PAGE],
            mine=[
                "/class/score.json",
                "/class/gradebook.db*",
                "/class/autograded/attack/*",
                "/class/feedback/attack/*",
            ],
            limit=limit,
        )

    def verdict(self, files: Mapping[str, str]) -> Verdict:
        """The gradebook's score and the feedback page."""
        page = files.get(PAGE, "")
        try:
            return Verdict(float(json.loads(files["score.json"])["score"]), page, page)
        except (KeyError, ValueError, TypeError, RecursionError):
            return Verdict(None, page, page)


def source_cells(tests: list[Check]) -> list[dict[str, Any]]:
    """The instructor's notebook."""

    def marks(name: str, **kind: Any) -> dict[str, Any]:
        base = {
            "grade": False,
            "grade_id": name,
            "locked": False,
            "schema_version": 3,
            "solution": False,
            "task": False,
        }
        return {"nbgrader": base | kind}

    solution = f"{MARKER}\n### BEGIN SOLUTION\n{RIGHT}\n### END SOLUTION"
    cells = [code_cell("affine", solution, **marks("affine", solution=True))]
    cells.append(code_cell("helpers", HELPERS, **marks("helpers", locked=True)))
    for test in tests:
        source = f"### BEGIN HIDDEN TESTS\n{test.lines}### END HIDDEN TESTS" if test.hidden else test.lines
        told = marks(test.name, grade=True, locked=True, points=test.points)
        cells.append(code_cell(test.name, source, **told))
    return cells
