"""Student code in a confined worker: verbs arrive, nothing gets out, and no worker outlives its grader."""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import signal
import socket
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import CANARY
from toy_work import forward, notebook, zipped

from autograder.authoring.course import Course
from autograder.isolation.confinement.layers import SWITCHABLE
from autograder.isolation.engine import Opaque
from autograder.isolation.faults import StudentError, WorkerLost
from autograder.isolation.handles import Student
from autograder.isolation.remote import Confinement, RemoteTransport
from autograder.isolation.zygote import Zygote
from autograder.judging.grade import Job, grade

MODULE = "models/m.py"
HEAD = "import torch\nfrom torch import nn\n"
AFFINE = """
class Affine(nn.Module):
    def __init__(self, rows, columns=2):
        super().__init__()
        self.rows = rows
        self.weight = nn.Parameter(torch.zeros(rows, columns))
        self.layer = nn.Linear(rows, 3, bias=False)
        self.same = self.weight
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        return x @ self.helper(self.weight)

    def helper(self, weight):
        return weight

    def both(self, x, more):
        x += 1
        return [x, {"more": more}, (self.training, None)]

    def noise(self, x):
        return self.drop(x)
"""
Remote = Callable[..., RemoteTransport]
# A worker can start no program, unless these layers are off.
PROGRAMS_START = ("view", "landlock", "seccomp")


@pytest.fixture
def remote(zygote: Zygote) -> Iterator[Remote]:
    """Start a transport to a worker with this source as its one module (or these modules)."""
    made: list[RemoteTransport] = []

    def make(source: str | Mapping[str, str], **given: Any) -> RemoteTransport:
        sources = {MODULE: HEAD + source} if isinstance(source, str) else dict(source)
        limits = Confinement(
            given.pop("call_seconds", 10.0), 60, given.pop("memory_mb", 512), given.pop("layers_off", ())
        )
        owners = {"Affine": MODULE, "Net": MODULE, "f": MODULE, **given.pop("owners", {})}
        options = {"stand_ins": "", "deadline": time.monotonic() + 60} | given
        made.append(RemoteTransport(zygote.control, sources, owners, limits=limits, **options))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


def function(body: str, head: str = "") -> str:
    return f"{head}\ndef f(x=None):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"


def call(transport: RemoteTransport, *args: Any) -> Any:
    return Student(transport).call("f", *args)


def lost(transport: RemoteTransport, name: str = "f") -> str:
    """Reason for which a call is lost."""
    with pytest.raises(WorkerLost) as caught:
        Student(transport).call(name)
    return caught.value.reason


def student_error(transport: RemoteTransport, *args: Any) -> StudentError:
    with pytest.raises(StudentError) as caught:
        call(transport, *args)
    return caught.value


# Verbs --------------------------------------------------------------------------------------------------


@pytest.fixture
def student(remote: Remote) -> Student:
    return Student(remote(AFFINE))


def test_build_tells_parameters_and_layers(student: Student) -> None:
    model = student.build("Affine", 4, columns=5)
    found = {p.name: (p.shape, p.dtype, p.trainable, p.alias) for p in model.structure.parameters}
    assert found == {
        "weight": ((4, 5), "float32", True, ""),
        "same": ((4, 5), "float32", True, "weight"),
        "layer.weight": ((3, 4), "float32", True, ""),
    }
    layers = {layer.name: layer for layer in model.structure.layers}
    assert (layers[""].type, layers["layer"].type, layers["drop"].type) == ("", "Linear", "Dropout")
    assert layers["layer"].shapes == {"weight": (3, 4)}
    assert (layers["layer"].options["in_features"], layers["drop"].options["p"]) == (4, 0.5)
    assert layers["layer"].full("weight") == "layer.weight"


def test_load_call_and_weights(student: Student) -> None:
    model = student.build("Affine", 2)
    weight = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert model.load({"weight": weight}).call(torch.ones(1, 2)).tolist() == [[4.0, 6.0]]
    assert torch.equal(model.weights()["weight"], weight)
    assert model.call(weight, method="helper").tolist() == weight.tolist()


