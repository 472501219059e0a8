"""Plants bugs at random into the reference and asks which of them the exercise tests miss.

    pip install --target /tmp/cosmic-ray cosmic-ray==8.7.0     # this script alone needs it
    PYTHONPATH=/tmp/cosmic-ray python benchmarks/judge/mutants.py [--module FILE] [--given] [--own] [--part 1/8]

Every operator of cosmic-ray is applied at every place of every module, one at a time: other arithmetic and
comparisons, other numbers, swapped truth values, loops that never run, variables replaced. A mutant is killed when it
costs at least one point of some step. For each step, the script prints how many mutants of its TODO regions were
killed, which steps that cost, and each survivor: it is equivalent to the reference, or a test is missing. A mutant that
costs a step of another file is printed, too: that would be double jeopardy. Code that students are given is counted,
and its survivors are printed only with --given: students do not write it. It takes a quarter of an hour.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from in_process import Bench, Losses, bench

GIVEN = "given"  # code outside all TODO regions


@dataclass(frozen=True)
class Mutant:
    """A module with one bug, the operator that planted it, and the step whose region it lies in."""

    module: str
    operator: str
    source: str
    region: str


def mutants_of(module: str, source: str, skeleton: str) -> Iterator[Mutant]:
    """Every distinct mutant of a module; `skeleton` is what students are given of it."""
    seen = {ast.dump(ast.parse(source))}
    for name, operator in _operators(source):
        for occurrence in range(10_000):
            random.seed(f"{name} {occurrence}")  # some operators draw a number
            mutated = _mutated(source, operator, occurrence)
            if mutated is None:
                break
            try:
                key = ast.dump(ast.parse(mutated))
            except SyntaxError:
                continue
            if key not in seen:
                seen.add(key)
                yield Mutant(module, name, mutated, region_of(source, mutated, skeleton))


def _operators(source: str) -> Iterator[tuple[str, object]]:
    """cosmic-ray's operators; the one that needs a variable, once for each variable that is read."""
    from cosmic_ray.operators.provider import OperatorProvider
    from cosmic_ray.operators.variable_replacer import VariableReplacer

    class Replacer(VariableReplacer):
        """Its parent cannot read `self.a = a`, where the right side is a name alone."""

        def _get_causes_from_expr_node(self, node: Any) -> Iterator[Any]:
            return self._flatten_expr([node.get_rhs()])

    provider = OperatorProvider()
    names = sorted({node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)})
    for name in provider:
        if name == "VariableReplacer":
            yield from ((f"{name}({variable})", Replacer(variable)) for variable in names)
        elif name != "VariableInserter":  # it needs pairs, and repeats VariableReplacer's damage
            yield name, provider[name]()


def _mutated(source: str, operator: object, occurrence: int) -> str | None:
    from cosmic_ray.mutating import mutate_code

    code: str | None = mutate_code(source, operator, occurrence)
    return code


def region_of(source: str, mutated: str, skeleton: str) -> str:
    """The step whose TODO comment stands last before the changed line, unless students are given that line."""
    old, new = source.splitlines(), mutated.splitlines()
    place = next((k for k, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), len(new) - 1)
    if old[place] in skeleton.splitlines():
        return GIVEN
    steps = [step for line in old[: place + 1] for step in re.findall(r"# TODO \((\w+)\)", line)]
    return steps[-1] if steps else GIVEN


def report(bench: Bench, results: list[tuple[Mutant, Losses]], given: bool) -> bool:
    """Print what was found; True when every mutant that counts was killed, without double jeopardy."""
    module_of = {step.id: step.module for step in bench.assignment.steps}
    by_region: dict[tuple[str, str], list[tuple[Mutant, Losses]]] = defaultdict(list)
    for mutant, losses in results:
        by_region[mutant.module, mutant.region].append((mutant, losses))
    survivors, unjust = [], []
    for (module, region), entries in by_region.items():
        killed = [losses for _, losses in entries if losses]
        hit = Counter(step for losses in killed for step in losses)
        costs = ", ".join(f"{step} {count}" for step, count in hit.most_common())
        print(f"{module} · {region}: {len(entries)} mutants, {len(killed)} killed; points lost at: {costs or 'none'}")
        survivors += [mutant for mutant, losses in entries if not losses and (given or region != GIVEN)]
        unjust += [(mutant, step) for mutant, losses in entries for step in losses if module_of[step] != module]
    ours = sum(mutant.region != GIVEN for mutant, _ in results)
    print(f"\nin all {len(results)} mutants, {ours} of them in TODO regions; to explain: {len(survivors)} survivors")
    for mutant in survivors:
        print(f"\nsurvivor · {mutant.region} · {mutant.operator}\n{difference(bench, mutant)}")
    for mutant, step in unjust:
        print(f"\ndouble jeopardy: costs {step}\n{difference(bench, mutant)}")
    return not survivors and not unjust


def difference(bench: Bench, mutant: Mutant) -> str:
    """The changed lines."""
    before, after = bench.reference[mutant.module].splitlines(), mutant.source.splitlines()
    lines = list(difflib.unified_diff(before, after, lineterm="", n=0))[2:]
    return "\n".join(f"  {line}" for line in lines if not line.startswith("@@"))


def main() -> None:
    """Grade all mutants and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assignment")
    parser.add_argument("--module", help="the mutants of this module only")
    parser.add_argument("--given", action="store_true", help="print survivors in code that students are given, too")
    parser.add_argument("--seed", default="mutants")
    parser.add_argument("--own", action="store_true", help="run the tests of the mutant's module only: much quicker")
    parser.add_argument("--part", default="1/1", help="K/N: the K-th of N parts, to run them one by one")
    chosen = parser.parse_args()
    clean = False

    def work(bench: Bench) -> None:
        nonlocal clean
        results: list[tuple[Mutant, Losses]] = []
        started, skeletons = time.monotonic(), bench.assignment.modules()
        part, parts = map(int, chosen.part.split("/"))
        for module, source in sorted(bench.reference.items()):
            steps = {step.id for step in bench.assignment.steps if step.module == module} if chosen.own else None
            mutants = mutants_of(module, source, skeletons[module]) if chosen.module in (None, module) else ()
            for mutant in islice(mutants, part - 1, None, parts):
                results.append((mutant, bench.grade({**bench.reference, module: mutant.source}, chosen.seed, steps)))
                if len(results) % 50 == 0:
                    print(f"{len(results)} mutants, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        clean = report(bench, results, chosen.given)

    bench(chosen.assignment, work)
    sys.exit(not clean)


if __name__ == "__main__":
    main()
