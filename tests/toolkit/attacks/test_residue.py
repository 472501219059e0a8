"""Nothing outlives a submission: no process in any mode, and no file, socket or shared memory where that is claimed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attack_work import FULL, attacks

from autograder.isolation.confinement.layers import SWITCHABLE
from autograder.isolation.confinement.levels import hides_files, is_on

DRIVER = Path(__file__).with_name("leftovers.py")
STAYING = [attack for attack in attacks() if attack.goal == "residue"]
STAYING += [attack for attack in attacks() if attack.name in ("stops_its_parent", "kills_its_parent", "fork_bomb")]
NAMESPACES = ("user", "pid", "network", "ipc", "uts", "mount", "view", "proc")
MODES = {
    "everything on": (),
    "namespaces off": NAMESPACES,
    "seccomp off": ("seccomp",),
    "everything off": SWITCHABLE,
}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to whoever asks for them")


@pytest.fixture(scope="module", params=MODES)
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was left after grading all that try to stay, in one mode."""
    names = ",".join(sorted({attack.name for attack in STAYING}))
    folder = tmp_path_factory.mktemp("left")
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(folder), ",".join(MODES[request.param]), names],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (DRIVER.parents[1], DRIVER.parent)))},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_no_process_is_left(left: dict[str, Any]) -> None:
    # The children of attacks would live for 20 seconds and more. What ends by itself ends at once.
    assert left["waited"] < 10


def test_no_result_is_written_over(left: dict[str, Any]) -> None:
    assert left["changed"] == []
    honest = {attack.name: attack.honest for attack in STAYING}
    assert {name: score for name, score in left["scores"].items() if score > honest.get(name, FULL)} == {}
    assert left["scores"]["right_last"] == FULL


def test_no_file_is_left_where_files_are_out_of_reach(left: dict[str, Any]) -> None:
    assert left["files"] == [] or not hides_files(left["isolation"])


def test_no_socket_and_no_shared_memory_is_left_where_these_are_out_of_reach(left: dict[str, Any]) -> None:
    confined = any(is_on(left["isolation"], layer) for layer in ("ipc", "seccomp"))
    assert (left["sockets"], left["objects"]) == ([], []) or not confined


@pytest.mark.parametrize("left", ["everything off"], indirect=True)
def test_without_walls_the_same_attacks_leave_files(left: dict[str, Any]) -> None:
    assert left["files"]