def test_values_come_back_as_they_are_and_changed_inputs_are_told(student: Student) -> None:
    model = student.build("Affine", 2)
    sent = torch.zeros(2)
    value = model.call(sent, torch.ones(1), method="both")
    assert [value[0].tolist(), value[1]["more"].tolist(), value[2]] == [[1.0, 1.0], [1.0], (True, None)]
    assert (model.changed, sent.tolist()) == ((0,), [0.0, 0.0])
    model.eval().call(torch.zeros(1, 2))
    assert model.changed == ()
    assert model.call(sent, 1, method="both")[2] == (False, None)


def test_modes_and_seeds(student: Student) -> None:
    model = student.build("Affine", 2)
    x = torch.ones(64)
    assert torch.equal(model.eval().call(x, method="noise"), x)
    first = model.train().seed(3).call(x, method="noise")
    assert set(first.tolist()) == {0.0, 2.0}
    assert torch.equal(model.seed(3).call(x, method="noise"), first)
    assert not torch.equal(model.seed(4).call(x, method="noise"), first)


def test_gradients_reach_parameters_and_inputs(student: Student) -> None:
    model = student.build("Affine", 2).load({"weight": torch.tensor([[1.0, 2.0], [3.0, 4.0]])})
    x, cotangent = torch.tensor([[5.0, 7.0]]), torch.tensor([[1.0, 10.0]])
    found = model.gradients(x, cotangents=[cotangent])
    assert found.value.tolist() == [[26.0, 38.0]]
    assert found.parameters["weight"].tolist() == (x.T @ cotangent).tolist()
    assert found.parameters["layer.weight"] is None
    assert found.inputs[0].tolist() == [[21.0, 43.0]]


def test_a_stand_in_answers_for_a_method(remote: Remote) -> None:
    stand_ins = "class Double:\n    def __init__(self, factor):\n        self.factor = factor\n"
    stand_ins += "    def __call__(self, weight):\n        return weight * self.factor\n"
    student = Student(remote(AFFINE, stand_ins=stand_ins))
    model = student.build("Affine", 1, 1).load({"weight": torch.ones(1, 1)})
    model.replace("helper", student.stand_in("Double", 6.0))
    assert model.call(torch.ones(1, 1)).tolist() == [[6.0]]


def test_an_attribute_is_copied(student: Student) -> None:
    model = student.build("Affine", 7)
    assert model.attribute("rows") == 7
    assert isinstance(model.attribute("drop"), Opaque)
    with pytest.raises(StudentError, match="no attribute"):
        model.attribute("nothing")


def test_an_object_is_passed_to_another(remote: Remote) -> None:
    student = Student(remote(AFFINE + "def f(x):\n    return x['it'][0].rows\n"))
    assert student.call("f", {"it": [student.build("Affine", 9)]}) == 9


def test_reset_forgets_objects_and_seeds(remote: Remote) -> None:
    student = Student(remote(function("return torch.rand(2)")))
    drawn = []
    for seed in (1, 1, 2):
        student.reset(seed)
        drawn.append(student.call("f").tolist())
    assert drawn[0] == drawn[1] != drawn[2]


def test_modules_of_a_submission_import_each_other_and_nothing_else(remote: Remote) -> None:
    sources = {
        "models/seq/part.py": "def part():\n    return 41\n",
        MODULE: "from models.seq.part import part\n\n\ndef f():\n    return part() + 1\n",
        "models/n.py": "import models.stale\n",
    }
    transport = remote(sources, owners={"g": "models/n.py"})
    assert Student(transport).call("f") == 42
    with pytest.raises(StudentError, match=r"No module named 'models\.stale'"):
        Student(transport).call("g")


# Errors -------------------------------------------------------------------------------------------------


def test_an_error_names_the_students_own_frames_only(remote: Remote) -> None:
    error = student_error(remote(function("return torch.zeros(2) @ torch.zeros(3)")))
    assert (error.call, error.kind) == ("f", "RuntimeError")
    assert [(frame.file, frame.line, frame.function) for frame in error.frames] == [(MODULE, 5, "f")]
    assert error.frames[0].text == "return torch.zeros(2) @ torch.zeros(3)"
    assert not error.left_open


