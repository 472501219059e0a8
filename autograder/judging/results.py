"""A verdict as Gradescope's results.json, written atomically."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from autograder import __version__
from autograder.authoring.assignment import Assignment
from autograder.judging.telling import visible
from autograder.judging.verdict import (
    BLOCKED,
    ERROR,
    FAILED,
    LOST,
    OPEN,
    PASSED,
    Outcome,
    StepVerdict,
    Suspicion,
    Verdict,
)

RESULTS = "results.json"


def to_results(assignment: Assignment, verdict: Verdict, seed: str, seconds: float) -> dict[str, Any]:
    """Build the content of results.json.

    Args:
        assignment: the assignment, for points and the visibility of hidden tests.
        verdict: what grading found.
        seed: the class seed, so that the verdict can be reproduced.
        seconds: how long grading took.
    """
    tests = []
    for number, step in enumerate(verdict.steps, start=1):
        tests += _entries(assignment, step, number)
    return {
        "score": verdict.score,
        "execution_time": round(seconds, 3),
        "output": _summary(assignment, verdict),
        "output_format": "md",
        "test_output_format": "md",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {
            "assignment": assignment.name,
            "max_score": assignment.points,
            "steps": {
                step.step.id: {
                    "score": step.score,
                    "max": step.step.points,
                    "status": step.status,
                    "suspicions": [suspicion.id for suspicion in step.suspicions],
                    "failed": [
                        f"{outcome.kind}/{outcome.test}" for outcome in step.outcomes if outcome.status != PASSED
                    ],
                }
                for step in verdict.steps
            },
            "silence": {
                "policy": assignment.silence,
                "printed": [
                    {"step": step, "call": call, "line": visible((text.splitlines() or [""])[0], 200)}
                    for step, call, text in verdict.printed[:20]
                ],
            },
            "problems": [visible(problem) for problem in verdict.problems],
            "notes": [visible(note) for note in verdict.notes],
            "fault": verdict.fault,
            "faults": [
                f"{outcome.test}: {outcome.detail}"
                for step in verdict.steps
                for outcome in step.outcomes
                if outcome.status == ERROR
            ],
            "seed": seed,
            "isolation": verdict.isolation,
            "versions": versions(),
        },
    }


def fault_results(assignment: Assignment, reason: str, seed: str) -> dict[str, Any]:
    """The results of a submission that the grader itself failed on: no verdict, and it says whose fault it is."""
    steps = tuple(StepVerdict(step, 0.0, ERROR) for step in assignment.steps)
    return to_results(assignment, Verdict(steps, fault=reason), seed, 0.0)


def write_json(path: Path, content: Any) -> None:
    """Write JSON so that a reader sees the old file or the whole new one, never a part."""
    write_text(path, json_text(content))


def json_text(content: Any) -> str:
    """JSON as our files hold it."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically, making its folder where needed. Lone surrogates become question marks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
        # mkstemp's files are private; a result is as readable as any other file.
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def remove_drafts(folder: Path, names: Iterable[str]) -> None:
    """Remove what a process that was killed in the midst of `write_text` has left behind."""
    for name in names:
        for path in folder.glob(f".{name}.*"):
            path.unlink(missing_ok=True)


def versions() -> dict[str, str]:
    """Versions that a verdict depends on."""
    import torch

    return {"autograder": __version__, "python": platform.python_version(), "torch": str(torch.__version__)}


def _summary(assignment: Assignment, verdict: Verdict) -> str:
    """What stands at the top: whose fault, what to do first, what was odd."""
    if verdict.fault:
        return (
            "**The grader itself failed on this submission. It is not your fault, and this is no verdict:** "
            "the staff will grade it again."
        )
    # Where hidden tests are shown later, the total would give them away.
    lines = [f"**{verdict.score:g} of {assignment.points:g} points.**"] if assignment.hidden == "visible" else []
    lines += [f"⚠ {escaped(reason)}" for reason in dict.fromkeys(r for step in verdict.steps for r in step.reasons)]
    todo = [step.step.id for step in verdict.steps if step.status == OPEN]
    failed = [escaped(step.step.id) for step in verdict.steps if step.status == ERROR]
    if failed:
        lines.append(
            f"**The grader itself failed on {', '.join(failed)}. It is not your fault:** the staff will grade it again."
        )
    lines += _first_thing(assignment, verdict)
    if all(step.status == PASSED for step in verdict.steps) and assignment.hidden == "visible":
        lines.append("All steps pass: there is nothing left to do in code.")
    if todo:
        lines.append(f"Still to do: {', '.join(todo)}.")
    lines += [f"Note: {escaped(note)}" for note in verdict.notes]
    return "\n\n".join(lines)


