"""Finds out what this machine's confinement is worth: starts a worker that tries what it can reach."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.isolation.confinement.layers import Report
from autograder.isolation.zygote import Lease

_SECONDS = 60.0
_MEMORY_MB, _CPU_SECONDS = 512, 10
_LARGEST = 1 << 16


@dataclass(frozen=True)
class Examination:
    """What was found.

    Attributes:
        layers: each layer with `on`, or `off` and the reason.
        probes: each thing that was tried, with what it reached; empty where it reached nothing.
    """

    layers: Report
    probes: dict[str, str]


def examine(control: socket.socket, hidden: Sequence[Path], layers_off: Sequence[str] = ()) -> Examination:
    """Let a confined worker try what it can reach. It runs no student code.

    Args:
        control: the fork server's control socket.
        hidden: files that student code must not read; without any, two that are made for this.
        layers_off: layers to leave out.

    Raises:
        OSError: no worker could be started, or it did not answer.
    """
    settings = {"memory_mb": _MEMORY_MB, "cpu_seconds": _CPU_SECONDS, "off": list(layers_off)}
    request = {"entry": "autograder.isolation.confinement.probe:main", "confine": True, "settings": settings}
    with _targets(hidden) as targets:
        pipe, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with pipe, pipe.makefile("rw", encoding="utf-8") as stream:
            with theirs, Path(os.devnull).open("wb") as silent:
                lease = Lease(control, request, [theirs.fileno(), *[silent.fileno()] * 3])
            try:
                pipe.settimeout(_SECONDS)
                stream.write(json.dumps(targets) + "\n")
                stream.flush()
                answer = json.loads(stream.readline(_LARGEST) or "null")
            finally:
                lease.close()
        for left in (answer["probes"][name] for name in ("tamper", "write") if answer):
            with contextlib.suppress(OSError):
                Path(left, targets["name"]).unlink()
    if not answer:
        raise OSError("the worker ended before it could say what it reaches")
    return Examination(answer["layers"], answer["probes"])


@contextlib.contextmanager
def _targets(hidden: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Put up what the worker is to reach for, and take it down again."""
    name = f"autograder-{secrets.token_hex(8)}"
    with (
        tempfile.TemporaryDirectory() as made,
        socket.create_server(("127.0.0.1", 0)) as inet,
        socket.socket(socket.AF_UNIX) as beside,
        socket.socket(socket.AF_UNIX) as nameless,
    ):
        folder = Path(made)
        folder.chmod(0o755)
        public = folder / "public"
        public.mkdir()
        public.chmod(0o777)
        for mode in (0o600, 0o644):
            (folder / f"{mode:o}").write_text("secret", encoding="ascii")
            (folder / f"{mode:o}").chmod(mode)
        beside.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        beside.listen()
        abstract = f"\0{name}" if sys.platform == "linux" else ""
        if abstract:
            nameless.bind(abstract)
            nameless.listen()
        yield {
            "secrets": [str(path) for path in hidden or (folder / "600", folder / "644")],
            "folders": [made, *sorted({str(path.parent) for path in hidden})],
            "open_folders": [str(public)],
            "socket": str(folder / "socket"),
            "abstract": abstract,
            "port": inet.getsockname()[1],
            "pid": os.getpid(),
            "name": name,
        }
