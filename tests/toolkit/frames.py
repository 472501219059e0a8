"""Frames for the tests of the wire: made by our own packing, by hand, and by hypothesis."""

from __future__ import annotations

import json
from typing import Any

import torch
from hypothesis import strategies as st

from autograder.isolation.wire.packing import ALIGNMENT, HEADER, pack
from autograder.isolation.wire.unpacking import unpack

DTYPES = [
    torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
    torch.uint8, torch.bool,
]  # fmt: skip
texts = st.text(st.characters(exclude_categories=["Cs"]))
leaf = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), texts)
plain = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(texts, inner, max_size=4),
    ),
    max_leaves=20,
)


def there_and_back(value: Any) -> Any:
    return unpack(bytearray(pack(value)))


def frame(text: bytes, numbers: bytes = b"") -> bytearray:
    """A frame of these two parts, whatever is in them."""
    text += b" " * (-len(text) % ALIGNMENT)
    return bytearray(HEADER.pack(len(text), len(numbers)) + text + numbers)


def coded(value: Any, numbers: bytes = b"") -> Any:
    """What is read of JSON and numbers that were made by hand."""
    return unpack(frame(json.dumps(value).encode(), numbers))
