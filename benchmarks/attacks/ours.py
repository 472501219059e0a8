"""This toolkit, as an instructor runs it: `autograder grade` in the folder of a course."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from attack_work import prepare
from box import Work, own_code
from grader import Verdict
from toolkit_path import REPOSITORY
from toy_work import MODULE

OUT = "gradebook/graded/attack"


class Ours:
    """The toy course with secrets planted around it."""

    name = "ours"

    def __init__(self, folder: Path) -> None:
        # Without our rules on imports and constructs: most attacks would be refused before they run.
        self.grounds = prepare(folder, rules=False)
        self.secrets = self.grounds.secrets

    def work(self, source: str, *, limit: float) -> Work:
        """The command and its course."""
        grade = [str(Path(sys.prefix) / "bin/python"), "-m", "autograder", "grade", "submitted/attack", "--out", OUT]
        return Work(
            files=self.grounds.course.root,
            added={f"submitted/attack/{MODULE}": source},
            place="/class/course",
            home=self.grounds.home,
            command=[*grade, "--course", "/class/course", "--assignment", "toy"],
            environment={
                "PATH": "/usr/bin:/bin",
                "HOME": "/root",
                "LANG": "C.UTF-8",
                "PYTHONPATH": str(REPOSITORY),
                "CANARY": self.grounds.secrets["environment"],
            },
            fetch=[f"{OUT}/results.json", f"{OUT}/feedback.html"],
            mine=[f"/class/course/{OUT}/results.json", f"/class/course/{OUT}/feedback.html", "*/__pycache__/*.pyc"],
            bound=own_code(),
            limit=limit,
        )

    def verdict(self, files: Mapping[str, str]) -> Verdict:
        """Both files are the student's."""
        results, page = files.get(f"{OUT}/results.json", ""), files.get(f"{OUT}/feedback.html", "")
        try:
            score = float(json.loads(results)["score"])
        except (ValueError, TypeError, KeyError, RecursionError):
            score = None
        return Verdict(score, results + page, page)
