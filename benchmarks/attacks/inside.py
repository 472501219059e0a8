"""The first process of a box: makes the throwaway machine, runs one grader in it, and tells what it left behind.

Reads one JSON object (see `box.Work`) from standard input and writes one (see `box.Report`) to standard output.
Everything below runs in namespaces of its own and on a copy-on-write view of the disk, and ends with this process.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")
SETTLE_SECONDS = 1.0  # for what ends by itself a moment after the grader, and for what rewrites results then
MOST_BYTES = 16 << 20
PROCESS_BYTES = 6 << 30  # of data, like the largest container on Gradescope; no attack takes more than 4
# What a container gives root by default, without making device nodes.
CAPABILITIES = "chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,net_raw,sys_chroot,setfcap"


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def make_machine(work: dict[str, Any]) -> None:
    """A root of its own: the real disk below, memory above, fresh shared folders and devices, no network but itself."""
    memory = Path(work["root"])
    mount("-t", "tmpfs", "-o", "size=4g,mode=755", "tmpfs", str(memory))
    upper, scratch, root = (memory / name for name in ("upper", "scratch", "root"))
    for folder in (upper, scratch, root):
        folder.mkdir()
    mount("-t", "overlay", "-o", f"lowerdir=/,upperdir={upper},workdir={scratch}", "overlay", str(root))
    shutil.copytree(work["files"], str(root) + work["place"], dirs_exist_ok=True, symlinks=True)
    for name, text in work["added"].items():
        path = Path(str(root) + work["place"], name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kept = shutil.copytree(work["home"], memory / "home", symlinks=True)
    for name, mode in (("tmp", "1777"), ("var/tmp", "1777"), ("root", "755"), ("run", "755")):
        (root / name).mkdir(parents=True, exist_ok=True)
        mount("-t", "tmpfs", "-o", f"size=1g,mode={mode}", "tmpfs", str(root / name))
    shutil.copytree(kept, root / "root", dirs_exist_ok=True, symlinks=True)
    for path in work["bound"]:
        target = str(root) + path
        Path(target).mkdir(parents=True, exist_ok=True)
        mount("--bind", path, target)
        mount("-o", "remount,ro,bind", target)
    mount("-t", "proc", "proc", str(root / "proc"))
    make_devices(root / "dev")
    (root / "old").mkdir(exist_ok=True)
    os.chdir(root)
    subprocess.run(["pivot_root", ".", "old"], check=True)
    os.chdir("/")
    subprocess.run(["umount", "-l", "/old"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def make_devices(folder: Path) -> None:
    """The devices that a container has."""
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(folder))
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        (folder / name).touch()
        mount("--bind", f"/dev/{name}", str(folder / name))
    for kind, name, options in (
        ("tmpfs", "shm", "mode=1777"),
        ("mqueue", "mqueue", "rw"),
        ("devpts", "pts", "newinstance"),
    ):
        (folder / name).mkdir()
        mount("-t", kind, "-o", options, kind, str(folder / name))
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        (folder / name).symlink_to(f"/proc/self/{target}")


def listen(heard: list[bytes]) -> None:
    """Servers at the addresses that the attacks send to."""
    places: list[tuple[int, int, Any]] = [
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 47631)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 47631)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
        (socket.AF_UNIX, socket.SOCK_STREAM, "\0attack-listener"),
        (socket.AF_UNIX, socket.SOCK_STREAM, "/tmp/attack-listener.sock"),
    ]
    for family, kind, address in places:
        server = socket.socket(family, kind)
        server.bind(address)
        if kind == socket.SOCK_STREAM:
            server.listen()
        threading.Thread(target=hear, args=(server, kind, heard), daemon=True).start()


def hear(server: socket.socket, kind: int, heard: list[bytes]) -> None:
    while True:
        if kind == socket.SOCK_DGRAM:
            heard.append(server.recv(4096))
            continue
        line = server.accept()[0]
        line.settimeout(1)
        with line, contextlib.suppress(OSError):
            heard.append(line.recv(4096))


def contents(*roots: str) -> dict[str, str]:
    """Every file below some folders, and a hash of what it holds; what is mounted there from outside is left out."""
    found = {}
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if not os.path.ismount(f"{folder}/{name}")]
            for path in (Path(folder, name) for name in names):
                with contextlib.suppress(OSError):
                    if path.is_file() and not path.is_symlink():
                        found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def others() -> list[int]:
    """Process ids of everything but this process."""
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and entry != "1"]  # noqa: PTH208


def reap() -> dict[int, int]:
    """Collect ended processes; their statuses by process id."""
    ended = {}
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended[found[0]] = os.waitstatus_to_exitcode(found[1])
    return ended


def run(work: dict[str, Any]) -> tuple[float, int | None]:
    """Run the grader; its seconds and exit status, None where it had to be ended."""
    started = time.monotonic()
    with Path("/run/output").open("wb") as output:
        grader = subprocess.Popen(
            [
                "prlimit",
                f"--data={PROCESS_BYTES}",
                "setpriv",
                f"--bounding-set=-all,+{CAPABILITIES.replace(',', ',+')}",
                "--",
                *work["command"],
            ],
            env=work["environment"],
            cwd=work["place"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    while (seconds := time.monotonic() - started) < work["limit"]:
        ended = reap()
        if grader.pid in ended:
            return seconds, ended[grader.pid]
        time.sleep(0.02)
    return seconds, None


def fetch(work: dict[str, Any]) -> dict[str, str]:
    """Texts of the result files, by name below the grader's folder."""
    place = Path(work["place"])
    found = {}
    for pattern in work["fetch"]:
        for path in place.glob(pattern):
            with contextlib.suppress(OSError), path.open("rb") as file:
                found[str(path.relative_to(place))] = file.read(MOST_BYTES).decode("utf-8", "replace")
    return found


def command_of(process: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")[:200]
    return ""


def left_files(work: dict[str, Any], before: dict[str, str]) -> list[str]:
    """Files that were changed or made and are not the grader's own results, and traces in what all share."""
    after = contents(work["place"], "/root")
    changed = [path for path in sorted(before | after) if before.get(path) != after.get(path)]
    marks = [path for root in SHARED for path in contents(root) if "attack-note" in path]
    objects = [
        f"System V {kind}"
        for kind in ("shm", "sem", "msg")
        if len(Path(f"/proc/sysvipc/{kind}").read_text(encoding="utf-8").splitlines()) > 1
    ]
    mine = [path for path in changed if any(fnmatch.fnmatch(path, pattern) for pattern in work["mine"])]
    return [path for path in changed if path not in mine] + marks + objects


def main() -> None:
    """Make the machine, grade, look around, report."""
    signal.signal(signal.SIGINT, lambda *arguments: None)  # the only signal that could reach the first process
    work = json.load(sys.stdin)
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    make_machine(work)
    heard: list[bytes] = []
    listen(heard)
    before = contents(work["place"], "/root")
    seconds, status = run(work)
    files = fetch(work)
    until = time.monotonic() + (SETTLE_SECONDS if status is not None else 0)
    while others() and time.monotonic() < until:
        reap()
        time.sleep(0.02)
    reap()
    processes = [command_of(process) for process in others()]
    later = fetch(work) if processes else files
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    answer = {
        "seconds": seconds,
        "status": status,
        "files": files,
        "later": later,
        "processes": processes[:20],
        "left": left_files(work, before)[:20],
        "heard": b"\n".join(heard).decode("utf-8", "replace"),
        "output": Path("/run/output").read_bytes()[-4000:].decode("utf-8", "replace"),
    }
    json.dump(answer, report)
    report.flush()


if __name__ == "__main__":
    main()
