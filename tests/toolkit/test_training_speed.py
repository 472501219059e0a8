"""What makes training fast must not change what is learnt: the loss, dropout, batches, the length when measured."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tests.toolkit.notebook_helpers import imported

PAD = 1


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    with imported("speed", "vocabulary", "measuring", "training") as found:
        yield found


@pytest.mark.parametrize("normalised", [False, True], ids=["raw scores", "log-probabilities"])
@given(rows=st.integers(1, 9), length=st.integers(1, 23), words=st.integers(4, 40), seed=st.integers(0, 2**16))
@settings(max_examples=40, deadline=None)
def test_the_fast_loss_and_its_gradient_are_those_of_the_plain_loss(
    modules, normalised: bool, rows: int, length: int, words: int, seed: int
) -> None:
    draw = torch.Generator().manual_seed(seed)
    raw = 4.0 * torch.randn(rows, length, words, generator=draw)
    target = torch.randint(0, words, (rows, length), generator=draw)  # padding among them
    target[0, 0] = 2
    gradients = []
    for loss_of in (modules["measuring"].loss_of, modules["speed"].fast_loss):
        leaf = raw.clone().requires_grad_()
        loss = loss_of(leaf.log_softmax(2) if normalised else leaf, target)
        (3.0 * loss).backward()
        gradients.append((loss.detach(), leaf.grad))
    torch.testing.assert_close(gradients[0], gradients[1], atol=2e-5, rtol=2e-5)


def test_scores_in_bfloat16_lose_as_in_full_precision(modules) -> None:
    scores, target = torch.randn(3, 5, 11), torch.randint(2, 11, (3, 5))
    half = scores.bfloat16().requires_grad_()
    loss = modules["speed"].fast_loss(half, target)
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(modules["measuring"].loss_of(half.float(), target).item(), rel=1e-5)
    loss.backward()
    assert half.grad is not None
    assert half.grad.dtype == torch.bfloat16


@pytest.mark.parametrize("p", [0.1, 0.2, 0.5, 0.9])
def test_fast_dropout_drops_as_often_and_keeps_the_mean(modules, p: float) -> None:
    torch.manual_seed(0)
    layer, ones = nn.Dropout(p), torch.ones(301, 1_009, requires_grad=True)
    with modules["speed"].Fast():
        out = layer(ones)
    dropped = (out == 0).float().mean().item()
    assert dropped == pytest.approx(p, abs=0.004)  # 1/256 is its step
    assert out.mean().item() == pytest.approx(1.0, abs=0.01 / (1 - p))
    assert out.unique().numel() == 2
    out.sum().backward()
    assert torch.equal(ones.grad, out.detach())  # the same mask on the way back
    with modules["speed"].Fast():
        assert not torch.equal(layer(ones), out)  # and another one each time


def test_dropout_that_is_off_changes_nothing(modules) -> None:
    ones = torch.ones(7, 5)
    with modules["speed"].Fast():
        assert torch.equal(nn.Dropout(0.5).eval()(ones), ones)
        assert torch.equal(nn.Dropout(0.0)(ones), ones)
        assert torch.equal(F.dropout(ones, 0.5, training=False), ones)
        assert torch.equal(nn.Dropout(1.0)(ones), torch.zeros(7, 5))


def test_large_layers_multiply_in_bfloat16_and_return_float32(modules) -> None:
    torch.manual_seed(0)
    large, small, x = nn.Linear(64, 2_000), nn.Linear(64, 5), torch.randn(3, 7, 64, requires_grad=True)
    with modules["speed"].Fast(bf16=True):
        rounded, exact = large(x), small(x)
    assert rounded.dtype == torch.float32
    assert torch.equal(exact, small(x))
    difference = (rounded - large(x)).abs().max()
    assert 0 < difference < 0.05
    rounded.square().sum().backward()
    gradients = [x.grad.clone(), large.weight.grad.clone(), large.bias.grad.clone()]
    for tensor in (x, large.weight, large.bias):
        tensor.grad = None
    large(x).square().sum().backward()
    for found, right in zip(gradients, (x.grad, large.weight.grad, large.bias.grad), strict=True):
        assert (found - right).abs().max() < 0.03 * right.abs().max()


def test_weights_are_rounded_anew_in_each_step(modules) -> None:
    large, x = nn.Linear(64, 2_000), torch.randn(3, 64)
    with modules["speed"].fast_forward(torch.device("cpu"), True):
        first = large(x)
    with torch.no_grad():
        large.weight.add_(1.0)
    with modules["speed"].fast_forward(torch.device("cpu"), True):
        assert (large(x) - first - x.sum(dim=1, keepdim=True)).abs().max() < 0.5


@pytest.fixture
def data(modules):
    """Pairs of 1 to 9 words a side, padded to 12."""
    draw = torch.Generator().manual_seed(5)
    lengths = torch.randint(1, 10, (200, 2), generator=draw).tolist()
    pairs = [
        (" ".join("abc"[n % 3] for n in range(one)), " ".join("xyz"[n % 3] for n in range(two))) for one, two in lengths
    ]
    tools = modules["vocabulary"]
    german, english = (tools.Vocabulary(pair[side] for pair in pairs) for side in (0, 1))
    return tools.encode(pairs, german, english, max_length=12)


def test_trimmed_batches_hold_every_pair_once_and_little_padding(modules, data) -> None:
    tools = modules["vocabulary"]
    found = list(tools.trimmed_batches(data, 16, torch.Generator().manual_seed(0), whole=0.0))
    assert sum(len(source) for source, _ in found) == len(data)
    rows = [
        (*F.pad(source, (0, 12 - source.shape[1]), value=PAD)[row].tolist(), *target[row].tolist())
        for source, target in found
        for row in range(len(source))
    ]
    wanted = [(*data.source[row].tolist(), *data.target[row].tolist()) for row in range(len(data))]
    padded = [(*row, *[PAD] * (24 - len(row))) for row in rows]
    assert sorted(padded) == sorted(wanted)
    assert all(source.shape == target.shape for source, target in found)
    sources = [(source != PAD).sum(dim=1) for source, _ in found]
    assert all(int(lengths.max() - lengths.min()) <= 2 for lengths in sources)
    assert sum(source.numel() for source, _ in found) < 0.95 * data.source.numel()


def test_room_for_a_part_of_the_translations_never_cuts_a_source(modules, data) -> None:
    tools = modules["vocabulary"]
    every = tools.trimmed_batches(data, 16, torch.Generator().manual_seed(0), fit=0.5, whole=0.0)
    cut = 0
    total = 0
    for source, target in every:
        assert bool((source[:, -1] != PAD).any() or (target[:, -1] != PAD).any())
        total += int((source != PAD).sum())
        cut += int((target != PAD).sum())
    assert total == int((data.source != PAD).sum())
    assert 0.7 * int((data.target != PAD).sum()) < cut < int((data.target != PAD).sum())


def test_batches_follow_their_seed_and_some_keep_all_padding(modules, data) -> None:
    tools = modules["vocabulary"]

    def drawn(seed: int, whole: float) -> list[torch.Tensor]:
        order = torch.Generator().manual_seed(seed)
        return [source for source, _ in tools.trimmed_batches(data, 16, order, whole=whole)]

    assert all(map(torch.equal, drawn(1, 0.1), drawn(1, 0.1)))
    assert not all(map(torch.equal, drawn(1, 0.1), drawn(2, 0.1)))
    assert {source.shape[1] for source in drawn(1, 1.0)} == {12}


class Watcher(nn.Module):
    """Remembers how long the sentences were that it got."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.seen = nn.Embedding(12, 12), set()

    def forward(self, source: torch.Tensor) -> torch.Tensor:
        self.seen.add((self.training, source.shape[1]))
        return self.table(source)


def test_a_model_is_measured_at_one_length_whatever_the_translations(modules, data) -> None:
    model = Watcher()
    modules["training"].train(model, data, data, modules["training"].Settings(epochs=1, batch_size=16))
    assert {length for training, length in model.seen if not training} == {12}
    assert len({length for training, length in model.seen if training}) > 1


def test_bfloat16_is_used_where_the_cpu_has_it(modules) -> None:
    native = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()
    assert modules["speed"].bf16_helps(torch.device("cpu")) == native


def test_threads_are_no_more_than_this_process_may_use(modules) -> None:
    modules["speed"].prepare_machine()
    assert 1 <= torch.get_num_threads() <= modules["speed"].usable_cores()