def test_a_stub_is_open(remote: Remote) -> None:
    error = student_error(remote(function('raise NotImplementedError("f: do it")')))
    assert (error.left_open, error.text) == (True, "f: do it")


NAMELESS = "class M(type):\n    __name__ = property(lambda c: 1 / 0)\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("raise SystemExit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("return f()", "RecursionError"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("x = []; x.append(x); return x", "RecursionError"),
        ("return 10 ** 5000", "ValueError"),
        ("class E(Exception):\n    def __str__(self): raise SystemExit\nraise E", "E"),
        ("class E(Exception):\n    def __str__(self): return 3\nraise E", "E"),
        (
            "class M(type):\n    __name__ = property(lambda c: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E",
            None,
        ),
        ("raise SyntaxError('x', ('models/m.py', 1, 1, 7))", None),
        (f"{NAMELESS}class T(metaclass=M): pass\nreturn T()", None),
        ("raise ValueError('a\\ud800\\0b' * 9999)", "ValueError"),
    ],
    ids=str,
)
def test_whatever_is_raised_costs_one_call_and_is_no_printing(remote: Remote, body: str, kind: str | None) -> None:
    transport = remote(function(body) + "\ndef g():\n    return 1\n", owners={"g": MODULE})
    error = student_error(transport)
    assert kind in (None, error.kind)
    assert len(error.text) <= 2000
    assert Student(transport).call("g") == 1
    assert transport.printed == []


def test_a_module_that_raises_is_imported_once(remote: Remote) -> None:
    transport = remote("raise RuntimeError('at import')\n" + AFFINE)
    for _ in range(2):
        with pytest.raises(StudentError, match="at import") as caught:
            _ = Student(transport).build("Affine", 1).structure
        assert caught.value.call == f"import of {MODULE}"


@pytest.mark.parametrize(
    ("body", "reason", "seconds"),
    [
        ("x = 0\nfor _ in range(40): x = [x, x]\nreturn x", "timeout", 0.5),
        ("return 'x' * (5 << 20)", "size", 20),
        ("return torch.zeros(65 << 18)", "size", 20),
        ("x = [[[0] * 60] * 60] * 60\nreturn x", "size", 20),
    ],
    ids=["tree", "text", "tensor", "items"],
)
def test_a_huge_value_is_lost_and_the_next_call_works(remote: Remote, body: str, reason: str, seconds: float) -> None:
    transport = remote(function(body) + "\ndef g():\n    return 1\n", owners={"g": MODULE}, call_seconds=seconds)
    assert lost(transport) == reason
    transport.limits = replace(transport.limits, call_seconds=20)
    assert Student(transport).call("g") == 1
    assert transport.printed == []


def test_a_long_list_is_shortened(remote: Remote) -> None:
    assert call(remote(function("return [list(range(1000))]")))[0] == list(range(64))


def test_an_error_that_lies_about_its_place_is_lost(remote: Remote) -> None:
    assert lost(remote(function("raise SyntaxError('x', ('models/m.py', 'one', 1, 'y'))"))) == "protocol"


def test_what_a_tensor_pretends_to_be_stays_there(remote: Remote) -> None:
    body = """
    class Always(torch.Tensor):
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            if function is torch.Tensor.__eq__:
                return torch.ones(2, dtype=torch.bool)
            return super().__torch_function__(function, types, args, kwargs or {})
    class Spoof:
        __class__ = torch.Tensor
        def detach(self): return self
        clone = lambda self: self
        as_subclass = lambda self, kind: "I am right"
    return [torch.zeros(2).as_subclass(Always), Spoof(), nn.Parameter(torch.ones(1))]
    """
    got = call(remote(function(body)))
    assert [type(value) for value in (got[0], got[2])] == [torch.Tensor, torch.Tensor]
    assert (got[0] == torch.ones(2)).tolist() == [False, False]
    assert not isinstance(got[1], torch.Tensor)


