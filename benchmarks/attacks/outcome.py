"""What an attack achieved: judged the same way for every grader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attack_work import FULL as FULL_SCORE
from attack_work import Attack
from box import Report
from grader import Grader, Verdict

FULL, POINTS, SECRET, LOST, HANG, LEFT, MARKUP, REPELLED = KINDS = (
    "full marks",
    "points gained",
    "secret read",
    "result lost",
    "hang",
    "left behind",
    "live markup",
    "repelled",
)
# Attacks on rules that only this toolkit has: print nothing, do not use certain constructs.
OWN_RULES = ("forbidden", "silence")
# Worth nothing here because it prints, overruns a limit or breaks our protocol. Elsewhere the code counts for itself.
HONEST_ELSEWHERE = {
    "forges_its_structure": 2.0,
    "prints_a_report": 2.0,
    "prints_hidden_inputs": 5.0,
    "prints_markup": 5.0,
    "sleeps_at_import": 2.0,
}
# Secrets of any machine, and inputs of hidden tests, by the attack that shows them.
SYSTEM_FILES = {"reads_passwd": "root:x:0:0", "reads_shadow": "root:", "syntax_error_of_a_secret": "root:x:0:0"}
SYSTEM_FILES |= {"prints_the_disk_by_traceback": "root:x:0:0"}
HIDDEN_INPUTS = {"shows_hidden_inputs": "(5, 7)", "prints_hidden_inputs": "input ["}
LIVE = (
    "<script>alert(1)",
    "<script>document.title='attack'",
    "<img src=x onerror",
    "<iframe src=//x",
    "<details open ontoggle=",
)


@dataclass(frozen=True)
class Outcome:
    """What one attack achieved with one grader.

    Attributes:
        kinds: everything that it achieved, the worst first; `repelled` alone where it was nothing.
        detail: what the table says.
        report: what came out of the box.
        verdict: what the grader said.
    """

    kinds: tuple[str, ...]
    detail: str
    report: Report
    verdict: Verdict


def judge(attack: Attack, grader: Grader, report: Report, usual: Verdict) -> Outcome:
    """Judge an attack.

    Args:
        attack: the attack.
        grader: who graded it.
        report: what came out of the box.
        usual: what the grader says of a right answer: what it shows there is no secret.
    """
    verdict, later = grader.verdict(report.files), grader.verdict(report.later)
    own = attack.honest if grader.name == "ours" else HONEST_ELSEWHERE.get(attack.name, attack.honest)
    best = max(verdict.score or 0, later.score or 0)
    gained = best > own + 0.005
    ended = report.status is not None
    found = {
        FULL: gained and best >= FULL_SCORE,
        POINTS: gained and best < FULL_SCORE,
        SECRET: bool(read_secrets(attack, grader.secrets, verdict.shown + later.shown + report.heard, usual.shown)),
        LOST: ended and (verdict.score is None or later.score is None),
        HANG: not ended,
        LEFT: ended and bool(report.processes or report.left),
        MARKUP: any(sign in verdict.page and sign not in usual.page for sign in LIVE),
    }
    kinds = tuple(kind for kind in KINDS if found.get(kind)) or (REPELLED,)
    shown = [f"{kind} ({own:g} → {best:g})" if kind in (FULL, POINTS) else kind for kind in kinds]
    return Outcome(kinds, ", ".join(shown), report, verdict)


def read_secrets(attack: Attack, planted: Mapping[str, str], shown: str, usual: str) -> list[str]:
    """Where the secrets were that the student now sees."""
    signs = dict(planted)
    for place, by_attack in (("system", SYSTEM_FILES), ("inputs", HIDDEN_INPUTS)):
        if attack.name in by_attack:
            signs[place] = by_attack[attack.name]
    return [place for place, sign in signs.items() if sign in shown and sign not in usual]
