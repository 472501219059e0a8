"""Ways around the rules on imports and forbidden constructs are found, and ordinary student code stays clean."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_rules import ASSIGNMENT, DONE, FILE, WHERE, check

from autograder.authoring.assignment import Assignment, SkeletonCell, Step
from autograder.authoring.cells import Module, assemble
from autograder.authoring.course import Course
from autograder.judging.rules import Violation, steps_lost, violations

ROOT = Path(__file__).resolve().parents[2]
VARIANTS = ROOT / "tests/exercises/variants/machine_translation"


def last_line(source: str) -> int:
    return DONE.count("\n") + 1 + source.count("\n")


# Forbidden constructs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "x = getattr(nn, 'LS' + 'TM')",
        "x = getattr(nn, f'{\"LSTM\"}Cell')",
        "x = nn.__dict__['LS' + 'TM']",
        "self.nn = nn\nx = self.nn.LSTM",
        "class Box:\n    nn = nn\nx = Box.nn.LSTM",
        "class Box:\n    t = torch\nx = Box().t.nn.LSTM",
        "(n, y) = nn, 1\nx = n.LSTM",
        "[n, (m, y)] = [1, (nn, 2)]\nx = m.LSTM",
        "n, *y = nn, 1, 2\nx = n.LSTM",
        "a = self.b = nn\nx = self.b.LSTM",
        "def f(n=nn):\n    return n.LSTM",
        "x = (lambda n: n.LSTM)(nn)",
        "x = [n.LSTM for n in [nn]]",
        "for n in (nn,):\n    x = n.LSTM",
        "x = {'n': nn}['n'].LSTM",
        "x = (n := nn).LSTM",
        "x = (nn or None).LSTM",
        "x = (nn if nn else 0).LSTM",
        "def f():\n    return nn\nx = f().LSTM",
        "def f(n):\n    return n.LSTM\nf(nn)",
        "def f():\n    yield nn\nx = next(f()).LSTM",
        "f = lambda: nn\nx = f().LSTM",
        "from torch import *\nx = nn.LSTM",
        "from torch.nn import *\nx = modules.LSTM",
        "x = nn.modules.LSTM",
        "x = nn.modules.rnn.LSTM",
        "from torch.nn import modules as m\nx = m.rnn.LSTMCell",
        "x = torch._VF.lstm",
        "x = torch.nn.modules.rnn._VF.lstm",
        "x = __import__('torch').nn.LSTM",
        "import models.net as me\nx = me.nn.LSTM",
        "from models.net import nn as n\nx = n.LSTM",
        "match nn:\n    case n:\n        x = n.LSTM",
        "n: object = nn\nx = n.LSTM",
        "nn2 = nn\nnn3 = nn2\nnn4 = nn3\nx = nn4.LSTM",
        "x = getattr(getattr(torch, 'nn'), 'LSTM')",
        "self.add = nn\nx = getattr(self.add, 'LSTM')",
        "".join(f"n = torch.other{number}\n" for number in range(40)) + "n = nn\nx = n.LSTM",
    ],
)
def test_a_forbidden_construct_is_found_behind(source: str) -> None:
    found = [entry for entry in check(DONE + source + "\n") if entry.rule == "forbidden"]
    assert found
    assert steps_lost(ASSIGNMENT, found[0]) == FILE
    assert any(f"{WHERE}, line {last_line(source)}: " in entry.message for entry in found) or "def f(n):" in source


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("name = 'LSTM'\nx = getattr(nn, name)", "getattr with a computed name could reach"),
        ("x = getattr(torch, name).LSTMCell", "getattr with a computed name could reach"),
        ("x = vars(nn)[name]", "vars(nn) could reach"),
        ("x = vars(nn).get('LSTM')", "vars(nn) could reach"),
        ("x = nn.__dict__[name]", "nn.__dict__ could reach"),
        ("x = [v for k, v in nn.__dict__.items() if k == name]", "nn.__dict__ could reach"),
        ("self.nn = nn\nx = getattr(self.nn, name)", "getattr with a computed name could reach"),
        ("x = list(map(getattr, [nn], ['LSTM']))", "getattr under another name could reach"),
        ("x = [getattr][0](nn, 'LSTM')", "getattr under another name could reach"),
        ("x = (g := getattr)(nn, 'LSTM')", "getattr under another name could reach"),
        ("x = object.__getattribute__(nn, 'LSTM')", "__getattribute__ could reach"),
        ("x = nn.__getattribute__('LSTM')", "__getattribute__ could reach"),
    ],
)
def test_a_search_that_could_find_it_is_told(source: str, words: str) -> None:
    messages = [entry.message for entry in check(DONE + source + "\n") if entry.rule == "forbidden"]
    assert any(f"line {last_line(source)}: {words}" in message for message in messages), messages


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("x = torch.jit.CompilationUnit('def f(x): return x')", "torch.jit.CompilationUnit"),
        ("from torch.jit import CompilationUnit as C", "torch.jit.CompilationUnit"),
        ("x = torch.jit.load(file)", "torch.jit.load"),
        ("x = torch.hub.load('a', 'b')", "torch.hub.load"),
        ("import torch.fx as f\nx = f.Graph()", "torch.fx.Graph"),
        ("x = torch.ao.nn.quantizable.LSTM", "torch.ao.nn.quantizable.LSTM"),
        ("x = torch.load(file, weights_only=False)", "torch.load without weights_only"),
        ("from torch import load as l\nx = l(file, **options)", "torch.load without weights_only"),
    ],
)
def test_a_part_of_torch_that_could_reach_it_is_told(source: str, name: str) -> None:
    messages = [entry.message for entry in check(DONE + source + "\n") if entry.rule == "forbidden"]
    assert any(f"line {last_line(source)}: {name} could reach" in message for message in messages), messages


@pytest.mark.parametrize(
    "source",
    [
        "x = torch.load('model.pt')",
        "x = torch.load('model.pt', map_location='cpu', weights_only=True)",
        "@torch.jit.script\ndef other(x):\n    return x + 1",
        "@torch.jit.ignore\ndef other(x):\n    return x + 1",
        "def load(weights_only=False):\n    return 1\nx = load(weights_only=False)",
        "x = type(nn)\ny = torch.compile",
    ],
)
def test_what_cannot_reach_it_is_free(source: str) -> None:
    assert [entry.message for entry in check(DONE + source + "\n") if entry.rule == "forbidden"] == []


def test_another_name_of_the_same_thing_is_told_with_its_own() -> None:
    (found,) = check(DONE + "x = nn.modules.rnn.LSTM\n")
    assert "torch.nn.modules.rnn.LSTM is torch.nn.LSTM, which must not be used here" in found.message


HELPER = "import torch\nimport torch.nn as nn\n\n\nclass Helper(nn.Module):\n    def build(self):\n        return {}\n"


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("nn.LSTM(1, 2)", "from models.other import Helper"),
        ("nn.LSTM(1, 2)", "import models.other as o\nx = o.Helper"),
        ("nn.LSTM(1, 2)", "from models.other import *"),
        ("1", "from models.other import torch as t\nx = t.nn.LSTM"),
        ("1", "import models.other as o\nx = o.nn.LSTM"),
        ("1", "from models import other\nx = other.nn.LSTM"),
    ],
)
def test_what_another_module_of_the_submission_lends_is_used_here(inside: str, line: str) -> None:
    other = "# models/other.py\n" + HELPER.format(inside) + "\n\ndef other(x):\n    raise NotImplementedError('x')\n"
    modules = {
        "models/other.py": assemble("models/other.py", [("x", other)]),
        "models/net.py": assemble("models/net.py", [(WHERE, DONE + line + "\n")]),
    }
    found = violations(ASSIGNMENT, modules)
    assert [(entry.rule, entry.module) for entry in found] == [("forbidden", "models/net.py")]


def test_what_another_module_does_for_itself_is_its_own_matter() -> None:
    other = "# models/other.py\n" + HELPER.format("nn.LSTM(1, 2)") + "\n\ndef other(x):\n    return x\n"
    modules = {
        "models/other.py": assemble("models/other.py", [("x", other)]),
        "models/net.py": assemble("models/net.py", [(WHERE, DONE + "from models.other import other\n")]),
    }
    assert violations(ASSIGNMENT, modules) == []


# Imports ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("f = __import__", "__import__ is not allowed here"),
        ("x = __import__('o' + name)", "__import__ is not allowed here"),
        ("x = [__import__][0]('os')", "__import__ is not allowed here"),
        ("x = eval('1')", "eval is not allowed here"),
        ("e = eval", "eval is not allowed here"),
        ("exec('import os')", "exec is not allowed here"),
        ("exec(compile('1', 'f', 'eval'))", "compile is not allowed here"),
        ("eval = eval\neval('1')", "eval is not allowed here"),
        ("if 0:\n    def exec(x): ...\nexec('1')", "exec is not allowed here"),
        ("def f(eval=eval):\n    return 1", "eval is not allowed here"),
        ("def f():\n    global exec\n    exec = exec", "exec is not allowed here"),
        ("x = [eval for eval in [eval]]", "eval is not allowed here"),
        ("x = globals()['nn']", "globals is not allowed here"),
        ("x = globals().get('nn')", "globals is not allowed here"),
        ("x = locals()['nn']", "locals() is not allowed here"),
        ("x = vars()['nn']", "vars() is not allowed here"),
        ("x = __builtins__", "__builtins__ is not allowed here"),
        ("import builtins", "the import of builtins is not allowed here"),
        ("import importlib", "the import of importlib is not allowed here"),
        ("x = nn.Module.__subclasses__()", "__subclasses__ is not allowed here"),
        ("x = type.__subclasses__(nn.Module)", "__subclasses__ is not allowed here"),
        ("x = getattr(nn.Module, '__sub' + 'classes__')", "__subclasses__ is not allowed here"),
        ("x = nn.Module.forward.__globals__", "__globals__ is not allowed here"),
        ("x = ().__class__.__base__", "__base__ is not allowed here"),
        ("x = print.__self__", "__self__ is not allowed here"),
        ("try:\n    1 / 0\nexcept Exception as e:\n    x = e.__traceback__.tb_frame", "tb_frame is not allowed here"),
        ("x = torch.os", "torch.os is the module os"),
        ("from torch import os", "torch.os is the module os"),
        ("from torch import os as o", "torch.os is the module os"),
        ("x = torch.sys.modules", "torch.sys is the module sys"),
        ("x = torch.serialization.os", "torch.serialization.os is the module os"),
        ("x = torch.serialization.pickle", "torch.serialization.pickle is the module pickle"),
        ("x = getattr(torch, 'o' + 's')", "torch.os is the module os"),
        ("x = torch.__dict__['os']", "torch.os is the module os"),
        (
            "from torch import *\nfrom torch import random as r\nx = r.contextlib",
            "torch.random.contextlib is the module",
        ),
        ("t = torch\nx = t.os", "torch.os is the module os"),
        ("self.t = torch\nx = self.t.os", "torch.os is the module os"),
        ("import torch.nn as n\nx = n.modules.module.functools", "is the module functools"),
    ],
)
def test_a_way_around_the_import_statement_is_told(source: str, words: str) -> None:
    found = [entry for entry in check(DONE + source + "\n") if entry.rule == "import"]
    assert any(words in entry.message for entry in found), found
    assert steps_lost(ASSIGNMENT, found[0]) == FILE
    assert all(f"{WHERE}, line " in entry.message for entry in found)


def test_an_assignment_that_allows_any_import_has_no_such_rule() -> None:
    free = Assignment(
        name="a",
        title="A",
        imports=("*",),
        cells=(SkeletonCell("f", "n.ipynb", "models/f.py", "def f(x):\n    raise NotImplementedError\n"),),
        steps=(Step("f", 1, "models/f.py", "f", "n.ipynb"),),
    )
    source = "import os\nimport torch\n\n\ndef f(x):\n    return eval('1'), torch.os, os.__builtins__\n"
    assert violations(free, {"models/f.py": assemble("models/f.py", [("n", source)])}) == []


def test_what_the_skeleton_does_itself_stays_allowed() -> None:
    source = "def f(x):\n    raise NotImplementedError('f')\n\n\ndef g(x):\n    return eval(x)\n"
    own = Assignment(
        name="a",
        title="A",
        cells=(SkeletonCell("f", "n.ipynb", "models/f.py", source),),
        steps=(Step("f", 1, "models/f.py", "f", "n.ipynb"),),
    )
    done = source.replace("raise NotImplementedError('f')", "return g(x)")
    assert violations(own, {"models/f.py": assemble("models/f.py", [("n", done)])}) == []


@pytest.mark.parametrize(
    "source",
    [
        "a = nn\n" + "a = a.x\n" * 2000,
        "a0 = nn\n" + "".join(f"a{n + 1} = a{n}\n" for n in range(2000)) + "self.nn = nn\n",
        "self.nn = nn\n" + f"x = a{'.b' * 200}\n" * 50,
        f"x = getattr(nn, {' + '.join(['name'] * 300)})\n" * 10,
    ],
    ids=["one name", "many names", "attributes", "sums"],
)
def test_source_made_to_keep_the_check_busy_is_checked_all_the_same(source: str) -> None:
    assert any("LSTM" in entry.message for entry in check(f"{DONE}{source}x = nn.LSTM\n"))


# Ordinary code ------------------------------------------------------------------------------------------


ORDINARY = """
class A(nn.Module):
    def f(self):
        for g in 'ifgo':
            x = getattr(self, f'W_i{g}') + getattr(self, 'b_i' + g)
