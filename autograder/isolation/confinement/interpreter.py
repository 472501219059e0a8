"""What a Python with torch reads of the disk while it runs: all that a worker may see of it."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_PACKAGE = __name__.partition(".")[0]
# /dev/zero is left out: mapped as shared, it is memory that no limit counts.
DEVICES = ("/dev/null", "/dev/random", "/dev/urandom")
# Where libraries look how many processors there are; some complain loudly where they cannot.
_SYSTEM = ("/etc/ld.so.cache", "/sys/devices/system/cpu")
PROCESSORS = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat")


@functools.lru_cache(maxsize=1)
def interpreter_paths() -> tuple[str, ...]:
    """Folders and files of the interpreter, its packages and the libraries that they load; none inside another.

    Computed once, in the fork server, when torch has been imported.
    """
    prefixes = (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, "/usr/local", "/usr", "/")
    folders = [os.path.join(prefix, name) for prefix in prefixes for name in ("lib", "lib64")]  # noqa: PTH118
    wanted = [path for path in (*folders, *_SYSTEM) if Path(path).exists()]
    for path in (*_packages(), *_libraries()):
        if not _within(path, wanted):
            wanted.append(path)
    return tuple(path for path in dict.fromkeys(wanted) if not _within(path, (w for w in wanted if w != path)))


def samples() -> list[str]:
    """A file each of the standard library, its compiled modules, and the packages that exercises are about."""
    modules = (sys.modules.get(name) for name in ("os", "_ctypes", "torch", "numpy"))
    return [module.__file__ for module in modules if module is not None and module.__file__]


def _packages() -> Iterator[str]:
    """Top-level packages that are loaded, wherever they lie: torch may be a checkout, or links into a cache."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if "." not in name and name not in ("__main__", _PACKAGE) and isinstance(file, str):
            yield from {str(place.parent if place.stem == "__init__" else place) for place in _spellings(file)}


def _spellings(file: str) -> set[Path]:
    return {Path(file), Path(file).resolve()}


def _libraries() -> Iterator[str]:
    """Folders of the shared libraries that are mapped already; their neighbours may be loaded later."""
    try:
        lines = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for path in {line.split(maxsplit=5)[5] for line in lines if ".so" in line and line.count("/")}:
        if path.startswith("/") and Path(path).exists():
            yield str(Path(path).parent)


def _within(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)
