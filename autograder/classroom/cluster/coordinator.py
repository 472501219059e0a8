"""Hands a class out to the workers of a Dask cluster, and takes the results in as they come.

As many submissions are on their way as keep all workers busy, and no more: memory stays the same for any class.
A worker that dies costs nothing: Dask gives its submissions to another one.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from itertools import islice
from pathlib import Path
from typing import Any

from autograder.authoring.archive import zip_bytes
from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.classroom.cluster import work
from autograder.classroom.cluster.connection import ClusterError, Watch, connected, prepare
from autograder.classroom.cluster.parcel import TooLarge, pack
from autograder.classroom.resume import grader_digest
from autograder.judging.grade import Job, make_room
from autograder.judging.results import RESULTS, write_text

ATTEMPTS = 3  # at a submission on which a worker's own processes fail
LOOK_SECONDS = 2.0  # between looks at the cluster while nothing ends
Files = dict[str, str]


def grade_on_cluster(
    address: str,
    course: Course,
    assignment: Assignment,
    jobs: Sequence[Job],
    on_result: Callable[[Job, dict[str, Any]], None],
    *,
    seed: str,
) -> None:
    """Grade submissions on a cluster; each one's files are written here as it ends.

    Args:
        address: of Dask's scheduler, e.g. `tcp://10.0.0.1:8786`.
        course: the course.
        assignment: the assignment.
        jobs: what to grade and where results go.
        on_result: called with each job and its results as they come.
        seed: text that all random inputs follow from.

    Raises:
        NoCluster: it cannot be used.
        ClusterError: it failed on the way; what was graded stays.
    """
    for job in jobs:
        make_room(job.out)
    order = _order(course, assignment, seed)
    with connected(address) as client:
        prepare(client, address, order)
        try:
            _Grading(client, assignment, order, on_result).run(jobs)
        finally:
            if client.status == "running":
                with contextlib.suppress(Exception):  # whoever is gone has left
                    client.run(work.leave, order.key, on_error="ignore")


class _Grading:
    """A class under way."""

    def __init__(
        self, client: Any, assignment: Assignment, order: work.Order, on_result: Callable[[Job, dict[str, Any]], None]
    ) -> None:
        self._client, self._assignment, self._seed, self._on_result = client, assignment, order.seed, on_result
        self._executor = client.get_executor(pure=False)
        self._watch = Watch(client, _say)
        # Kept by the workers from one submission to the next, and made again where the one that has it dies.
        self._whole_order = order
        self._renew_order()
        self._under_way: dict[Future[Files], Job] = {}
        self._attempts: dict[Path, int] = {}
        self._suspects: dict[Path, Job] = {}  # were on workers that died

    def run(self, jobs: Sequence[Job]) -> None:
        """Grade all of them; those on which workers died again at the end and by themselves, to find which it was."""
        waiting = iter(jobs)
        self._fill(waiting)
        while self._under_way:
            self._take_ended()
            self._fill(waiting)
        for job in list(self._suspects.values()):
            self._renew_order()  # it may have been on the same workers
            self._send(job)
            while self._under_way:
                self._take_ended()

    def _take_ended(self) -> None:
        ended = wait(self._under_way, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED).done
        for future in sorted(ended, key=Future.cancelled):  # what has a result is kept, whatever became of the others
            self._take(future, self._under_way.pop(future))
        if not ended:
            self._watch.threads()

    def _fill(self, waiting: Iterator[Job]) -> None:
        room = 2 * max(self._watch.threads(), 1) - len(self._under_way)
        for job in islice(waiting, max(0, room)):
            self._send(job)

    def _renew_order(self) -> None:
        """Have the cluster make what all submissions need, at first and where it was lost."""
        self._order = self._client.submit(work.itself, self._whole_order, pure=False)

    def _send(self, job: Job) -> None:
        try:
            parcel = pack(job.submission)
        except TooLarge as error:
            self._fail(job, str(error))
            return
        future = self._executor.submit(work.grade, self._order, parcel, dict(job.digests or {}))
        self._under_way[future] = job

    def _take(self, future: Future[Files], job: Job) -> None:
        """Write down what came of a submission; where a worker could do nothing for it, try another time."""
        from distributed import KilledWorker

        try:
            self._keep(job, future.result())
        except work.Refused as error:
            raise ClusterError(f"a worker of the cluster cannot grade: {error}") from None
        except (KilledWorker, CancelledError) as error:
            self._lost(job, killed=isinstance(error, KilledWorker))
        except ImportError as error:
            raise ClusterError(f"a worker of the cluster lacks the grader ({error}); install it there") from None
        except Exception as error:
            self._again(job, str(error))

    def _lost(self, job: Job, *, killed: bool) -> None:
        """A submission has no result. Dask has tried several workers before it says that they were killed."""
        self._watch.threads()  # says so where the scheduler is gone
        if self._order.status in ("error", "cancelled"):  # no submission's fault
            self._renew_order()
            self._again(job, "the assignment did not reach them")
        elif not killed:
            self._again(job, "its result was lost")
        elif job.out in self._suspects:
            self._fail(job, "the workers of the cluster that graded it died each time")
        else:
            self._suspects[job.out] = job

    def _again(self, job: Job, why: str) -> None:
        """Try another time, but not for ever."""
        tried = self._attempts[job.out] = self._attempts.get(job.out, 0) + 1
        if tried < ATTEMPTS:
            self._send(job)
        else:
            self._fail(job, f"{tried} workers of the cluster failed on it: {why}")

    def _keep(self, job: Job, files: Mapping[str, str]) -> None:
        for name, text in sorted(files.items(), key=lambda entry: entry[0] == RESULTS):  # it says that all is there
            write_text(job.out / name, text)
        self._on_result(job, json.loads(files[RESULTS]))

    def _fail(self, job: Job, reason: str) -> None:
        """Write results that say that the grader failed: no verdict, so the next run grades it again."""
        from autograder.judging.feedback import FEEDBACK, render
        from autograder.judging.results import fault_results, json_text

        results = fault_results(self._assignment, reason, self._seed)
        results["extra_data"]["digests"] = dict(job.digests or {})
        page = render(self._assignment, results, job.submission.name)
        self._keep(job, {FEEDBACK: page, RESULTS: json_text(results)})


def _order(course: Course, assignment: Assignment, seed: str) -> work.Order:
    name = assignment.name
    folders = [course.source(name), *(course.tests(kind, name) for kind in ("public", "hidden", "mistakes"))]
    files = {
        path.relative_to(course.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts[:-1])
    }
    digest = grader_digest(course, name, seed)
    return work.Order(secrets.token_hex(8), name, seed, digest, work.installed(), zip_bytes(files))


def _say(line: str) -> None:
    """Tell who is waiting, above the display of what is under way."""
    from autograder.console import console

    console.print(f"[yellow]·[/] {line}", soft_wrap=True)
