"""Examines the confinement as somebody else: run as a script by test_sandbox.py, prints JSON.

    python other_user.py KIND FOLDER

KIND is `user` (no privileges at all) or `container` (root without CAP_SYS_ADMIN); FOLDER is an empty one. Everything
is done as it is, as where user namespaces are refused too, and as where there is no Landlock either but the secret
lies in a folder that is closed to other users.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.isolation.confinement import kernel, namespaces
from autograder.isolation.confinement.examination import examine
from autograder.isolation.handles import Student
from autograder.isolation.remote import Confinement, RemoteTransport
from autograder.isolation.zygote import Zygote

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
SYS_ADMIN = 21
# What ordinary code imports late, in the middle of a call.
LATE = """
def f():
    import numpy.fft, torch.fft, torch.nn.utils.rnn, unittest.mock, sqlite3, decimal
    import torch
    from torch import nn
    layer = nn.Linear(2, 2)
    optimizer = torch.optim.Adam(layer.parameters())
    with torch.enable_grad():
        layer(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    nn.Transformer(8, 2, 1, 1, 8)(torch.ones(3, 1, 8), torch.ones(3, 1, 8))
    return "done"
"""


def open_up(paths: Sequence[Path], aside: Path) -> None:
    """Make folders readable that lie below a closed one, such as root's home; seen by this process alone."""
    namespaces.enter("mount")
    kernel.mount("aside", str(aside), "tmpfs", 0)
    closed = {next((p for p in reversed(path.parents) if not p.stat().st_mode & 1), None) for path in paths}
    for folder in closed - {None}:
        assert folder is not None
        below = [path for path in paths if folder in path.parents]
        for number, path in enumerate(below):
            (aside / str(number)).mkdir()
            kernel.mount(str(path), str(aside / str(number)), None, kernel.MS_BIND)
        kernel.mount("opened", str(folder), "tmpfs", 0, "mode=755")
        for number, path in enumerate(below):
            path.mkdir(parents=True, exist_ok=True)
            kernel.mount(str(aside / str(number)), str(path), None, kernel.MS_BIND)


def become(kind: str) -> None:
    """Lose what this kind of user does not have; a program started then has it no more."""
    if kind == "user":
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    else:
        kernel.prctl(kernel.PR_CAPBSET_DROP, SYS_ADMIN)


def report(zygote: Zygote, layers_off: Sequence[str], hidden: Sequence[Path] = ()) -> dict[str, object]:
    """Examine, and run student code that imports late."""
    found = examine(zygote.control, hidden, layers_off)
    limits = Confinement(60, 60, 1024, tuple(layers_off))
    transport = RemoteTransport(
        zygote.control, {"m.py": LATE}, {"f": "m.py"}, stand_ins="", limits=limits, deadline=time.monotonic() + 60
    )
    try:
        value = Student(transport).call("f")
    finally:
        transport.close()
    return {"layers": found.layers, "probes": found.probes, "value": value, "printed": transport.printed}


if __name__ == "__main__":
    kind, folder = sys.argv[1:]
    if kind == "report":
        with Zygote() as running, tempfile.TemporaryDirectory() as closed:
            secret = Path(closed, "secret")
            secret.touch()
            made = {
                "namespaces": report(running, ()),
                "none": report(running, ("user",)),
                "closed": report(running, ("user", "landlock"), [secret]),
            }
        print(json.dumps(made))
    else:
        if os.getuid() == 0:
            open_up([Path(sys.base_prefix), Path(sys.prefix), ROOT], Path(folder))
            become(kind)
        os.execv(sys.executable, [sys.executable, __file__, "report", folder])
