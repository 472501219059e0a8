"""Every hostile submission through the real grader: none gains a point, shows a secret, harms a neighbour or is lost.

Once with all layers of confinement that the machine offers, then with layers switched off one by one, and at last
with all of them off: what still holds then is the separation of processes. With AUTOGRADER_ALL_ATTACKS set, all attacks
run in each of these modes, else those that a missing layer could help.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from attack_work import (
    FULL,
    NOTE,
    SUBMISSION_SECONDS,
    Attack,
    Grounds,
    attacks,
    clear_up,
    grade_attacks,
    pages,
    prepare,
)

from autograder.isolation.confinement.layers import SWITCHABLE
from autograder.isolation.confinement.levels import hides_files, is_on

ALL = attacks()
NAMESPACES = ("user", "pid", "network", "ipc", "uts", "mount", "view", "proc")
REACHING = ("secret", "residue")  # goals that need something outside the worker
# Layers to leave out, and the goals whose attacks run: all where none are named.
MODES: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "everything on": ((), ()),
    "the rules on, too": ((), ("forbidden", "secret")),
    "namespaces off": (NAMESPACES, REACHING),
    "Landlock off": (("landlock",), REACHING),
    "Landlock and the view off": (("landlock", "view"), REACHING),
    "uid off": (("uid",), REACHING),
    "seccomp off": (("seccomp",), REACHING),
    "everything off": (SWITCHABLE, ("secret", "residue", "points", "silence")),
}
RULES = "the rules on, too"


@dataclass(frozen=True)
class Heard:
    """What reached our servers, and what to change in attacks so that they send to them."""

    messages: list[bytes]
    changes: dict[str, str]


@dataclass(frozen=True)
class Graded:
    """A mode's session: what was graded, with which results, what our servers heard, and what students see."""

    grounds: Grounds
    chosen: dict[str, Attack]
    results: dict[str, dict[str, Any]]
    heard: list[bytes]
    told: dict[str, str]

    @property
    def isolation(self) -> dict[str, str]:
        """What was on, as the results say."""
        told: dict[str, str] = self.results["right_0"]["extra_data"]["isolation"]
        return told


@pytest.fixture(scope="module", params=MODES)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, heard: Heard) -> Iterator[Graded]:
    """All attacks that belong to a mode, graded in one session."""
    off, goals = MODES[request.param]
    rules = request.param == RULES
    chosen = [attack for attack in ALL if _belongs(attack, goals) and (rules or attack.goal != "forbidden")]
    root = tmp_path_factory.mktemp("attacked")
    grounds = prepare(root, rules=rules)
    heard.messages.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(grounds.home))
        patch.setenv("CANARY", grounds.secrets["environment"])
        patch.chdir(grounds.course.root)
        results = grade_attacks(grounds, chosen, heard.changes, processes=4, layers_off=off)
    told = {name: pages(grounds, name) for name in results}
    yield Graded(grounds, {attack.name: attack for attack in chosen}, results, list(heard.messages), told)
    clear_up()


def _belongs(attack: Attack, goals: Sequence[str]) -> bool:
    return not goals or attack.goal in goals or "AUTOGRADER_ALL_ATTACKS" in os.environ


@pytest.fixture(scope="module")
def heard() -> Heard:
    """Servers of all kinds that attacks send to. They listen until this process ends."""
    messages: list[bytes] = []
    stream = socket.create_server(("127.0.0.1", 0))
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagram.bind(stream.getsockname())
    servers = [(stream, socket.SOCK_STREAM), (datagram, socket.SOCK_DGRAM)]
    if sys.platform == "linux":  # others have no sockets without a file
        nameless = socket.socket(socket.AF_UNIX)
        nameless.bind(f"\0{NOTE}-listener")
        nameless.listen()
        servers.append((nameless, socket.SOCK_STREAM))
    for server, kind in servers:
        threading.Thread(target=_serve, args=(server, kind, messages), daemon=True).start()
    return Heard(messages, {"47631": str(stream.getsockname()[1]), "attack-listener": f"{NOTE}-listener"})


