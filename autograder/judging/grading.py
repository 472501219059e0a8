"""Grading one submission: open, rules, tests, verdict. Runs in the trusted process and imports no student code."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from autograder.authoring.assignment import Assignment, Step
from autograder.authoring.cells import Module
from autograder.isolation.confinement.levels import as_graded, hides_files
from autograder.isolation.opening.merging import merge
from autograder.isolation.recording import Recorder
from autograder.isolation.remote import Confinement, RemoteTransport
from autograder.isolation.submission import SubmissionError, open_submission
from autograder.judging.diagnosis import Diagnoser, suspicions
from autograder.judging.exam import Exam
from autograder.judging.items import step_of
from autograder.judging.rules import Violation, steps_lost, violations
from autograder.judging.telling import quoted, tellable
from autograder.judging.verdict import BLOCKED, ERROR, FAILED, OPEN, PARTIAL, Outcome, StepVerdict, Verdict, judge_step
from autograder.judging.words import notes_on_words
from autograder.student.unfinished import open_steps


@dataclass(frozen=True)
class Grader:
    """What grading a submission needs.

    Attributes:
        assignment: the assignment.
        control: the fork server's control socket.
        stand_ins: source text of the assignment's stand-ins.
        diagnoser: names catalogued mistakes, where there is a catalogue.
        layers_off: layers of confinement to leave out.
        standing: what an examination of the confinement found, as results.json tells it.
    """

    assignment: Assignment
    control: socket.socket
    stand_ins: str
    diagnoser: Diagnoser | None = None
    layers_off: tuple[str, ...] = ()
    standing: Mapping[str, str] = field(default_factory=dict)

    def grade(self, path: Path, exam: Exam, items: Sequence[pytest.Item]) -> Verdict:
        """Grade one submission with the collected tests.

        A submission that cannot be opened gets a verdict as well: 0, with the reason.
        """
        try:
            submission = open_submission(path, self.assignment)
        except SubmissionError as error:
            return self._nothing(str(error))
        modules, notes = merge(self.assignment, submission)
        broken = violations(self.assignment, modules)
        if not modules:
            return self._nothing(
                "it holds none of the assignment's modules: no notebook has their cells", (*submission.notes, *notes)
            )
        blocked = self._blocked(broken)
        limits = self.assignment.limits
        sources = {name: module.source for name, module in modules.items()}
        transport = RemoteTransport(
            control=self.control,
            sources=sources,
            owners=self.assignment.owners(),
            stand_ins=self.stand_ins,
            limits=Confinement(
                limits.call_seconds, int(limits.submission_seconds) + 5, limits.memory_mb, self.layers_off
            ),
            deadline=time.monotonic() + limits.submission_seconds,
        )
        exam.transport = Recorder(transport)
        exam.sources = sources
        exam.deadline = transport.deadline
        exam.outcomes.clear()
        try:
            run_items(exam, [item for item in items if step_of(item) not in blocked], transport.begin_step)
        finally:
            transport.close()
            exam.deadline = None
        isolation = as_graded(self.standing, transport.layers)
        outcomes = [tellable(outcome, sources, hides_files(isolation)) for outcome in exam.outcomes]
        verdicts = [self._judge(step, outcomes, blocked) for step in self.assignment.steps]
        verdicts = self._not_begun(verdicts, modules)
        verdicts = [self._diagnosed(verdict, exam, items) for verdict in verdicts]
        printed = tuple((outcome.step, call, text) for outcome in outcomes for call, text in outcome.printed)
        verdicts = self._must_run(verdicts, broken)
        return Verdict(
            steps=tuple(self._silenced(verdicts, printed)),
            printed=printed,
            notes=(
                *submission.notes,
                *notes,
                *self._pointed_out(printed),
                *notes_on_words(self.assignment, submission),
            ),
            problems=tuple(violation.message for violation in broken),
            isolation=isolation,
        )

    def _nothing(self, reason: str, notes: Sequence[str] = ()) -> Verdict:
        reason = f"Nothing could be graded: {reason}."
        steps = tuple(StepVerdict(step, 0.0, BLOCKED, reasons=(reason,)) for step in self.assignment.steps)
        return Verdict(steps, notes=tuple(notes), problems=(reason,))

    def _blocked(self, broken: Sequence[Violation]) -> dict[str, list[str]]:
        blocked: dict[str, list[str]] = {}
        for violation in broken:
            for step in steps_lost(self.assignment, violation):
                blocked.setdefault(step, []).append(violation.message)
        return blocked

    @staticmethod
    def _judge(step: Step, outcomes: Sequence[Outcome], blocked: Mapping[str, list[str]]) -> StepVerdict:
        if step.id in blocked:
            return StepVerdict(step, 0.0, BLOCKED, reasons=tuple(blocked[step.id]))
        return judge_step(step, [outcome for outcome in outcomes if outcome.step == step.id])

    def _not_begun(self, verdicts: list[StepVerdict], modules: Mapping[str, Module]) -> list[StepVerdict]:
        """A constructor's stub is `pass`: its tests fail, but the student has not begun yet."""
        if not any(verdict.status == FAILED for verdict in verdicts):
            return verdicts  # looking takes its time
        untouched = {step.id for step in open_steps(self.assignment, modules)}
        return [
            replace(verdict, status=OPEN) if verdict.status == FAILED and verdict.step.id in untouched else verdict
            for verdict in verdicts
        ]

    def _diagnosed(self, verdict: StepVerdict, exam: Exam, items: Sequence[pytest.Item]) -> StepVerdict:
        """Name what the answer to a failed step behaves like."""
        if self.diagnoser is None or verdict.status not in (FAILED, PARTIAL):
            return verdict
        named = self.diagnoser.suspects(exam, items, verdict.step.id, verdict.outcomes)
        return replace(verdict, suspicions=suspicions(named))

    def _must_run(self, verdicts: list[StepVerdict], broken: Sequence[Violation]) -> list[StepVerdict]:
        """Under the policy `zero`, code that does not even parse or import costs everything."""
        if self.assignment.must_run != "zero":
            return verdicts
        crash = next((violation.message for violation in broken if violation.rule == "syntax"), "") or next(
            (o.brief for v in verdicts for o in v.outcomes if o.brief.startswith("import of ")), ""
        )
        return [_lose(verdict, f"The submission must run: {crash}") for verdict in verdicts] if crash else verdicts

    def _pointed_out(self, printed: Sequence[tuple[str, str, str]]) -> list[str]:
        """What to say about printing where it costs nothing."""
        if not printed or self.assignment.silence != "warn":
            return []
        step, call, text = printed[0]
        return [f"{call} printed {quoted(text)} (first seen in {step}); it costs nothing here, but take it out."]

    def _silenced(self, verdicts: Sequence[StepVerdict], printed: Sequence[tuple[str, str, str]]) -> list[StepVerdict]:
        """Apply the silence policy."""
        policy = self.assignment.silence
        if not printed or policy == "warn":
            return list(verdicts)
        step, call, text = printed[0]
        reason = f"Graded code must print nothing, but {call} printed {quoted(text)} (first seen in {step})."
        if policy == "zero":
            return [_lose(verdict, reason) for verdict in verdicts]
        noisy = {entry[0] for entry in printed}
        for _, spoken, _ in printed:  # printing at import concerns every step of the file
            if spoken.startswith("import of "):
                path = spoken.removeprefix("import of ")
                noisy |= {entry.id for entry in self.assignment.steps if entry.module == path}
        return [_lose(verdict, reason) if verdict.step.id in noisy else verdict for verdict in verdicts]


def run_items(exam: Exam, items: Sequence[pytest.Item], begin_step: Callable[[], None]) -> None:
    """Run collected tests, telling when a new step begins."""
    step = None

    def begin(item: pytest.Item) -> None:
        nonlocal step
        if step_of(item) != step:
            step = step_of(item)
            begin_step()

    exam.run_tests(items, begin)


def _lose(verdict: StepVerdict, reason: str) -> StepVerdict:
    status = verdict.status if verdict.status in (ERROR, BLOCKED) else FAILED
    return replace(verdict, score=0.0, status=status, reasons=(*verdict.reasons, reason))
