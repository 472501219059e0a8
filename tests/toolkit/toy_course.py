"""The toy course that the tests of the build change and break, and the verbs for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import archive
from autograder.authoring.assignment import AssignmentError
from autograder.authoring.course import Course
from autograder.authoring.release import build_release

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).parent / "toy"
NOTEBOOK = "toy.ipynb"
SOLUTION = "projected = torch.matmul(x, self.weight)"
PUBLIC_TEST = '''"""What students may read."""

import pytest


@pytest.mark.step("affine_parameters")
def test_sizes(student):
    pass


@pytest.mark.step("affine_forward")
def test_rows_are_mapped_one_by_one(student):
    pass
'''
HIDDEN_TEST = (
    '"""For the grader."""\n\n\ndef test_secret():\n    expected = [11.25, 22.5, 38.75, 49.125]\n    assert expected\n'
)


def toy_course(root: Path) -> Course:
    """Copy the toy course into a folder, with tests of our own: what is tested here depends on the build only."""
    shutil.copytree(TOY / "source", root / "source", ignore=shutil.ignore_patterns("models", ".*"))
    toy = Course(root)
    for kind, name, text in (("public", "test_affine.py", PUBLIC_TEST), ("hidden", "test_secrets.py", HIDDEN_TEST)):
        toy.tests(kind, "toy").mkdir(parents=True)
        (toy.tests(kind, "toy") / name).write_text(text, encoding="utf-8")
    return toy


def edit(course: Course, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the JSON of the toy notebook."""
    path = course.source("toy") / NOTEBOOK
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")


def replace_text(course: Course, old: str, new: str) -> None:
    path = course.source("toy") / NOTEBOOK
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def add_cell(course: Course, kind: str, source: str, **fields: Any) -> None:
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    entry = {"cell_type": kind, "id": f"added-{len(source)}", "metadata": {}, "source": source} | code | fields
    edit(course, lambda document: document["cells"].append(entry))


def written(grade_id: str, **kind: Any) -> dict[str, Any]:
    """Metadata of a cell that a person grades."""
    base = {"grade": True, "grade_id": grade_id, "locked": False, "points": 2, "schema_version": 3}
    return {"nbgrader": base | {"solution": True, "task": False, "cell_type": "markdown"} | kind}


def declare(course: Course, *patterns: str) -> None:
    with (course.source("toy") / "assignment.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[release]\nfiles = {json.dumps(patterns)}\n")


def put(course: Course, name: str, text: str) -> None:
    path = course.source("toy") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def refusal(course: Course) -> str:
    with pytest.raises(AssignmentError) as caught:
        build_release(course, "toy")
    assert not list(course.root.glob("release/.*")), "the build left its workshop behind"
    return str(caught.value)


def built(course: Course) -> dict[str, bytes]:
    build_release(course, "toy")
    return archive.read_folder(course.release("toy"))