def _serve(server: socket.socket, kind: int, messages: list[bytes]) -> None:
    while True:
        if kind == socket.SOCK_DGRAM:
            messages.append(server.recv(4096))
        else:
            with server.accept()[0] as line, contextlib.suppress(OSError):
                line.settimeout(2)
                messages.append(line.recv(4096))


# The catalogue ------------------------------------------------------------------------------------------


def test_there_are_many_attacks_and_each_says_what_it_tries() -> None:
    assert len(ALL) >= 60
    tries = [attack.tries for attack in ALL]
    assert len(set(tries)) == len(ALL)
    assert [line for line in tries if not line.endswith(".") or "\n" in line] == []


def test_no_attack_is_worth_full_marks_unless_it_does_what_is_asked() -> None:
    assert {attack.goal for attack in ALL if attack.honest == FULL} == {"silence"}


# In every mode ------------------------------------------------------------------------------------------


def test_no_attack_scores_above_what_its_code_deserves(graded: Graded) -> None:
    scores = {name: graded.results[name]["score"] for name in graded.chosen}
    assert {name: score for name, score in scores.items() if score > graded.chosen[name].honest} == {}


def test_no_neighbour_loses_a_point(graded: Graded) -> None:
    neighbours = {name: result["score"] for name, result in graded.results.items() if name not in graded.chosen}
    assert len(neighbours) > len(graded.chosen) // 20
    assert set(neighbours.values()) == {FULL}, neighbours


def test_every_submission_has_its_own_result_in_its_file(graded: Graded) -> None:
    for name, result in graded.results.items():
        extra = result["extra_data"]
        assert (extra["fault"], extra["faults"]) == ("", []), name
        # What was returned came over a pipe; the file could have been written over meanwhile.
        shown = graded.told[name]
        assert f'"score": {result["score"]}' in shown, name
        assert shown.rstrip().endswith("</html>"), name


def test_no_submission_takes_longer_than_its_limit(graded: Graded) -> None:
    seconds = {name: result["execution_time"] for name, result in graded.results.items()}
    # Opening, ending the worker and writing the verdict come on top.
    assert {name: taken for name, taken in seconds.items() if taken > SUBMISSION_SECONDS + 5} == {}


def test_no_secret_is_shown(graded: Graded) -> None:
    leaks = [
        (name, place)
        for name, text in graded.told.items()
        for place, secret in graded.grounds.secrets.items()
        if secret in text
    ]
    assert leaks == []


def test_nothing_of_this_machine_is_shown(graded: Graded) -> None:
    with Path("/etc/passwd").open(encoding="utf-8") as file:
        first = file.readline().strip()
    for name, text in graded.told.items():
        assert first not in text, name
        assert str(graded.grounds.course.root) not in text, name
        assert str(Path(__file__).parents[3]) not in text, name


# Where it is claimed ------------------------------------------------------------------------------------


def test_no_file_is_changed_where_files_are_out_of_reach(graded: Graded) -> None:
    changed = [path for path, content in graded.grounds.watched.items() if path.read_bytes() != content]
    assert changed == [] or not hides_files(graded.isolation)


def test_nothing_is_sent_where_the_network_is_out_of_reach(graded: Graded) -> None:
    assert graded.heard == [] or not (is_on(graded.isolation, "network") or is_on(graded.isolation, "seccomp"))


@pytest.mark.parametrize("graded", ["everything off"], indirect=True)
def test_without_walls_the_same_attacks_reach_files_and_the_network(graded: Graded) -> None:
    changed = [path for path, content in graded.grounds.watched.items() if path.read_bytes() != content]
    assert changed
    assert graded.heard
    assert not hides_files(graded.isolation)


def test_each_layer_that_was_to_be_off_was_off(graded: Graded, request: pytest.FixtureRequest) -> None:
    off, _ = MODES[request.node.callspec.params["graded"]]
    assert [layer for layer in off if is_on(graded.isolation, layer)] == []
