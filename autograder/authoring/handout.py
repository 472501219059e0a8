"""The files that a release has beside its notebooks: how to begin, what to install, how to hand in."""

from __future__ import annotations

from datetime import datetime

from autograder.authoring.assignment import Assignment

# One list for pip and conda: (pip's line, conda's name and version; empty where conda needs none).
_REQUIREMENTS = (
    ("torch>=2.4", "pytorch>=2.4"),
    ("numpy>=1.26", "numpy>=1.26"),
    ("safetensors>=0.4", "safetensors>=0.4"),
    ("pytest>=8", "pytest>=8"),
    ("jupyterlab>=4.2", "jupyterlab>=4.2"),
    ("ipykernel>=6.29", "ipykernel>=6.29"),
    ("matplotlib>=3.8", "matplotlib>=3.8"),
    ("tqdm>=4.66", "tqdm>=4.66"),
    ("sacrebleu>=2.4", "sacrebleu>=2.4"),
    ("mistune>=3", "mistune>=3"),
    ("typst>=0.13", "pip:typst>=0.13"),
    ('tomli>=2; python_version < "3.11"', ""),
)
_PYTHON = "3.11"

_COLLECT = '''"""Checks your notebooks and packs submission.zip. Run: python collect_submission.py"""

import sys
from pathlib import Path

if sys.version_info < (3, 10):
    sys.exit("This needs Python 3.10 or newer; you run Python " + sys.version.split()[0] + ".")

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))

from autograder.student.collect import main  # noqa: E402  (found through the line above)

if __name__ == "__main__":
    sys.exit(main(folder=FOLDER))
'''


def handout_files(assignment: Assignment) -> dict[str, bytes]:
    """Return the generated files of a release: names and contents."""
    texts = {
        "README.md": _readme(assignment),
        "assignment.json": assignment.to_json(),
        "collect_submission.py": _COLLECT,
        "environment.yml": _environment(assignment),
        "requirements.txt": _requirements(),
    }
    return {name: text.encode("utf-8") for name, text in texts.items()}


def _requirements() -> str:
    lines = ["# What the notebooks need, for Python 3.10 or newer: python -m pip install -r requirements.txt"]
    return "\n".join([*lines, *(pip for pip, _ in _REQUIREMENTS)]) + "\n"


def _environment(assignment: Assignment) -> str:
    lines = [
        "# What the notebooks need, with conda: conda env create -f environment.yml",
        f"name: {assignment.name}",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python={_PYTHON}",
    ]
    names = [conda for _, conda in _REQUIREMENTS if conda]
    lines += [f"  - {name}" for name in names if not name.startswith("pip:")]
    lines += ["  - pip", "  - pip:"]
    return "\n".join([*lines, *(f"      - {name[4:]}" for name in names if name.startswith("pip:"))]) + "\n"


def _readme(assignment: Assignment) -> str:
    due = f"\n**Due:** {_due(assignment)}\n" if assignment.due else ""
    rows = "\n".join(
        f"| `{step.notebook}` | `{step.id}` | `{step.owner}` in `{step.module}` | {step.points:g} |"
        for step in assignment.steps
    )
    return f"""# {assignment.title}
{due}
## Set up, once

    python -m pip install -r requirements.txt

or, with conda, `conda env create -f environment.yml` and `conda activate {assignment.name}`.

## Work

1. Start `jupyter lab` in this folder and open the notebooks in the order of their numbers.
2. Fill in the TODO regions. Leave the first line of each cell (`# models/…`), the class names and the
   function signatures as they are: your work is found by them.
3. Run the check under each step. It takes seconds and says what is wrong and where. Then save the notebook.

The tests that the check runs are in `tests/`; reading them is allowed. More tests, which you do not have,
look at the same behaviour when your work is graded.

| notebook | step | what you write | points |
|---|---|---|---:|
{rows}
| | | **all steps** | **{assignment.points:g}** |

## Hand in

    python collect_submission.py

It reads the saved notebooks, runs the public tests on them, warns you of everything that would cost points and
that it can see, and writes `submission.zip`. Upload that file.
"""


def _due(assignment: Assignment) -> str:
    moment = datetime.fromisoformat(assignment.due)
    grace = f", with a grace period of {assignment.grace_hours:g} hours" if assignment.grace_hours else ""
    offset = f"{moment:%z}"
    return f"{moment:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:5]}){grace}"
