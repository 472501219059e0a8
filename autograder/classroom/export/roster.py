"""Who is who: names and numbers of students from a CSV file that Canvas or Gradescope has exported."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class RosterError(ValueError):
    """A roster cannot be used. The message says what it should look like."""


@dataclass(frozen=True)
class Person:
    """One student as the learning management system knows them; unknown parts are empty."""

    name: str = ""
    id: str = ""
    sis_user: str = ""
    sis_login: str = ""
    email: str = ""
    section: str = ""


# How Canvas and Gradescope head the columns that we use.
_COLUMNS = {
    "student": "name",
    "name": "name",
    "id": "id",
    "sis user id": "sis_user",
    "sid": "sis_user",
    "sis login id": "sis_login",
    "email": "email",
    "section": "section",
    "sections": "section",
}


@dataclass(frozen=True)
class Roster:
    """A class list.

    Attributes:
        people: everyone, by each key that tells one person apart.
        headers: all column heads of the file: Canvas' own names of its assignments are among them.
    """

    people: dict[str, Person]
    headers: tuple[str, ...] = ()

    def find(self, student: str) -> Person | None:
        """The person behind a submission's name.

        It is a number, a login, an e-mail address, or `lastfirst` as in Canvas' downloads, with Canvas' number behind
        it where two have one name.
        """
        if found := self.people.get(student.casefold()) or self.people.get(_letters(student)):
            return found
        name, _, number = student.rpartition("_")
        found = self.people.get(number)
        return found if found and _letters(found.name) == _letters(name) else None


def read_roster(path: Path) -> Roster:
    """Read a roster.

    Raises:
        RosterError: the file cannot be read, or has neither names nor numbers.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else f"it is no CSV file in UTF-8 ({error})"
        raise RosterError(f"{path} cannot be read: {reason}") from None
    head = [name.strip() for name in rows[0]] if rows else []
    fields = {place: _COLUMNS[name.lower()] for place, name in enumerate(head) if name.lower() in _COLUMNS}
    if not {"id", "sis_user", "sis_login", "email"} & set(fields.values()):
        raise RosterError(
            f"{path} is no class list: its first line names none of ID, SIS User ID, SID, SIS Login ID, Email"
        )
    parts = [place for name in ("first name", "last name") for place, head_ in enumerate(head) if head_.lower() == name]
    people = []
    for row in rows[1:]:
        values = {name: row[place].strip() for place, name in fields.items() if place < len(row)}
        if "name" not in fields.values():
            values["name"] = " ".join(row[place].strip() for place in parts if place < len(row))
        if "Points Possible" not in values.get("name", "") and any(values.values()):
            people.append(Person(**values))
    return Roster(_by_key(people), tuple(head))


def _by_key(people: Iterable[Person]) -> dict[str, Person]:
    """Everyone by each of their keys; a key of two people finds neither."""
    found: dict[str, Person | None] = {}
    for person in people:
        numbers = (person.id, person.sis_user, person.sis_login, person.email)
        for key in {_letters(person.name), *(number.casefold() for number in numbers)} - {""}:
            found[key] = None if key in found else person
    return {key: person for key, person in found.items() if person is not None}


def _letters(name: str) -> str:
    """What Canvas leaves of a name in the names of files."""
    return re.sub(r"[\W_]+", "", name).casefold()
