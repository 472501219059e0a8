"""Namespaces of a worker's own: what is not in them cannot be reached."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.isolation.confinement import kernel

_FLAGS = {
    "pid": kernel.CLONE_NEWPID,
    "network": kernel.CLONE_NEWNET,
    "ipc": kernel.CLONE_NEWIPC,
    "uts": kernel.CLONE_NEWUTS,
    "mount": kernel.CLONE_NEWNS,
}


def enter_user_namespace() -> None:
    """Become the master of a user namespace, in which this process may make all other namespaces."""
    uid, gid = os.getuid(), os.getgid()
    # The maps belong to root while the process is shut off from its equals, as a change of user leaves it.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    kernel.unshare(kernel.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")


def enter(layer: str) -> None:
    """Enter a namespace of the layer's kind. That of processes holds the children forked from now on."""
    kernel.unshare(_FLAGS[layer])
    if layer == "mount":
        # What is mounted from now on stays here.
        kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)


def mount_proc(where: str) -> None:
    """Mount a /proc of this process's own PID namespace, for nobody to write to."""
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("proc", where, "proc", flags)
    try:
        # Apart from the mount itself: as its option, read-only would hold for the namespace as a whole.
        kernel.mount("none", where, None, flags | kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY)
    except OSError:
        kernel.unmount(where)
        raise