PATCHES = """
import builtins, json, socket, sys
import torch.testing
always = lambda *a, **k: True
torch.allclose = torch.equal = always
torch.testing.assert_close = always
builtins.len = builtins.abs = lambda *a: 0
builtins.isinstance = always
json.dumps = lambda *a, **k: '{"d":[["number",1],["replies",[]]]}'
json.loads = always
socket.socket.recv = always
torch.Tensor.__eq__ = lambda a, b: torch.ones(a.shape, dtype=torch.bool)
sys.stdout = sys.stderr = sys.modules
"""


def test_patches_reach_the_worker_only(remote: Remote) -> None:
    transport = remote(function("return torch.zeros(2)", head=PATCHES), call_seconds=0.5)
    for _ in range(3):
        # It may lose its own answer, never change another's.
        with pytest.raises((StudentError, WorkerLost)):
            call(transport)
    assert not torch.equal(torch.zeros(1), torch.ones(1))
    assert json.loads(json.dumps([len("ab")])) == [2]
    honest = remote(function("return 2"))
    assert call(honest) == 2


def test_a_closed_or_replaced_stdout_does_not_matter(remote: Remote) -> None:
    transport = remote(function("return 1", head="import sys, io\nsys.stdout = None\nsys.stderr = io.StringIO()"))
    assert call(transport) == 1
    closed = remote(function("import os, sys\nsys.stdout.close()\nos.close(1)\nos.close(2)\nreturn 1"))
    assert call(closed) == 1


def test_answers_that_nobody_asked_for_are_refused(remote: Remote) -> None:
    forged = r"""
    import socket, struct
    text = b'[1, [{"d": ["ok", null]}]]      '
    socket.socket(fileno=3).send(struct.pack("!II", len(text), 0) + text)
    return 1
    """
    transport = remote(function(forged))
    assert lost(transport) == "protocol"
    raw = remote(function("import os\nos.write(3, bytes(4) + b'\\xff' * 60)"))
    assert lost(raw) == "size"


@pytest.mark.parametrize(
    ("parameters", "layers"),
    [
        ([["p", ["a"], "float32", True, ""]], []),
        ([["p", [2.5, None], "float32", True, ""]], []),
        ([["p", [-1], "float32", True, ""]], []),
        ([["p", [2] * 17, "float32", True, ""]], []),
        ([["p" * 201, [1], "float32", True, ""]], []),
        ([["x\0", [1], "float32", True, ""]], []),
        ([["p", [1 << 40], "float32", True, ""]], []),
        ([[f"p{n}", [4000, 4000], "float32", True, ""] for n in range(2)], []),
        ([[f"p{n}", [1], "float32", True, ""] for n in range(1001)], []),
        ([], [[f"l{n}", "Linear", {}, {}] for n in range(1001)]),
        ([], [["", "Linear", {"weight": [1 << 70]}, {}]]),
        ([3], []),
        (3, 3),
    ],
)
def test_a_structure_that_cannot_be_is_the_students_fault(remote: Remote, parameters: Any, layers: Any) -> None:
    told = json.dumps({"parameters": parameters, "layers": layers})
    source = f"""
import sys
sys.modules["autograder.isolation.engine"].describe = lambda made: {told!r}
class Net(nn.Module):
    pass
"""
    with pytest.raises((StudentError, WorkerLost)):
        _ = Student(remote(source)).build("Net").structure


