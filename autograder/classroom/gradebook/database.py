"""Opens nbgrader's gradebook database and its configuration."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


class GradebookError(RuntimeError):
    """The gradebook cannot be written. The message is one line that says why."""


def default_url(gradebook: Path) -> str:
    """The database that nbgrader's own tools use in this course."""
    return f"sqlite:///{(gradebook / 'gradebook.db').resolve()}"


def read_config(root: Path) -> Any:
    """Read the course's `nbgrader_config.py`; an empty configuration where there is none.

    Raises:
        GradebookError: the file does not run.
    """
    from traitlets.config import Config, PyFileConfigLoader

    if not (root / "nbgrader_config.py").is_file():
        return Config()
    try:
        with on_path(root):
            return PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    except Exception as error:
        raise GradebookError(f"nbgrader_config.py: {type(error).__name__}: {one_line(error)}") from None


def gradebook_url(root: Path, gradebook: Path, config: Any = None) -> str:
    """The database that formgrader uses, too: `c.CourseDirectory.db_url` of `nbgrader_config.py`, if it names one.

    Args:
        root: the course's folder; a relative SQLite file is looked for there, as nbgrader does.
        gradebook: the course's gradebook folder, for the default.
        config: what `read_config` has read, where that is known.

    Raises:
        GradebookError: the configuration does not run, or names no database.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    named = (read_config(root) if config is None else config).get("CourseDirectory", {}).get("db_url")
    if not isinstance(named, str) or not named:
        return default_url(gradebook)
    try:
        url = make_url(named)
    except SQLAlchemyError as error:
        raise GradebookError(f"nbgrader_config.py: c.CourseDirectory.db_url: {one_line(error)}") from None
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_absolute():
        url = url.set(database=str((root / url.database).resolve()))
    return url.render_as_string(hide_password=False)


def place_of(url: str) -> Path | str:
    """Where a database is, to be shown: SQLite's file, or the address without its password."""
    from sqlalchemy.engine import make_url

    made = make_url(url)
    return Path(made.database) if made.get_backend_name() == "sqlite" and made.database else str(made)


def hides_schemes(config: Any) -> bool:
    """Does the feedback of this configuration take mark schemes out? Only then may formgrader's notebooks hold them."""
    preprocessors = config.get("GenerateFeedback", {}).get("preprocessors", [])
    if hasattr(preprocessors, "get_value"):  # the file appends to nbgrader's own list
        preprocessors = preprocessors.get_value([])
    names = {entry.rsplit(".", 1)[-1] for entry in preprocessors if isinstance(entry, str)}
    names |= {kind.__name__ for entry in preprocessors if isinstance(entry, type) for kind in entry.__mro__}
    return bool(names & {"ClearMarkScheme", "ClearTaskSchemes"})


@contextmanager
def on_path(root: Path) -> Iterator[None]:
    """Let the course's folder be imported from: the instructor's own late policy may stand there."""
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        with suppress(ValueError):
            sys.path.remove(str(root))


@contextmanager
def transaction(url: str, course_id: str) -> Iterator[Any]:
    """Open the gradebook, make it where it is missing, and yield one session: all of it is written or nothing.

    Args:
        url: any SQLAlchemy URL.
        course_id: nbgrader's name of the course.

    Raises:
        GradebookError: the database cannot be opened or written.
    """
    from nbgrader.api import Gradebook
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        place = make_url(url)
        if place.get_backend_name() == "sqlite" and place.database and place.database != ":memory:":
            Path(place.database).parent.mkdir(parents=True, exist_ok=True)
        with _alembic_on_path():
            book = Gradebook(url, course_id)
    except FileNotFoundError:
        raise GradebookError("the program alembic is missing; install it with: pip install alembic") from None
    except (SQLAlchemyError, ImportError, OSError) as error:
        raise GradebookError(f"the gradebook database cannot be opened: {one_line(error)}") from None
    try:
        with book:
            session = book.db()
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
    except SQLAlchemyError as error:
        raise GradebookError(f"the gradebook database refused, and nothing was written: {one_line(error)}") from None


def one_line(error: BaseException) -> str:
    """The first line of an error: of the driver's own where there is one, which never holds the password."""
    text = str(getattr(error, "orig", None) or error)
    return text.strip().splitlines()[0] if text.strip() else type(error).__name__


@contextmanager
def _alembic_on_path() -> Iterator[None]:
    """Nbgrader calls alembic as a program, which a virtual environment that is not activated hides."""
    before = os.environ.get("PATH")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before or os.defpath])
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before
