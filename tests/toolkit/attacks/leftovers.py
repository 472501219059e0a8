"""Grades attacks and tells what is left of them. A program of its own: every orphan of the grading becomes its child.

Usage: leftovers.py FOLDER LAYERS_OFF ATTACK… (layers and attacks separated by commas). Prints one JSON object.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from attack_work import IPC_KEY, NOTE, SHARED, attacks, clear_up, grade_attacks, prepare

_ADOPT_ORPHANS = 36  # prctl's PR_SET_CHILD_SUBREAPER


def main(folder: Path, off: list[str], names: list[str]) -> dict[str, Any]:
    """Grade the attacks of these names and look around."""
    grounds = prepare(folder, rules=False)
    os.chdir(grounds.course.root)
    assert ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0) == 0
    before = _around(grounds.course.root)
    results = grade_attacks(grounds, [attack for attack in attacks() if attack.name in names], layers_off=off)
    waited = _wait_for_children()
    found = {kind: sorted(set(after) - set(before[kind])) for kind, after in _around(grounds.course.root).items()}
    graded = grounds.course.gradebook / "graded"
    changed = [
        name
        for name, result in results.items()
        if json.loads((graded / name / "results.json").read_text(encoding="utf-8")) != result
    ]
    clear_up()
    return {
        "waited": waited,
        "changed": changed,
        "isolation": results["right_last"]["extra_data"]["isolation"],
        "scores": {name: result["score"] for name, result in results.items()},
        **found,
    }


def _wait_for_children() -> float:
    """Wait until every process of the grading is gone; how many seconds that took."""
    started = time.monotonic()
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return time.monotonic() - started


def _around(course: Path) -> dict[str, list[str]]:
    """Files in the course and in shared folders, sockets without a file, and System V objects."""
    own = {str(path) for path in course.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    mine = str(course / "gradebook/graded"), str(course / "submitted")
    return {
        "files": [path for path in own if not path.startswith(mine)]
        + [str(path) for folder in SHARED for path in folder.glob(f"{NOTE}*")],
        "sockets": [line.split()[-1] for line in _lines("/proc/net/unix") if NOTE in line],
        "objects": [f"{kind} {line.split()[0]}" for kind in ("shm", "sem", "msg") for line in _ipc(kind)],
    }


def _ipc(kind: str) -> list[str]:
    return [line for line in _lines(f"/proc/sysvipc/{kind}") if line.split()[0] == str(IPC_KEY)]


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()[1:]


if __name__ == "__main__":
    print(
        json.dumps(main(Path(sys.argv[1]), [name for name in sys.argv[2].split(",") if name], sys.argv[3].split(",")))
    )