# Silence ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("print('hi')", "hi\n"),
        ("import os\nos.write(1, b'hi')", "hi"),
        ("import ctypes\nctypes.CDLL(None).puts(b'hi')", "hi\n"),
        ("import sys\nsys.stderr.write('hi')", "hi"),
        ("import sys\nsys.__stdout__.write('hi')", "hi"),
        ("import logging\nlogging.warning('hi')", "WARNING:root:hi\n"),
        ("import subprocess\nsubprocess.run(['/bin/echo', 'hi'])", "hi\n"),
        ("import os\nos.system('echo hi >&2')", "hi\n"),
        ("print(end=' ')", " "),
        ("print('[W1123 12:00:00.123456789 NNPACK.cpp:57] hi')", "[W1123"),
        ("import sys\nprint('[W1123 12:00:00.123456789 NNPACK.cpp:57] hi', file=sys.stderr)", "[W1123"),
        ("import os\nos.write(2, b'[W1123] hi\\n[W1123 12:00:00.1 NNPACK.cpp:57] hi\\n')", "[W1123] hi\n"),
        ("print('\\ud800')", "\\ud800\n"),
        ("import traceback\ntry:\n    1 / 0\nexcept Exception:\n    traceback.print_exc()", "Traceback"),
    ],
)
def test_printing_is_seen_whatever_way_it_takes(remote: Remote, body: str, said: str) -> None:
    starts_a_program = "subprocess" in body or "os.system" in body
    transport = remote(function(body), layers_off=PROGRAMS_START if starts_a_program else ())
    call(transport)
    ((where, text),) = transport.printed
    assert where == "f"
    assert text.startswith(said)


@pytest.mark.parametrize(
    "body",
    [
        "import warnings\nwarnings.warn('careful')",
        "nn.Transformer(8, 2, 1, 1, 8, norm_first=True)",
        "nn.LSTM(1, 1, dropout=0.5)",
        "return '\\d'",
        "print(end='')",
        "torch._C._log_api_usage_once('x')",
        "import os\nos.write(2, b'[W1123 12:00:00.123456789 NNPACK.cpp:57] no NNPACK here\\n')  # as torch's C++ does",
    ],
)
def test_warnings_and_nothing_are_no_printing(remote: Remote, body: str) -> None:
    transport = remote(function(body))
    call(transport)
    assert transport.printed == []


def test_printing_is_told_by_call(remote: Remote) -> None:
    source = "print('at import')\nclass Net:\n    def __init__(self):\n        print('built')\n"
    source += "    def __call__(self):\n        print('called')\n        raise ValueError\n"
    transport = remote(source)
    model = Student(transport).build("Net")
    _ = model.structure
    with pytest.raises(StudentError):
        model.call()
    with pytest.raises(StudentError):  # in one message: nobody knows which
        Student(transport).build("Net").call()
    assert transport.printed == [
        (f"import of {MODULE}", "at import\n"),
        ("Net(…)", "built\n"),
        ("Net.forward", "called\n"),
        ("Net(…) or Net.forward", "built\ncalled\n"),
    ]


# One message ----------------------------------------------------------------------------------------------


def test_questions_go_over_together(remote: Remote) -> None:
    transport = remote(AFFINE)
    model = Student(transport).build("Affine", 2)
    _ = model.structure
    before = transport._calls
    answers = [model.load({"weight": k * torch.eye(2)}).ask(torch.ones(1, 2)) for k in (1.0, 2.0, 3.0)]
    assert [answer.value.tolist() for answer in answers] == [[[k, k]] for k in (1.0, 2.0, 3.0)]
    assert transport._calls == before + 1


def test_each_further_question_gets_a_fifth_of_the_time(remote: Remote) -> None:
    student = Student(remote(function("while True: pass"), call_seconds=0.5))
    op = {"op": "function", "name": "f", "args": (), "kwargs": {}}
    answers = [student.ask(op, "f", lambda reply: reply["value"]) for _ in range(3)]
    with pytest.raises(WorkerLost, match=r"f did not end within 0\.7 seconds"):
        _ = answers[0].value


def test_answers_before_the_failing_one_are_there(remote: Remote) -> None:
    transport = remote(function("if x > 1: raise ValueError('too large')\nreturn x"))
    student = Student(transport)
    answers = [
        student.ask({"op": "function", "name": "f", "args": (x,), "kwargs": {}}, "f", lambda reply: reply["value"])
        for x in (0, 1, 2, 3)
    ]
    assert [answer.value for answer in answers[:2]] == [0, 1]
    for answer in answers[2:]:
        with pytest.raises(StudentError, match="too large"):
            _ = answer.value


