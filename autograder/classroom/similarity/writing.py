"""Compares the submissions of a class and writes what was found: a page, a table and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.export.table import write_table
from autograder.classroom.people import People
from autograder.classroom.similarity.fingerprints import Skeleton
from autograder.classroom.similarity.page import render
from autograder.classroom.similarity.pairs import Compared, compare_all
from autograder.classroom.similarity.works import Work, read_works
from autograder.judging.grade import class_seed
from autograder.judging.results import write_text

SIMILAR, ANONYMOUS_SIMILAR = "similar.html", "similar_anonymous.html"
Name = Callable[[Work], str]


@dataclass(frozen=True)
class Written:
    """What was found, what a work is called, what to say about the folders, and the files."""

    compared: Compared
    name: Name
    count: int
    notes: tuple[str, ...]
    files: tuple[Path, ...]


def write_similar(
    course: Course,
    assignment: Assignment,
    folder: Path,
    *,
    earlier: Sequence[Path] = (),
    out: Path | None = None,
    anonymous: bool = False,
) -> Written:
    """Compare the submissions in a folder with each other and with those of earlier terms.

    Args:
        course: the course.
        assignment: the assignment; its release is what everybody was given.
        folder: the class, in any layout that `find_submissions` knows.
        earlier: folders of earlier terms.
        out: the page; `gradebook/similar.html` unless given. A `.csv` and a `.json` file are written beside it.
        anonymous: hide who is who, and leave out what students wrote.

    Raises:
        FolderError: a folder holds no submissions.
    """
    works, notes = read_works(assignment, folder, earlier)
    skeleton = Skeleton.of(assignment.modules())
    compared = compare_all(works, skeleton)
    page = out or course.gradebook / (ANONYMOUS_SIMILAR if anonymous else SIMILAR)
    name = _namer(works, page, class_seed(course) if anonymous else "")
    if anonymous:
        notes = [f"{len(notes)} notes on submissions, with the text left out."] if notes else []
    html = render(assignment, compared, skeleton, name, count=len(works), notes=notes, hidden=anonymous)
    tables = page.with_suffix(".csv"), page.with_suffix(".json")
    write_text(page, html)
    write_table(
        tables[0],
        ["score", "one", "other", "most alike file", "of that file"],
        ([pair.score, name(pair.one), name(pair.other), *pair.most_alike] for pair in compared.pairs),
    )
    write_text(tables[1], json.dumps(_as_json(assignment, compared, name, notes), ensure_ascii=False, indent=1) + "\n")
    return Written(compared, name, len(works), tuple(notes), (page, *tables))


def _namer(works: Sequence[Work], page: Path, secret: str) -> Name:
    people = People({student for work in works for student in work.students}, page, secret)

    def name(work: Work) -> str:
        names = " & ".join(people.label(student) for student in work.students)
        return f"{names} ({work.term})" if work.term else names

    return name


def _as_json(assignment: Assignment, compared: Compared, name: Name, notes: Sequence[str]) -> dict[str, object]:
    pairs = [
        {"score": pair.score, "one": name(pair.one), "other": name(pair.other), "files": dict(pair.files)}
        for pair in compared.pairs
    ]
    return {
        "assignment": assignment.name,
        "meaning": "percent of the smaller submission's own code that stands in the other, too; people decide",
        "typical": compared.typical,
        "pairs": pairs,
        "notes": list(notes),
    }