def _first_thing(assignment: Assignment, verdict: Verdict) -> list[str]:
    """Name the first test that is worth looking at, if there is one that may be shown."""
    for step in verdict.steps:
        for outcome in step.outcomes:
            if outcome.status in (FAILED, LOST) and (outcome.kind == "public" or assignment.hidden == "visible"):
                return [f"Start with **{escaped(step.step.id)}**: {escaped(outcome.title)}"]
    return []


def _entries(assignment: Assignment, verdict: StepVerdict, number: int) -> list[dict[str, Any]]:
    """One entry a step; two where hidden results are shown at another time than public ones."""
    kinds: list[Sequence[str]] = [("public", "hidden")]
    ran = {outcome.kind for outcome in verdict.outcomes}
    if assignment.hidden != "visible" and ran == {"public", "hidden"}:
        kinds = [("public",), ("hidden",)]
    entries = []
    for place, chosen in enumerate(kinds, start=1):
        outcomes = [outcome for outcome in verdict.outcomes if outcome.kind in chosen]
        if len(chosen) == 2:
            score, maximum, name = verdict.score, verdict.step.points, verdict.step.id
            visibility = assignment.hidden if ran == {"hidden"} else "visible"
        else:
            score, maximum = verdict.earned(chosen[0])
            name = f"{verdict.step.id} ({chosen[0]} tests)"
            visibility = "visible" if chosen[0] == "public" else assignment.hidden
        passed = (
            verdict.status == PASSED
            if len(kinds) == 1
            else all(o.status == PASSED for o in outcomes) and score >= maximum
        )
        entries.append(
            {
                "name": name,
                "score": score,
                "max_score": maximum,
                "status": "passed" if passed else "failed",
                "number": str(number) if len(kinds) == 1 else f"{number}.{place}",
                "output": _step_text(verdict, outcomes, suspicions=kinds[-1] == chosen),
                "output_format": "md",
                "visibility": visibility,
                "extra_data": {"step": verdict.step.id, "kind": "+".join(chosen), "status": verdict.status},
            }
        )
    return entries


def _step_text(verdict: StepVerdict, outcomes: Sequence[Outcome], suspicions: bool) -> str:
    """Markdown of one step: reasons first, then what it looks like, what failed, and how much passed.

    Suspicions follow from hidden tests too: they stand where these are shown.
    """
    lines = [escaped(reason) for reason in verdict.reasons]
    if verdict.status == BLOCKED:
        lines.append("The step was not run.")
    elif verdict.status == ERROR:
        lines.append("**The grader itself failed on this step. It is not your fault:** the staff will grade it again.")
    if suspicions:
        lines += _suspicion_texts(verdict.suspicions)
    failed = [outcome for outcome in outcomes if outcome.status != PASSED]
    told: set[str] = set()
    lines += [_outcome_text(outcome, told) for outcome in failed]
    if outcomes:
        lines.append(f"{len(outcomes) - len(failed)} of {len(outcomes)} tests passed.")
    return "\n\n".join(lines)


def _suspicion_texts(suspicions: Sequence[Suspicion]) -> list[str]:
    """Name what an answer behaves like, and what to try; several that behave alike are all told."""
    lines = []
    for place, suspicion in enumerate(suspicions):
        opening = "Or" if place else "Likely mistake"
        lines.append(f"**{opening}:** {escaped(suspicion.sentence)}")
        lines.append(f"*Try:* {escaped(suspicion.hint)}")
    return lines


def _outcome_text(outcome: Outcome, told: set[str]) -> str:
    """Markdown of one outcome. An account that was told stands above: one crash fails many tests."""
    kind = " (hidden test)" if outcome.kind == "hidden" else ""
    lines = [f"**✗ {escaped(outcome.title)}**{kind}"]
    if outcome.status == OPEN:
        lines.append("Still to do.")
    elif outcome.status != ERROR:
        account = outcome.account if outcome.kind == "public" else ""
        lines.append(f"{escaped(outcome.brief)}{', as above' if account in told else ''}.")
        if account and account not in told:
            told.add(account)
            lines.append("```text\n" + visible(outcome.account).replace("```", "'''") + "\n```")
        if outcome.hint:
            lines.append(f"*Try:* {escaped(outcome.hint)}")
    return "\n\n".join(lines)


def escaped(text: str) -> str:
    """Keep student text from becoming markup."""
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\`*_[]|#~":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())
