"""Checks each grader on plain work first: without the right points for that, a comparison would say nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from box import run
from grader import Grader, Verdict
from toy_work import RIGHT, change, forward

CALIBRATION_SECONDS = 180.0
PLAIN = {
    "the right answer": (RIGHT, 5.0),
    "zeros": (forward("return torch.zeros(x.shape[0], self.bias.shape[0])"), 2.0),
    "the public example alone": (forward("return torch.tensor([[11.0, 22.0, 38.0]]).repeat(x.shape[0], 1)"), 2.75),
    "no gradient": (forward("return (torch.matmul(x, self.weight) + self.bias).detach()"), 4.25),
    "parameters of wrong shapes": (
        change("torch.zeros(out_features)", "torch.zeros(1)", forward("return torch.zeros(3)")),
        0.0,
    ),
}


class CalibrationError(RuntimeError):
    """A grader does not give plain work its points."""


def calibrate(grader: Grader, side_by_side: int, tell: Callable[[str], None]) -> tuple[Verdict, float]:
    """Grade plain work; the verdict on the right answer, and the seconds that it takes.

    Raises:
        CalibrationError: a score is not what the work deserves, or something is left behind.
    """
    found = {}
    with ThreadPoolExecutor(side_by_side) as pool:
        works = [grader.work(source, limit=CALIBRATION_SECONDS) for source, _ in PLAIN.values()]
        reports = dict(zip(PLAIN, pool.map(run, works), strict=True))
    for name, (_, points) in PLAIN.items():
        report = reports[name]
        verdict = grader.verdict(report.files)
        if verdict.score != points or report.left or report.processes:
            raise CalibrationError(
                f"{grader.name} gives {name} {verdict.score} points, not {points}; left: {report.left},"
                f" {report.processes}; it says: {report.output[-2000:]}"
            )
        found[name] = verdict, report.seconds
    told = ", ".join(f"{name} {points:g}" for name, (_, points) in PLAIN.items())
    tell(f"{grader.name}: {told}; {found['the right answer'][1]:.1f} s")
    return found["the right answer"]
