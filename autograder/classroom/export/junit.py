"""JUnit XML: a test suite a student, a test case a step. Any continuous integration service shows it.

There is no one schema. The files fit both that of Ant's JUnit task, which wants every element and attribute in a fixed
order, and that of Jenkins. The time of a single step is not recorded; it stands as 0.
"""

from __future__ import annotations

import html
import re
from datetime import datetime, timezone
from pathlib import Path
from xml.etree import ElementTree

from autograder.authoring.assignment import Assignment
from autograder.classroom.export.grades import Grade, Grades
from autograder.classroom.reading import StepResult
from autograder.judging.feedback import WORDS
from autograder.judging.results import write_text
from autograder.judging.verdict import ERROR, PASSED

_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EMPHASIS = re.compile(r"(?<!\\)\*+")
_ESCAPED = re.compile(r"\\(?=[\\`*_\[\]|#~])")


def write_junit(path: Path, assignment: Assignment, grades: Grades) -> None:
    """Write the file. A step left open is a failure, too; what the grader failed on is an error."""
    root = ElementTree.Element("testsuites")
    for number, grade in enumerate(grades.students):
        root.append(_suite(assignment, grade, number))
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, encoding="unicode")
    write_text(path, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')


def _suite(assignment: Assignment, grade: Grade, number: int) -> ElementTree.Element:
    result = grade.result
    written = datetime.fromtimestamp(result.written if result else 0, timezone.utc)
    cases = [_case(assignment, grade, name, step) for name, step in result.steps.items()] if result else []
    cases = cases or [_problem_case(assignment, grade, "result", "error", "grader", grade.why, "")]
    suite = _element(
        "testsuite",
        name=grade.student,
        package=assignment.name,
        id=str(number),
        hostname="localhost",
        timestamp=f"{written:%Y-%m-%dT%H:%M:%S}",
        time=f"{result.seconds if result else 0:.3f}",
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors=str(sum(case.find("error") is not None for case in cases)),
    )
    properties = ElementTree.SubElement(suite, "properties")
    known = {"score": grade.total, "max": result.max if result else None, "seconds_late": grade.late or None}
    for name, value in known.items():
        if value is not None:
            properties.append(_element("property", name=name, value=f"{value:g}"))
    suite.extend(cases)
    printed = [f"{entry.line} ({entry.call}, {entry.step})" for entry in result.printed] if result else []
    for name, lines in (("system-out", printed), ("system-err", [*result.problems, *result.notes] if result else [])):
        ElementTree.SubElement(suite, name).text = _valid("\n".join(lines))
    return suite


def _case(assignment: Assignment, grade: Grade, name: str, step: StepResult) -> ElementTree.Element:
    points = grade.steps[name]
    if step.status == ERROR and points == step.score:
        reason = grade.result.fault if grade.result else ""
        return _problem_case(
            assignment, grade, name, "error", "grader", reason or "the grader itself failed", _plain(step)
        )
    if step.status == PASSED or points >= step.max:
        return _element("testcase", name=name, classname=f"{assignment.name}.{grade.student}", time="0")
    message = f"{points:g} of {step.max:g} points: {WORDS.get(step.status, step.status)}"
    if step.suspicions:
        message += f"; looks like {', '.join(step.suspicions)}"
    return _problem_case(assignment, grade, name, "failure", step.status, message, _plain(step))


def _problem_case(
    assignment: Assignment, grade: Grade, name: str, tag: str, kind: str, message: str, text: str
) -> ElementTree.Element:
    case = _element("testcase", name=name, classname=f"{assignment.name}.{grade.student}", time="0")
    problem = _element(tag, type=kind, message=message)
    problem.text = _valid(text)
    case.append(problem)
    return case


def _plain(step: StepResult) -> str:
    """What the student reads about the step, without the signs of Markdown."""
    lines, quoted = [], False
    for line in "\n\n".join(step.texts).splitlines():
        if line.startswith("```"):
            quoted = not quoted
        else:
            lines.append(line if quoted else html.unescape(_ESCAPED.sub("", _EMPHASIS.sub("", line))))
    return "\n".join(lines)


def _element(tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.Element(tag, {name: _valid(value) for name, value in attributes.items()})


def _valid(text: str) -> str:
    """Text without the characters that XML has no way to write."""
    return _NO_XML.sub("�", text)
