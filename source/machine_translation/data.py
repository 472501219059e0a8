"""Where the sentences come from: Multi30k if it can be had, else a German–English corpus of our own.

Multi30k has 29,000 German and English captions of photographs. Set these environment variables to change
where it comes from:

    MULTI30K_DIR     a folder that holds train.de, train.en, val.de, … (plain or .gz)
    MULTI30K_URL     a web folder with the .gz files; empty: never download
    MULTI30K_CACHE   where downloads are kept
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import corpus as bundled

Pair = tuple[str, str]

URL = "https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw/"
SPLITS = {"train": "train", "val": "val", "test": "test_2016_flickr"}
SHA256 = {
    "train.de.gz": "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6",
    "train.en.gz": "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f",
    "val.de.gz": "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a",
    "val.en.gz": "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28",
    "test_2016_flickr.de.gz": "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8",
    "test_2016_flickr.en.gz": "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9",
}
BUNDLED = {"train": 8_000, "val": 500, "test": 500}  # pairs
_TIMEOUT = 15  # seconds without an answer


class DataError(RuntimeError):
    """The sentences cannot be had. One line says why and what to do; a notebook shows nothing else."""

    def _render_traceback_(self) -> list[str]:
        return [f"Stopped: {self}"]


@dataclass(frozen=True)
class Corpus:
    """Pairs (German, English) for training, validation and test; `name` says whose, `why` how it was chosen."""

    train: list[Pair]
    val: list[Pair]
    test: list[Pair]
    name: str
    why: str

    def parts(self) -> tuple[list[Pair], list[Pair], list[Pair]]:
        """Return the pairs for training, validation and test."""
        return self.train, self.val, self.test

    def __str__(self) -> str:
        """Sum it up in one line."""
        return f"{self.name}: {len(self.train):,} / {len(self.val):,} / {len(self.test):,} pairs ({self.why})"


def load_corpus(prefer: str | None = None) -> Corpus:
    """Load the sentences.

    Args:
        prefer: "multi30k" to have that or an error, "bundled" for our own corpus. By default Multi30k
            where it is at hand or can be downloaded, and else our own.

    Raises:
        DataError: Multi30k was asked for and cannot be had, or MULTI30K_DIR is wrong.
    """
    if prefer not in (None, "multi30k", "bundled"):
        raise ValueError(f'prefer must be "multi30k", "bundled" or None, not {prefer!r}')
    if prefer == "bundled":
        return bundled_corpus("made here, as asked for")
    named = os.environ.get("MULTI30K_DIR")
    if named:
        return read_multi30k(Path(named).expanduser(), "from the folder MULTI30K_DIR")
    try:
        folder = download()
    except DataError as error:
        if prefer == "multi30k":
            raise
        return bundled_corpus(f"Multi30k is not at hand: {error}")
    return read_multi30k(folder, f"kept in {folder}")


def bundled_corpus(why: str) -> Corpus:
    """Make our own corpus. It is the same on every machine; no sentence is in two of its parts."""
    pairs = bundled.generate(sum(BUNDLED.values()))
    first, second = BUNDLED["train"], BUNDLED["train"] + BUNDLED["val"]
    return Corpus(pairs[:first], pairs[first:second], pairs[second:], "bundled", why)


def read_multi30k(folder: Path, why: str) -> Corpus:
    """Read Multi30k from a folder, plain or .gz.

    Raises:
        DataError: a file is missing or damaged.
    """
    parts = {}
    for split, stem in SPLITS.items():
        german, english = (_lines(folder, f"{stem}.{language}") for language in ("de", "en"))
        if len(german) != len(english):
            raise DataError(f"{folder}: {stem}.de has {len(german)} lines, {stem}.en {len(english)}; get both anew")
        parts[split] = list(zip(german, english, strict=True))
    return Corpus(**parts, name="Multi30k", why=why)


def _lines(folder: Path, name: str) -> list[str]:
    plain, packed = folder / name, folder / f"{name}.gz"
    if not plain.is_file() and not packed.is_file():
        raise DataError(f"{folder} has no {name} and no {name}.gz; MULTI30K_DIR must name the folder with these files")
    try:
        data = plain.read_bytes() if plain.is_file() else gzip.decompress(packed.read_bytes())
        text = data.decode("utf-8")
    except (OSError, EOFError, ValueError) as error:
        raise DataError(f"{folder / name} cannot be read ({error}); get the file anew") from None
    return [line.strip() for line in text.removesuffix("\n").split("\n")]


def cache_folder() -> Path:
    """Where downloads are kept: MULTI30K_CACHE, or the usual place of this system."""
    if named := os.environ.get("MULTI30K_CACHE"):
        return Path(named).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "multi30k"


def download() -> Path:
    """Download what the cache lacks, check it, and return the cache folder.

    A download that broke off goes on where it stopped.

    Raises:
        DataError: a file cannot be had, or is not the right one.
    """
    folder = cache_folder()
    missing = [name for name in SHA256 if not _is_right(folder / name)]
    url = os.environ.get("MULTI30K_URL", URL)
    if missing and not url:
        raise DataError("MULTI30K_URL is empty, so nothing is downloaded")
    for name in missing:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _fetch(f"{url.rstrip('/')}/{name}", folder / name)
        except (OSError, ValueError, HTTPException) as error:  # no network, a full disk, a wrong address
            reason = getattr(error, "reason", None) or error
            raise DataError(f"{name} cannot be downloaded ({reason}); run this again to go on") from None
    return folder


def _is_right(path: Path) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[path.name]


def _fetch(url: str, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    have = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
            mode = "ab" if have and answer.status == 206 else "wb"  # 206: the server does send the rest only
            with part.open(mode) as file:
                while block := answer.read(1 << 16):
                    file.write(block)
            expected = answer.headers.get("Content-Length")
            got = part.stat().st_size - (have if mode == "ab" else 0)
            if expected and got < int(expected):
                raise OSError(f"broke off after {part.stat().st_size:,} bytes")
    except urllib.error.HTTPError as error:
        if error.code != 416:  # 416: there is no rest, so the part is whole, or wrong
            raise
    digest = hashlib.sha256(part.read_bytes()).hexdigest()
    if digest != SHA256[target.name]:
        part.unlink()
        raise OSError("its checksum is wrong: a damaged file, or another edition")
    part.replace(target)
