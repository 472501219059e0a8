"""The rules that are checked without running anything: what is found, where, and which steps it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_work import MODULE, RIGHT, STUB, change

from autograder.authoring.assignment import Assignment, SkeletonCell, Step
from autograder.authoring.cells import Module, assemble
from autograder.judging.rules import Violation, steps_lost, violations

HEAD = "import torch\nimport torch.nn as nn\n"
WHERE = "1_net.ipynb, cell 7 (Net)"
SKELETON = """# models/net.py
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, size, depth=2):
        super().__init__()
        pass

    def helper(self, x):
        return x

    def forward(self, x, mask=None):
        raise NotImplementedError("net_forward: do it")


def gradient(x, *, steps=3):
    raise NotImplementedError("gradient: do it")
"""
DONE = SKELETON.replace('raise NotImplementedError("net_forward: do it")', "return x * 2").replace(
    'raise NotImplementedError("gradient: do it")', "return x"
)
OTHER = "# models/other.py\ndef other(x):\n    raise NotImplementedError('other: do it')\n"
ASSIGNMENT = Assignment(
    name="a",
    title="A",
    imports=("math", "torch", "torch.nn"),
    forbidden={"models/net.py": ("torch.nn.LSTM*", "torch.lstm*", "torch._C.*", "torch._VF.*", "builtins.open")},
    cells=(
        SkeletonCell("Net", "1_net.ipynb", "models/net.py", SKELETON),
        SkeletonCell("other", "1_net.ipynb", "models/other.py", OTHER),
    ),
    steps=(
        Step("net_parameters", 1, "models/net.py", "Net", "1_net.ipynb"),
        Step("net_forward", 1, "models/net.py", "Net", "1_net.ipynb"),
        Step("gradient", 1, "models/net.py", "gradient", "1_net.ipynb"),
        Step("other", 1, "models/other.py", "other", "1_net.ipynb"),
    ),
)
NET = ["net_parameters", "net_forward"]
FILE = [*NET, "gradient"]


def check(source: str | None, assignment: Assignment = ASSIGNMENT) -> list[Violation]:
    """Violations of a net.py with this source, beside an other.py that is right."""
    modules: dict[str, Module] = {"models/other.py": assemble("models/other.py", [("x", OTHER)])}
    if source is not None:
        modules["models/net.py"] = assemble("models/net.py", [(WHERE, source)])
    return violations(assignment, modules)


def only(source: str | None, assignment: Assignment = ASSIGNMENT) -> Violation:
    (found,) = check(source, assignment)
    return found


def edited(old: str, new: str) -> str:
    return change(old, new, DONE)


def test_the_skeleton_and_the_right_answer_break_nothing() -> None:
    assert check(SKELETON) == check(DONE) == []


# Signatures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "lost", "words"),
    [
        ("mask=None", "mask=0", NET, "expected forward(self, x, mask=None), found forward(self, x, mask=0)"),
        ("mask=None", "mask", NET, "found forward(self, x, mask)"),
        ("x, mask=None", "inputs, mask=None", NET, "found forward(self, inputs, mask=None)"),
        ("size, depth=2", "depth=2, size=1", NET, "the signature of Net.__init__ was changed"),
        ("mask=None", "mask=None, extra=1", NET, "extra=1"),
        ("mask=None", "mask=None, *rest", NET, "*rest"),
        ("mask=None", "mask=None, **options", NET, "**options"),
        ("def forward(", "async def forward(", NET, "found async forward"),
        ("def gradient(x, *, ", "def gradient(x, ", ["gradient"], "the signature of gradient was changed"),
        ("steps=3", "steps=4", ["gradient"], "found gradient(x, *, steps=4)"),
        ("def forward", "def foward", NET, "Net.forward is missing; there is foward: give it its name back"),
        ("class Net(", "class net(", NET, "defines no class Net; there is net: give it its name back"),
        ("class Net(", "class Network(", NET, "defines no class Net"),
        ("def gradient", "def gradients", ["gradient"], "there is gradients"),
        ("def gradient(", "class gradient(", ["gradient"], "gradient is missing"),
    ],
)
def test_a_changed_signature_costs_its_class_or_function(old: str, new: str, lost: list[str], words: str) -> None:
    source = edited(old, new)
    if new == "class gradient(":
        source = edited("def gradient(x, *, steps=3):\n    return x", "class gradient:\n    pass")
    found = only(source)
    assert (found.rule, steps_lost(ASSIGNMENT, found)) == ("signature", lost)
    assert words in found.message


def test_a_changed_signature_names_its_place() -> None:
    assert only(edited("mask=None", "mask=0")).message.startswith(f"{WHERE}, line 14: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x, mask=None", "x: 'torch.Tensor', mask: 'torch.Tensor | None' = None"),
        ("mask=None):", "mask=None) -> torch.Tensor:"),
        ("def helper(self, x):", "def helper(self, x, more=1):"),
        ("    def helper(self, x):\n        return x\n", ""),
        ("def gradient", "class Extra:\n    pass\n\n\ndef gradient"),
        ("return x * 2", "return self.twice(x)\n\n    def twice(self, x):\n        return x * 2"),
        ("class Net(nn.Module)", "class Net(torch.nn.Module)"),
        ("    def forward", "    @torch.no_grad()\n    def forward"),
    ],
)
def test_what_is_free_costs_nothing(old: str, new: str) -> None:
    assert check(edited(old, new)) == []


def test_the_last_definition_counts() -> None:
    assert check("class Net:\n    pass\n\n\n" + DONE) == []
    assert only(DONE + "\n\nclass Net:\n    def __init__(self, size, depth=2):\n        pass\n").rule == "signature"


# Missing and unreadable ---------------------------------------------------------------------------------


def test_a_missing_module_costs_its_steps_only() -> None:
    found = only(None)
    assert (found.rule, steps_lost(ASSIGNMENT, found)) == ("missing", FILE)
    assert "models/net.py is missing" in found.message


@pytest.mark.parametrize("new", ["return x *", "return (x", "retrun x", "retrun x + 1)", "return '\0'", "return 'a"])
def test_a_syntax_error_is_told_with_its_place(new: str) -> None:
    found = only(edited("return x * 2", new))
    assert (found.rule, steps_lost(ASSIGNMENT, found)) == ("syntax", FILE)
    assert "Python cannot read this" in found.message or "cannot be read by Python" in found.message
    if "\0" not in new:
        assert f"{WHERE}, line 15" in found.message


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 5_000 + ")" * 5_000,
        "x = " + "-" * 50_000 + "1",
        "x = a" + ".b" * 50_000,
        "def forward(x=" + "-" * 900 + "1): pass",
        "x = a" + ".b" * 900,
        "x = '\ud800'",
    ],
    ids=["parentheses", "signs", "dots", "default", "some dots", "surrogate"],
)
def test_source_made_to_break_a_parser_is_a_verdict(source: str) -> None:
    for found in check(DONE + source + "\n"):
        assert found.rule == "syntax"


@given(st.text(max_size=80))
def test_any_text_is_a_verdict(text: str) -> None:
    assert check(text)[0].rule in ("syntax", "signature")


# Imports ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "import math",
        "import torch.nn as n",
        "from torch import *",
        "from torch import nn, Tensor",
        "from torch.nn import Module as M",
        "from __future__ import annotations",
        "from models.other import other",
        "import models.other",
        "from models import other",
    ],
)
def test_allowed_imports(line: str) -> None:
    assert check(f"# models/net.py\n{line}\n{DONE}") == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import os", "os"),
        ("import math, sys", "sys"),
        ("import torch.nn.functional as F", "torch.nn.functional"),
        ("from torch.nn.functional import relu", "torch.nn.functional"),
        ("from os.path import join", "os.path"),
        ("from . import other", "."),
        ("from .other import other", ".other"),
        ("__import__('os')", "os"),
        ("__import__('o' + 's')", "os"),
        ("import torchvision", "torchvision"),
        ("import models", "models"),
        ("try:\n    import os\nexcept Exception:\n    os = None", "os"),
    ],
)
def test_an_added_import_costs_the_file(line: str, name: str) -> None:
    found = only(DONE + line + "\n")
    assert (found.rule, steps_lost(ASSIGNMENT, found)) == ("import", FILE)
    place = DONE.count("\n") + 1 + line.startswith("try")
    assert found.message == (
        f"{WHERE}, line {place}: the import of {name} is not allowed here; allowed are math, torch, torch.nn."
    )


def test_the_settings_and_the_skeleton_allow_imports() -> None:
    line = "import torch.nn.functional as F\n"
    assert check(DONE + line, replace(ASSIGNMENT, imports=("torch.nn.functional",))) == []
    assert check(DONE, replace(ASSIGNMENT, imports=())) == []
    assert only(DONE + "import math\n", replace(ASSIGNMENT, imports=())).rule == "import"


def test_leaving_an_import_out_is_no_fault() -> None:
    assert check(edited("import torch\n", "")) == []


# Forbidden constructs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "x = nn.LSTM(1, 2)",
        "x = torch.nn.LSTMCell",
        "from torch.nn import LSTM as Mine",
        "from torch import nn as n\nx = n.LSTM",
        "import torch as t\nx = t.nn.LSTM",
        "n = nn\nx = n.LSTM",
        "n = nn\nm = n\nx = m.LSTM",
        "x = getattr(nn, 'LSTM')",
        "x = getattr(torch, 'nn').LSTM",
        "x = nn.__dict__['LSTM']",
        "x = vars(nn)['LSTM']",
        "from torch.nn import *\nx = LSTM(1, 2)",
        "from torch import *\nx = lstm(1)",
        "from torch.nn import *\nclass LSTM(LSTM): pass",
        "class Sub(nn.LSTM):\n    pass",
        "def f(x: nn.LSTM): ...",
        "x = torch._C._nn",
        "x = open('f')",
    ],
)
def test_a_forbidden_construct_is_found_under_other_names(source: str) -> None:
    found = check(DONE + source + "\n")
    assert [entry.rule for entry in found] == ["forbidden"] * len(found)
    assert found
    assert steps_lost(ASSIGNMENT, found[0]) == FILE
    place = DONE.count("\n") + 1 + source.count("\n")
    assert any(f"{WHERE}, line {place}: " in entry.message for entry in found) or source.startswith(("class", "def"))


@pytest.mark.parametrize(
    "source",
    [
        "# nn.LSTM is not used here\n",
        "x = 'nn.LSTM(1, 2)'\n",
        'def f():\n    """Like nn.LSTM."""\n',
        "LSTM = 3\nx = LSTM\n",
        "class LSTM(nn.Module):\n    def __init__(self):\n        super(LSTM, self).__init__()\n",
        "from torch.nn import *\nclass LSTM(Module):\n    def __init__(self):\n        super(LSTM, self).__init__()\n",
        "x = nn.Linear(1, 2)\n",
        "class A:\n    nn = 3\n\n    def f(self):\n        return self.LSTM\n",
        "def f(lstm):\n    return lstm.LSTM\n",
    ],
)
def test_a_mention_or_an_own_name_is_no_use(source: str) -> None:
    assert check(DONE + source) == []


def test_one_construct_is_told_once_and_only_in_its_file() -> None:
    assert len(check(DONE + "x = nn.LSTM\ny = nn.LSTM\n")) == 1
    assert check(DONE + "x = nn.LSTM\n", replace(ASSIGNMENT, forbidden={"models/other.py": ("torch.nn.LSTM*",)})) == []


def test_several_violations_are_all_told() -> None:
    source = "import os\n" + edited("mask=None", "mask=0") + "x = nn.LSTM\n"
    assert sorted(found.rule for found in check(source)) == ["forbidden", "import", "signature"]


def test_the_place_is_in_the_cell_that_holds_the_line() -> None:
    first, second = DONE.split("\n\ndef gradient")
    module = assemble(
        "models/net.py", [("a.ipynb, cell 1", first), ("b.ipynb, cell 2", "def gradient" + second + "import os")]
    )
    (found,) = violations(replace(ASSIGNMENT, cells=ASSIGNMENT.cells[:1]), {"models/net.py": module})
    assert found.message.startswith("b.ipynb, cell 2, line 3: the import of os")


def test_the_toy_holds_its_own_rules() -> None:
    toy = Assignment(
        name="toy",
        title="Toy",
        imports=("torch", "torch.nn"),
        forbidden={MODULE: ("torch.nn.Linear*",)},
        cells=(SkeletonCell("Affine", "toy.ipynb", MODULE, STUB),),
        steps=(Step("affine_forward", 3, MODULE, "Affine", "toy.ipynb"),),
    )
    assert violations(toy, {MODULE: assemble(MODULE, [("toy.ipynb", RIGHT)])}) == []
    (found,) = violations(toy, {MODULE: assemble(MODULE, [("toy.ipynb", RIGHT + "\nx = nn.Linear\n")])})
    assert "torch.nn.Linear must not be used here" in found.message
