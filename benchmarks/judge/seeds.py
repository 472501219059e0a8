"""Grades right answers with many seeds: the reference with 1,000, each right variant with 20. None may lose a point.

    python benchmarks/judge/seeds.py [--reference 1000] [--variants 20] [--first 0]

It prints each seed that costs something, with the tests that failed, and takes 15 minutes.
"""

from __future__ import annotations

import argparse
import sys
import time

from in_process import Bench, bench, variants


def main() -> None:
    """Grade and print what was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assignment")
    parser.add_argument("--reference", type=int, default=1000, help="seeds for the reference")
    parser.add_argument("--variants", type=int, default=20, help="seeds for each right variant")
    parser.add_argument("--first", type=int, default=0, help="the first seed, to run parts side by side")
    chosen = parser.parse_args()
    lost = 0

    def work(bench: Bench) -> None:
        nonlocal lost
        right = {"reference": (dict(bench.reference), chosen.reference)}
        for name, modules in variants(bench.course, bench.assignment).items():
            right[name] = (modules, chosen.variants)
        for name, (modules, count) in right.items():
            steps = {step.id for step in bench.assignment.steps if step.module in modules}
            started, failed = time.monotonic(), 0
            for number in range(chosen.first, chosen.first + count):
                losses = bench.grade({**bench.reference, **modules}, f"seed {number}", steps)
                failed += bool(losses)
                for step, loss in losses.items():
                    print(f"{name}, seed {number}: {loss.points:g} points of {step}: {', '.join(loss.causes)}")
            if count:
                print(
                    f"{name}: {count - failed} of {count} seeds right, {time.monotonic() - started:.0f} s", flush=True
                )
            lost += failed

    bench(chosen.assignment, work)
    sys.exit(bool(lost))


if __name__ == "__main__":
    main()
