"""What `run_autograder` and `setup.sh` start: grades /autograder/submission, or tries out whether grading works."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.authoring.course import Course, pick_assignment
from autograder.gradescope.metadata import METADATA, read_metadata
from autograder.gradescope.telling import FAULT, no_verdict, tell
from autograder.judging.grade import Job, grade
from autograder.judging.results import RESULTS, write_json


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; what is printed is for instructors, who alone see it."""
    parser = argparse.ArgumentParser(prog="python -m autograder.gradescope", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("/autograder"), help="where Gradescope puts everything")
    parser.add_argument("--check", action="store_true", help="grade the answer key: it must get all points")
    options = parser.parse_args(arguments)
    return check(options.root) if options.check else run(options.root)


def run(root: Path) -> int:
    """Grade the submission and write results.json, whatever happens.

    Args:
        root: the folder with `source/`, `submission/` and `results/`.
    """
    course = Course(root / "source")
    try:
        results = _graded(course, root)
    except Exception as error:
        traceback.print_exc()
        results = _fault(course, f"{type(error).__name__}: {error}")
    write_json(root / "results" / RESULTS, results)
    fault = results["extra_data"]["fault"]
    print(f"The grader itself failed: {fault}" if fault else f"{results['score']:g} points")
    for line in results["extra_data"].get("faults", ()):
        print(f"A test itself failed: {line}")
    return 0


def check(root: Path) -> int:
    """Grade the answer key, so that an image on which grading does not work is never finished."""
    from autograder.authoring.answer_key import reference_modules
    from autograder.authoring.archive import write_folder

    course = Course(root / "source")
    assignment = pick_assignment(course, None)
    reference = reference_modules(course, assignment)
    with tempfile.TemporaryDirectory() as work:
        submission = Path(work, "submission")
        write_folder(submission, {path: source.encode("utf-8") for path, source in reference.items()})
        results = grade(course, assignment.name, [Job(submission, Path(work, "results"))], pages=False)[0]
    level = results["extra_data"]["isolation"].get("level", "unknown")
    print(f"The answer key gets {results['score']:g} of {assignment.points:g} points; isolation is {level}.")
    if results["score"] < assignment.points:
        told = results["extra_data"]["fault"] or "\n".join(results["extra_data"]["faults"]) or results["output"]
        print(f"The answer key must get all points; do not use this image:\n{told}", file=sys.stderr)
        return 1
    return 0


def _graded(course: Course, root: Path) -> dict[str, Any]:
    assignment = pick_assignment(course, None)
    # Not the student's fault, and no empty submission: what Gradescope calls one is an empty folder.
    if not (root / "submission").is_dir() or not os.access(root / "submission", os.R_OK | os.X_OK):
        raise FileNotFoundError(f"{root / 'submission'} is no folder that can be read")
    with tempfile.TemporaryDirectory() as out:
        results = grade(course, assignment.name, [Job(root / "submission", Path(out))], pages=False)[0]
    tell(results, assignment, read_metadata(root / METADATA))
    return results


def _fault(course: Course, reason: str) -> dict[str, Any]:
    """Results without a verdict; where even the assignment cannot be loaded, those that came with the zip."""
    try:
        return no_verdict(pick_assignment(course, None), reason)
    except Exception:
        content: dict[str, Any] = json.loads((course.root / FAULT).read_text(encoding="utf-8"))
        content["extra_data"]["fault"] = reason
        return content


if __name__ == "__main__":
    sys.exit(main())
