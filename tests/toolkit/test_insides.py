"""What a module really holds is told, whatever its class says of itself."""

from __future__ import annotations

import json
from typing import Any

import torch
from torch import nn

from autograder.isolation import insides
from autograder.isolation.wire.structure import describe


def told(made: Any) -> tuple[list[str], list[str]]:
    """Names of the parameters and types of the layers that are told."""
    found = json.loads(describe(made))
    return [name for name, *_ in found.get("parameters", ())], [kind for _, kind, *_ in found.get("layers", ())]


class Pair(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one = nn.Linear(2, 3)
        self.other = self.one
        self.bias = nn.Parameter(torch.zeros(3))


def test_names_and_order_are_those_of_torch() -> None:
    for made in (Pair(), nn.Transformer(8, 2, 1, 1, 8), nn.Sequential(nn.LSTM(2, 3, 2), nn.LayerNorm(3))):
        for repeated in (True, False):
            of_torch = dict(made.named_parameters(remove_duplicate=not repeated))
            assert list(insides.parameters(made, repeated=repeated)) == list(of_torch)
            assert all(insides.parameters(made, repeated=repeated)[name] is value for name, value in of_torch.items())
        assert [name for name, _ in insides.layers(made)] == [
            name for name, _ in made.named_modules(remove_duplicate=False)
        ]


def test_facts_are_those_of_torch() -> None:
    value = nn.Parameter(torch.zeros(2, 3, dtype=torch.float64), requires_grad=False)
    assert insides.facts(value) == ([2, 3], "float64", False)


def test_a_class_that_names_other_parameters_is_not_asked() -> None:
    class Liar(Pair):
        def named_parameters(self, *_: Any, **__: Any) -> Any:
            raise AssertionError

        named_modules = parameters = modules = named_parameters

        def __getattribute__(self, name: str) -> Any:
            return {} if name in ("__dict__", "_parameters", "_modules") else object.__getattribute__(self, name)

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            raise AssertionError

    made = Liar.__new__(Liar)
    made.__setattr__ = None  # type: ignore[method-assign, assignment]
    object.__getattribute__(made, "__dict__").update(vars(Pair()))
    assert told(made) == (["bias", "one.weight", "one.bias", "other.weight", "other.bias"], ["", "Linear"])


def test_a_shape_that_a_parameter_claims_is_not_told() -> None:
    class Wide(nn.Parameter):
        shape = property(lambda self: torch.Size([9, 9]))  # type: ignore[assignment]

    made = nn.Module()
    made.register_parameter("w", Wide(torch.zeros(1)))
    assert json.loads(describe(made))["parameters"] == [["w", [1], "float32", True, ""]]


def test_what_is_no_module_no_tensor_or_no_dictionary_is_told_of_nothing() -> None:
    class Claims:
        __class__ = nn.Module  # type: ignore[assignment]

    assert isinstance(Claims(), nn.Module)
    assert told(Claims()) == ([], [])
    made = nn.Module()
    vars(made)["_parameters"] = {"w": Claims(), "v": nn.Parameter(torch.zeros(1))}
    vars(made)["_modules"] = {"layer": Claims()}
    assert told(made) == (["v"], [""])
    vars(made)["_parameters"] = 3
    assert told(made) == ([], [""])


def test_a_layer_is_torchs_by_itself_and_not_by_its_name() -> None:
    false = type("Linear", (nn.Module,), {"__module__": "torch.nn.modules.linear"})
    own = type("Own", (nn.Linear,), {})
    assert insides.torch_type(false()) == ""
    assert insides.torch_type(own(1, 1)) == "Linear"
    assert insides.torch_type(nn.Module()) == ""