def test_what_is_only_built_is_built_at_the_end(remote: Remote) -> None:
    student = Student(remote("class Net:\n    def __init__(self):\n        raise ValueError('never')\n"))
    student.build("Net")
    with pytest.raises(StudentError, match="never") as caught:
        student.finish()
    assert caught.value.call == "Net(…)"
    student.finish()


def test_an_object_that_was_used_before_anyone_asked_says_what_it_is_made_of(remote: Remote) -> None:
    net = "class Net(torch.nn.Linear):\n    pass\n"
    student = Student(remote(f"import torch\n{net}"))
    used, waiting = student.build("Net", 2, 3), student.build("Net", 4, 5)
    used.call(torch.zeros(1, 2))
    for model, shape in ((used, (3, 2)), (waiting, (5, 4)), (student.build("Net", 6, 7), (7, 6))):
        assert [(entry.name, entry.shape) for entry in model.structure.parameters] == [
            ("weight", shape),
            ("bias", shape[:1]),
        ]


def test_printing_before_a_hang_or_a_death_is_seen(remote: Remote) -> None:
    hung = remote(function("print('one')\nwhile True: pass"), call_seconds=0.3)
    assert lost(hung) == "timeout"
    dead = remote(function("print('two')\nimport os\nos._exit(0)"))
    assert lost(dead) == "died"
    assert hung.printed + dead.printed == [("f", "one\n"), ("f", "two\n")]


def test_endless_printing_is_shortened(remote: Remote) -> None:
    transport = remote(function("while True: print('x' * 5000)"), call_seconds=5)
    with pytest.raises((StudentError, WorkerLost)):
        call(transport)
    ((_, text),) = transport.printed
    assert text.startswith("xxx")
    assert len(text) < 5000


# Hangs, deaths, limits ----------------------------------------------------------------------------------

HANG = function("while True: pass") + "\ndef g():\n    return 1\n"


def test_a_hang_costs_two_calls_and_a_fresh_worker_goes_on(remote: Remote) -> None:
    transport = remote(HANG, owners={"g": MODULE}, call_seconds=1)
    assert [lost(transport), Student(transport).call("g"), lost(transport)] == ["timeout", 1, "timeout"]
    assert [lost(transport), lost(transport)] == ["spent", "spent"]
    assert Student(transport).call("g") == 1
    transport.begin_step()
    assert lost(transport) == "timeout"


def test_a_submissions_time_is_bounded(remote: Remote) -> None:
    transport = remote(HANG, owners={"g": MODULE}, call_seconds=30, deadline=time.monotonic() + 1)
    assert lost(transport) == "timeout"
    assert lost(transport, "g") == "spent"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import os\nos._exit(0)\n" + function("return 1"), "f"),
        (function("import os\nos._exit(3)"), "f"),
        (function("import ctypes\nctypes.string_at(0)"), "f"),
        (function("import os\nos.abort()"), "f"),
    ],
    ids=["import", "exit", "segfault", "abort"],
)
def test_a_death_costs_the_call(remote: Remote, source: str, name: str) -> None:
    transport = remote(source)
    assert [lost(transport, name), lost(transport, name)][0] == "died"
    assert transport.printed == []


FATAL = "Fatal Python error: Cannot recover from MemoryErrors\nPython runtime state: initialized"


@pytest.mark.parametrize(
    "words",
    [
        FATAL,
        "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc",
        "malloc(): corrupted top size",
        "double free or corruption (out)",
        "*** stack smashing detected ***: terminated",
    ],
)
def test_the_last_words_of_the_runtime_are_no_printing(remote: Remote, words: str) -> None:
    transport = remote(function(f"import os\nos.write(2, {words + chr(10)!r}.encode())\nos._exit(1)"))
    assert lost(transport) == "died"
    assert transport.printed == []


def test_what_was_printed_before_the_last_words_counts(remote: Remote) -> None:
    transport = remote(function(f"import os\nos.write(1, b'here\\n')\nos.write(2, {FATAL!r}.encode())\nos._exit(1)"))
    assert lost(transport) == "died"
    assert [text.strip() for _, text in transport.printed] == ["here"]


