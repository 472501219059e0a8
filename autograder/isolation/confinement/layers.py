"""Names: the layers of a worker's confinement in the order in which they are applied, what a worker tries, levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LAYERS: Mapping[str, str] = {
    "session": "all its processes end with it",
    "user": "the namespaces below, without being root",
    "pid": "no other process in view; the kernel ends all of its own",
    "network": "no network, not even this machine's own",
    "ipc": "no shared memory or message queue of others",
    "uts": "no change of the machine's name",
    "mount": "mounts of its own, for the two below",
    "view": "nothing of the disk but the interpreter, read-only",
    "proc": "a /proc that knows its own processes only",
    "limits": "bounds on memory, CPU, files and processes",
    "uid": "a user of its own, who owns nothing",
    "capabilities": "none of root's powers",
    "no_new_privs": "no way to gain any",
    "landlock": "no file but the interpreter's, by a second rule",
    "seccomp": "no program started, no socket, no rare system call",
}
# The first is how a worker is run at all; the others can do without each other.
SWITCHABLE = tuple(name for name in LAYERS if name != "session")
ON = "on"
SWITCHED_OFF = "off: switched off"
NOT_NEEDED = "off: not needed, started as root"

# What a worker tries from inside, to see what the layers are worth together: "student code can …".
PROBES: Mapping[str, str] = {
    "files": "read a secret file",
    "tamper": "change the grader's files",
    "neighbours": "signal or look into another process",
    "write": "leave files on the disk",
    "network": "reach another program over a socket",
    "processes": "see that other processes exist",
    "programs": "start a program",
    "powers": "be root",
    "kernel": "make sockets or namespaces",
}

LEVELS = ("weak", "fair", "strong")

Report = dict[str, str]


def unknown(names: Iterable[str]) -> list[str]:
    """The names that are no layer that can be switched off, sorted."""
    return sorted(set(names) - set(SWITCHABLE))
