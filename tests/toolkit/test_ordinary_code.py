"""Ordinary student code never notices its confinement, whatever is missing and whoever grades."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from other_user import LATE, ROOT
from sandbox_kit import Remote, call, on, workers

from autograder.isolation import worker
from autograder.isolation.confinement.layers import ON, SWITCHABLE
from autograder.isolation.confinement.levels import level
from autograder.isolation.zygote import Zygote


@pytest.fixture
def remote(zygote: Zygote) -> Iterator[Remote]:
    """Start a worker; see `workers`."""
    with workers(zygote) as make:
        yield make


# Ordinary code never notices ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "off", [(), *[(layer,) for layer in SWITCHABLE], SWITCHABLE], ids=lambda off: "+".join(off)[:20]
)
def test_late_imports_work_whatever_layer_is_off(remote: Remote, off: Sequence[str]) -> None:
    transport = remote(LATE, off)
    assert call(transport) == "done"
    assert transport.printed == []


def test_threads_and_ordinary_questions_work(remote: Remote) -> None:
    body = """
import concurrent.futures, datetime, getpass, locale, os, platform, random, tempfile, threading, time
import numpy, torch
torch.set_num_threads(4)
product = torch.ones(300, 300) @ torch.ones(300, 300)
got = []
threads = [threading.Thread(target=got.append, args=(n,)) for n in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    got += pool.map(abs, [-1, -2])
batches = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(4, 2)), batch_size=2)
time.localtime(), datetime.datetime.now().astimezone(), os.cpu_count(), os.urandom(2), os.path.expanduser("~/x")
platform.platform(), locale.getlocale(), random.random(), numpy.random.rand(2), torch.cuda.is_available()
return [product[0, 0].item(), len(got), len(list(batches)), getpass.getuser(), tempfile.gettempdir()]
"""
    transport = remote(body)
    assert call(transport) == [300.0, 10, 2, "student", "/tmp"]
    assert transport.printed == []


MASKED = """
import torch
attention = torch.nn.MultiheadAttention(4, 1, batch_first=True)
words = torch.ones(1, 2, 4)
mixed, weights = attention(words, words, words, key_padding_mask=torch.tensor([[False, True]]))
return weights.tolist()
"""


@pytest.mark.parametrize("early", [True, False])
def test_padding_masks_work_where_what_they_need_was_not_imported_early(early: bool) -> None:
    with Zygote(padding_masks=early) as zygote, workers(zygote) as make:
        transport = make(MASKED)
        assert call(transport) == [[[1.0, 0.0], [1.0, 0.0]]]
        assert transport.printed == []


@pytest.mark.parametrize("installed", [True, False])
def test_our_own_package_is_off_the_import_path_but_not_what_lies_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: bool
) -> None:
    packages = str(Path(torch.__file__).parents[1])
    root = packages if installed else str(tmp_path)
    monkeypatch.setattr(sys, "path", [root, "/lib/python", packages])
    worker.forget_own_package(root)
    assert packages in sys.path
    assert str(tmp_path) not in sys.path


# As somebody else ---------------------------------------------------------------------------------------


def as_other(kind: str, folder: Path) -> dict[str, dict[str, Any]]:
    folder.chmod(0o755)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("other_user.py")), kind, str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": "/tmp"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def check_common(found: dict[str, Any]) -> None:
    """What holds for whoever grades: ordinary code works, and each layer that is on keeps its word."""
    layers, probes = found["layers"], found["probes"]
    assert (found["value"], found["printed"]) == ("done", [])
    assert on(layers, "session", "limits", "capabilities", "no_new_privs")
    if on(layers, "view") or on(layers, "landlock"):
        assert (probes["files"], probes["tamper"], probes["write"]) == ("", "", "")
    if on(layers, "seccomp"):
        assert (probes["network"], probes["programs"], probes["kernel"]) == ("", "", "")


def test_without_privileges(tmp_path: Path) -> None:
    found = as_other("user", tmp_path)
    for each in found.values():
        check_common(each)
        assert each["layers"]["uid"] == "off: not started as root"
    bare = found["none"]["layers"]
    assert bare["pid"].startswith("off: ")
    assert (bare["view"], bare["proc"]) == ("off: needs the layer mount", "off: needs the layer pid")
    assert level(found["closed"]["layers"], found["closed"]["probes"]) == "weak"


@pytest.mark.skipif(os.getuid() != 0, reason="a container's root is root")
def test_as_a_containers_root(tmp_path: Path) -> None:
    found = as_other("container", tmp_path)
    for each in found.values():
        check_common(each)
        assert each["layers"]["pid"] == "off: Operation not permitted"
        assert each["layers"]["uid"] == ON
        assert (each["probes"]["powers"], each["probes"]["neighbours"], each["probes"]["tamper"]) == ("", "", "")
    assert found["none"]["layers"]["network"] == "off: Operation not permitted"
    # With no wall but another user, what is closed to others is hidden; to a user without privileges nothing is.
    closed = found["closed"]
    assert closed["probes"]["files"] == ""
    assert level(closed["layers"], closed["probes"]) == "fair"
