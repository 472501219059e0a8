"""The corpora, the vocabulary and the batches of the training notebook; no test needs the network."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest
import torch

from tests.toolkit.notebook_helpers import full_disk, imported


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    """Import the notebook's helpers as it does: from its own folder."""
    with imported("data", "vocabulary", "prepared", "corpus", "corpus.grammar", "corpus.words") as found:
        yield found


@pytest.fixture
def data(modules: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """`data` with an empty cache and no web address."""
    monkeypatch.delenv("MULTI30K_DIR", raising=False)
    monkeypatch.setenv("MULTI30K_URL", "")
    monkeypatch.setenv("MULTI30K_CACHE", str(tmp_path / "cache"))
    return modules["data"]


# The bundled corpus


def test_without_multi30k_the_bundled_corpus_is_there_and_says_why(data: ModuleType) -> None:
    corpus = data.load_corpus()
    assert corpus.name == "bundled"
    assert "Multi30k is not at hand" in corpus.why
    assert len(corpus.train) + len(corpus.val) + len(corpus.test) >= 6_000


def test_no_sentence_is_in_two_parts(data: ModuleType, modules: dict[str, ModuleType]) -> None:
    corpus = data.load_corpus("bundled")
    tokenize = modules["vocabulary"].tokenize
    for side in (0, 1):
        every = [tuple(tokenize(pair[side])) for part in (corpus.train, corpus.val, corpus.test) for pair in part]
        assert len(set(every)) == len(every)
        assert max(len(words) for words in every) <= 18


def test_the_bundled_corpus_is_the_same_everywhere(modules: dict[str, ModuleType]) -> None:
    generate = modules["corpus"].generate
    pairs = generate(300)
    assert pairs == generate(300)
    assert pairs == generate(400)[:300]
    assert pairs != generate(300, seed=1)
    for german, english in pairs:
        for sentence in (german, english):
            assert sentence[0].isupper()
            assert sentence[-1] in ".?"
            assert "  " not in sentence
            assert " ," not in sentence


def _noun(modules: dict[str, ModuleType], name: str):
    return next(noun for group in modules["corpus.words"].NOUNS.values() for noun in group if noun.nominative == name)


@pytest.mark.parametrize(
    ("noun", "article", "adjective", "plural", "expected"),
    [
        ("Hund", "der", ("klein", "small"), False, ("der kleine Hund", "den kleinen Hund", "dem kleinen Hund")),
        ("Katze", "ein", ("klein", "small"), False, ("eine kleine Katze", "eine kleine Katze", "einer kleinen Katze")),
        ("Buch", "ein", ("neu", "new"), False, ("ein neues Buch", "ein neues Buch", "einem neuen Buch")),
        ("Uhr", "dieser", ("teuer", "expensive"), False, ("diese teure Uhr", "diese teure Uhr", "dieser teuren Uhr")),
        ("Nachbar", "mein", None, False, ("mein Nachbar", "meinen Nachbarn", "meinem Nachbarn")),
        ("Kind", "zwei", ("müde", "tired"), True, ("zwei müde Kinder", "zwei müde Kinder", "zwei müden Kindern")),
        ("Mann", "viele", None, True, ("viele Männer", "viele Männer", "vielen Männern")),
        ("Auto", "der", None, True, ("die Autos", "die Autos", "den Autos")),
        ("Apfel", "", ("frisch", "fresh"), True, ("frische Äpfel", "frische Äpfel", "frischen Äpfeln")),
    ],
)
def test_nouns_are_declined(modules, noun, article, adjective, plural, expected) -> None:
    phrase = modules["corpus.grammar"].noun_phrase(_noun(modules, noun), article, adjective, plural)
    assert phrase[:3] == expected


def test_the_verb_stands_where_german_wants_it(modules: dict[str, ModuleType]) -> None:
    grammar, words = modules["corpus.grammar"], modules["corpus.words"]
    verb = next(verb for verb in words.VERBS["acc"] if verb.infinitive == "aufmachen")
    woman, door = (grammar.noun_phrase(_noun(modules, name), "der") for name in ("Frau", "Tür"))
    clause = grammar.Clause(woman, verb, (door.accusative,), door.en, ("heute", "today"))
    now, past, can = grammar.Mode("now"), grammar.Mode("past"), grammar.Mode("modal", ("muss",) * 2 + ("must",) * 3)
    assert clause.german(now) == "die Frau macht heute die Tür auf"
    assert clause.german(now, front="heute") == "heute macht die Frau die Tür auf"
    assert clause.german(now, order="first") == "macht die Frau heute die Tür auf"
    assert clause.german(now, order="last") == "die Frau heute die Tür aufmacht"
    assert clause.german(past, order="last") == "die Frau heute die Tür aufgemacht hat"
    assert clause.german(can) == "die Frau muss heute die Tür aufmachen"
    assert clause.infinitive() == ("die Tür aufzumachen", "to open the door")
    assert clause.english(now) == "the woman is opening the door today"
    assert clause.english(past, question=True) == "did the woman open the door today"
    assert clause.english(grammar.Mode("present"), front="today") == "today the woman opens the door"


# Vocabulary and batches


def test_words_that_are_rare_have_no_id(modules: dict[str, ModuleType]) -> None:
    vocabulary = modules["vocabulary"].Vocabulary(["Ein Hund, ein Ball.", "Der Hund!"])
    assert vocabulary.words == ["<unk>", "<pad>", "<sos>", "<eos>", "ein", "hund"]
    assert vocabulary.encode("Der Hund") == [2, 0, 5, 3]
    assert vocabulary.decode([2, 4, 5, 3, 4, 1]) == "ein hund"
    assert "hund" in vocabulary
    assert "ball" not in vocabulary


def test_pairs_are_padded_and_long_ones_left_out(modules: dict[str, ModuleType]) -> None:
    tools = modules["vocabulary"]
    pairs = [("a b", "b"), ("a " * 19, "b"), ("a " * 18, "b"), ("b", "b " * 19)]
    words = tools.Vocabulary(["a a b b"])
    encoded = tools.encode(pairs, words, words)
    assert encoded.pairs == [pairs[0], pairs[2]]
    assert encoded.source.shape == encoded.target.shape == (2, 20)
    assert encoded.source[0].tolist() == [2, 4, 5, 3] + [1] * 16
    assert encoded.source[1].tolist() == [2] + [4] * 18 + [3]
    with pytest.raises(ValueError, match="19 words, but only 18 fit"):
        tools.padded(words, ["a " * 19])


def test_batches_are_shuffled_by_their_seed(modules: dict[str, ModuleType]) -> None:
    tools = modules["vocabulary"]
    ids = torch.arange(10).unsqueeze(1)
    encoded = tools.Encoded(ids, ids + 100, [("", "")] * 10)

    def order(seed: int | None) -> list[int]:
        generator = None if seed is None else torch.Generator().manual_seed(seed)
        drawn = list(tools.batches(encoded, 4, generator))
        assert [len(source) for source, _ in drawn] == [4, 4, 2]
        assert all(torch.equal(source + 100, target) for source, target in drawn)
        return torch.cat([source for source, _ in drawn]).flatten().tolist()

    assert order(None) == list(range(10))
    assert order(1) == order(1)
    assert order(1) != order(2)
    assert sorted(order(1)) == list(range(10))


# Multi30k


SPLITS = ("train", "val", "test_2016_flickr")


def _folder(path: Path, packed: bool) -> Path:
    path.mkdir()
    for stem in SPLITS:
        for language, word in (("de", "Hund"), ("en", "dog")):
            content = f"{stem} {word} 1\n{stem} {word} 2\n".encode()
            name = f"{stem}.{language}"
            (path / (name + ".gz" if packed else name)).write_bytes(gzip.compress(content) if packed else content)
    return path


@pytest.mark.parametrize("packed", [True, False])
def test_a_folder_is_read(data: ModuleType, monkeypatch, tmp_path: Path, packed: bool) -> None:
    monkeypatch.setenv("MULTI30K_DIR", str(_folder(tmp_path / "here", packed)))
    corpus = data.load_corpus()
    assert (corpus.name, corpus.val) == ("Multi30k", [("val Hund 1", "val dog 1"), ("val Hund 2", "val dog 2")])
    assert "MULTI30K_DIR" in str(corpus)
    assert data.load_corpus("bundled").name == "bundled"


def test_a_wrong_folder_is_named(data: ModuleType, monkeypatch, tmp_path: Path) -> None:
    folder = _folder(tmp_path / "here", False)
    monkeypatch.setenv("MULTI30K_DIR", str(folder))
    (folder / "val.en").write_text("one line\n")
    with pytest.raises(data.DataError, match=r"val.de has 2 lines, val.en 1"):
        data.load_corpus()
    (folder / "val.en").unlink()
    with pytest.raises(data.DataError, match=r"has no val.en and no val.en.gz"):
        data.load_corpus()
    (folder / "val.en.gz").write_bytes(b"no gzip")
    with pytest.raises(data.DataError, match=r"val.en cannot be read"):
        data.load_corpus("multi30k")


class _Server(ThreadingHTTPServer):
    """Serves files from memory; `limit` breaks each answer off after so many bytes, `ranges` tells what was asked."""

    files: dict[str, bytes]
    limit: int | None = None
    ranges: list[str | None]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        data = self.server.files.get(self.path.lstrip("/"))
        wanted = self.headers.get("Range")
        self.server.ranges.append(wanted)
        if data is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start:][: self.server.limit])

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server(data: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[_Server]:
    folder = _folder(tmp_path / "web", True)
    made = _Server(("127.0.0.1", 0), _Handler)
    made.files, made.ranges = {path.name: path.read_bytes() for path in folder.iterdir()}, []
    monkeypatch.setattr(data, "SHA256", {name: hashlib.sha256(body).hexdigest() for name, body in made.files.items()})
    monkeypatch.setenv("MULTI30K_URL", f"http://127.0.0.1:{made.server_port}/")
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def test_a_download_is_kept(data: ModuleType, server: _Server) -> None:
    assert data.load_corpus().name == "Multi30k"
    assert len(server.ranges) == 6
    assert data.load_corpus("multi30k").train[0] == ("train Hund 1", "train dog 1")
    assert len(server.ranges) == 6


def test_a_download_goes_on_where_it_stopped(data: ModuleType, server: _Server) -> None:
    server.limit = 9
    with pytest.raises(data.DataError, match=r"gz cannot be downloaded \(broke off after 9 bytes\); run this"):
        data.load_corpus("multi30k")
    assert data.load_corpus().name == "bundled"
    server.limit = None
    assert data.load_corpus("multi30k").name == "Multi30k"
    assert server.ranges[:3] == [None, "bytes=9-", "bytes=18-"]
    assert not list(data.cache_folder().glob("*.part"))


def test_a_wrong_or_missing_file_is_refused(data: ModuleType, server: _Server) -> None:
    right = server.files["train.en.gz"]
    server.files["train.en.gz"] = b"something else"
    with pytest.raises(data.DataError, match=r"train.en.gz cannot be downloaded \(its checksum is wrong"):
        data.load_corpus("multi30k")
    del server.files["train.en.gz"]
    with pytest.raises(data.DataError, match="Not Found"):
        data.load_corpus("multi30k")
    server.files["train.en.gz"] = right
    assert data.load_corpus("multi30k").name == "Multi30k"
    (data.cache_folder() / "train.en.gz").write_bytes(b"damaged on the disk")
    assert data.load_corpus("multi30k").name == "Multi30k"


def test_only_known_names_are_taken(data: ModuleType) -> None:
    with pytest.raises(ValueError, match="prefer must be"):
        data.load_corpus("wikipedia")
    with pytest.raises(data.DataError, match="MULTI30K_URL is empty"):
        data.load_corpus("multi30k")


def test_the_real_multi30k_has_the_known_sizes(modules, monkeypatch) -> None:
    folder = os.environ.get("MULTI30K_DIR")
    if not folder:
        pytest.skip("no Multi30k here; set MULTI30K_DIR to test with it")
    data, tools = modules["data"], modules["vocabulary"]
    for name, digest in data.SHA256.items():
        assert hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest() == digest
    monkeypatch.setenv("MULTI30K_DIR", str(folder))
    corpus = data.load_corpus("multi30k")
    assert [len(part) for part in (corpus.train, corpus.val, corpus.test)] == [29_000, 1_014, 1_000]
    german, english = (tools.Vocabulary(pair[side] for pair in corpus.train) for side in (0, 1))
    assert (len(german), len(english)) == (7_860, 5_883)
    assert len(tools.encode(corpus.train, german, english)) == 26_870
    assert len(tools.encode(corpus.val, german, english)) == 937


# Ids, kept in the cache


@pytest.fixture
def small(data: ModuleType) -> object:
    """A corpus of a few pairs, one of them too long to be kept."""
    pairs = [("Ein Hund läuft.", "A dog runs."), ("Ein Hund schläft.", "A dog sleeps."), ("wort " * 19, "word " * 19)]
    return data.Corpus(pairs * 3, pairs[:2], pairs[1:], "small", "made here")


def _equal(one: object, other: object) -> bool:
    parts = [(getattr(one, name), getattr(other, name)) for name in ("train", "val", "test")]
    return (
        one.german.words == other.german.words
        and one.english.ids == other.english.ids
        and all(torch.equal(a.source, b.source) and torch.equal(a.target, b.target) for a, b in parts)
        and all(a.pairs == b.pairs for a, b in parts)
    )


def test_the_cache_gives_what_was_made_without_making_it(modules, small, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = modules["prepared"]
    made = prepared.prepare(small)
    assert len(made.train) == 6
    assert made.test.pairs == [small.test[0]]
    monkeypatch.setattr(prepared, "encode", None)
    assert _equal(prepared.prepare(small), made)


def test_another_corpus_has_a_cache_of_its_own(modules, data: ModuleType, small) -> None:
    prepare = modules["prepared"].prepare
    prepare(small)
    other = data.Corpus([*small.train, ("Die Katze.", "The cat.")], small.val, small.test, "small", "made here")
    assert len(prepare(other).train) == 7
    assert len(list(data.cache_folder().glob("ids-*"))) == 2


@pytest.mark.parametrize("damage", [b"", b"not a file of tensors", None], ids=["empty", "other", "cut"])
def test_a_damaged_cache_is_made_anew(modules, data: ModuleType, small, damage: bytes | None) -> None:
    prepare = modules["prepared"].prepare
    made = prepare(small)
    (path,) = data.cache_folder().glob("ids-*")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert _equal(prepare(small), made)
    assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_done_without(modules, data: ModuleType, small, monkeypatch) -> None:
    monkeypatch.setattr(Path, "write_bytes", full_disk)
    assert len(modules["prepared"].prepare(small).train) == 6
    assert not list(data.cache_folder().glob("*"))
