"""A session's messages are read one by one, however many have come at once and whatever is sent in between."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from toy_course import toy_course

from autograder.authoring.course import Course
from autograder.judging import running
from autograder.judging.grade import Job
from autograder.judging.results import RESULTS, fault_results, json_text
from autograder.judging.running import Running


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Running, socket.socket]]:
    """A running session whose other end is in the hands of the test."""
    ends: list[socket.socket] = []

    def lease(_control: Any, _request: Any, fds: list[int]) -> Any:
        ends.append(socket.socket(fileno=os.dup(fds[0])))
        return SimpleNamespace(close=lambda: None)

    fork_server = SimpleNamespace(control=socket.socketpair()[0], close=lambda: None)
    monkeypatch.setattr(running, "Zygote", lambda *_: fork_server)
    monkeypatch.setattr(running, "Lease", lease)
    course = toy_course(tmp_path)
    with Running(course, "toy", seed="s", processes=2, expected=3) as started, ends[0] as other:
        yield started, other


def test_messages_that_came_at_once_outlive_what_is_sent_in_between(
    session: tuple[Running, socket.socket], tmp_path: Path
) -> None:
    started, other = session
    jobs = [Job(tmp_path / f"{number}.zip", tmp_path / str(number)) for number in range(4)]
    for job in jobs[:3]:
        started.put(job)
    long = json_text(fault_results(Course(tmp_path).load("toy"), "x" * 5000, "s"))
    messages = [{"done": number, "files": {RESULTS: long}} for number in (1, 0, 2)]
    other.sendall(b"".join(json.dumps(message).encode() + b"\n" for message in messages))
    taken = [started.take()[0]]
    started.put(jobs[3])
    taken += [started.take()[0], started.take()[0]]
    assert taken == [jobs[1], jobs[0], jobs[2]]


@pytest.mark.parametrize(("expected", "mentioned", "early"), [(1, "", False), (1, "padding_mask", True), (2, "", True)])
def test_what_padding_masks_need_is_imported_for_a_class_and_for_tests_with_masks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, expected: int, mentioned: str, early: bool
) -> None:
    class Asked(Exception):
        pass

    def stop(padding_masks: bool) -> None:
        raise Asked(padding_masks)

    monkeypatch.setattr(running, "Zygote", stop)
    course = toy_course(tmp_path)
    (course.tests("hidden", "toy") / "test_more.py").write_text(f"# {mentioned}\n", encoding="utf-8")
    with pytest.raises(Asked) as caught:
        Running(course, "toy", seed="s", processes=1, expected=expected)
    assert caught.value.args == (early,)
