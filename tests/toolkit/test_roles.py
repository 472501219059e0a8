"""Binding what a student declared to its role: names and order never cost points."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from autograder.isolation.handles import Model, Student
from autograder.isolation.local import LocalTransport
from autograder.isolation.wire.structure import Structure, describe
from autograder.judging.compare import Mismatch
from autograder.judging.roles import (
    Role,
    bindings,
    embedding,
    layer_norm,
    linear,
    load_roles,
    lstm,
    random_weights,
    rnn,
)

FIRST, SECOND = linear("first", 3, 5), linear("second", 5, 7)


class Holder(nn.Module):
    """A module with these layers and parameters."""

    def __init__(self, **parts: nn.Module | nn.Parameter) -> None:
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)


def seen(module: nn.Module) -> Structure:
    return Structure.parse(describe(module))


def bound(module: nn.Module, *roles: Role) -> list[dict[str, tuple[str, str, bool]]]:
    return list(bindings(seen(module), roles))


def model_of(make: Callable[[], nn.Module]) -> Model:
    return Student(LocalTransport({"Net": make}.__getitem__, {}, lambda name: False)).build("Net")


def refusal(module: nn.Module, *roles: Role) -> str:
    with pytest.raises(Mismatch) as caught:
        bound(module, *roles)
    return caught.value.brief


@given(st.permutations(["x", "y", "w1", "fc"]), st.booleans())
def test_shapes_tell_layers_apart_under_any_name_and_order(names: list[str], turned: bool) -> None:
    layers = {names[0]: nn.Linear(3, 5), names[1]: nn.Linear(5, 7)}
    (found,) = bound(Holder(**dict(reversed(layers.items())) if turned else layers), FIRST, SECOND)
    assert {name: role for name, (role, _, _) in found.items()} == {
        f"{names[0]}.weight": "first",
        f"{names[0]}.bias": "first",
        f"{names[1]}.weight": "second",
        f"{names[1]}.bias": "second",
    }


def test_layers_are_found_inside_other_layers() -> None:
    inner = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 7))
    (found,) = bound(Holder(net=Holder(body=inner)), SECOND, FIRST)
    assert found["net.body.2.weight"] == ("second", "weight", False)


def test_the_type_counts_beside_the_shape() -> None:
    net = Holder(a=nn.Embedding(5, 3), b=nn.Linear(3, 5), c=nn.LayerNorm(5))
    (found,) = bound(net, FIRST, embedding("words", 5, 3), layer_norm("norm", 5))
    assert {name: role for name, (role, _, _) in found.items()} == {
        "a.weight": "words", "b.weight": "first", "b.bias": "first", "c.weight": "norm", "c.bias": "norm",
    }  # fmt: skip


def test_a_given_name_decides_between_equals() -> None:
    net = Holder(k1=nn.Linear(3, 5), v1=nn.Linear(3, 5))
    roles = [linear("value", 3, 5, given="v1"), linear("key", 3, 5, given="k1")]
    (found,) = bound(net, *roles)
    assert (found["v1.weight"][0], found["k1.weight"][0]) == ("value", "key")


def test_a_given_name_of_another_shape_does_not_decide() -> None:
    (found,) = bound(Holder(k1=nn.Linear(9, 9), mine=nn.Linear(3, 5)), linear("key", 3, 5, given="k1"))
    assert set(found) == {"mine.weight", "mine.bias"}


def test_equal_roles_without_a_name_are_tried_in_every_order() -> None:
    net = Holder(a=nn.LayerNorm(3), b=nn.LayerNorm(3))
    found = bound(net, layer_norm("one", 3), layer_norm("two", 3))
    assert [(way["a.weight"][0], way["b.weight"][0]) for way in found] == [("one", "two"), ("two", "one")]


def test_a_spare_layer_gets_the_values_too() -> None:
    (found,) = bound(Holder(used=nn.Linear(3, 5), spare=nn.Linear(3, 5)), FIRST)
    assert {name for name in found if name.endswith("weight")} == {"used.weight", "spare.weight"}


@pytest.mark.parametrize(
    ("layer", "role"),
    [
        (nn.RNN(3, 5), rnn("cell", 3, 5)),
        (nn.RNNCell(3, 5), rnn("cell", 3, 5)),
        (nn.LSTM(3, 5, batch_first=True), lstm("cell", 3, 5)),
        (nn.LSTMCell(3, 5), lstm("cell", 3, 5)),
    ],
)
def test_recurrent_layers_and_their_cells(layer: nn.Module, role: Role) -> None:
    (found,) = bound(Holder(it=layer), role)
    assert {local for _, local, _ in found.values()} == set(role.shapes)
    assert len(found) == 4


@pytest.mark.parametrize("layer", [nn.RNN(3, 5), nn.LSTM(5, 3), nn.GRU(3, 5), nn.Linear(3, 5)])
def test_another_layer_is_no_lstm(layer: nn.Module) -> None:
    assert refusal(Holder(it=layer), lstm("cell", 3, 5)) == (
        "no layer was found for one that the text asks for: an nn.LSTM from 3 to 5"
    )


def test_a_layer_without_bias_still_binds() -> None:
    (found,) = bound(Holder(it=nn.Linear(3, 5, bias=False)), FIRST)
    assert found == {"it.weight": ("first", "weight", False)}


def test_a_subclass_counts_as_its_layer() -> None:
    class Mine(nn.Linear):
        pass

    (found,) = bound(Holder(it=Mine(3, 5)), FIRST)
    assert set(found) == {"it.weight", "it.bias"}


@pytest.mark.parametrize(("shape", "turned"), [((5, 3), False), ((3, 5), True)])
def test_bare_parameters_play_a_layer_also_transposed(shape: tuple[int, ...], turned: bool) -> None:
    net = Holder(w=nn.Parameter(torch.zeros(shape)), b=nn.Parameter(torch.zeros(5)))
    assert bound(net, FIRST) == [{"w": ("first", "weight", turned), "b": ("first", "bias", False)}]


def test_bare_parameters_of_two_roles_are_not_given_twice() -> None:
    shapes = {"w1": (4, 7), "b1": (7,), "w2": (3, 7), "b2": (7,)}
    net = Holder(**{name: nn.Parameter(torch.zeros(shape)) for name, shape in shapes.items()})
    (found,) = bound(net, linear("one", 4, 7), linear("two", 3, 7))
    assert {name: role for name, (role, _, _) in found.items()} == {"w1": "one", "b1": "one", "w2": "two", "b2": "two"}


def test_a_missing_layer_is_named_in_words() -> None:
    assert refusal(Holder(), FIRST) == "no layer was found for one that the text asks for: a Linear layer from 3 to 5"
    assert refusal(Holder(a=nn.Linear(3, 5)), FIRST, SECOND).endswith("a Linear layer from 5 to 7")


def test_weights_are_loaded_where_they_belong() -> None:
    weights = random_weights([FIRST, SECOND], torch.Generator().manual_seed(1))
    layer = nn.Linear(5, 7)
    transposed = nn.Parameter(torch.zeros(3, 5))
    model = model_of(lambda: Holder(w=transposed, b=nn.Parameter(torch.zeros(5)), last=layer))
    load_roles(model, [FIRST, SECOND], weights).weights()
    assert torch.equal(transposed.data, weights["first"]["weight"].T)
    assert torch.equal(layer.weight.data, weights["second"]["weight"])
    assert torch.equal(layer.bias.data, weights["second"]["bias"])


def test_the_other_binding_can_be_asked_for() -> None:
    one, two = nn.LayerNorm(3), nn.LayerNorm(3)
    roles = [layer_norm("one", 3), layer_norm("two", 3)]
    weights = random_weights(roles, torch.Generator().manual_seed(1))
    load_roles(model_of(lambda: Holder(a=one, b=two)), roles, weights, which=1).weights()
    assert torch.equal(one.weight.data, weights["two"]["weight"])


def test_random_weights_move_every_parameter() -> None:
    drawn = random_weights([layer_norm("norm", 11), FIRST], torch.Generator().manual_seed(2), scale=0.5)
    for values in drawn.values():
        for value in values.values():
            assert value.abs().max() <= 0.5
            assert value.unique().numel() == value.numel()
