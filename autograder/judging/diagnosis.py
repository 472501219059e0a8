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
from autograder.isolation.recording import Recorded, Recorder
from autograder.judging.alike import Follower, same_calls, tries_several
from autograder.judging.catalogue import Mistake
from autograder.judging.exam import Exam
from autograder.judging.items import step_of
from autograder.judging.verdict import ERROR, OPEN, PASSED, Outcome, Suspicion

# Failed tests by mistake and step: `{mistake: {step: [test, …]}}`.
Failures = Mapping[str, Mapping[str, Sequence[str]]]

_SECONDS = 2.0  # of CPU for one step: a plain message is better than a slow one
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
        known = {mistake.id: set(self.failures.get(mistake.id, {}).get(step, ())) for mistake in self.mistakes}
        exact = [mistake for mistake in self.mistakes if known[mistake.id] == failed.keys()]
        parts = [mistake for mistake in self.mistakes if known[mistake.id] and known[mistake.id] < failed.keys()]
        until = time.process_time() + _SECONDS

        seconds = {outcome.test: outcome.seconds for outcome in outcomes}
        quickest = sorted(failed.keys() & tests.keys(), key=lambda name: (seconds[name], name))

        def behaving(mistakes: Sequence[Mistake], match: str) -> list[Mistake]:
            found = []
            for mistake in mistakes:
                own = [tests[name] for name in quickest if name in known[mistake.id]]
                if time.process_time() < until and self._behaves(exam, own, failed, mistake, match):
                    found.append(mistake)
            return found

        # The outputs in their order, or in any; all failures explained, or a part of them.
        orders = ["order", "any"] if any(tries_several(outcome.calls) for outcome in failed.values()) else ["order"]
        for match in orders:
            named = behaving(exact, match) or _largest(behaving(parts, match), known)
            if named:
                break
        if not named:  # chance may have let a test pass that the mistake fails mostly: then it must do so here, too
            lucky = [mistake for mistake in self.mistakes if failed.keys() < known[mistake.id]]
            passed = [item for name, item in tests.items() if name not in failed]
            named = [
                mistake
                for mistake in behaving(lucky, "order")
                if self._passes(exam, [item for item in passed if item.name in known[mistake.id]], mistake)
            ]
        # Where values or shapes were compared and are others than the mistake's, the same failures are no evidence.
        if not named and not any(outcome.compared for outcome in failed.values()):
            named = behaving(exact, "words")
        return named if len(named) <= _NAMED else []

    def transport(self, mistake: Mistake, follow: Sequence[Recorded] | None = None) -> Recorder:
        """A transport to the reference with a mistake in it, in this process.

        Args:
            mistake: the mistake.
            follow: give up where an outcome differs from those of this record.
        """
        local = LocalTransport(self._resolver(mistake), self.stand_ins, lambda _: False)
        return Recorder(local) if follow is None else Follower(local, follow)

    def _behaves(
        self, exam: Exam, items: Sequence[pytest.Item], failed: Mapping[str, Outcome], mistake: Mistake, match: str
    ) -> bool:
        """Do the tests that a mistake fails find the same in the submission?

        Args:
            exam: the exam.
            items: the tests that the mistake fails, the quickest first.
            failed: what the submission's failed tests found.
            mistake: the mistake.
            match: `words` for the same findings, `any` for the same outputs as well, `order` for those in order.
        """
        for item in items:
            theirs = failed[item.name]
            try:
                transport = self.transport(mistake, theirs.calls if match == "order" else None)
                found = exam.replay([item], transport)[-1]
            except Exception:  # an edit that fits no more: no reason to lose a verdict
                return False
            if found.status != theirs.status or _words(found) != _words(theirs):
                return False
            if match != "words" and not same_calls(theirs.calls, found.calls):
                return False
        return bool(items)

    def _passes(self, exam: Exam, items: Sequence[pytest.Item], mistake: Mistake) -> bool:
        """Does the reference with a mistake in it pass tests?"""
        return all(found.status == PASSED for found in exam.replay(items, self.transport(mistake)))

    def right(self) -> LocalTransport:
        """A transport to the answer key itself, in this process."""
        return LocalTransport(self._answer_key().__getitem__, self.stand_ins, lambda _: False)

    def _answer_key(self) -> dict[str, Any]:
        """Classes and functions of the reference by name."""
        if not self._right:
            for path, source in self.reference.items():
                self._right.update(_defined(path, source))
        return self._right

    def _resolver(self, mistake: Mistake) -> Callable[[str], Any]:
        """Classes and functions of the reference by name, with the mistake in one of its modules."""
        if mistake.id not in self._wrong:
            path = mistake.module
            self._wrong[mistake.id] = _defined(path, mistake.applied_to(self.reference[path]))
        return ChainMap(self._wrong[mistake.id], self._answer_key()).__getitem__


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
