"""The helpers of the training notebook, imported as it does: from its own folder, and gone again afterwards."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

SOURCE = Path(__file__).resolve().parents[2] / "source" / "machine_translation"


@contextmanager
def imported(*names: str) -> Iterator[dict[str, ModuleType]]:
    """Import modules of the notebook's folder; on the way out nothing of that folder is left in sys.modules."""
    sys.path.insert(0, str(SOURCE))
    try:
        yield {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(SOURCE))
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(str(SOURCE)):
                del sys.modules[name]


def full_disk(*_: object, **__: object) -> int:
    """Stands in for what writes a file where nothing fits on the disk any more."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
