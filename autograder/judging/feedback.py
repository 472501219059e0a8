"""A student's feedback as one self-contained HTML page, made of results.json alone."""

from __future__ import annotations

import html
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
import markupsafe
import mistune

from autograder.authoring.assignment import Assignment

FEEDBACK = "feedback.html"
WORDS = {
    "passed": "done",
    "partial": "partly right",
    "failed": "not right yet",
    "open": "still to do",
    "blocked": "not run",
    "error": "grader's fault",
}


class _Texts(mistune.HTMLRenderer):
    """Whatever student code has said stays text: no HTML gets through, and `&lt;` reads as the sign it means."""

    def __init__(self) -> None:
        super().__init__(escape=True)

    def text(self, text: str) -> str:
        """Text outside of code, where Markdown has entities."""
        return html.escape(html.unescape(text))


@cache
def _template() -> jinja2.Template:
    text = Path(__file__).with_name("feedback.html.jinja").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["points"] = lambda value: f"{value:g}"
    markdown = mistune.create_markdown(renderer=_Texts())
    # Many steps say the same, and so do many submissions.
    environment.filters["markdown"] = lru_cache(maxsize=64)(lambda text: markupsafe.Markup(markdown(text)))
    return environment.from_string(text)


def render(assignment: Assignment, results: dict[str, Any], submission: str) -> str:
    """Render the page of one submission.

    Args:
        assignment: the assignment.
        results: content of results.json.
        submission: name of the submission, for the heading.
    """
    steps = results["extra_data"]["steps"]
    sections = [_section(name, steps[name], results["tests"]) for name in steps]
    return _template().render(
        title=assignment.title,
        submission=submission,
        results=results,
        score=sum(section["score"] for section in sections),
        maximum=sum(section["max"] for section in sections),
        sections=sections,
        versions=results["extra_data"]["versions"],
    )


def _section(name: str, step: dict[str, Any], tests: list[dict[str, Any]]) -> dict[str, Any]:
    """One step of the page. While its hidden tests are not to be seen, it counts its public ones only."""
    own = [test for test in tests if test["extra_data"]["step"] == name]
    visible = [test for test in own if test["visibility"] == "visible"]
    shown = dict(step)
    if len(visible) < len(own):
        shown["score"] = sum(test["score"] for test in visible)
        shown["max"] = sum(test["max_score"] for test in visible)
        shown["status"] = "passed" if all(test["status"] == "passed" for test in visible) else "failed"
    return {"id": name, **shown, "word": WORDS.get(shown["status"], shown["status"]), "tests": visible}
