"""Renders the report on a made class, and reads the page as a browser would."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from graded_class import ROOT, TOY

from autograder.classroom.people import People
from autograder.classroom.reading import read_class
from autograder.classroom.report import render
from autograder.judging.catalogue import load_catalogue

SECRET = "a secret of this course"
MISTAKES = {mistake.id: mistake for mistake in load_catalogue(ROOT / "tests/exercises/mistakes/machine_translation")}


class Page(HTMLParser):
    """What a browser would see: elements, ids, links, and the text of each part."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


def page_of(folder: Path, *, secret: str = "", late: dict[str, float] | None = None) -> str:
    found = read_class(folder, "toy")
    names = [student.student for student in found.students] + [entry.student for entry in found.missing]
    return render(TOY, found, People(names, folder.parent / "report.html", secret), MISTAKES, late)
