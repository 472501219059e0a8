"""What the training notebook looks at and draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import matplotlib
import matplotlib.image
import pytest
import torch
from torch import nn

from tests.toolkit.notebook_helpers import full_disk, imported

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    with imported("vocabulary", "measuring", "history", "insights", "pictures", "translators") as found:
        yield found


def test_words_in_common_do_not_look_at_the_order(modules) -> None:
    overlap = modules["insights"].word_overlap
    assert overlap(["a b b", ""], ["B b c.", "d"]) == pytest.approx(2 * 2 / 7)
    assert overlap(["b a"], ["A b!"]) == 1.0
    assert overlap([], []) == 0.0


def test_sentences_are_grouped_by_their_words(modules) -> None:
    sources = ["eins zwei", "eins " * 7, "eins " * 8, "eins " * 18]
    rows = modules["insights"].overlap_by_length(sources, ["a", "a", "b", "b"], ["a", "a", "a", "b"])
    assert rows == [("1 to 6", 1.0, 1), ("7 to 8", 0.5, 2), ("13 to 18", 1.0, 1)]


def test_bleu_is_sacrebleus_on_words(modules) -> None:
    bleu = modules["measuring"].bleu
    assert bleu(["the old man reads a book"], ["The old man reads a book."]) == pytest.approx(100)
    assert 0 < bleu(["the old man reads the book"], ["The old man reads a book."]) < 100


def test_neighbours_point_in_the_same_direction(modules) -> None:
    vocabulary = modules["vocabulary"].Vocabulary.of(["<unk>", "<pad>", "<sos>", "<eos>", "hund", "katze", "rot"])
    layer = nn.Embedding(7, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, 0], [1, 0], [1, 0], [1, 0], [1, 0.1], [5, 1.0], [0, 1]]))
    model = nn.ModuleDict({"position": nn.Embedding(20, 2), "word": layer})
    found = modules["insights"].neighbours(model, vocabulary, ["hund", "unbekannt"], count=5)
    assert list(found) == ["hund"]
    assert [word for word, _ in found["hund"]] == ["katze", "rot"]
    assert found["hund"][0][1] > 0.99
    with pytest.raises(ValueError, match="no embedding with 7 rows"):
        modules["insights"].neighbours(nn.Linear(2, 2), vocabulary, ["hund"])


def _history(modules, *values: float):
    scores = [modules["measuring"].Score(0.0, value, value + 1) for value in values]
    return modules["history"].History(scores, scores, [1.0] * len(values), len(values))


def test_pictures_are_white_and_labelled(modules, tmp_path: Path) -> None:
    pictures, one, two = modules["pictures"], _history(modules, 9.0, 4.0), _history(modules, 8.0, 5.0)
    drawn = {
        "curves": pictures.plot_perplexities({"first": one, "second": two}),
        "seeds": pictures.plot_seeds({"first": [one, two]}),
        "panels": pictures.plot_side_by_side({"rate": {"0.1": one}, "width": {"8": one, "16": two}}),
        "lengths": pictures.plot_lengths({"first": [("1 to 6", 0.5, 3), ("7 to 8", 0.4, 2)]}),
        "neighbours": pictures.plot_neighbours({"hund": [("katze", 0.9), ("rot", 0.1)], "eis": [("rot", 0.2)]}),
        "attention": pictures.plot_attention(torch.rand(2, 3), ["a", "b"], ["x", "y", "(padding)"]),
    }
    for name, figure in drawn.items():
        assert figure.axes[0].get_xlabel(), name
        pictures.keep(figure, tmp_path / "made" / f"{name}.png", show=False)
        corner = matplotlib.image.imread(tmp_path / "made" / f"{name}.png")[0, 0]
        assert corner.tolist() == [1.0, 1.0, 1.0, 1.0], name
    band = drawn["seeds"].axes[0].collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == pytest.approx(4)
    assert band[:, 1].max() == pytest.approx(9)


def test_a_picture_on_a_full_disk_costs_one_line(modules, monkeypatch, capsys, tmp_path: Path) -> None:
    figure = modules["pictures"].plot_lengths({})
    monkeypatch.setattr(type(figure), "savefig", full_disk)
    modules["pictures"].keep(figure, tmp_path / "a.png", show=False)
    assert capsys.readouterr().out.count("\n") == 1


def test_a_translator_is_built_by_its_name(modules) -> None:
    class Part(nn.Linear):
        def __init__(self, *arguments: object, **named: object) -> None:
            super().__init__(2, 2)
            self.arguments, self.named = arguments, named

    classes = dict.fromkeys(("Encoder", "Decoder", "Seq2Seq", "FullTransformerTranslator"), Part)
    make, cpu = modules["translators"].make_model, torch.device("cpu")
    one, same, other = (make("full Transformer", classes, 11, 13, cpu, seed=seed, hidden_dim=8) for seed in (1, 1, 2))
    assert torch.equal(one.weight, same.weight)
    assert not torch.equal(one.weight, other.weight)
    assert one.arguments == (11, 13, cpu)
    assert one.named == {"max_length": 20, "hidden_dim": 8}
    attending = make("seq2seq with attention", classes, 11, 13, cpu, hidden_size=6)
    encoder, decoder, _ = attending.arguments
    assert encoder.arguments == (11, 128, 6, 6, 0.2, "LSTM")
    assert decoder.arguments == (128, 6, 6, 13, 0.2, "LSTM", True)
    with pytest.raises(ValueError, match="there is no model 'seq3seq'"):
        make("seq3seq", classes, 11, 13, cpu)


def test_the_spread_of_the_embeddings_at_the_start_can_be_chosen(modules) -> None:
    class Small(nn.Module):
        def __init__(self, german: int, english: int, *_: object, **__: object) -> None:
            super().__init__()
            self.words, self.scores = nn.Embedding(german, 4, padding_idx=1), nn.Linear(4, english)

    classes = {"FullTransformerTranslator": Small}
    make = modules["translators"].make_model
    usual, close = (
        make("full Transformer", classes, 11, 13, torch.device("cpu"), **chosen)
        for chosen in ({}, {"embedding_std": 0.25})
    )
    assert torch.equal(close.words.weight, usual.words.weight * 0.25)
    assert usual.words.weight[2:].std() > 0.5
    assert torch.equal(close.scores.weight, usual.scores.weight)
    assert all(parameter.requires_grad and parameter.is_leaf for parameter in close.parameters())