# --
class A(nn.Module):
    def f(self):
        for g in 'ifgo':
            setattr(self, 'W_' + g, nn.Parameter(torch.zeros(1)))
# --
class A(nn.Module):
    def f(self, g):
        self.register_parameter('W_' + g, nn.Parameter(torch.zeros(1)))
# --
class A(nn.Module):
    def f(self):
        return {k: v for k, v in vars(self).items()}, self.__dict__['size']
# --
class A(nn.Module):
    def f(self, size, depth):
        self.__dict__.update(locals())
# --
class A(nn.Module):
    def __init__(self):
        super(A, self).__init__()
        self.name = self.__class__.__name__
# --
class A(nn.Module):
    def __getattr__(self, name):
        return super().__getattr__(name)
# --
class A(nn.Module):
    def f(self):
        self.eval()
        return self.train().eval
# --
if 'device' not in globals():
    device = torch.device('cpu')
# --
device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
# --
torch.backends.cudnn.deterministic = True
torch.manual_seed(0)
# --
def f(x: torch.Tensor, act=torch.tanh) -> 'torch.Tensor':
    return act(x)
# --
ACTS = {'tanh': torch.tanh, 'sigmoid': torch.sigmoid}
x = ACTS['tanh'](torch.zeros(1))
# --
layers = nn.ModuleList([nn.Linear(1, 2) for _ in range(3)])
for layer in layers:
    nn.init.zeros_(layer.weight)
