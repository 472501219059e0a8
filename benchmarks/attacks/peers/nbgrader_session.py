"""Runs nbgrader through its own API, in the course of the current folder: `assign`, or `grade` the attack.

python -I nbgrader_session.py assign|grade
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.nbgraderapp import NbGrader


def api() -> Any:
    """nbgrader with the course's own configuration."""
    app = NbGrader()
    app.load_config_file()
    return NbGraderAPI(config=app.config)


def main() -> None:
    """Do what the argument says."""
    nbgrader = api()
    if sys.argv[1] == "assign":
        made = nbgrader.generate_assignment("toy")
        sys.exit(made.get("log") if not made["success"] else 0)
    for verb in (nbgrader.autograde, nbgrader.generate_feedback):
        done = verb("toy", "attack")
        print(done.get("log", ""), done.get("error", ""))
        if not done["success"]:
            sys.exit(1)
    with nbgrader.gradebook as gradebook:
        try:
            submission = gradebook.find_submission("toy", "attack")
        except MissingEntry:
            sys.exit("no grade was recorded")
        score = submission.score
    Path("score.json").write_text(json.dumps({"score": score}), encoding="utf-8")


if __name__ == "__main__":
    main()
