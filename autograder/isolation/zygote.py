"""The fork server: imports torch once in a clean process, then forks whoever is asked for.

Requests are datagrams `{"entry": "package.module:function", "confine": bool, "settings": {…}}` with file
descriptors: a lease first, then those of the entry. The lease's end of file means: kill it. So a dead grader
frees its workers, and a dead command line frees everything.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

ROOT = str(Path(__file__).resolve().parents[2])
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograder.isolation import zygote; "
    "zygote.serve(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == 'masks')"
)
_MAX_FDS = 8
_OUTGROWN = 3  # exit status of a monitor that has ended its worker for its memory
_TELL_OUTGROWN = b"m"
_MAX_FD = 1 << 16


class Zygote:
    """A running fork server, seen from the command line's process. Close it, or leave the `with` block."""

    def __init__(self, padding_masks: bool = True) -> None:
        """Start it.

        Args:
            padding_masks: import early what PyTorch wants for them; without it a worker that needs it does.
        """
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._life, their_life = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        # A clean environment: what is not there cannot be read by student code.
        environment = {
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "USER": "student",  # a worker's user has no name that could be looked up
            "TORCHINDUCTOR_CACHE_DIR": "/tmp",  # an optimizer makes sure that it exists; nothing is written to it
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "CUDA_VISIBLE_DEVICES": "",
            # Large pages: half the cost of a fork. Many free pieces at hand: a twentieth less work for models.
            "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=2000",
        }
        with theirs, their_life:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-c", _BOOT, ROOT, str(theirs.fileno()), str(their_life.fileno())),
                    "masks" if padding_masks else "none",
                ],
                pass_fds=(theirs.fileno(), their_life.fileno()),
                env=environment,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def close(self) -> None:
        """End the fork server and everything that it has forked."""
        self._life.close()
        self.control.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Lease:
    """A forked process. Closing the lease kills it and, where PID namespaces work, all that it started."""

    def __init__(self, control: socket.socket, request: dict[str, Any], fds: list[int]) -> None:
        self._mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            socket.send_fds(control, [json.dumps(request).encode()], [theirs.fileno(), *fds])

    def close(self) -> bool:
        """Kill the process, and wait until the fork server says that it is gone; had it outgrown its memory?"""
        told = b""
        with contextlib.suppress(OSError):
            self._mine.shutdown(socket.SHUT_WR)
            self._mine.settimeout(5)
            told = self._mine.recv(1)
        self._mine.close()
        return told == _TELL_OUTGROWN


def serve(control_fd: int, life_fd: int, padding_masks: bool) -> None:
    """Serve fork requests until the life line closes; then end the process."""
    gc.disable()  # 1,600 modules make hardly any garbage, and looking for it is a fifth of what importing them costs
    import torch

    if padding_masks:
        # What PyTorch imports late, at the first padding mask: 500 modules, 0.4 s, and once for all instead of once a
        # worker. Student code may also have changed builtins by then, and break an import in the middle of it.
        import torch.fx.experimental.symbolic_shapes

    from autograder.isolation import sandbox, warming

    # Shared by all that is forked from here.
    from autograder.isolation.confinement import interpreter, memory  # noqa: F401
    from autograder.isolation.wire import wire  # noqa: F401

    interpreter.interpreter_paths()
    sandbox.adopt_orphans()
    torch.set_num_threads(1)
    # oneDNN prepares an LSTM anew for each shape: five times the cost of the small ones that tests run.
    torch.backends.mkldnn.set_flags(False)  # type: ignore[no-untyped-call]
    warming.warm(padding_masks)
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 20, 100)  # modules come and go by the hundred, and few are held by a cycle
    control, life = socket.socket(fileno=control_fd), socket.socket(fileno=life_fd)
    children: dict[int, socket.socket] = {}
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    with selectors.DefaultSelector() as selector:
        for sock in (control, life, woken):
            selector.register(sock, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is life:
                    signal.set_wakeup_fd(-1)  # its socket goes before the last child does
                    for pid in children:
                        _kill(pid)
                    os._exit(0)  # taking PyTorch down in order takes 0.25 s, and whoever closes this waits for it
                if key.fileobj is woken:
                    woken.recv(4096)
                elif key.fileobj is control:
                    _fork(control, selector, children)
                else:  # a lease has ended
                    selector.unregister(key.fileobj)
                    _kill(key.data)
            for pid, status in _reaped():
                if pid in children:
                    lease = children.pop(pid)
                    if lease.fileno() in selector.get_map():
                        selector.unregister(lease)
                    if status == _OUTGROWN:
                        with contextlib.suppress(OSError):
                            lease.send(_TELL_OUTGROWN)
                    lease.close()
                    _end_strangers(children)


def _end_strangers(known: Collection[int]) -> None:
    """Kill the processes of a monitor that ended before them: where nothing else stops it, a worker may kill it."""
    with contextlib.suppress(OSError):
        for pid in _children():
            if pid not in known:
                os.kill(pid, signal.SIGKILL)


def _reaped() -> list[tuple[int, int]]:
    """Ids and exit statuses of the children that have ended."""
    ended = []
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended.append((found[0], os.waitstatus_to_exitcode(found[1])))
    return ended


def _kill(pid: int) -> None:
    """End a child and its group: a grading session with all its processes, or a worker's monitor.

    The monitor then kills the worker, which leads a group of its own, and all that the worker started.
    """
    for kill in (os.killpg, os.kill):  # the second for a child that does not lead its group yet
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGTERM)
            kill(pid, signal.SIGCONT)  # a worker that may signal it could have stopped it
            return


