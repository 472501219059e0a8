"""Feeds what a worker could send to everything that reads it, guided by coverage, with atheris (`pip install atheris`).

    python benchmarks/fuzz_wire.py -max_total_time=600

The first byte chooses the reader: frames as they are, frames of any JSON and numbers, structures, errors, outputs. Any
exception but the known ones, and any value of an unknown kind, ends the run with the input that did it.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import atheris

with atheris.instrument_imports(include=["json", "autograder.isolation"]):
    import json

    import numpy
    import torch

    from autograder.isolation import local
    from autograder.isolation.engine import Opaque, Ref
    from autograder.isolation.faults import OverLimit, StudentError
    from autograder.isolation.wire import packing, unpacking
    from autograder.isolation.wire.structure import Structure

KNOWN = (
    *(type(None), bool, int, float, str, list, tuple, dict),
    *(torch.Tensor, numpy.ndarray, torch.device, Ref, Opaque, packing.Meta),
)
# What `handles.do` and `remote` take for a malformed reply.
MALFORMED = (TypeError, ValueError, LookupError, AttributeError, OverflowError)


def require_known(value: Any) -> None:
    """Fail on a value that no test of an exercise could expect."""
    if type(value) not in KNOWN:
        raise RuntimeError(f"a {type(value)} came out")
    if isinstance(value, (list, tuple)):
        for item in value:
            require_known(item)
    elif isinstance(value, dict):
        require_known(list(value))
        require_known(list(value.values()))
    elif isinstance(value, torch.Tensor):
        value.double().sum()  # every number is there
    elif isinstance(value, str):
        value.encode()


def read_frame(data: bytes) -> None:
    """A frame as it is."""
    with contextlib.suppress(unpacking.ProtocolError, OverLimit):
        require_known(unpacking.unpack(bytearray(data)))


def read_parts(data: bytes) -> None:
    """A frame whose sizes are right, of any JSON and any numbers."""
    text, _, numbers = data.partition(b"\0")
    text += b" " * (-len(text) % packing.ALIGNMENT)
    read_frame(packing.HEADER.pack(len(text), len(numbers)) + text + numbers)


def read_structure(data: bytes) -> None:
    """What `build` replies."""
    with contextlib.suppress(OverLimit, *MALFORMED):
        for layer in Structure.parse(data.decode("utf-8", "replace")).layers:
            require_known([layer.name, layer.type, dict(layer.shapes), dict(layer.options)])


def read_error(data: bytes) -> None:
    """What an engine says about an exception."""
    with contextlib.suppress(*MALFORMED):
        error = local.student_error(json.loads(data), "f")
        if not isinstance(error, StudentError) or len(str(error)) > 2200:
            raise RuntimeError("an error without bounds")
        error.left_open  # noqa: B018


def read_output(data: bytes) -> None:
    """What student code printed."""
    local.without_torch_warnings(data.decode("utf-8", "replace"))


READERS = (read_frame, read_parts, read_parts, read_structure, read_error, read_output)


def once(data: bytes) -> None:
    """Run one input."""
    if data:
        READERS[data[0] % len(READERS)](data[1:])


SEEDS = [
    [None, True, 1, 0.5, "é", (torch.ones(2, 3), numpy.ones(2)), {"a": [Ref(1), Opaque("X"), torch.device("cpu")]}],
    [1, [{"ok": {"value": (torch.zeros(1, dtype=torch.bool), torch.ones(1, dtype=torch.bfloat16))}}]],
    [torch.empty(0, 3), torch.empty(2, device="meta"), torch.eye(2).to_sparse()],
]
STRUCTURE = (
    '{"parameters":[["w",[2,3],"float32",true,""]],"layers":[["l","Linear",{"weight":[2,3]},{"p":0.5,"in_features":2,'
    '"normalized_shape":[2]}]]}'
)
ERROR = '{"kind":"ValueError","text":"no","frames":[["models/m.py",3,"f","return x"]]}'


def main() -> None:
    """Fuzz until libFuzzer's own options say stop."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as corpus:
        frames = [packing.pack(value) for value in SEEDS]
        parts = [frame[packing.HEADER.size :] for frame in frames]
        seeds = [b"\0" + frame for frame in frames] + [b"\1" + part for part in parts]
        seeds += [b"\3" + STRUCTURE.encode(), b"\4" + ERROR.encode(), b"\5[W1123 12:00:00 a.cpp:1] b\n"]
        for number, seed in enumerate(seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([*sys.argv, corpus], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
