"""Reads the hostile submissions, plants secrets around the toy course, and grades them all in one session.

A submission's file says in its docstring what it tries, and in comments below it:

    # goal: what it is after: points, secret, result, residue, silence, markup or forbidden
    # honest: what the same code deserves without the trick
    # dangerous: not to be run by a grader without walls: it harms more than its own process
"""

from __future__ import annotations

import ctypes
import json
import re
import secrets
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from toy_work import MODULE, RIGHT, copy_course, notebook, zipped

from autograder.authoring.course import Course
from autograder.judging.grade import Job, grade

FOLDER = Path(__file__).parent / "submissions"
GOALS = ("points", "secret", "result", "residue", "silence", "markup", "forbidden")
FULL = 5.0
SHARED = tuple(Path(folder) for folder in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue"))
# What attacks leave is known by these; this run's own, so that another one at the same time is not taken for it.
NOTE, IPC_KEY = f"attack-note-{secrets.token_hex(4)}", secrets.randbits(30)
_OWN = {"attack-note": NOTE, "0x41747461": hex(IPC_KEY)}
CALL_SECONDS, SUBMISSION_SECONDS = 1.5, 8.0
_HEADER = re.compile(r'\A"""(?P<tries>.+?\.)(?:"""|\n\n.*?""")\n\n(?P<lines>(?:# .+\n)+)', re.DOTALL)
_LIMITS = f"""
[limits]
call_seconds = {CALL_SECONDS}
submission_seconds = {SUBMISSION_SECONDS}
memory_mb = 512
"""


@dataclass(frozen=True)
class Attack:
    """One hostile submission."""

    name: str
    tries: str
    goal: str
    honest: float
    dangerous: bool
    source: str


def attacks() -> list[Attack]:
    """All hostile submissions, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.py"))]


def _read(path: Path) -> Attack:
    source = path.read_text(encoding="utf-8")
    header = _HEADER.match(source)
    assert header, f"{path.name} does not begin with a docstring and its comments"
    told = dict(line[2:].partition(": ")[::2] for line in header["lines"].splitlines())
    assert told["goal"] in GOALS, path.name
    return Attack(
        path.stem, header["tries"].split("\n")[0], told["goal"], float(told["honest"]), "dangerous" in told, source
    )


def canary(where: str) -> str:
    """A secret text that says where it was planted."""
    return f"CANARY-{where}-{secrets.token_hex(8)}"


@dataclass(frozen=True)
class Grounds:
    """The toy course with secrets around it.

    Attributes:
        course: the course; its folder is where grading runs.
        secrets: planted texts by place.
        watched: files that no submission may change, with their contents.
        home: a home folder with a key in it.
    """

    course: Course
    secrets: Mapping[str, str]
    watched: Mapping[Path, bytes]
    home: Path


def prepare(root: Path, *, rules: bool) -> Grounds:
    """Copy the toy course and plant a secret wherever a grader has one.

    Args:
        root: where to put everything.
        rules: keep the rules on imports and forbidden constructs, so that most attacks are not even run.
    """
    course = copy_course(root / "course")
    settings = course.source("toy") / "assignment.toml"
    text = settings.read_text(encoding="utf-8")
    if not rules:
        text = text.split("[imports]")[0] + '[imports]\nallowed = ["*"]\n'  # and nothing is forbidden
    settings.write_text(text + _LIMITS, encoding="utf-8")

    planted = {
        place: canary(place)
        for place in ("hidden", "solution", "notebook", "seed", "gradebook", "neighbour", "home", "environment")
    }
    home = root / "home"
    watched = {
        course.gradebook / "seed.txt": planted["seed"],
        course.gradebook / "gradebook.db": planted["gradebook"],
        course.gradebook / "graded/earlier/results.json": json.dumps({"score": 1, "note": planted["gradebook"]}),
        course.root / "solutions/toy/models/affine.py": f"# {planted['solution']}\n{RIGHT}",
        home / ".ssh/id_ed25519": planted["home"],
    }
    for path, content in watched.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        path.chmod(0o600)
    hidden = course.tests("hidden", "toy") / "test_affine_hidden.py"
    hidden.write_text(hidden.read_text(encoding="utf-8") + f'\nSECRET = "{planted["hidden"]}"\n', encoding="utf-8")
    book = course.source("toy") / "toy.ipynb"
    document = json.loads(book.read_text(encoding="utf-8"))
    lines = next(cell["source"] for cell in document["cells"] if cell["id"] == "affine-module")
    lines.insert(-1, f"        # {planted['notebook']}\n")  # inside the last solution region
    book.write_text(json.dumps(document), encoding="utf-8")
    (root / "course/submitted").mkdir()
    # Attacks that write do so where they run, and in folders of their parents that hold this file.
    (course.root / "attack-ground").touch()
    zipped(root / "course/submitted/neighbour.zip", {"toy.ipynb": notebook(f"{RIGHT}# {planted['neighbour']}\n")})
    kept = [*watched, hidden, book, settings, root / "course/submitted/neighbour.zip"]
    return Grounds(course, planted, {path: path.read_bytes() for path in kept}, home)


def grade_attacks(
    grounds: Grounds, chosen: Iterable[Attack], changes: Mapping[str, str] = MappingProxyType({}), **options: Any
) -> dict[str, dict[str, Any]]:
    """Grade attacks in one session, right submissions among them (`right_0`, …); results by name.

    Args:
        grounds: what is attacked.
        chosen: the attacks.
        changes: texts in the attacks to replace, e.g. the port that they send to.
        options: those of `grade`.
    """
    submitted, graded = grounds.course.root / "submitted", grounds.course.gradebook / "graded"
    jobs: dict[str, Job] = {}

    def hand_in(name: str, files: Mapping[str, str]) -> None:
        jobs[name] = Job(zipped(submitted / f"{name}.zip", files), graded / name)

    for number, attack in enumerate(chosen):
        if number % 20 == 0:
            hand_in(f"right_{number}", {"toy.ipynb": notebook(RIGHT)})
        source = attack.source
        for old, new in {**_OWN, **changes}.items():
            source = source.replace(old, new)
        hand_in(attack.name, {MODULE: source})
    hand_in("right_last", {"toy.ipynb": notebook(RIGHT)})
    results = grade(grounds.course, "toy", list(jobs.values()), **options)
    return dict(zip(jobs, results, strict=True))


def pages(grounds: Grounds, name: str) -> str:
    """All that a student gets to see of a submission: results.json, less the seed that is for staff, and the page."""
    folder = grounds.course.gradebook / "graded" / name
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    del results["extra_data"]["seed"]
    return json.dumps(results, ensure_ascii=False) + (folder / "feedback.html").read_text(encoding="utf-8")


def clear_up() -> None:
    """Remove what attacks have left in shared folders where nothing stopped them."""
    for folder in SHARED:
        for path in folder.glob(f"{NOTE}*"):
            path.unlink(missing_ok=True)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        for get, remove in (
            (libc.shmget(IPC_KEY, 0, 0), lambda number: libc.shmctl(number, 0, None)),
            (libc.semget(IPC_KEY, 0, 0), lambda number: libc.semctl(number, 0, 0)),
            (libc.msgget(IPC_KEY, 0), lambda number: libc.msgctl(number, 0, None)),
        ):
            if get != -1:
                remove(get)