def _fork(control: socket.socket, selector: selectors.BaseSelector, children: dict[int, socket.socket]) -> None:
    message, fds, _, _ = socket.recv_fds(control, 1 << 16, _MAX_FDS)
    request = json.loads(message)
    lease, *rest = fds
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            _close_all_but({0, 1, 2, *rest})
            code = _become(request, rest)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    for fd in rest:
        os.close(fd)
    children[pid] = socket.socket(fileno=lease)
    selector.register(children[pid], selectors.EVENT_READ, pid)


def _close_all_but(kept: set[int]) -> None:
    """Close descriptors: leases above all, whose end of file must not wait for a stranger's copy."""
    ends = sorted({2, *kept, _MAX_FD})
    for low, high in itertools.pairwise(ends):
        os.closerange(low + 1, high)


def _become(request: dict[str, Any], fds: list[int]) -> int:
    """Run the requested entry in this forked child, or below it when it is to be confined; the exit status."""
    settings = request["settings"]
    if request["confine"]:
        # Imported by the worker's module already; here for its name only.
        from autograder.isolation import sandbox

        settings |= {"begun": sandbox.begin(settings["off"]), "number": os.getpid(), "root": ROOT}
        contained = settings["begun"]["pid"] == "on"
        if not contained:
            sandbox.adopt_orphans()
        pid = os.fork()
        if pid:
            _close_all_but({0, 1, 2})
            return _OUTGROWN if _monitor(pid, contained, settings) else 0
        os.setsid()
    module, function = request["entry"].split(":")
    getattr(importlib.import_module(module), function)(fds, settings)
    return 0


def _monitor(pid: int, contained: bool, settings: Mapping[str, Any]) -> bool:
    """Wait for a worker; when told to end, or when the fork server has died, kill it with all its children.

    So it does when they outgrow their memory together, which it returns.

    Args:
        pid: the worker, which leads a session and, where contained, a PID namespace: with the first process
            of a namespace the kernel kills all others.
        contained: is it in a PID namespace of its own?
        settings: with `memory_mb` and `off`.
    """
    from autograder.isolation import sandbox
    from autograder.isolation.confinement import memory

    def end(*_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)
    sandbox.signal_when_parent_dies(signal.SIGTERM)
    limit = float("inf") if "limits" in settings["off"] else settings["memory_mb"] << 20
    outgrown = memory.wait_within(pid, limit)
    if not contained:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        _end_children()
    return outgrown


def _end_children() -> None:
    """Kill whatever the worker has left behind; as each one ends, this process inherits its children in turn."""
    with contextlib.suppress(OSError):  # ChildProcessError: none is left; others: the system keeps no such list
        while True:
            children = _children()
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0 if children else os.WNOHANG)


def _children() -> list[int]:
    """Ids of this process's children, of those that it has inherited too."""
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in listing.read_text(encoding="ascii").split()]
