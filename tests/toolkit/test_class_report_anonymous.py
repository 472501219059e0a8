"""The anonymous report: no name and no text of a student in it, numbers for names that nobody else can compute."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from graded_class import TOY, write_class
from report_page import SECRET, Page, page_of

from autograder.classroom.people import People
from autograder.classroom.reading import read_class


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of forty students."""
    made = tmp_path_factory.mktemp("gradebook") / "graded"
    write_class(made, TOY, 40)
    return made


def test_no_name_survives(tmp_path: Path) -> None:
    def speak(results: dict[str, Any]) -> None:
        extra = results["extra_data"]
        extra["silence"]["printed"] = [{"step": "attention", "call": "Canary.f", "line": "canary printed"}]
        extra["problems"] = ["canary.ipynb, cell 3: the import of canary is not allowed here."]
        extra["notes"] = ["canary.zip holds 2 copies."]
        extra["faults"] = ["test_attention: KeyError: 'canary'"]

    def whole(results: dict[str, Any]) -> None:
        results["extra_data"]["fault"] = "canary.zip cannot be opened"

    made = tmp_path / "graded"
    changes = {"canary.one@uni.example": speak, "Canary Two": whole}
    names = write_class(made, TOY, 30, changes=changes)
    (made / "canary_missing").mkdir()
    (made / "canary_cut").mkdir()
    (made / "canary_cut/results.json").write_text('{"extra_data": {"steps": {"a": {"score": "canary"}}}}')
    text = page_of(made, secret=SECRET, late=dict.fromkeys(names, 999_999.0))
    assert "canary" not in text.lower()
    assert "@uni" not in text
    for name in names:
        assert not re.search(rf"\b{re.escape(name)}\b(?!\")", re.sub(r'(id="|href="#)s\d+', "", text))
    assert all(address.startswith("#") for address in Page(text).all("href"))
    assert "feedback" not in text
    assert len(set(re.findall(r"student \d+", text))) == len(names) + 2


def test_pseudonyms_are_stable_secret_and_in_no_order_of_names(folder: Path) -> None:
    names = [entry.student for entry in read_class(folder).students]

    def numbers(secret: str, order: list[str]) -> list[str]:
        people = People(order, folder, secret)
        return [people.label(name) for name in names]

    first = numbers(SECRET, names)
    assert first == numbers(SECRET, names[::-1])
    assert sorted(first) == sorted(f"student {n}" for n in range(1, len(names) + 1))
    assert first != numbers("another secret", names)
    places = [int(label.split()[1]) for label in first]
    assert sum(abs(place - number) for number, place in enumerate(places, start=1)) > len(names)
    assert page_of(folder, secret=SECRET) == page_of(folder, secret=SECRET)


def test_the_numbers_are_those_of_the_named_report(folder: Path) -> None:
    def table(text: str) -> list[str]:
        return re.findall(r'<td class="num[ \w]*">.*?</td>', text.split('id="students"')[0])

    assert table(page_of(folder)) == table(page_of(folder, secret=SECRET)) != []