def test_last_words_of_the_living_are_printing(remote: Remote) -> None:
    transport = remote(function(f"import os\nos.write(2, {FATAL!r}.encode())\nreturn 1"))
    assert call(transport) == 1
    assert transport.printed


def test_a_death_in_a_constructor(remote: Remote) -> None:
    transport = remote("class Net:\n    def __init__(self):\n        import os\n        os._exit(0)\n")
    with pytest.raises(WorkerLost) as caught:
        _ = Student(transport).build("Net").structure
    assert (caught.value.reason, caught.value.call) == ("died", "Net(…)")
    with pytest.raises(WorkerLost, match=re.escape("Net(…) or Net.forward ended the whole Python process")):
        Student(transport).build("Net").call()


@pytest.mark.parametrize(
    "body",
    [
        "return torch.zeros(1 << 34)",
        "return bytearray(1 << 34)",
        "x = []\nwhile True: x.append(bytearray(1 << 22))",
        "x = []\nwhile True: x.append(torch.ones(1 << 20))",
        "import sys\nsys.setrecursionlimit(1 << 30)\nreturn f()",
    ],
    ids=["tensor", "bytes", "many bytes", "many tensors", "frames"],
)
def test_memory_is_bounded_and_its_end_is_no_printing(remote: Remote, body: str) -> None:
    source = function(body) + "\ndef g():\n    return 1\n"
    transport = remote(source, owners={"g": MODULE}, memory_mb=256, call_seconds=2)
    with pytest.raises((StudentError, WorkerLost)):
        call(transport)
    transport.limits = replace(transport.limits, call_seconds=20)
    assert Student(transport).call("g") == 1
    assert transport.printed == []


def test_a_bad_write_to_the_disk_is_bounded(remote: Remote, tmp_path: Path) -> None:
    everything_but_limits = [layer for layer in SWITCHABLE if layer != "limits"]
    transport = remote(function("open(x, 'wb').write(bytes(32 << 20))"), layers_off=everything_but_limits)
    assert "too large" in student_error(transport, str(tmp_path / "big")).text


# What is out of reach -----------------------------------------------------------------------------------


def test_the_environment_is_empty_of_ours(remote: Remote) -> None:
    body = "import os\nreturn [dict(os.environ), open('/proc/self/environ').read(), os.listdir('/proc')]"
    transport = remote(function(body), layers_off=("uid", "landlock"))  # with them, its own environ is closed to it
    variables, raw, processes = call(transport)
    assert CANARY not in raw
    assert set(variables) <= {
        *("PATH", "LC_ALL", "LC_CTYPE", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "USER", "TORCHINDUCTOR_CACHE_DIR"),
        *("CUDA_VISIBLE_DEVICES", "GLIBC_TUNABLES"),
    }
    assert [int(name) for name in processes if name.isdigit()] == [1]


def test_every_layer_is_reported(remote: Remote) -> None:
    transport = remote(function("return 1"))
    call(transport)
    assert {"network", "ipc", "mount", "pid", "limits", "no_new_privs"} <= set(transport.layers)
    assert all(state == "on" or state.startswith(("off: ", "on, without ")) for state in transport.layers.values())


def test_no_network_is_reachable(remote: Remote) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        body = f"import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=2)"
        transport = remote(function(body))
        call(remote(function("return 1")))
        error = student_error(transport)
    assert error.kind in ("OSError", "ConnectionRefusedError", "PermissionError")
    assert transport.layers["network"] == "on"


def test_modules_of_the_grader_are_not_loaded(remote: Remote) -> None:
    names = call(
        remote(function("import sys\nreturn [n for n in sys.modules if n.startswith(('autograder', 'pytest'))]"))
    )
    assert "autograder.isolation.worker" in names
    assert not [name for name in names if name.startswith(("autograder.judging", "autograder.classroom", "pytest"))]


def test_open_files_of_the_grader_are_not_inherited(remote: Remote) -> None:
    body = "import os\nreturn sorted(int(n) for n in os.listdir('/proc/self/fd'))"
    assert max(call(remote(function(body)))) <= 5  # 0 to 4, and the folder itself


# Nothing stays behind -----------------------------------------------------------------------------------


