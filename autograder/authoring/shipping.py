"""What may leave an assignment folder.

Nothing ships because it happens to lie there. A notebook is always meant; another file is when `[release]
files` in assignment.toml names it; what running a notebook leaves behind never is.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath

from autograder.authoring.assignment import MANIFEST, SETTINGS, Assignment, AssignmentError

_JUNK = (
    "*~",
    "*.pyc",
    "*.bak",
    "*.orig",
    "*.swp",
    "*-checkpoint.*",
    "__pycache__",
    "checkpoints",
    "*.egg-info",
)

_BUILT = (MANIFEST, "collect_submission.py", "requirements.txt", "environment.yml", "README.md")


class ReleaseError(AssignmentError):
    """A build is refused. The message has one line for each problem: what, where, and what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def is_leftover(relative: PurePosixPath, assignment: Assignment) -> bool:
    """Is this what an editor or a run of the notebooks leaves behind? Such files never ship.

    Args:
        relative: path of the file below the assignment's source folder.
        assignment: its modules' folders (`models/`) are written by running its notebooks.
    """
    if is_junk(relative):
        return True
    modules = [PurePosixPath(cell.module) for cell in assignment.cells]
    folders = {module.parts[0] for module in modules if len(module.parts) > 1}
    return relative.parts[0] in folders or relative in modules


def is_junk(relative: PurePath) -> bool:
    """Is this a hidden file, a cache or an editor's copy?"""
    return any(
        part.startswith(".") or any(fnmatch.fnmatchcase(part, pattern) for pattern in _JUNK) for part in relative.parts
    )


def source_files(folder: Path, assignment: Assignment) -> Iterator[PurePosixPath]:
    """Yield the files of an assignment's source folder that are no leftovers, sorted."""
    for path in sorted(folder.rglob("*")):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_file() and not is_leftover(relative, assignment):
            yield relative


def declared_files(folder: Path, assignment: Assignment) -> list[PurePosixPath]:
    """Return the files that `[release] files` names, sorted, relative to the folder.

    Raises:
        ReleaseError: a pattern finds nothing, leads out of the folder, or names what is built anyway.
    """
    problems: list[str] = []
    chosen: set[PurePosixPath] = set()
    available = list(source_files(folder, assignment))
    for pattern in assignment.files:
        if pattern.startswith("/") or ".." in PurePosixPath(pattern).parts or not pattern.strip():
            problems.append(f"{SETTINGS}: [release] files has {pattern!r}; name files below {folder.name}/")
            continue
        try:
            found = {PurePosixPath(path.relative_to(folder).as_posix()) for path in folder.glob(pattern)}
        except (ValueError, NotImplementedError) as error:
            problems.append(f"{SETTINGS}: [release] files has {pattern!r}: {error}")
            continue
        wanted = [name for name in available if name in found or found & set(name.parents)]
        wanted = [name for name in wanted if name.suffix != ".ipynb" and name.name != SETTINGS]
        if not wanted:
            problems.append(
                f"{SETTINGS}: [release] files has {pattern!r}, which matches no file; correct it or remove it"
            )
        chosen.update(wanted)
    for name in sorted(chosen):
        if (folder / name).is_symlink():
            problems.append(f"{name} is a link; put the file itself into {folder.name}/")
        if name.parts[0] in ("tests", "autograder") or str(name) in _BUILT:
            problems.append(f"{name} is a name that the release builds itself; rename the file")
    if problems:
        raise ReleaseError(*problems)
    return sorted(chosen)


def test_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder of exercise tests, without what running them leaves behind."""
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not is_junk(name):
            files[name.as_posix()] = path.read_bytes()
    return files