# --
class A(nn.Module):
    def f(self, x, compile=False, eval=True):
        return x if compile and eval else None
# --
def f(model):
    eval = model.eval
    return eval()
# --
weights = [p for n, p in nn.Linear(1, 2).named_parameters() if 'weight' in n]
# --
from torch import nn, Tensor
import torch.nn as nn
x = nn.Parameter(torch.empty(2, 3))
# --
class LSTM(nn.Module):
    def run(self):
        return self.LSTM, self.lstm, self.os, self.sys
# --
x = torch.sum(torch.stack([torch.ones(1) for _ in range(2)]), dim=0).data.numpy()
# --
assert isinstance(torch.zeros(1), torch.Tensor), type(torch.zeros(1)).__name__
# --
x = torch.nn.functional.softmax(torch.zeros(1), dim=0)
# --
with torch.no_grad():
    x = torch.zeros(1)
    x.data = torch.ones(1)
# --
def f(x):
    gates = dict(i=torch.sigmoid, f=torch.sigmoid, g=torch.tanh)
    return [gates[k](x) for k in gates]
# --
gates = {}
for g in 'ifgo':
    gates[g] = torch.zeros(1)
x = gates['i'], gates.get('f')
# --
try:
    x = torch.zeros(1) / 0
except (ValueError, RuntimeError) as error:
    raise ValueError(str(error)) from error
