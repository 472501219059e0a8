"""A PostgreSQL server for one test run: its own cluster in a temporary folder, reached through a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "gradebook"


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`; Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return next((path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """Start a server and yield the address of an empty database; stop it and remove everything at the end."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # not pytest's folder, which other users cannot enter
    user = _unprivileged()
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(program: str, *arguments: str | Path) -> None:
        command = [str(bin_folder / program), *map(str, arguments)]
        # Its output goes to a file: a server that inherits a pipe would keep it open.
        with (folder / f"{program}.txt").open("wb") as said:
            done = subprocess.run(
                command,
                user=user,
                group=_group(user),
                extra_groups=[] if user else None,
                cwd=folder,
                env=os.environ | {"LC_ALL": "C.UTF-8"},
                stdout=said,
                stderr=said,
            )
        assert not done.returncode, (folder / f"{program}.txt").read_text(errors="replace")

    try:
        run("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-l", folder / "server.txt", "-o", options, "start")
        try:
            run("createdb", "-h", folder, "-U", USER, "grades")
            yield f"postgresql+psycopg://{USER}:secret@/grades?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> str | None:
    """Whom to run it as: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None
