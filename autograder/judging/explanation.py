"""An instructor's view of one step: every call with its inputs and outputs, expected and got, the student's frames.

It shows hidden tests' inputs and expected values: for office hours and regrade requests, never for a student's page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from autograder.isolation.engine import Opaque, Ref
from autograder.isolation.recording import Recorded
from autograder.judging.verdict import PASSED, Outcome, StepVerdict

EXPLANATION = "explanation.json"
_SHOWN_CALLS = 12  # of one test, from its last backwards: the failing one is the last
_QUIET = ("reset", "import")


def explanation(verdict: StepVerdict) -> dict[str, Any]:
    """Return all that is known about a step as plain data, texts ready to be shown."""
    return {
        "step": verdict.step.id,
        "score": verdict.score,
        "max": verdict.step.points,
        "status": verdict.status,
        "reasons": list(verdict.reasons),
        "suspicions": [
            {"id": found.id, "sentence": found.sentence, "hint": found.hint} for found in verdict.suspicions
        ],
        "tests": [_test(outcome) for outcome in verdict.outcomes],
    }


def _test(outcome: Outcome) -> dict[str, Any]:
    shown = outcome.calls if outcome.status != PASSED else ()
    calls = [entry for entry in shown if entry.op["op"] not in _QUIET]
    return {
        "test": outcome.test,
        "kind": outcome.kind,
        "title": outcome.title,
        "hint": outcome.hint,
        "status": outcome.status,
        "weight": outcome.weight,
        "core": outcome.core,
        "seconds": round(outcome.seconds, 4),
        "brief": outcome.brief,
        "detail": outcome.account,
        "expected": shown_value(outcome.compared[0]) if outcome.compared else "",
        "got": shown_value(outcome.compared[1]) if outcome.compared else "",
        "printed": [{"call": call, "text": text[:2000]} for call, text in outcome.printed],
        "left_out": max(0, len(calls) - _SHOWN_CALLS),
        "calls": [_call(entry) for entry in calls[-_SHOWN_CALLS:]],
    }


def _call(entry: Recorded) -> dict[str, Any]:
    given = {
        key: value for key, value in entry.op.items() if key not in ("op", "name", "ref") and value not in ((), {}, [])
    }
    return {
        "verb": entry.op["op"],
        "call": entry.call,
        "inputs": {key: shown_value(value) for key, value in given.items()},
        "reply": "" if entry.op["op"] in ("build", "stand_in") else shown_value(entry.reply),
        "error": str(entry.error) if entry.error is not None else "",
    }


def shown_value(value: Any) -> str:
    """Write a value so that a person can read it and, while it is small, type it in again."""
    if isinstance(value, torch.Tensor):
        sizes = f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"
        return f"{sizes}\n{_numbers(value)}"
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_indented(shown_value(item))}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        if all(not isinstance(item, (torch.Tensor, dict, list, tuple)) for item in value):
            return f"({', '.join(shown_value(item) for item in value)})"
        return "\n".join(f"[{place}] {_indented(shown_value(item))}" for place, item in enumerate(value))
    if isinstance(value, Ref):
        return f"object {value.number}"
    if isinstance(value, Opaque):
        return repr(value)
    return "" if value is None else str(value)[:2000]


def _numbers(value: torch.Tensor) -> str:
    torch.set_printoptions(precision=6, threshold=400, linewidth=110, sci_mode=False)  # type: ignore[no-untyped-call]
    text = str(value)
    return text.removeprefix("tensor(").removesuffix(")").replace("\n       ", "\n")


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def report(found: dict[str, Any]) -> Sequence[str]:
    """Lay an explanation out as lines of plain text."""
    lines = [f"{found['step']}: {found['score']:g} of {found['max']:g} points, {found['status']}"]
    lines += [f"  ! {reason}" for reason in found["reasons"]]
    for suspicion in found["suspicions"]:
        lines += [f"  likely mistake: {suspicion['sentence']} ({suspicion['id']})", f"    try: {suspicion['hint']}"]
    for test in found["tests"]:
        lines += _report_test(test)
    return lines


def _report_test(test: dict[str, Any]) -> list[str]:
    mark = "✓" if test["status"] == PASSED else "✗"
    worth = "gate" if test["weight"] == 0 else f"weight {test['weight']:g}{', core' if test['core'] else ''}"
    lines = [f"{mark} {test['test']} ({test['kind']}, {worth}, {test['seconds'] * 1000:.0f} ms)"]
    if test["status"] == PASSED:
        return lines
    lines += [f"    {test['title']}", f"    {test['status']}: {test['brief']}"]
    lines += [f"    {line}" for line in test["detail"].splitlines()]
    if test["hint"]:
        lines.append(f"    try: {test['hint']}")
    lines += [f"    {entry['call']} printed: {entry['text']!r}" for entry in test["printed"]]
    if test["left_out"]:
        lines.append(f"    ({test['left_out']} earlier calls are left out)")
    for call in test["calls"]:
        lines.append(f"    → {call['verb']} {call['call']}")
        for name, text in call["inputs"].items():
            lines += _block(name, text)
        lines += _block("returned", call["reply"]) if call["reply"] else []
        lines += _block("error", call["error"]) if call["error"] else []
    for name in ("expected", "got"):
        lines += _block(name, test[name]) if test[name] else []
    return lines


def _block(name: str, text: str) -> list[str]:
    first, *rest = text.splitlines() or [""]
    return [f"      {name}: {first}", *(f"        {line}" for line in rest)]
