"""Auto-graded PyTorch exercises: one notebook in, verdicts out."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "check"]


def __getattr__(name: str) -> Any:
    """Load `check` when a notebook first asks for it, so that `import autograder` stays cheap."""
    if name == "check":
        from autograder.student.check import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
