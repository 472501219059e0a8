"""Real workers for the tests of confinement: started with one function of student code and with layers left out."""

from __future__ import annotations

import contextlib
import json
import os
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autograder.isolation.confinement.layers import ON, SWITCHABLE
from autograder.isolation.handles import Student
from autograder.isolation.remote import Confinement, RemoteTransport
from autograder.isolation.zygote import Zygote

Remote = Callable[..., RemoteTransport]


@contextlib.contextmanager
def workers(zygote: Zygote) -> Iterator[Remote]:
    """Give a function that starts a transport to a worker, from the body of its student function `f`."""
    made: list[RemoteTransport] = []

    def make(body: str, off: Sequence[str] = (), cpu_seconds: int = 60) -> RemoteTransport:
        source = body if "\ndef f(" in body else f"def f(*args):\n{textwrap.indent(body, '    ')}\n"
        limits = Confinement(60, cpu_seconds, 1024, tuple(off))
        deadline = time.monotonic() + 100
        made.append(RemoteTransport(zygote.control, {"m.py": source}, {"f": "m.py"}, "", limits, deadline))
        return made[-1]

    try:
        yield make
    finally:
        for transport in made:
            transport.close()


def call(transport: RemoteTransport, *args: Any) -> Any:
    """Call the student's function."""
    return Student(transport).call("f", *args)


def only(*layers: str) -> list[str]:
    """What to switch off so that these layers alone are left."""
    return [layer for layer in SWITCHABLE if layer not in layers]


def on(layers: Mapping[str, str], *names: str) -> bool:
    """Are all these layers on?"""
    return all(layers[name].startswith(ON) for name in names)


def in_child(action: Callable[[], object]) -> Any:
    """Run something that changes a whole process in one of its own, and return what it returns."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            said: object = action()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writer, json.dumps(said).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    os.waitpid(pid, 0)
    return json.loads(text)
