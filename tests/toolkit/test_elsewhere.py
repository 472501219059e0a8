"""A pretended device: code that follows its input works there, code that makes tensors on the CPU does not."""

from __future__ import annotations

import textwrap
import types
from typing import Any

import pytest
import torch

from autograder.isolation.elsewhere import DEVICE, OtherDevice
from autograder.isolation.faults import StudentError
from autograder.isolation.handles import Model, Student
from autograder.isolation.local import LocalTransport

X = torch.arange(6.0).reshape(2, 3)


def student_of(source: str) -> Student:
    """A student whose class Net has this forward (or more methods), on the pretended device."""
    module = types.ModuleType("net")
    head = "import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n"
    exec(head + textwrap.indent(textwrap.dedent(source), "    "), module.__dict__)
    return Student(LocalTransport(vars(module).__getitem__, {}, lambda _: False)).elsewhere()


def net(body: str, *args: Any) -> Model:
    constructor = "def __init__(self, device=None):\n    super().__init__()\n    self.device = device\n"
    layers = "    self.linear = nn.Linear(3, 2)\n    self.rnn = nn.LSTM(3, 2, batch_first=True)\n"
    forward = "def forward(self, x):\n" + textwrap.indent(textwrap.dedent(body), "    ")
    return student_of(constructor + layers + forward).build("Net", *args)


@pytest.mark.parametrize(
    "body",
    [
        "return self.linear(x)",
        "return self.rnn(x.unsqueeze(0))",
        "return x + torch.zeros(2, 3, device=x.device)",
        "return x + torch.zeros(2, 3).to(x.device)",
        "return x + torch.zeros(2, 3).to(x)",
        "return x + x.new_ones(2, 3) + torch.zeros_like(x)",
        "return x + torch.tensor([1.0, 2.0, 3.0], device=x.device)",
        "return x + torch.arange(3, device=self.device)",
        "return x * torch.tensor(2.0)",  # a single number may come from the CPU
        "return x[torch.tensor([1, 0])]",  # and so may an index
        "out = torch.zeros(2, 3, device=x.device)\nfor t in range(3):\n    out[:, t] = x[:, t]\nreturn out",
        "return torch.stack([row for row in x]) if bool((x >= 0).all()) else None",
        "return x.cpu().numpy().sum().item() + x",
        "x += 1\nreturn x",
    ],
)
def test_code_that_follows_its_input_works_there(body: str) -> None:
    net(body, torch.device("cpu")).call(X.clone())


@pytest.mark.parametrize(
    "body",
    [
        "return x + torch.zeros(2, 3)",
        "return x + torch.zeros(2, 3, device='cpu')",
        "return x + torch.zeros(2, 3, device=torch.device('cuda' if torch.cuda.is_available() else 'cpu'))",
        "return torch.cat([x, torch.zeros(2, 3)])",
        "return self.rnn(x.unsqueeze(0), (torch.zeros(1, 1, 2), torch.zeros(1, 1, 2)))",
        "return nn.functional.embedding(torch.tensor([0, 1]), x)",
        "return torch.from_numpy(x.numpy())",
        "return torch.where(torch.tensor([True, False, True]), x, x)",
        "return x.cpu()",
        "out = torch.zeros(2, 3)\nout[:] = x\nreturn out",
        "return x, (x, torch.zeros(1))",
    ],
)
def test_code_that_makes_tensors_on_the_cpu_does_not(body: str) -> None:
    with pytest.raises(StudentError) as caught:
        net(body).call(X)
    assert caught.value.kind == OtherDevice.__name__


def test_values_and_weights_come_and_go() -> None:
    model = net("return self.linear(x)")
    weight, bias = torch.randn(2, 3), torch.randn(2)
    got = model.load({"linear.weight": weight, "linear.bias": bias}).call(X)
    assert type(got) is torch.Tensor
    assert got.device.type == "cpu"
    torch.testing.assert_close(got, torch.nn.functional.linear(X, weight, bias))
    assert torch.equal(model.weights()["linear.bias"], bias)


def test_an_argument_that_is_a_device_becomes_this_one() -> None:
    assert net("return x", torch.device("cpu")).attribute("device") == DEVICE


def test_shared_parameters_stay_shared() -> None:
    student = student_of(
        """
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(3, 3)
            self.b = nn.Linear(3, 3)
            self.b.weight = self.a.weight

        def forward(self, x):
            return self.b(self.a(x))
        """
    )
    model = student.build("Net")
    model.load({"a.weight": torch.zeros(3, 3), "b.bias": torch.ones(3)})
    assert torch.equal(model.call(X), torch.ones(2, 3))


def test_a_whole_transformer_works_there() -> None:
    student = student_of(
        """
        def __init__(self):
            super().__init__()
            self.inner = nn.Transformer(4, 2, 1, 1, 8, batch_first=True)

        def forward(self, x):
            mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1], device=x.device)
            return self.inner(x, x, tgt_mask=mask, tgt_key_padding_mask=x[..., 0] > 100)
        """
    )
    assert student.build("Net").eval().call(torch.randn(2, 3, 4)).shape == (2, 3, 4)
