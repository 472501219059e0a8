"""Builds the zip that an instructor uploads to Gradescope: `dist/<assignment>-autograder.zip`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograder.authoring import archive, leaks, markers, notebooks, staging
from autograder.authoring.assignment import SETTINGS, Assignment, notebook_files
from autograder.authoring.cells import parse_notebook
from autograder.authoring.course import Course
from autograder.authoring.package import whole_package
from autograder.authoring.shipping import ReleaseError, declared_files, test_files

LARGEST = 5_000_000  # bytes
SEED_FILE = "gradebook/seed.txt"  # where grading looks for the class's seed in any course folder
_PROGRAMS = ("run_autograder", "setup.sh")

# What grading needs; notebooks are read as JSON, so neither Jupyter nor nbgrader is in the list.
_REQUIREMENTS = """\
jinja2>=3.1
numpy>=1.26
pytest>=8
rich>=13
safetensors>=0.4
tomli>=2; python_version < "3.11"
torch>=2.4
typer>=0.12
"""

_SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -euo pipefail
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive
if ! python3 -m pip --version >/dev/null 2>&1; then
  apt-get update
  apt-get install -y --no-install-recommends python3 python3-pip
fi
python3 -m pip install --no-cache-dir -r requirements.txt
"""

_RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission.
set -euo pipefail
# Student code runs as another user: these are for root alone.
chmod go= /autograder/source /autograder/submission /autograder/submission_metadata.json 2>/dev/null || true
cd /autograder/source
exec python3 -m autograder grade /autograder/submission -o /autograder/results \\
  --course /autograder/source --assignment @NAME@
"""


def build_bundle(course: Course, name: str, *, seed: str | None = None) -> Path:
    """Build the Gradescope zip of an assignment; the same source gives the same bytes.

    It holds the package, all exercise tests and the notebooks with their solutions cleared, and is itself a
    course folder: no answer key is in it.

    Args:
        course: where the assignment is.
        name: the assignment.
        seed: the class's secret seed, so that Gradescope draws the same inputs; without it every zip has its own.

    Raises:
        AssignmentError: the assignment's source is wrong, or the zip would be too large.
    """
    assignment = course.load(name)
    problems = leaks.source_problems(course.source(name), assignment)
    if problems:
        raise ReleaseError(*problems)
    entries = bundle_entries(course, assignment, seed=seed)
    # Hidden tests are meant to be in this zip; solutions are not.
    solutions = replace(leaks.secrets(course, assignment), hidden={}, hidden_names=frozenset())
    source = {key: data for key, data in entries.items() if key.startswith("source/")}
    problems = [line for key, data in source.items() for line in leaks.content_problems(key, data, solutions)]
    data = archive.zip_bytes(entries, executable=_PROGRAMS)
    if len(data) > LARGEST:
        largest = max(entries, key=lambda key: len(entries[key]))
        problems.append(
            f"{name}-autograder.zip has {len(data) / 1e6:.1f} MB, more than {LARGEST / 1e6:.0f}; "
            f"its largest file is {largest}: make it smaller"
        )
    if problems:
        raise ReleaseError(*problems)
    target = bundle_zip(course, name)
    staging.write_file(target, data)
    return target


def bundle_zip(course: Course, name: str) -> Path:
    """Where the Gradescope zip is built."""
    return course.dist / f"{name}-autograder.zip"


def bundle_entries(course: Course, assignment: Assignment, *, seed: str | None = None) -> dict[str, bytes]:
    """Make the files of the Gradescope zip: names and contents."""
    name = assignment.name
    folder = course.source(name)
    entries = {
        "requirements.txt": _REQUIREMENTS.encode(),
        "setup.sh": _SETUP.encode(),
        "run_autograder": _RUN.replace("@NAME@", name).encode(),
        f"source/{name}/{SETTINGS}": (folder / SETTINGS).read_bytes(),
    }
    if seed is not None:
        entries[SEED_FILE] = f"{seed}\n".encode()
    for path in notebook_files(folder):
        entries[f"source/{name}/{path.name}"] = cleared_notebook(path)
    for declared in declared_files(folder, assignment):
        # Helpers only: figures and data play no part in grading.
        if declared.suffix == ".py" or any("*" not in key and key == str(declared) for key in assignment.files):
            entries[f"source/{name}/{declared}"] = (folder / declared).read_bytes()
    for kind in ("public", "hidden"):
        tests = test_files(course.tests(kind, name))
        entries |= archive.below(f"tests/exercises/{kind}/{name}", tests)
    return entries | whole_package()


def cleared_notebook(path: Path) -> bytes:
    """Return a notebook with its solutions cleared, as `assignment.load` reads it: no nbgrader needed."""
    text = path.read_text(encoding="utf-8-sig")
    document = notebooks.parse(text, path.name)
    for entry, cell in zip(document["cells"], parse_notebook(text, path.name), strict=True):
        source = markers.cleared(cell)
        entry["source"] = markers.without_scheme(cell) if markers.is_task(cell) else source
    return notebooks.dump(notebooks.normalise(document)).encode("utf-8")
