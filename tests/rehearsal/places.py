"""Where the zip is rehearsed: a fresh Debian in a folder, or, where that cannot be made, a plain folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SUITE = "bookworm"
_BINARIES = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Seen by the commands alone: these mounts are gone with them.
_MOUNTS = """
if [ -n "$3" ]; then mount --bind "$1" "$1" || exit 125; fi
mount -t proc proc "$1/proc" && mount --rbind /sys "$1/sys" && mount --rbind /dev "$1/dev" || exit 125
if [ -n "$2" ]; then mkdir -p "$1/wheels" && mount --bind "$2" "$1/wheels" || exit 125; fi
if [ -n "$3" ]; then
    mount -t tmpfs tmpfs "$1/tmp" && mount -t tmpfs tmpfs "$1/autograder/results" -o mode=777 || exit 125
    mount -o remount,bind,ro "$1" || exit 125
fi
root="$1"; shift 3; exec chroot "$root" "$@"
"""


@dataclass(frozen=True)
class Plain:
    """A folder that stands for `/autograder`; the system around it is this one.

    Attributes:
        folder: its `/autograder`.
        wheels: packages that pip takes from there; None: from the network.
    """

    folder: Path
    wheels: Path | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        return "a plain folder"

    def command(self, words: Sequence[str]) -> list[str]:
        """The command line that runs a command in it."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # this Python is its python3
        environment = [f"PATH={path}", f"HOME={Path.home()}", f"AUTOGRADER_ROOT={self.folder}"]
        if self.wheels:
            environment += ["PIP_NO_INDEX=1", f"PIP_FIND_LINKS={self.wheels}"]
        return ["env", "-i", *environment, *words]


@dataclass(frozen=True)
class Root:
    """A Debian of its own; nothing of this system's Python is in reach.

    Attributes:
        root: its root folder.
        wheels: packages that pip takes from there; None: from the network.
        without: capabilities that what runs in it has not, as in a container.
        user: somebody else than root, without any power and on a read-only root: as our Dockerfile runs it.
    """

    root: Path
    wheels: Path | None = None
    without: str = ""
    user: str = ""

    @property
    def folder(self) -> Path:
        """Its `/autograder`."""
        return self.root / "autograder"

    @property
    def name(self) -> str:
        """What to call it."""
        if self.user:
            return f"Debian {SUITE} after the Dockerfile, as {self.user} on a read-only root"
        return f"Debian {SUITE}, as root" + (f" without {self.without}" if self.without else "")

    def command(self, words: Sequence[str]) -> list[str]:
        """The command line that runs a command in it."""
        environment = [f"PATH={_BINARIES}", "HOME=/root", "LC_ALL=C.UTF-8"]
        if self.wheels:
            environment += ["PIP_NO_INDEX=1", "PIP_FIND_LINKS=/wheels"]
        less: list[str] = []
        if self.user:
            who = ["--reuid", self.user, "--regid", self.user, "--init-groups", "--no-new-privs"]
            less = ["setpriv", *who, "--bounding-set", "-all", "--inh-caps", "-all"]
        elif self.without:
            less = ["setpriv", "--bounding-set", f"-{self.without}", "--inh-caps", f"-{self.without}"]
        inside = ["env", "-i", *environment, *less, *words]
        options = [str(self.root), str(self.wheels or ""), "read-only" if self.user else ""]
        return ["unshare", "--mount", "bash", "-c", _MOUNTS, "mounts", *options, *inside]


def can_make_root() -> str:
    """Why no Debian can be made here; nothing if it can."""
    if os.geteuid() != 0:
        return "only root can make one"
    missing = [name for name in ("debootstrap", "unshare", "setpriv", "chroot") if not shutil.which(name)]
    return f"{', '.join(missing)} not found" if missing else ""


def make_root(root: Path) -> None:
    """Make a minimal Debian in a folder.

    Raises:
        subprocess.CalledProcessError: debootstrap failed.
    """
    command = ["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, str(root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")


def fetch_wheels(requirements: Path, folder: Path, python: tuple[int, int]) -> Path | None:
    """Fetch the packages once, as pip is set up here; None where this Python is another one than the root's."""
    if sys.version_info[:2] != python:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--only-binary=:all:"]
    subprocess.run([*pip, "-d", str(folder), "--find-links", str(folder), "-r", str(requirements)], check=True)
    return folder