# --
f = torch.nn.Module.__call__
x = nn.Module.__init__
"""


@pytest.mark.parametrize("source", ORDINARY.split("\n# --\n"))
def test_ordinary_code_breaks_nothing(source: str) -> None:
    assert check(f"{DONE}{source}\n") == []


def test_a_layer_chosen_by_name_is_fine_where_nothing_is_forbidden() -> None:
    source = "# models/other.py\nimport torch.nn as nn\n\n\ndef other(x):\n    return getattr(nn, x)(1, 2)\n"
    modules = {
        "models/other.py": assemble("models/other.py", [("x", source)]),
        "models/net.py": assemble("models/net.py", [(WHERE, DONE)]),
    }
    assert violations(ASSIGNMENT, modules) == []


def course_violations(modules: dict[str, str]) -> list[Violation]:
    assignment = Course(ROOT).load("machine_translation")
    made: dict[str, Module] = {path: assemble(path, [(path, text)]) for path, text in assignment.modules().items()}
    made |= {path: assemble(path, [(path, text)]) for path, text in modules.items()}
    return violations(assignment, made)


@pytest.mark.parametrize("name", sorted(folder.name for folder in VARIANTS.iterdir() if folder.is_dir()))
def test_right_variants_break_nothing(name: str) -> None:
    folder = VARIANTS / name
    sources = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    assert sources
    assert course_violations(sources) == []


def test_the_lstm_does_not_come_in_through_the_encoder() -> None:
    assignment = Course(ROOT).load("machine_translation")
    skeleton = assignment.modules()
    encoder = skeleton["models/seq2seq/Encoder.py"] + "\n\nclass Helper(nn.LSTM):\n    pass\n"
    lstm = skeleton["models/naive/LSTM.py"] + "\nfrom models.seq2seq.Encoder import Helper\n"
    (found,) = course_violations({"models/seq2seq/Encoder.py": encoder, "models/naive/LSTM.py": lstm})
    assert (found.rule, found.module) == ("forbidden", "models/naive/LSTM.py")
    assert "torch.nn.LSTM must not be used here" in found.message