def alive(marker: str) -> list[int]:
    """Ids of the running processes with this text in their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def appeared(marker: str, count: int = 1) -> None:
    """Wait until processes that were started have become what they are to be."""
    end = time.monotonic() + 5
    while len(alive(marker)) < count:
        assert time.monotonic() < end
        os.sched_yield()


def gone(marker: str, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while alive(marker):
        if time.monotonic() > end:
            return False
        os.sched_yield()
    return True


def test_children_end_with_their_worker(remote: Remote) -> None:
    marker = f"31{os.getpid()}.5"
    body = f"""
    import subprocess
    for detached in (False, True):
        subprocess.Popen(["/bin/sleep", "{marker}"], start_new_session=detached)
    return 1
    """
    transport = remote(function(body), layers_off=PROGRAMS_START)
    assert call(transport) == 1
    assert transport.layers["pid"] == "on"
    appeared(marker, 2)
    transport.close()
    assert gone(marker)


def forked(begin: Callable[[], object]) -> int:
    """Fork a grader, wait until it has begun, and return its id."""
    ready, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            begin()
            os.write(tell, b"1")
            signal.pause()
        finally:
            os._exit(1)
    os.close(tell)
    said = os.read(ready, 1)
    os.close(ready)
    assert said == b"1"
    return pid


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def sleeper(marker: str) -> str:
    return function(f"import subprocess\nsubprocess.Popen(['/bin/sleep', '{marker}'])\nreturn 1")


def test_a_killed_grader_frees_its_worker(remote: Remote) -> None:
    marker = f"32{os.getpid()}.5"
    transport = remote(sleeper(marker), layers_off=PROGRAMS_START)
    grader = forked(lambda: call(transport))
    appeared(marker)
    kill(grader)
    assert gone(marker)


def test_a_killed_command_line_frees_everything(remote: Remote) -> None:
    marker = f"33{os.getpid()}.5"
    transport = remote(sleeper(marker), layers_off=PROGRAMS_START)

    begun = []

    def begin() -> None:
        begun.append(Zygote())
        transport.control = begun[0].control
        call(transport)

    grader = forked(begin)
    appeared(marker)
    (server,) = [pid for pid in alive("autograder.isolation") if parent(pid) == grader]
    kill(grader)
    assert gone(marker)
    assert ended(server)


def test_a_command_line_killed_while_grading_leaves_nothing_behind(course: Course, tmp_path: Path) -> None:
    settings = course.source("toy") / "assignment.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[limits]\ncall_seconds = 60\n", encoding="utf-8")
    work = zipped(tmp_path / "me.zip", {"toy.ipynb": notebook(forward("while True:", "    pass"))})
    grader = os.fork()
    if grader == 0:
        try:
            grade(course, "toy", [Job(work, tmp_path / "out")], seed="x")
        finally:
            os._exit(1)
    # The fork server, the session, the process of this submission, the worker and its monitor.
    end = time.monotonic() + 30
    while len(family := descendants(grader)) < 5:
        assert time.monotonic() < end, family
        os.sched_yield()
    kill(grader)
    assert [pid for pid in family if not ended(pid)] == []
    assert not list((tmp_path / "out").iterdir())


def descendants(pid: int) -> list[int]:
    """Ids of the processes that a process has started, and those that they have started."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(folder.name)] = parent(int(folder.name))
    found = [pid]
    for one in found:  # grows while it is walked through
        found += [child for child, above in parents.items() if above == one]
    return found[1:]


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def ended(pid: int, seconds: float = 5) -> bool:
    """Is a process gone, or soon? A zombie waits only for its parent."""
    end = time.monotonic() + seconds
    while True:
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        if time.monotonic() > end:
            return False
        os.sched_yield()


def test_not_a_number_and_infinity_arrive(remote: Remote) -> None:
    value = call(remote(function("return [float('nan'), torch.tensor([float('inf')]), torch.eye(2).to_sparse()]")))
    assert math.isnan(value[0])
    assert value[1].tolist() == [math.inf]
    assert not isinstance(value[2], torch.Tensor)
