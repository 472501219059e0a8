"""otter-grader: a master notebook, `otter assign`, and `otter run` on the student's notebook."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from box import Work
from grader import Verdict
from toy_work import RIGHT

from peers.assignment import HELPERS, Check, checks, secrets
from peers.setting import MARKER, build, code_cell, hand_in, notebook, peer_work, plant_home


class Otter:
    """The toy assignment made by `otter assign`."""

    name = "otter-grader"

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder, self.python, self.secrets = folder, python, secrets()
        files, built = folder / "files", folder / "built"
        (files / "submitted").mkdir(parents=True)
        (files / "results").mkdir()
        plant_home(folder / "home", self.secrets["home"])
        master = folder / "toy.ipynb"
        master.write_text(notebook(master_cells(checks(self.secrets["hidden"]))), encoding="utf-8")
        build(python, ["-m", "otter", "assign", str(master), str(built)], folder)
        made = next((built / "autograder").glob("*-autograder_*.zip"))
        (files / "autograder.zip").write_bytes(made.read_bytes())
        with zipfile.ZipFile(files / "autograder.zip", "a") as archive:
            archive.writestr("seed.txt", self.secrets["seed"])
        self.student = (built / "student/toy.ipynb").read_text(encoding="utf-8")
        neighbour = hand_in(self.student, f"{RIGHT}# {self.secrets['neighbour']}\n")
        (files / "submitted/neighbour.ipynb").write_text(neighbour, encoding="utf-8")

    def work(self, source: str, *, limit: float) -> Work:
        """`otter run`, which does what otter's image does in a container."""
        name = "submitted/attack.ipynb"
        run = [str(self.python), "-m", "otter", "run", "--autograder", "autograder.zip", "--output-dir", "results"]
        return peer_work(
            self.python,
            self.folder,
            self.secrets,
            added={name: hand_in(self.student, source)},
            place="/class",
            command=[*run, "--no-logo", name],
            fetch=["results/results.json"],
            mine=["/class/results/results.json"],
            limit=limit,
        )

    def verdict(self, files: Mapping[str, str]) -> Verdict:
        """What Gradescope makes of results.json."""
        return gradescope_verdict(files.get("results/results.json", ""))


def master_cells(tests: list[Check]) -> list[dict[str, Any]]:
    """The instructor's notebook, in the format of `otter assign`."""

    def raw(number: int, source: str) -> dict[str, Any]:
        return {"cell_type": "raw", "id": f"raw-{number}", "metadata": {}, "source": source}

    config = "# ASSIGNMENT CONFIG\nexport_cell: false\ngenerate: true\n"
    question = "# BEGIN QUESTION\nname: affine\n"
    solution = f"{MARKER}\n# BEGIN SOLUTION\n{RIGHT}\n# END SOLUTION"
    cells = [raw(0, config), raw(1, question), raw(2, "# BEGIN SOLUTION"), code_cell("affine", solution)]
    cells += [raw(3, "# END SOLUTION"), raw(4, "# BEGIN TESTS")]
    for test in tests:
        told = f"points: {test.points}\nhidden: {str(test.hidden).lower()}"
        marked = f'""" # BEGIN TEST CONFIG\n{told}\n""" # END TEST CONFIG\n'
        cells.append(code_cell(test.name, marked + HELPERS + test.lines))
    return [*cells, raw(5, "# END TESTS"), raw(6, "# END QUESTION")]


def gradescope_verdict(text: str) -> Verdict:
    """What Gradescope takes from a results.json: the score, and the texts that are not hidden from students."""
    try:
        results = json.loads(text)
        tests = results.get("tests", [])
        score = results.get("score")
        if score is None:
            score = sum(test.get("score") or 0 for test in tests)
        shown = [str(results.get("output", ""))]
        for test in tests:
            if test.get("visibility", results.get("visibility", "visible")) == "visible":
                shown += [str(test.get("name", "")), str(test.get("output", ""))]
        return Verdict(float(score), "\n".join(shown))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Verdict(None, "")
