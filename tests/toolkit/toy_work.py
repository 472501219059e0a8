"""Students' work on the toy assignment: the right answer, changes to it, and what it is handed in as."""

from __future__ import annotations

import copy
import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.authoring import regions
from autograder.authoring.course import Course
from autograder.judging.grade import Job, grade

TOY = Path(__file__).parent / "toy"
MODULE = "models/affine.py"
_DOCUMENT: dict[str, Any] = json.loads((TOY / "source/toy/toy.ipynb").read_text(encoding="utf-8"))
_PLACE = next(n for n, cell in enumerate(_DOCUMENT["cells"]) if cell["id"] == "affine-module")
_MARKED = "".join(_DOCUMENT["cells"][_PLACE]["source"])
RIGHT = regions.unmark(_MARKED)
STUB = regions.clear(_MARKED)
Files = Mapping[str, "str | bytes"]


def copy_course(root: Path) -> Course:
    """Copy the toy course, with its own tests, into a folder."""
    shutil.copytree(TOY, root, ignore=shutil.ignore_patterns("models", ".*", "__pycache__"), dirs_exist_ok=True)
    return Course(root)


def change(old: str, new: str, source: str = RIGHT) -> str:
    """Change the right answer."""
    assert old in source
    return source.replace(old, new)


def forward(*lines: str) -> str:
    """The right answer with other lines in `forward`."""
    head = RIGHT.split("        projected =")[0]
    return head + "".join(f"        {line}\n" for line in lines)


def document(source: str = RIGHT) -> dict[str, Any]:
    """A student's notebook as JSON, with this source in the module cell."""
    made = copy.deepcopy(_DOCUMENT)
    made["cells"][_PLACE]["source"] = source
    return made


def notebook(source: str = RIGHT) -> str:
    """A student's notebook, with this source in the module cell."""
    return json.dumps(document(source))


def zipped(path: Path, files: Files) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def grade_zips(course: Course, works: Mapping[str, Files], folder: Path, **options: Any) -> dict[str, dict[str, Any]]:
    """Grade several submissions in one session; results by name."""
    jobs = [Job(zipped(folder / f"{name}.zip", files), folder / "graded" / name) for name, files in works.items()]
    return dict(zip(works, grade(course, "toy", jobs, **options), strict=True))
