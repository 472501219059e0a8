"""Runs the hostile submissions of `tests/toolkit/attacks` against this toolkit and against other graders.

    sudo .venv/bin/python benchmarks/attacks/run.py [--every N] [--only NAME …] [--grader NAME …] [--venv FOLDER]

Prints one table; a run on all graders writes it to results.md and results.csv as well, unless --only is given.
Exit status 1 if an attack on this toolkit succeeds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import toolkit_path  # before what lies there is imported
from attack_work import GOALS, Attack, attacks
from box import BoxError, require_box, run
from calibration import calibrate
from grader import Grader, Verdict
from installation import install, versions
from ours import Ours
from outcome import FULL, OWN_RULES, POINTS, REPELLED, Outcome, judge
from peers.gradescope_utils import GradescopeUtils
from peers.nbgrader import Nbgrader
from peers.otter import Otter
from rich.console import Console
from rich.progress import Progress
from table import markdown, rows, terminal_table

PEERS = {kind.name: kind for kind in (Otter, Nbgrader, GradescopeUtils)}
NAMES = [*PEERS, Ours.name]
SIDE_BY_SIDE = 2
HANG_SECONDS = 30.0  # beyond what a right answer takes
console = Console()


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare graders under attack.")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="attacks to run; all if not given")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth attack of each kind only")
    parser.add_argument("--grader", nargs="+", choices=NAMES, metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument(
        "--venv", type=Path, default=toolkit_path.REPOSITORY / ".venv/attack-peers", help="where peers are installed"
    )
    parser.add_argument("--details", action="store_true", help="tell what was found of each attack that succeeds")
    return parser.parse_args()


def chosen_attacks(names: Sequence[str] | None, every: int) -> list[Attack]:
    """The named attacks, or every Nth of each kind in the order of the alphabet: of those that any grader may meet."""
    known = [attack for attack in attacks() if attack.goal not in OWN_RULES]
    unknown = set(names or []) - {attack.name for attack in known}
    if unknown:
        sys.exit(f"run.py: no such attack, or one on rules that others do not have: {', '.join(sorted(unknown))}")
    by_kind = [[attack for attack in known if attack.goal == goal] for goal in GOALS]
    if names:
        return [attack for kind in by_kind for attack in kind if attack.name in names]
    return [attack for kind in by_kind for attack in kind[::every]]


def main() -> None:
    """Set the graders up, calibrate them, run the attacks, print the table."""
    asked = options()
    try:
        require_box()
    except BoxError as error:
        sys.exit(f"run.py: {error}")
    names = [name for name in NAMES if not asked.grader or name in asked.grader]
    chosen = chosen_attacks(asked.only, asked.every)
    python = install(asked.venv.resolve())
    told = versions(python)
    console.print(", ".join(f"{name} {version}" for name, version in told.items()))
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        root = Path(folder)
        graders: list[Grader] = [PEERS[name](root / name, python) for name in names if name in PEERS]
        graders += [Ours(root / Ours.name)] if Ours.name in names else []
        results, seconds = run_all(graders, chosen)
    console.print(terminal_table(chosen, names, results))
    if asked.details:
        for key, found in results.items():
            if found.kinds != (REPELLED,):
                tell(key, found)
    if not asked.only and names == NAMES:
        here = Path(__file__)
        text = markdown(chosen, names, results, told, asked.every, seconds)
        here.with_name("results.md").write_text(text, encoding="utf-8")
        here.with_name("results.csv").write_text(rows(chosen, names, results), encoding="utf-8")
    own = [attack for (attack, grader), found in results.items() if grader == Ours.name and found.kinds != (REPELLED,)]
    if own:
        sys.exit(f"run.py: these attacks on this toolkit succeed: {', '.join(own)}")


Results = dict[tuple[str, str], Outcome]  # by names of attack and grader


def run_all(graders: Sequence[Grader], chosen: Sequence[Attack]) -> tuple[Results, dict[str, tuple[float, float]]]:
    """Outcomes, and by grader the seconds that a right answer took it before the attacks and after them."""
    results: Results = {}
    seconds = {}
    with Progress(console=console, transient=True) as progress:
        for grader in graders:

            def tell(line: str) -> None:
                progress.console.print(line, highlight=False)

            usual, before = calibrate(grader, SIDE_BY_SIDE, tell)
            for attack, found in attack_one(grader, chosen, progress, usual, before):
                results[attack.name, grader.name] = found
            # Once more: had the machine been too busy for plain work, nothing would follow from what an attack did.
            seconds[grader.name] = before, calibrate(grader, SIDE_BY_SIDE, tell)[1]
    return results, seconds


def attack_one(
    grader: Grader, chosen: Sequence[Attack], progress: Progress, usual: Verdict, seconds: float
) -> list[tuple[Attack, Outcome]]:
    """Run the attacks on a calibrated grader."""
    task = progress.add_task(grader.name, total=len(chosen))

    def one(attack: Attack) -> Outcome:
        work = grader.work(attack.source, limit=seconds + HANG_SECONDS)
        found = judge(attack, grader, run(work), usual)
        progress.advance(task)
        return found

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(zip(chosen, pool.map(one, chosen), strict=True))


def tell(key: tuple[str, str], found: Outcome) -> None:
    """What was found of an attack that succeeds."""
    report = found.report
    console.print(
        f"\n{key[0]} on {key[1]}: {found.detail}; {report.seconds:.1f} s, status {report.status}", markup=False
    )
    for name, value in (("processes", report.processes), ("left", report.left), ("heard", report.heard)):
        if value:
            console.print(f"  {name}: {value}", markup=False)
    if found.kinds[0] not in (FULL, POINTS):
        console.print(report.output[-600:], markup=False)


if __name__ == "__main__":
    main()
