"""Confinement of real workers: what is reported, what each layer does by itself, and that nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_kit import Remote, call, on, only, workers

from autograder.isolation.confinement.examination import Examination, examine
from autograder.isolation.confinement.layers import LAYERS, NOT_NEEDED, ON, PROBES, SWITCHABLE, SWITCHED_OFF
from autograder.isolation.faults import StudentError, WorkerLost
from autograder.isolation.zygote import Zygote


@pytest.fixture
def remote(zygote: Zygote) -> Iterator[Remote]:
    """Start a worker; see `workers`."""
    with workers(zygote) as make:
        yield make


# Reports ------------------------------------------------------------------------------------------------


def test_every_layer_is_reported_in_order_with_a_reason_where_it_is_off(remote: Remote) -> None:
    transport = remote("return 1")
    call(transport)
    assert list(transport.layers) == list(LAYERS)
    assert all(state == ON or state.startswith(("off: ", "on, ")) for state in transport.layers.values())


@pytest.mark.parametrize("layer", SWITCHABLE)
def test_a_layer_that_is_switched_off_is_off_and_says_so(zygote: Zygote, layer: str) -> None:
    layers = examine(zygote.control, [], [layer]).layers
    needs = {"mount": ["view", "proc"], "pid": ["proc"], "no_new_privs": ["landlock", "seccomp"]}
    if layer == "user" and os.getuid() == 0:
        assert layers[layer] == NOT_NEEDED
    else:
        assert layers[layer] == SWITCHED_OFF
    for dependent in needs.get(layer, []):
        assert layers[dependent] == f"off: needs the layer {layer}"


# What each layer does by itself -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unconfined(zygote: Zygote) -> Examination:
    return examine(zygote.control, [], SWITCHABLE)


def test_without_layers_all_is_in_reach(unconfined: Examination) -> None:
    reached = {name for name, found in unconfined.probes.items() if found}
    assert reached == set(PROBES) - (set() if os.getuid() == 0 else {"powers"})


def test_with_all_layers_nothing_is(zygote: Zygote) -> None:
    found = examine(zygote.control, [])
    if on(found.layers, "pid", "network", "view", "seccomp"):
        assert set(found.probes.values()) == {""}


@pytest.mark.parametrize(
    ("layers", "closed"),
    [
        (["mount", "view"], {"files", "tamper", "write", "programs", "processes"}),
        (["pid", "mount", "proc"], {"neighbours", "processes"}),
        (["no_new_privs", "landlock"], {"files", "tamper", "write", "programs", "processes"}),
        (["no_new_privs", "seccomp"], {"network", "programs", "kernel"}),
        (["mount", "view", "uid"], {"powers", "files", "tamper", "write", "programs", "processes"}),
        (["network"], set()),
        (["limits"], set()),
        (["capabilities"], set()),
        (["no_new_privs"], set()),
        (["ipc"], set()),
        (["uts"], set()),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else "",
)
def test_a_layer_alone_closes_what_it_is_for(
    zygote: Zygote, unconfined: Examination, layers: list[str], closed: set[str]
) -> None:
    # Without root's powers the namespaces need that of a user.
    found = examine(zygote.control, [], only(*layers, *(["user"] if os.getuid() else [])))
    if on(found.layers, *layers):
        assert {name for name in closed if found.probes[name]} == set()
    else:
        assert found.layers[next(layer for layer in layers if not on(found.layers, layer))].startswith("off: ")


def test_the_network_namespace_cuts_off_what_has_no_file(zygote: Zygote, unconfined: Examination) -> None:
    assert unconfined.probes["network"] == "this machine's own network"
    found = examine(zygote.control, [], only("network", "user"))
    if on(found.layers, "network"):
        assert found.probes["network"] == "a socket in a folder"


@pytest.mark.parametrize(
    ("layer", "kind"), [("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("mount", "mnt"), ("pid", "pid")]
)
def test_a_namespace_is_the_workers_own(remote: Remote, layer: str, kind: str) -> None:
    body = "import os\nreturn os.readlink(args[0])"
    place = f"/proc/self/ns/{kind}"
    ours = os.readlink(place)  # noqa: PTH115
    assert call(remote(body, SWITCHABLE), place) == ours
    transport = remote(body, only(layer, "user"))
    theirs = call(transport, place)
    assert (theirs != ours) == on(transport.layers, layer)


def test_capabilities_are_gone_for_good(remote: Remote) -> None:
    body = "return [l.split()[1] for l in open('/proc/self/status') if l.startswith('Cap')]"
    assert set(call(remote(body, only("capabilities")))) == {"0000000000000000"}


def test_new_privileges_are_barred(remote: Remote) -> None:
    body = "return [l.split()[1] for l in open('/proc/self/status') if l.startswith('NoNewPrivs')]"
    assert call(remote(body, only("no_new_privs"))) == ["1"]
    assert call(remote(body, SWITCHABLE)) == ["0"]


# Limits -------------------------------------------------------------------------------------------------


def test_a_worker_that_has_used_up_its_cpu_time_ends(remote: Remote) -> None:
    with pytest.raises(WorkerLost) as caught:
        call(remote("while True: pass", cpu_seconds=1))
    assert caught.value.reason == "died"


@pytest.mark.parametrize("off", [(), ("pid",), ("seccomp", "landlock")], ids=str)
def test_processes_are_bounded(remote: Remote, off: Sequence[str]) -> None:
    body = """
