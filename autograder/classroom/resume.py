"""What a verdict was made of: with the same submission, tests, assignment and grader it need not be made again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograder.authoring.course import Course
from autograder.authoring.package import PACKAGE

_READ = 1 << 20
_MAX_FILES = 5_000
_MAX_BYTES = 1 << 30  # of one file: one with holes may claim to have a thousand times that


def grader_digest(course: Course, name: str, seed: str) -> str:
    """A digest of all but the submission: the assignment, its tests and catalogue, our own code, versions, the seed."""
    from importlib.metadata import version

    folders = [course.source(name), *(course.tests(kind, name) for kind in ("public", "hidden", "mistakes")), PACKAGE]
    digest = hashlib.sha256(repr((seed, platform.python_version(), version("torch"))).encode())
    for folder in folders:
        files = (
            path for kind in ("*.py", "*.ipynb", "*.toml", "*.json", "*.ini", "*.jinja") for path in folder.rglob(kind)
        )
        _add_files(digest, folder, sorted(path for path in files if not _is_cache(path.relative_to(folder))))
    return digest.hexdigest()


def submission_digest(path: Path) -> str:
    """A digest of a submission's bytes; links, devices and what cannot be read count by their names only."""
    digest = hashlib.sha256()
    if path.is_file():
        _add_files(digest, path.parent, [path])
    else:
        _add_files(digest, path, sorted(path.rglob("*"))[:_MAX_FILES])
    return digest.hexdigest()


def verdict_stands(results: Path, grader: str, submission: str) -> dict[str, Any] | None:
    """Return the results that lie there if they were made of the same things and are no fault of the grader."""
    try:
        content = json.loads(results.read_text(encoding="utf-8"))
        extra = content["extra_data"]
        same = extra["digests"] == {"grader": grader, "submission": submission}
        return content if same and not extra["fault"] and not extra["faults"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_cache(relative: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in relative.parts)


def _add_files(digest: Any, root: Path, files: Iterable[Path]) -> None:
    for path in files:
        digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode("utf-8", "surrogatepass"))
        if path.is_symlink() or not path.is_file():
            continue
        try:
            with path.open("rb") as stream:
                while stream.tell() < _MAX_BYTES and (block := stream.read(_READ)):
                    digest.update(block)
        except OSError:
            continue
