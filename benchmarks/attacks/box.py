"""A throwaway machine for one grading: what runs in it can harm nothing that outlives it.

Every grader gets the same one, much like the container that Gradescope or `otter grade` would give it: root, a disk
of its own, no network, no other process, one second after the end to clear up.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit_path import REPOSITORY

NAMESPACES = ("--pid", "--fork", "--kill-child", "--mount", "--net", "--ipc", "--uts")
TOOLS = ("unshare", "mount", "umount", "pivot_root", "setpriv", "prlimit", "ip")


class BoxError(RuntimeError):
    """No box can be made here."""


@dataclass(frozen=True)
class Work:
    """One grading.

    Attributes:
        files: folder that is copied into the box; nothing in it is ever changed.
        added: texts of further files in it, by name: the submission.
        place: where it lies there; the grader starts in it.
        home: folder that becomes /root.
        command: what to run.
        environment: all of its environment.
        fetch: result files to bring back, as patterns below `place`.
        mine: files that the grader itself writes, as patterns of whole paths.
        bound: folders that can be read in the box at their own path: interpreters and packages.
        limit: seconds after which the grader counts as hanging.
    """

    files: Path
    added: Mapping[str, str]
    place: str
    home: Path
    command: Sequence[str]
    environment: Mapping[str, str]
    fetch: Sequence[str]
    mine: Sequence[str]
    bound: Sequence[str]
    limit: float


@dataclass(frozen=True)
class Report:
    """What came of it.

    Attributes:
        seconds: how long the grader ran.
        status: its exit status, None where it hung.
        files: result files as they were when the grader ended.
        later: the same a second later, where something still ran.
        processes: what still ran.
        left: files and objects that were changed or left.
        heard: what reached the servers of the box.
        output: the end of what the grader printed.
    """

    seconds: float
    status: int | None
    files: Mapping[str, str]
    later: Mapping[str, str]
    processes: Sequence[str]
    left: Sequence[str]
    heard: str
    output: str


def own_code() -> list[str]:
    """Folders with this repository and the interpreter that runs it."""
    return [os.path.abspath(folder) for folder in (REPOSITORY, sys.prefix, sys.base_prefix)]  # noqa: PTH100


def require_box() -> None:
    """Raise BoxError unless boxes can be made here."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or sys.platform != "linux" or os.geteuid() != 0:
        lacks = f"; missing here: {', '.join(missing)}" if missing else ""
        raise BoxError(f"the attacks run in namespaces of their own, which needs Linux and root{lacks}")


def run(work: Work) -> Report:
    """Grade in a new box."""
    with tempfile.TemporaryDirectory(prefix="attack-box-") as folder:
        plan: dict[str, Any] = dataclasses.asdict(work) | {"root": folder, "files": str(work.files)}
        done = subprocess.run(
            ["unshare", *NAMESPACES, sys.executable, "-I", Path(__file__).with_name("inside.py")],
            input=json.dumps(plan, default=str),
            capture_output=True,
            text=True,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            check=False,
        )
    if done.returncode or not done.stdout:
        raise BoxError(f"the box broke (exit status {done.returncode}): {done.stderr.strip()[-500:]}")
    return Report(**json.loads(done.stdout))
