"""Writes the verdicts on a class into nbgrader's gradebook, and the folders that formgrader and feedback read.

    recorded = record(course, assignment, graded)

Recording again updates what is there: steps may have been added, removed, moved or given other points in the
meantime, and what people entered by hand stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from autograder.authoring.assignment import Assignment
from autograder.authoring.cells import parse_notebook
from autograder.authoring.course import Course
from autograder.classroom.gradebook import cells as gradebook_cells
from autograder.classroom.gradebook import marks as gradebook_marks
from autograder.classroom.gradebook.database import gradebook_url, hides_schemes, place_of, read_config, transaction
from autograder.classroom.gradebook.files import FilesError, Staging, find, has_documents, read_files
from autograder.classroom.gradebook.marks import Answer, Marks
from autograder.classroom.gradebook.notebooks import Built, build, match
from autograder.classroom.gradebook.sources import SourceNotebook, read_sources
from autograder.classroom.gradebook.text import clean
from autograder.classroom.gradebook.verdicts import (
    GradedSubmission,
    Problem,
    Verdict,
    VerdictError,
    student_id,
    verdict,
)
from autograder.classroom.lateness import LatePolicy, due_utc, seconds_late, utc


@dataclass(frozen=True)
class Recorded:
    """What came of recording a class.

    Attributes:
        students: ids of the students whose verdicts are in the gradebook now, in order.
        problems: what a person should look at, one line each.
        notes: what changed beside the scores.
        database: where nbgrader's database is: a file, or an address without its password.
    """

    students: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    database: Path | str = field(default="", compare=False)


def record(
    course: Course,
    assignment: Assignment,
    graded: Sequence[GradedSubmission],
    *,
    db_url: str | None = None,
    extensions: Mapping[str, timedelta] | None = None,
) -> Recorded:
    """Write verdicts into nbgrader's gradebook. A student's bad results never stop the others.

    Args:
        course: the course; its `nbgrader_config.py`, if any, names the late policy.
        assignment: the assignment as it is now.
        graded: graded submissions, one a student.
        db_url: any SQLAlchemy URL; default is what the course's `nbgrader_config.py` names.
        extensions: all that is granted to these students; unless given, what the gradebook says stays.

    Raises:
        GradebookError: the database cannot be written; nothing has changed then.
        NotebookError: an instructor's notebook cannot be read.
    """
    problems: list[Problem] = []
    config = read_config(course.root)
    sources = read_sources(course, assignment, schemes=hides_schemes(config))
    checked = _check(assignment, graded, problems)
    course_id = config.get("CourseDirectory", {}).get("course_id") or "default_course"
    course.gradebook.mkdir(parents=True, exist_ok=True)
    with Staging(course.gradebook, assignment.name) as staging:
        marks = []
        for student, (submission, judged) in checked.items():
            entry = _stage(staging, assignment, sources, student, submission, judged, problems)
            if entry is not None:
                marks.append(entry)
        policy = _Penalty(LatePolicy(config, course.root), problems)
        url = db_url or gradebook_url(course.root, course.gradebook, config)
        with transaction(url, course_id) as session:
            structure = gradebook_cells.sync(
                session,
                assignment.name,
                course_id,
                due_utc(assignment),
                sources,
                course.gradebook / "removed_by_hand.csv",
            )
            others = gradebook_marks.write(session, structure, marks, policy, extensions)
        for entry in marks:
            _publish(staging, entry.student, problems)
    notes = _not_recorded(extensions or {}, checked)
    if structure.changed:
        notes.append(f"the steps or points of {assignment.name} have changed since the last run")
        if others:
            notes.append(f"earlier submissions that were not in this run: {others}; grade them again")
    return Recorded(tuple(entry.student for entry in marks), tuple(problems), tuple(notes), place_of(url))


def _check(
    assignment: Assignment, graded: Sequence[GradedSubmission], problems: list[Problem]
) -> dict[str, tuple[GradedSubmission, Verdict]]:
    """Check everyone's results before anything is written; the first of two submissions of a name counts."""
    checked: dict[str, tuple[GradedSubmission, Verdict]] = {}
    seen: dict[str, GradedSubmission] = {}
    for submission in graded:
        try:
            student = student_id(submission.student)
            if student in seen:
                first = seen[student]
                raise VerdictError(f"there twice, as {first.path.name} and {submission.path.name}; kept the first")
            seen[student] = submission
            if submission.timestamp is not None:
                utc(submission.timestamp)
            checked[student] = (submission, verdict(assignment, submission.results))
        except ValueError as error:
            problems.append(_problem(submission.student, str(error)))
    return checked


def _not_recorded(extensions: Mapping[str, timedelta], students: Iterable[str]) -> list[str]:
    """Name the extensions that nobody here has: a misspelt name would cost a student the extension without a word."""
    missing = sorted(extensions.keys() - set(students))
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    text = f"an extension, but no submission here (is the name right?): {', '.join(missing[:5])}{more}"
    return [text] if missing else []


