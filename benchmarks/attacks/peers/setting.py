"""What the other graders have in common: where they run, with which environment, and notebooks for them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from box import Work, own_code

MARKER = "# models/affine.py"  # the first line of the cell that students fill in
# Left by Python and Jupyter, whatever they run.
ALWAYS_WRITTEN = ("*/__pycache__/*", "/root/.ipython/*", "/root/.local/*", "/root/.cache/*", "/root/.config/*")


def environment(python: Path, secret: str) -> dict[str, str]:
    """All that a grader's environment holds."""
    return {
        "PATH": f"{python.parent}:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "CANARY": secret,
        "OMP_NUM_THREADS": "1",
    }


def bound(python: Path) -> list[str]:
    """Folders with code that a box must be able to read: the peers' environment, torch, this file."""
    return [str(python.parents[1]), *own_code()]


def build(python: Path, arguments: Sequence[str], folder: Path) -> None:
    """Have a grader make its assignment, in a folder."""
    paths = f"{python.parent}:{os.environ['PATH']}"  # nbgrader looks for alembic there
    command, environment = [str(python), *arguments], os.environ | {"PATH": paths}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stdout[-2000:]} {done.stderr[-2000:]}")


def plant_home(folder: Path, secret: str) -> Path:
    """A home folder with a key in it."""
    key = folder / ".ssh/id_ed25519"
    key.parent.mkdir(parents=True)
    key.write_text(secret, encoding="utf-8")
    key.chmod(0o600)
    return folder


def peer_work(python: Path, folder: Path, secrets: Mapping[str, str], **fields: Any) -> Work:
    """Work for a box, with what is the same for all peers filled in."""
    mine: Sequence[str] = fields.pop("mine")
    return Work(
        files=folder / "files",
        home=folder / "home",
        environment=environment(python, secrets["environment"]),
        bound=bound(python),
        mine=[*mine, *ALWAYS_WRITTEN],
        **fields,
    )


def code_cell(name: str, source: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def notebook(cells: Sequence[dict[str, Any]]) -> str:
    """The JSON of a notebook."""
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": list(cells), "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def hand_in(text: str, source: str) -> str:
    """A student's notebook with this source in the cell that defines the class."""
    document = json.loads(text)
    for cell in document["cells"]:
        if cell["cell_type"] == "code" and "".join(cell["source"]).startswith(MARKER):
            # In a notebook there is no __file__; who needs it would know where it is.
            cell["source"] = ('__file__ = "affine.py"\n' if "__file__" in source else "") + source
            return json.dumps(document)
    raise ValueError("the notebook has no cell for the class")
