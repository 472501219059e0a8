"""All that grading a class leaves behind, apart from how long it took: what two gradings must have in common."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from autograder.authoring.course import Course

_GRADES = """
SELECT s.student_id, s.timestamp, n.name, c.name, g.auto_score, g.manual_score, g.needs_manual_grade,
       sn.late_submission_penalty
FROM grade g JOIN submitted_notebook sn ON sn.id = g.notebook_id JOIN submitted_assignment s ON s.id = sn.assignment_id
     JOIN notebook n ON n.id = sn.notebook_id JOIN base_cell c ON c.id = g.cell_id
"""
_COMMENTS = """
SELECT s.student_id, n.name, c.name, k.auto_comment, k.manual_comment
FROM comment k JOIN submitted_notebook sn ON sn.id = k.notebook_id
     JOIN submitted_assignment s ON s.id = sn.assignment_id
     JOIN notebook n ON n.id = sn.notebook_id JOIN base_cell c ON c.id = k.cell_id
"""


def outcome(course: Course) -> dict[str, Any]:
    """Results, pages, grades and the gradebook of a graded class, to be compared with those of another one."""
    book = course.gradebook
    texts = {
        path.relative_to(book).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(book.rglob("*"))
        if path.is_file() and path.suffix in (".html", ".csv", ".json", ".ipynb", ".txt") and path.parent != book
    }
    texts["grades.csv"] = (book / "grades.csv").read_text(encoding="utf-8")
    made: dict[str, Any] = {
        name: _timeless(text) if name.endswith("results.json") else text for name, text in texts.items()
    }
    with sqlite3.connect(f"file:{book / 'gradebook.db'}?mode=ro", uri=True) as database:
        made["the gradebook's grades"] = sorted(database.execute(_GRADES), key=repr)
        made["the gradebook's comments"] = sorted(database.execute(_COMMENTS), key=repr)
    return made


def _timeless(text: str) -> dict[str, Any]:
    results: dict[str, Any] = json.loads(text)
    del results["execution_time"]
    return results


def drafts(course: Course) -> list[Path]:
    """What a run that was killed has left half done."""
    return [path for path in course.gradebook.rglob(".*") if path.name != ".class.lock"]
