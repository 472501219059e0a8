"""Confinement of a worker: every layer that the machine offers is used and reported.

A layer that cannot be applied is named in the report with the reason, never skipped in silence. `begin` runs in
the worker's parent before the fork, `confine` in the worker before it gets any student code.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any

from autograder.isolation.confinement import kernel, landlock, limits, memory, namespaces, privileges, seccomp, view
from autograder.isolation.confinement.interpreter import DEVICES, PROCESSORS, interpreter_paths, samples
from autograder.isolation.confinement.layers import LAYERS, NOT_NEEDED, ON, SWITCHED_OFF, Report


class _Layers:
    """Applies layers one by one and notes how each went."""

    def __init__(self, off: Collection[str], report: Mapping[str, str]) -> None:
        self._off = off
        self.report = dict(report)

    def apply(self, layer: str, action: Callable[[], object], *needs: str) -> None:
        """Apply a layer unless it is switched off, needs one that is missing, or is there already."""
        missing = [need for need in needs if not self.on(need)]
        if self.on(layer):
            return
        if layer in self._off:
            self.report[layer] = SWITCHED_OFF
        elif sys.platform != "linux" and layer not in ("session", "limits"):
            self.report[layer] = f"off: not on {sys.platform}"
        elif missing:
            self.report[layer] = f"off: needs the layer {missing[0]}"
        else:
            try:
                self.report[layer] = str(action() or ON)
            except OSError as error:
                self.report[layer] = f"off: {error.strerror}"

    def on(self, layer: str) -> bool:
        """Is a layer in place?"""
        return self.report.get(layer, "").startswith(ON)


def begin(off: Collection[str]) -> Report:
    """Enter what the worker must be born into, in the process that it is forked from. Returns the report so far."""
    layers = _Layers(off, {"session": ON})
    if sys.platform == "linux" and os.getuid() == 0:
        layers.report["user"] = NOT_NEEDED
    else:
        layers.apply("user", namespaces.enter_user_namespace)
    layers.apply("pid", lambda: namespaces.enter("pid"))
    return layers.report


def confine(settings: Mapping[str, Any]) -> Report:
    """Confine this process for good.

    Args:
        settings: `memory_mb` and `cpu_seconds`, `off` (layers not to apply), `begun` (what `begin` reported) and
            `number` (of a running process that belongs to this worker alone).

    Returns:
        Each layer with `on`, or `off` and the reason.
    """
    off = settings["off"]
    os.chdir("/")
    layers = _Layers(off, settings["begun"])
    layers.apply("limits", lambda: _limit(settings["memory_mb"], settings["cpu_seconds"]))
    if sys.platform == "linux" and not privileges.may_make_namespaces() and os.getuid() == 0:
        # In a container, as a rule: what root may not do there, a nobody may in a user namespace, if anyone may.
        _leave_root(layers, off, settings["number"])
        layers.apply("user", namespaces.enter_user_namespace)
    for layer in ("network", "ipc", "uts", "mount"):
        layers.apply(layer, functools.partial(namespaces.enter, layer))
    _enter_view(layers)
    _leave_root(layers, off, settings["number"])
    layers.apply("capabilities", privileges.drop_capabilities)
    layers.apply("no_new_privs", privileges.forbid_new_ones)
    if sys.platform == "linux":
        privileges.hide_memory()
        signal_when_parent_dies(signal.SIGKILL)  # a change of user has undone it
    layers.apply("landlock", _restrict_files, "no_new_privs")
    layers.apply("seccomp", seccomp.forbid_calls, "no_new_privs")
    if layers.report["limits"] == ON and os.getuid() == 0:
        layers.report["limits"] = f"{ON}, but the kernel does not count root's processes"
    return {layer: layers.report[layer] for layer in LAYERS}


def _limit(memory_mb: int, cpu_seconds: int) -> str:
    refused = limits.limit(memory_mb, cpu_seconds)
    if not memory.can_be_watched():  # the monitor does that, from outside
        refused.append("the memory of all processes together")
    return f"{ON}, without {', '.join(refused)}" if refused else ON


def _enter_view(layers: _Layers) -> None:
    """Change the root folder, and mount the own /proc in it; or in the old one, where that has to stay."""

    def proc(where: str, *needs: str) -> None:
        layers.apply("proc", lambda: namespaces.mount_proc(where), "pid", *needs)

    paths = (*interpreter_paths(), *DEVICES, *PROCESSORS)
    layers.apply("view", lambda: view.enter(paths, proc), "mount")
    if not layers.on("view"):
        layers.report.pop("proc", None)
        proc("/proc", "mount")


def _leave_root(layers: _Layers, off: Collection[str], number: int) -> None:
    if "capabilities" not in off:
        privileges.narrow_capabilities()
    layers.apply("uid", lambda: privileges.become_nobody(number, samples()))


def _restrict_files() -> None:
    landlock.restrict((*interpreter_paths(), "/proc/self"), PROCESSORS, DEVICES)


def signal_when_parent_dies(number: int) -> None:
    """Ask the kernel to send this process a signal when its parent ends (Linux only)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            kernel.prctl(kernel.PR_SET_PDEATHSIG, number)


def adopt_orphans() -> None:
    """Become the parent of whoever loses theirs among this process's descendants (Linux only)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
