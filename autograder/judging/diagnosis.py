"""Diagnosis: which catalogued mistake a step's answer behaves like.

The tests that a submission fails are run again, in the trusted process, on the reference with a catalogued mistake
in it: the same inputs, the same weights. The mistake under which the same calls give the same wrong outputs is named.
What no value shows (gradients, dropout, state, signatures) is named by the set of tests that it fails.
"""

from __future__ import annotations

import re
import time
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import pytest

from autograder.isolation.local import LocalTransport
from autograder.isolation.recording import Recorder
from autograder.judging.alike import same_calls
from autograder.judging.catalogue import Mistake
from autograder.judging.exam import Exam, step_of
from autograder.judging.verdict import ERROR, OPEN, PASSED, Outcome, Suspicion

# Failed tests by mistake and step: `{mistake: {step: [test, …]}}`.
Failures = Mapping[str, Mapping[str, Sequence[str]]]

_SECONDS = 2.0  # for one step; a catalogue that takes longer is slow, and a plain message is better than waiting
_NAMED = 3  # more mistakes than these behave alike: naming them would not help
_PLACE = re.compile(r" in \S+, line \d+$")


@dataclass
class Diagnoser:
    """Names mistakes by comparing a submission with a catalogue.

    Attributes:
        mistakes: the catalogue.
        failures: which tests each mistake fails.
        reference: module path to source of the answer key.
        stand_ins: the assignment's stand-in classes by name.
    """

    mistakes: Sequence[Mistake]
    failures: Failures
    reference: Mapping[str, str]
    stand_ins: Mapping[str, Any]
    _right: dict[str, Any] = field(default_factory=dict)
    _wrong: dict[str, dict[str, Any]] = field(default_factory=dict)

    def suspects(
        self, exam: Exam, items: Sequence[pytest.Item], step: str, outcomes: Sequence[Outcome]
    ) -> list[Mistake]:
        """Return the mistakes that a step's answer behaves like; none if it resembles no catalogued one.

        Args:
            exam: the exam that has run the tests.
            items: all collected tests.
            step: the step.
            outcomes: what its tests found, with the calls that failed tests made.
        """
        failed = {outcome.test: outcome for outcome in outcomes if outcome.status != PASSED}
        if not failed or any(outcome.status in (ERROR, OPEN) for outcome in failed.values()):
            return []
        tests = {item.name: item for item in items if step_of(item) == step}
        seconds = {outcome.test: outcome.seconds for outcome in outcomes}
        known = {mistake.id: set(self.failures.get(mistake.id, {}).get(step, ())) for mistake in self.mistakes}
        exact = [mistake for mistake in self.mistakes if known[mistake.id] == failed.keys()]
        parts = [mistake for mistake in self.mistakes if known[mistake.id] and known[mistake.id] < failed.keys()]
        until = time.monotonic() + _SECONDS

        def behaves(mistake: Mistake, values: bool) -> bool:
            return self._behaves(exam, tests, failed, known[mistake.id], mistake, seconds, until, values)

        named = [mistake for mistake in exact if behaves(mistake, True)]
        if not named:
            named = _largest([mistake for mistake in parts if behaves(mistake, True)], known)
        # Where values or shapes were compared and are others than the mistake's, the same failures are no evidence.
        if not named and not any(outcome.compared for outcome in failed.values()):
            named = [mistake for mistake in exact if behaves(mistake, False)]
        return named if len(named) <= _NAMED else []

    def transport(self, mistake: Mistake) -> Recorder:
        """A transport to the reference with a mistake in it, in this process."""
        return Recorder(LocalTransport(self._resolver(mistake), self.stand_ins, lambda _: False))

    def _behaves(
        self,
        exam: Exam,
        tests: Mapping[str, pytest.Item],
        failed: Mapping[str, Outcome],
        names: Set[str],
        mistake: Mistake,
        seconds: Mapping[str, float],
        until: float,
        values: bool,
    ) -> bool:
        """Do the tests that a mistake fails find the same in the submission: the same words, and the same values?"""
        for name in sorted(names & tests.keys(), key=lambda name: (seconds[name], name)):
            if time.monotonic() > until:
                return False
            try:
                found = exam.replay([tests[name]], self.transport(mistake))[-1]
            except Exception:  # an edit that fits no more: no reason to lose a verdict
                return False
            theirs = failed[name]
            if found.status != theirs.status or _words(found) != _words(theirs):
                return False
            if values and not same_calls(theirs.calls, found.calls):
                return False
        return True

    def _resolver(self, mistake: Mistake) -> Callable[[str], Any]:
        """Classes and functions of the reference by name, with the mistake in one of its modules."""
        if not self._right:
            for path, source in self.reference.items():
                self._right.update(_defined(path, source))
        if mistake.id not in self._wrong:
            path = mistake.module
            self._wrong[mistake.id] = _defined(path, mistake.applied_to(self.reference[path]))
        return ChainMap(self._wrong[mistake.id], self._right).__getitem__


def _defined(path: str, source: str) -> dict[str, Any]:
    """Run a module of the answer key and return what it defines."""
    namespace: dict[str, Any] = {"__name__": path[: -len(".py")].replace("/", ".")}
    exec(compile(source, path, "exec", dont_inherit=True), namespace)
    return namespace


def suspicions(named: Sequence[Mistake]) -> tuple[Suspicion, ...]:
    """What a verdict keeps of mistakes."""
    return tuple(Suspicion(mistake.id, mistake.sentence, mistake.hint) for mistake in named)


def _largest(named: Sequence[Mistake], known: Mapping[str, Set[str]]) -> list[Mistake]:
    """Of mistakes that explain a part of the failures, those that explain most."""
    most = max((len(known[mistake.id]) for mistake in named), default=0)
    return [mistake for mistake in named if len(known[mistake.id]) == most]


def _words(outcome: Outcome) -> str:
    """What a test found, without the place in the student's file."""
    return _PLACE.sub("", outcome.brief)
