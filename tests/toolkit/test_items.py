"""Which tests are called directly, and that pytest runs those that need it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.judging.collecting import collect_and_run
from autograder.judging.exam import Exam
from autograder.judging.items import own_parameters
from autograder.judging.verdict import ERROR, PASSED

TESTS = '''
import pytest

pytestmark = pytest.mark.step("a")
ready = []


@pytest.fixture
def own():
    ready.append("own")
    yield 3
    ready.append("gone")


@pytest.fixture
def doubled(request):
    return 2 * request.param


def test_plain(student, generator):
    """A sentence."""
    assert generator.initial_seed() and student


@pytest.mark.weight(2)
@pytest.mark.core
@pytest.mark.parametrize("size", [2, 3])
def test_cases(size):
    assert size > 1


def test_wrong():
    raise ValueError


def test_with_a_fixture(own):
    assert (own, ready) == (3, ["own"])


def test_after_it():
    assert ready == ["own", "gone"]


@pytest.mark.parametrize("doubled", [4], indirect=True)
def test_indirect(doubled):
    assert doubled == 8


@pytest.mark.skip
def test_skipped():
    raise AssertionError


class TestClass:
    def test_method(self):
        assert self
'''

OWN = """
import pytest


@pytest.fixture
def student():
    return 5


@pytest.mark.step("a")
def test_it(student):
    assert student == 5
"""


class Looking(Exam):
    """Runs the tests, and keeps what `own_parameters` says of each."""

    found: Mapping[str, Any]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.found = {item.name: own_parameters(item) for item in session.items}
        self.run_tests(session.items)
        return True


def test_those_that_need_pytest_get_it(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(TESTS, encoding="utf-8")
    exam = Looking(["a"], "seed")
    exam.transport = object()  # type: ignore[assignment]
    collect_and_run(exam, [tmp_path])
    assert exam.found == {
        "test_plain": {},
        "test_cases[2]": {"size": 2},
        "test_cases[3]": {"size": 3},
        "test_wrong": {},
        "test_with_a_fixture": None,
        "test_after_it": {},
        "test_indirect[4]": None,
        "test_skipped": None,
        "test_method": None,
    }
    status = {outcome.test: outcome.status for outcome in exam.outcomes}
    assert status == dict.fromkeys(exam.found, PASSED) | {"test_wrong": ERROR, "test_skipped": status["test_skipped"]}


def test_a_fixture_of_our_name_is_the_tests_own(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(OWN, encoding="utf-8")
    exam = Looking(["a"], "seed")
    collect_and_run(exam, [tmp_path])
    assert exam.found == {"test_it": None}
    assert [outcome.status for outcome in exam.outcomes] == [PASSED]