def _problem(student: str, message: str) -> Problem:
    """A problem in one line each, whatever stands in names and texts."""
    name, text = (" ".join(clean(part, 400).split()) for part in (student, message))
    return Problem(name or "(no name)", text)


def _stage(
    staging: Staging,
    assignment: Assignment,
    sources: Sequence[SourceNotebook],
    student: str,
    submission: GradedSubmission,
    judged: Verdict,
    problems: list[Problem],
) -> Marks | None:
    """Write a student's folders aside; return what goes into the database, or None where that failed."""
    try:
        files = read_files(submission.path)
    except FilesError as error:
        problems.append(_problem(student, f"{error}; the scores are recorded all the same"))
        files = {}
    modules = {path: text for path in assignment.modules() if (text := find(files, path)) is not None}
    moment = utc(submission.timestamp) if submission.timestamp is not None else None
    stamp = {"timestamp.txt": f"{moment:%Y-%m-%d %H:%M:%S.%f} UTC\n".encode()} if moment else {}
    submitted = {name: content for name, content in files.items() if name != "timestamp.txt"} | stamp
    autograded = dict(stamp)
    answers: dict[str, Answer] = {}
    comments = _by_answer_cell(sources, judged.comments)
    found = match(sources, files)
    for notebook in sources:
        name = f"{notebook.name}.ipynb"
        text = found.get(notebook.name)
        built = build(notebook, text, judged.texts, modules)
        if text is not None:
            submitted[name] = text.encode()
        before = _earlier(staging, student, name)
        answers |= _answers(notebook, built, before, has_documents(files))
        for cell in notebook.cells:
            if cell.grade_id in answers and cell.solution and not answers[cell.grade_id].given:
                comments[cell.grade_id] = "No response."
        autograded[name] = json.dumps(built.document, ensure_ascii=False).encode("utf-8", "replace")
    try:
        staging.write("submitted", student, submitted)
        staging.write("autograded", student, autograded)
    except OSError as error:
        problems.append(_problem(student, f"the files cannot be written: {error.strerror}; not recorded"))
        return None
    late = partial(_late, assignment, submission)
    return Marks(student, moment, judged.scores, answers, comments, late)


def _late(assignment: Assignment, submission: GradedSubmission, extension: timedelta | None) -> float:
    return seconds_late(assignment, submission.timestamp, extension)


def _by_answer_cell(sources: Sequence[SourceNotebook], comments: Mapping[str, str]) -> dict[str, str | None]:
    """Join the comments on the steps of one module cell: nbgrader hangs comments on answer cells only."""
    joined: dict[str, str | None] = {}
    for notebook in sources:
        for cell in notebook.cells:
            if cell.step and cell.grade_id in comments:
                before = joined.get(cell.owner)
                text = comments[cell.grade_id]
                joined[cell.owner] = f"{before}\n\n{text}" if before else text
    return joined


def _earlier(staging: Staging, student: str, name: str) -> dict[str, str]:
    """What the student had written in each cell at the last run."""
    try:
        text = (staging.current("autograded", student) / name).read_text(encoding="utf-8")
        return {cell.grade_id: cell.source for cell in parse_notebook(text, name) if cell.grade_id}
    except (OSError, ValueError):
        return {}


def _answers(notebook: SourceNotebook, built: Built, before: Mapping[str, str], documents: bool) -> dict[str, Answer]:
    """What there is to read by hand: an unchanged cell is no answer, unless a document came with it."""
    now: dict[str, Any] = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in built.document["cells"]
        if "nbgrader" in cell["metadata"]
    }
    answers = {}
    for cell in notebook.cells:
        if cell.graded and not cell.step:
            text = built.answers.get(cell.grade_id)
            written = bool(built.answers) if cell.task else text is not None and text.strip() not in cell.given
            changed = now != before if cell.task else now.get(cell.grade_id) != before.get(cell.grade_id)
            answers[cell.grade_id] = Answer(written or documents, changed)
    return answers


def _publish(staging: Staging, student: str, problems: list[Problem]) -> None:
    try:
        staging.publish("submitted", student)
        staging.publish("autograded", student)
    except OSError as error:
        problems.append(Problem(student, f"the scores are recorded, but not the folders: {error.strerror}"))


class _Penalty:
    """The late policy; an error in it costs nobody points and is reported once a student."""

    def __init__(self, policy: LatePolicy, problems: list[Problem]) -> None:
        self._policy, self._problems = policy, problems

    def __call__(self, student: str, score: float, seconds: float) -> float | None:
        try:
            return self._policy.penalty(student, score, seconds)
        except Exception as error:
            problem = _problem(student, f"the late policy failed: {type(error).__name__}: {error}")
            if problem not in self._problems:
                self._problems.append(problem)
            return None
