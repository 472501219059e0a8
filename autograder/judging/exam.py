"""Our pytest plugin: collects exercise tests, hands them the student's classes, records what they find.

An exercise test is an ordinary pytest function that names its step and takes the `student` fixture:

    pytestmark = pytest.mark.step("lstm_forward")

    @pytest.mark.weight(2)
    def test_one_step(student, generator):
        '''One step by hand gives the known state.

        Look at how the forget gate meets the old cell state.
        '''

The first line of the docstring is the sentence that the student reads, the rest is the hint.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.isolation.faults import GraderFault, StudentError, WorkerLost
from autograder.isolation.handles import Recipe, Student
from autograder.isolation.verbs import Transport
from autograder.isolation.wire.structure import Structure
from autograder.judging.compare import Mismatch
from autograder.judging.items import is_core, own_parameters, sentences, step_of, weight_of
from autograder.judging.raised import explain, said_by
from autograder.judging.telling import own_frames
from autograder.judging.verdict import FAILED, PASSED, Outcome
from autograder.judging.watchdog import ended_after


def derive_seed(seed: str, name: str) -> int:
    """A 63-bit seed for one test: the same for the whole class and for every resubmission."""
    digest = hashlib.sha256(f"{seed}\0{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


class Exam:
    """Runs exercise tests over one transport at a time.

    Args:
        steps: ids of the assignment's steps in order.
        seed: text that all random inputs follow from.
        hidden: the folder of the hidden tests, to tell the kinds apart; None where there are none.
        only: run the tests of this step alone.

    Attributes:
        transport: how tests reach student code; set before tests run.
        sources: the submission's modules by path, where what student code says about itself cannot be trusted.
        deadline: `time.monotonic` after which no test goes on; None is never.
        outcomes: what the tests found so far.
        collect_errors: why tests could not be collected.
    """

    def __init__(self, steps: Sequence[str], seed: str, hidden: Path | None = None, only: str | None = None) -> None:
        self.steps = list(steps)
        self.seed = seed
        self.only = only
        self.transport: Transport | None = None
        self.sources: Mapping[str, str] | None = None
        self.deadline: float | None = None
        self.outcomes: list[Outcome] = []
        self.collect_errors: list[str] = []
        self._hidden = hidden.resolve() if hidden else None
        self._tested: Student | None = None
        # What objects are made of, for the transport that was asked; in a replay each test is to ask for itself.
        self._known: tuple[Transport | None, dict[Recipe, Structure]] = (None, {})
        self._replaying = False

    # Hooks ------------------------------------------------------------------------------------------

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make our markers known."""
        config.addinivalue_line("markers", "step(name): the step that a test belongs to")
        config.addinivalue_line("markers", "weight(number): relative weight of a test in its step; 0 for a gate")
        config.addinivalue_line("markers", "core: a step that fails this test is wrong and earns nothing")

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Remember why a test file could not be read."""
        report = yield
        if report.failed:
            lines = str(report.longrepr).strip().splitlines()
            said = [line[1:] for line in lines if line.startswith("E ")] or lines or ["cannot be collected"]
            self.collect_errors.append(f"{collector.path.name}: {said[-1].strip()}")
        return report

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Check that each test names a step; order public tests first, then by step; drop what is not asked for.

        While public tests run, whose inputs students may see, student code has seen no input of a hidden one.
        """
        for item in items:
            if step_of(item) not in self.steps:
                self.collect_errors.append(f"{item.nodeid}: no pytest.mark.step of a known step")
            if not 0 <= weight_of(item) < float("inf"):
                self.collect_errors.append(f"{item.nodeid}: a weight must be 0 or more")
        if self.collect_errors:
            items.clear()
            return
        items[:] = [item for item in items if self.only in (None, step_of(item))]
        items.sort(key=lambda item: (self.kind_of(item) == "hidden", self.steps.index(step_of(item))))

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        """The student's classes, with a fresh and seeded other side."""
        return self._student(request.node.name)

    @pytest.fixture
    def generator(self, request: pytest.FixtureRequest) -> torch.Generator:
        """A random stream for inputs and weights, derived from the secret seed and the test's name."""
        return self._generator(request.node.name)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        """Bound the time of a test."""
        with ended_after(self.deadline):
            yield
            self._finish_test()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Turn what a test raised into an outcome.

        pytest's own report would format the failure's source lines, 40 ms each, for nobody to read.
        """
        assert call.when != "collect"
        if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
            error = call.excinfo.value if call.excinfo else None
            self.outcomes.append(self._outcome(item, error, call.duration, self._take_calls()))
        return pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords={},
            outcome="failed" if call.excinfo else "passed",
            longrepr=None,
            when=call.when,
            duration=call.duration,
        )

    # Helpers ----------------------------------------------------------------------------------------

    def kind_of(self, item: pytest.Item) -> str:
        """Is it a `public` or a `hidden` test?"""
        return "hidden" if self._hidden and self._hidden in _folders(item.path) else "public"

    def take_printed(self) -> tuple[tuple[str, str], ...]:
        """What student code has written since the last time; a transport that records nothing gives nothing."""
        printed = getattr(self.transport, "printed", None)
        if not printed:
            return ()
        taken = tuple((call, text) for call, text in printed)
        printed.clear()
        return taken

    def replay(self, items: Sequence[pytest.Item], transport: Transport) -> list[Outcome]:
        """Run tests once more over another transport and return what they find; the outcomes so far stay."""
        kept = self.transport, self.outcomes, self._replaying
        self.transport, self.outcomes, self._replaying = transport, [], True
        try:
            self.run_tests(items)
            return self.outcomes
        finally:
            self.transport, self.outcomes, self._replaying = kept

    def run_tests(
        self, items: Sequence[pytest.Item], on_begin: Callable[[pytest.Item], object] = lambda _: None
    ) -> None:
        """Run tests, and add their outcomes to those so far.

        Args:
            items: collected tests.
            on_begin: called with each one before it runs.
        """
        for position, item in enumerate(items):
            on_begin(item)
            own = own_parameters(item)
            if own is None:
                following = items[position + 1] if position + 1 < len(items) else None
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            else:
                self._run_directly(item, own)

    def _run_directly(self, item: pytest.Item, own: Mapping[str, Any]) -> None:
        """Do what pytest's protocol does with a test that takes our fixtures alone."""
        assert isinstance(item, pytest.Function)
        started = time.perf_counter()
        error, calls, misled = self._attempt(item, own, None if self._replaying else self._known_structures())
        if misled:
            error, calls, _ = self._attempt(item, own, None)
        self.outcomes.append(self._outcome(item, error, time.perf_counter() - started, calls))

    def _attempt(
        self, item: pytest.Function, own: Mapping[str, Any], known: dict[Recipe, Structure] | None
    ) -> tuple[BaseException | None, tuple[object, ...], bool]:
        """Call a test.

        Returns:
            What it raised, what was said to student code, and whether it failed because of a wrong assumption of what
            an object is made of, perhaps.
        """
        self._tested = None
        given = dict(own)
        if "student" in item.fixturenames:
            given["student"] = self._student(item.name, known)
        if "generator" in item.fixturenames:
            given["generator"] = self._generator(item.name)
        student = self._tested
        error: BaseException | None = None
        try:
            with warnings.catch_warnings(), ended_after(self.deadline):
                warnings.simplefilter("ignore")
                self._call(item, given)
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        except BaseException as raised:
            error = raised
        calls, misled = self._take_calls(), False
        if student is not None and error is not None and not isinstance(error, (WorkerLost, GraderFault)):
            try:
                misled = student.misled()
            except GraderFault as fault:
                error = fault
            self._take_calls()
        return error, calls, misled

    def _call(self, item: pytest.Function, given: Mapping[str, Any]) -> None:
        try:
            item.obj(**given)
        except (Mismatch, StudentError):
            # What still waits goes over, too. So the calls of a failed test are all that it has asked for, also where
            # nothing had to be asked in between: what they are compared with in a diagnosis is.
            with contextlib.suppress(StudentError, WorkerLost):
                self._finish_test()
            raise
        self._finish_test()

    def _take_calls(self) -> tuple[object, ...]:
        """What was said to student code since the last time, where the transport records it."""
        calls: tuple[object, ...] = getattr(self.transport, "take", tuple)()
        return calls

    def _known_structures(self) -> dict[Recipe, Structure]:
        """What this transport's objects were found to be made of, by how they were built."""
        if self._known[0] is not self.transport:
            self._known = (self.transport, {})
        return self._known[1]

    def _student(self, test: str, known: dict[Recipe, Structure] | None = None) -> Student:
        assert self.transport is not None
        student = self._tested = Student(self.transport, known)
        student.reset(derive_seed(self.seed, test))
        return student

    def _finish_test(self) -> None:
        """Carry out what a test has asked for and not looked at."""
        if self._tested:
            self._tested.finish()
            self._tested = None

    def _generator(self, test: str) -> torch.Generator:
        return torch.Generator().manual_seed(derive_seed(self.seed, f"{test}/inputs"))

    def _outcome(
        self, item: pytest.Item, error: BaseException | None, seconds: float, calls: tuple[object, ...]
    ) -> Outcome:
        title, hint = sentences(item)
        if isinstance(error, StudentError) and self.sources is not None:
            error = own_frames(error, self.sources)
        status, brief, detail = explain(error)
        return Outcome(
            step=step_of(item),
            kind=self.kind_of(item),
            test=item.name,
            title=title,
            hint=hint,
            weight=weight_of(item),
            status=status,
            brief=brief,
            detail=detail,
            printed=self.take_printed(),
            seconds=seconds,
            core=is_core(item),
            said=said_by(error) if status == FAILED else "",
            compared=error.compared if isinstance(error, Mismatch) else (),
            calls=calls if status != PASSED else (),  # those of a passed test are let go at once
        )


@cache
def _folders(path: Path) -> frozenset[Path]:
    """The folders around a file, links followed."""
    return frozenset(path.resolve().parents)
