"""What confinement costs: starting, asking and stopping a worker with all layers, against one without.

    python benchmarks/confinement.py [ROUNDS]

"Unconfined" is forked straight from the fork server; "no layer" has a process above it that ends it with all that
it has started, as every worker of a grading has. The three take turns in one run, so that whatever else the machine
does falls on each of them alike. What each layer takes is timed inside the worker.
"""

from __future__ import annotations

import itertools
import json
import os
import socket
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.isolation import remote, sandbox, worker
from autograder.isolation.confinement.layers import LAYERS, ON, SWITCHABLE
from autograder.isolation.handles import Student
from autograder.isolation.zygote import ROOT, Lease, Zygote

ROUNDS = 40
TARGET_MS = 30.0
UNCONFINED, BARE, CONFINED = "unconfined", "no layer", "all layers"


class StraightFork(Lease):
    """Asks the fork server for a process that has no other above it."""

    def __init__(self, control: socket.socket, request: dict[str, Any], fds: list[int]) -> None:
        settings = request["settings"] | {"begun": {"session": "off"}, "number": 1, "root": ROOT}
        super().__init__(control, request | {"confine": False, "settings": settings}, fds)


def one_worker(zygote: Zygote, way: str) -> tuple[float, float]:
    """Milliseconds until a worker has answered its first call, and from then until it is gone."""
    remote.Lease = StraightFork if way == UNCONFINED else Lease  # type: ignore[misc]
    transport = remote.RemoteTransport(
        control=zygote.control,
        sources={"m.py": "def f():\n    return 1\n"},
        owners={"f": "m.py"},
        stand_ins="",
        limits=remote.Confinement(30, 30, 512, () if way == CONFINED else SWITCHABLE),
        deadline=time.monotonic() + 60,
    )
    begun = time.perf_counter()
    assert Student(transport).call("f") == 1
    answered = time.perf_counter()
    transport.close()
    return (answered - begun) * 1000, (time.perf_counter() - answered) * 1000


def timed_worker(fds: Sequence[int], settings: Mapping[str, Any]) -> None:
    """Be confined, and report each layer with its milliseconds; those that it waits for in another are not its own."""
    pipe = worker.take_descriptors(fds)
    taken: dict[str, float] = {}
    apply = sandbox._Layers.apply

    def timed(self: Any, layer: str, action: Callable[[], object], *needs: str) -> None:
        inner, begun = sum(taken.values()), time.perf_counter()
        apply(self, layer, action, *needs)
        spent = (time.perf_counter() - begun) * 1000 - (sum(taken.values()) - inner)
        taken[layer] = taken.get(layer, 0.0) + spent

    sandbox._Layers.apply = timed  # type: ignore[method-assign]
    report = sandbox.confine(settings)
    pipe.sendall(json.dumps({layer: [taken.get(layer, 0.0), report[layer]] for layer in report}).encode() + b"\n")


def layers_of_one_worker(zygote: Zygote) -> dict[str, tuple[float, str]]:
    """Milliseconds and state of each layer."""
    pipe, theirs = socket.socketpair()
    settings = {"memory_mb": 512, "cpu_seconds": 30, "off": []}
    with pipe, theirs, Path(os.devnull).open("wb") as null:
        request = {"entry": "benchmarks.confinement:timed_worker", "confine": True, "settings": settings}
        lease = Lease(zygote.control, request, [theirs.fileno(), *[null.fileno()] * 3])
        theirs.close()
        with pipe.makefile() as stream:
            told = json.loads(stream.readline())
        lease.close()
    return {layer: (spent, state) for layer, (spent, state) in told.items()}


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    ways = (UNCONFINED, BARE, CONFINED)
    times: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    layers: list[dict[str, tuple[float, str]]] = []
    with Zygote() as zygote:
        orders = itertools.cycle(itertools.permutations(ways))
        for way in ways:
            one_worker(zygote, way)  # to warm up
        for _ in range(rounds):
            for way in next(orders):
                times[way].append(one_worker(zygote, way))
            layers.append(layers_of_one_worker(zygote))
    print(f"milliseconds, median of {rounds} rounds\n")
    print(f"{'':<14}{'start':>8}{'stop':>8}{'both':>8}")
    for way in ways:
        values = [*map(statistics.median, zip(*times[way], strict=True)), statistics.median(map(sum, times[way]))]
        print(f"{way:<14}" + "".join(f"{value:8.1f}" for value in values))
    more = [sum(one) - sum(other) for one, other in zip(times[CONFINED], times[UNCONFINED], strict=True)]
    print(f"\nconfinement costs {statistics.median(more):20.1f}  (target: at most {TARGET_MS:g})\n\nof it, by layer")
    for name in LAYERS:
        states = {each[name][1] for each in layers}
        state = "" if states == {ON} else f"  {', '.join(sorted(states))}"
        state += "  (entered before the fork)" if name in ("session", "user", "pid") and not state else ""
        print(f"{name:<14}{statistics.median(each[name][0] for each in layers):24.2f}{state}")


if __name__ == "__main__":
    main()
