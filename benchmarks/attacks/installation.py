"""Installs the other graders, at fixed versions, into a virtual environment of their own."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
TOLD = ("otter-grader", "nbgrader", "gradescope-utils", "ipykernel", "nbclient", "nbconvert")
# torch and what it needs come from the environment that runs this: another copy would be gigabytes.
BORROWED = ("torch", "torchgen", "functorch", "sympy", "mpmath", "networkx", "filelock", "fsspec")
_ASK = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"


def install(folder: Path) -> Path:
    """Make the environment, or use the one that is there; the path of its interpreter."""
    python, stamp = folder / "bin/python", folder / "installed.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        # Without dependencies: the file names them all.
        pip = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=True)
        _borrow(folder)
        subprocess.run([str(python), "-c", "import torch, otter, nbgrader, gradescope_utils"], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def versions(python: Path) -> Mapping[str, str]:
    """Versions of all that takes part."""
    told = json.loads(subprocess.run([str(python), "-c", _ASK, *TOLD], check=True, capture_output=True).stdout)
    told["torch"] = importlib.metadata.version("torch")
    told["Python"] = platform.python_version()
    told["Linux"] = platform.release().split("-")[0]
    return dict(told)


def _borrow(folder: Path) -> None:
    """Link packages of this environment into the other; its own, where it has them, come first."""
    packages = next((folder / "lib").glob("python*/site-packages"))
    links = folder / "borrowed"
    links.mkdir(exist_ok=True)
    for name in BORROWED:
        found = importlib.util.find_spec(name)
        if found and found.origin:
            (links / name).symlink_to(Path(found.origin).parent)
    (packages / "borrowed.pth").write_text(f"{links}\n", encoding="utf-8")
