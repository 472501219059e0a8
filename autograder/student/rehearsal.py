"""The rehearsal: public tests of all steps on a submission's modules, in a process of its own.

Started by `tryout.py` as `python -m autograder.student.rehearsal PLAN OUT`. It writes to OUT what it finds, anew
with every step, and to `OUT.now` the call that it is in: a parent that stops waiting still learns that much.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.assignment import Assignment, load
from autograder.isolation.engine import Op
from autograder.isolation.faults import StudentError, named
from autograder.isolation.local import LocalTransport, without_torch_warnings
from autograder.isolation.student_modules import StudentModules
from autograder.isolation.verbs import after_imports
from autograder.judging.collecting import ExamError, collect_and_run
from autograder.judging.exam import Exam
from autograder.judging.items import step_of
from autograder.judging.verdict import OPEN, PASSED
from autograder.student.check import load_stand_ins
from autograder.student.tryout import NOW, write_whole

_SHOWN = 4096  # bytes of what was printed in one call


class RehearsalTransport:
    """Runs verbs in this process, imports as calls of their own, and records what is printed in any way.

    Args:
        modules: the submission's modules.
        owners: class or function to module file.
        stand_ins: the assignment's stand-in classes by name.
        now: the file that says which call is running.

    Attributes:
        step: the step whose tests are running.
        printed: pairs of (call, text).
        crashes: module file to why its import failed, and the line of that file, 0 where it is not known.
    """

    def __init__(
        self, modules: StudentModules, owners: Mapping[str, str], stand_ins: Mapping[str, Any], now: Path
    ) -> None:
        self._local = LocalTransport(modules.resolver(owners), stand_ins, modules.is_own)
        self._owners = owners
        self._imported: set[str] = set()
        self._broken: dict[str, StudentError] = {}
        self._output = _Output()
        self._now = now
        self.step = ""
        self.printed: list[tuple[str, str]] = []
        self.crashes: dict[str, tuple[str, int]] = {}

    def request(self, ops: list[Op], calls: Sequence[str]) -> list[Any]:
        """See `verbs.Transport`."""
        return after_imports(ops, calls, self._import, self._exchange)

    def _import(self, name: str) -> None:
        path = self._owners[name]
        if path in self._broken:
            raise self._broken[path]
        if path in self._imported:
            return
        try:
            self._exchange([{"op": "import", "name": name}], [f"import of {path}"])
        except StudentError as error:
            self._broken[path] = error
            line = next((frame.line for frame in reversed(error.frames) if frame.file == path), 0)
            self.crashes[path] = (f"{error.kind}: {error.text}".strip().split("\n")[0], line)
            raise
        self._imported.add(path)

    def _exchange(self, ops: list[Op], calls: Sequence[str]) -> list[Any]:
        call = named(calls)
        self._now.write_text(f"{self.step}\n{call}", encoding="utf-8")
        self._output.skip()
        try:
            return self._local.request(ops, calls)
        finally:
            text = "".join(text for _, text in self._local.printed) + self._output.take()
            self._local.printed.clear()
            if text:
                self.printed.append((call, text))


class _Output:
    """Files in place of descriptors 1 and 2: they get what goes past `sys.stdout`, too."""

    def __init__(self) -> None:
        self._files = [tempfile.TemporaryFile() for _ in range(2)]  # noqa: SIM115  (open until the process ends)
        self._seen = [0, 0]
        for file, target in zip(self._files, (1, 2), strict=True):
            os.dup2(file.fileno(), target)

    def skip(self) -> None:
        """Pass over what was written up to now."""
        self._seen = self._sizes()

    def take(self) -> str:
        """Return what was written since the last time."""
        before, self._seen = self._seen, self._sizes()
        texts = []
        for target, file, start, end in zip((1, 2), self._files, before, self._seen, strict=True):
            if end > start:
                with os.fdopen(os.dup(file.fileno()), "rb") as reader:
                    reader.seek(start)
                    text = reader.read(min(end - start, _SHOWN)).decode("utf-8", "replace")
                    texts.append(without_torch_warnings(text) if target == 2 else text)
                    reader.seek(0, os.SEEK_END)  # the place is shared with the descriptor that is written to
        return "".join(texts)

    def _sizes(self) -> list[int]:
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            try:
                stream.flush()  # type: ignore[union-attr]
            except Exception:  # student code may have put anything there
                continue
        return [os.fstat(file.fileno()).st_size for file in self._files]


class RehearsalExam(Exam):
    """Runs the public tests of some steps and writes down what they find.

    Args:
        assignment: the assignment.
        wanted: ids of the steps to run.
        transport: how tests reach the submission.
        out: the file to write.
    """

    def __init__(self, assignment: Assignment, wanted: Sequence[str], transport: RehearsalTransport, out: Path) -> None:
        super().__init__([step.id for step in assignment.steps], "public")
        self.transport = transport
        self._rehearsal = transport
        self._wanted = list(wanted)
        self._out = out

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out the steps that are not wanted."""
        super().pytest_collection_modifyitems(config, items)
        items[:] = [item for item in items if step_of(item) in self._wanted]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Write down what is known when a step begins."""
        if step_of(item) != self._rehearsal.step:
            self._rehearsal.step = step_of(item)
            self.write(done=False)

    def write(self, *, done: bool, problem: str = "") -> None:
        """Write the report.

        Args:
            done: have all tests been run?
            problem: why they could not be.
        """
        steps = {step: [o.status for o in self.outcomes if o.step == step] for step in self._wanted}
        report = {
            "done": done,
            "problem": problem,
            "printed": [
                (outcome.step, call, (text.splitlines() or [""])[0][:200])
                for outcome in self.outcomes
                for call, text in outcome.printed
            ],
            "crashes": self._rehearsal.crashes,
            "steps": {
                step: {"passed": found.count(PASSED), "open": found.count(OPEN), "total": len(found)}
                for step, found in steps.items()
            },
        }
        write_whole(self._out, json.dumps(report))


def main(plan_file: Path, out: Path) -> None:
    """Run the rehearsal.

    Args:
        plan_file: JSON with `folder` (the release), `modules` (module file to source) and `steps` (ids to run).
        out: the report to write.
    """
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    folder = Path(plan["folder"])
    assignment = load(folder)
    warnings.showwarning = lambda *_, **__: None  # a warning of Python or torch is no printing
    now = out.with_name(out.name + NOW)
    stand_ins = load_stand_ins(folder / "tests")
    transport = RehearsalTransport(StudentModules(plan["modules"]), assignment.owners(), stand_ins, now)
    exam = RehearsalExam(assignment, plan["steps"], transport, out)
    try:
        collect_and_run(exam, [folder / "tests"])
    except ExamError as error:
        exam.write(done=True, problem=f"the public tests cannot be run ({error}); take a fresh copy of the release")
        return
    exam.write(done=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
    # Threads and exit handlers of student code must not keep the process: the report is written.
    os._exit(0)
