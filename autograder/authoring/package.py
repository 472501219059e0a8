"""Our own package as students and Gradescope get it."""

from __future__ import annotations

import ast
from pathlib import Path

from autograder.authoring.shipping import ReleaseError, is_junk

PACKAGE = Path(__file__).resolve().parents[1]

# The students' part of `autograder/`: what the check under a step and collect_submission.py need.
STUDENT_PACKAGE = (
    "__init__.py",
    "authoring/__init__.py",
    "authoring/archive.py",
    "authoring/assignment.py",
    "authoring/cells.py",
    "authoring/course.py",
    "authoring/regions.py",
    "authoring/staging.py",
    "isolation/__init__.py",
    "isolation/confinement/__init__.py",
    "isolation/confinement/layers.py",
    "isolation/elsewhere.py",
    "isolation/engine.py",
    "isolation/faults.py",
    "isolation/handles.py",
    "isolation/insides.py",
    "isolation/local.py",
    "isolation/opening/__init__.py",
    "isolation/opening/filetypes.py",
    "isolation/opening/finding.py",
    "isolation/opening/intake.py",
    "isolation/opening/merging.py",
    "isolation/opening/opening.py",
    "isolation/opening/texts.py",
    "isolation/opening/zips.py",
    "isolation/student_modules.py",
    "isolation/submission.py",
    "isolation/verbs.py",
    "isolation/wire/__init__.py",
    "isolation/wire/structure.py",
    "judging/__init__.py",
    "judging/collecting.py",
    "judging/compare.py",
    "judging/doors.py",
    "judging/drawn.py",
    "judging/exam.ini",
    "judging/exam.py",
    "judging/forbidden.py",
    "judging/imports.py",
    "judging/items.py",
    "judging/libraries.py",
    "judging/names.py",
    "judging/raised.py",
    "judging/roles.py",
    "judging/rules.py",
    "judging/signatures.py",
    "judging/syntax.py",
    "judging/telling.py",
    "judging/translations.py",
    "judging/verdict.py",
    "judging/watchdog.py",
    "judging/words.py",
    "py.typed",
    "student/*.py",
)


def student_package() -> dict[str, bytes]:
    """Return the students' part of the package, as `autograder/…` names and contents.

    Raises:
        ReleaseError: a file of STUDENT_PACKAGE is missing, or one of them imports a module that is left out.
    """
    problems = []
    files: dict[str, bytes] = {}
    for pattern in STUDENT_PACKAGE:
        paths = [path for path in sorted(PACKAGE.glob(pattern)) if path.is_file()]
        if not paths:
            problems.append(f"autograder/{pattern} is missing: this installation of the toolkit is not whole")
        for path in paths:
            files[f"autograder/{path.relative_to(PACKAGE).as_posix()}"] = path.read_bytes()
    for name, data in files.items():
        for module in _own_imports(data, name):
            base = module.replace(".", "/")
            if f"{base}.py" not in files and f"{base}/__init__.py" not in files:
                problems.append(f"{name} imports {module}, which students do not get; add it to STUDENT_PACKAGE")
    if problems:
        raise ReleaseError(*problems)
    return files


def _own_imports(data: bytes, name: str) -> set[str]:
    """Modules of our package that a file imports, at its top or in a function."""
    if not name.endswith(".py"):
        return set()
    modules: set[str] = set()
    for node in ast.walk(ast.parse(data)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            modules |= {each for each in inside if _is_module(each)} or {node.module}
    return {module for module in modules if module == "autograder" or module.startswith("autograder.")}


def _is_module(name: str) -> bool:
    parts = name.split(".")
    if parts[0] != "autograder":
        return False
    base = PACKAGE.joinpath(*parts[1:])
    return base.with_suffix(".py").is_file() or (base / "__init__.py").is_file()


def whole_package() -> dict[str, bytes]:
    """Return every file of the package, as `autograder/…` names and contents."""
    paths = [path for path in sorted(PACKAGE.rglob("*")) if path.is_file()]
    relative = {path.relative_to(PACKAGE): path for path in paths}
    return {f"autograder/{name.as_posix()}": path.read_bytes() for name, path in relative.items() if not is_junk(name)}