import os, signal
count = 0
while count < 500:
    try:
        if os.fork() == 0:
            signal.pause()
            os._exit(0)
    except OSError:
        return count
    count += 1
return count
"""
    transport = remote(body, off)
    made = call(transport)
    if transport.layers["limits"] == ON:
        assert 0 < made < 500
        assert os.getuid() or made <= 32


@pytest.mark.parametrize("off", [(), only("limits")], ids=["all", "limits alone"])
def test_memory_that_is_shared_with_nobody_is_bounded_too(remote: Remote, off: Sequence[str]) -> None:
    transport = remote("import mmap\nmmap.mmap(-1, 8 << 30)", off)
    with pytest.raises((StudentError, WorkerLost), match=r"more memory|not permitted"):
        call(transport)


# Nothing is left behind ---------------------------------------------------------------------------------


def named(marker: str) -> list[int]:
    """Ids of the processes that have given themselves this name."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "comm").read_text(encoding="utf-8", errors="replace").strip() == marker:
                found.append(int(entry.name))
    return found


@pytest.mark.parametrize(
    "off", [(), ("pid",), ("pid", "seccomp"), SWITCHABLE], ids=["all", "pid", "pid+seccomp", "none"]
)
def test_whoever_hides_ends_with_the_worker(remote: Remote, off: Sequence[str]) -> None:
    marker = f"hider{os.getpid()}"
    body = f"""
import ctypes, os, signal
libc = ctypes.CDLL(None)
ready, tell = os.pipe()
for depth in range(2):
    if os.fork() == 0:
        for leave in (os.setsid, os.fork if depth else os.getpid):
            try:
                if leave() and leave is os.fork:
                    os._exit(0)
            except OSError:
                pass
        libc.prctl(15, b"{marker}")
        libc.prctl(1, 0)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        os.close(3)
        os.write(tell, b"x")
        while True:
            signal.pause()
return len(os.read(ready, 1) + os.read(ready, 1))
"""
    transport = remote(body, off)
    assert call(transport) == 2
    assert len(named(marker)) == 2
    transport.close()
    assert named(marker) == []


def test_a_worker_that_kills_its_monitor_ends_too(remote: Remote) -> None:
    marker = f"killer{os.getpid()}"
    body = f"""
import ctypes, os, signal
libc = ctypes.CDLL(None)
libc.prctl(15, b"{marker}")
libc.prctl(1, 0)
os.kill(os.getppid(), signal.SIGKILL)
while True:
    signal.pause()
"""
    transport = remote(body, SWITCHABLE)
    transport.limits = replace(transport.limits, call_seconds=1)
    with pytest.raises(WorkerLost):
        call(transport)
    end = time.monotonic() + 10
    while named(marker) and time.monotonic() < end:
        os.sched_yield()
    assert named(marker) == []
