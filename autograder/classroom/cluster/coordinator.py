"""Hands a class out to the workers of a Dask cluster, and takes the results in as they come.

As many submissions are on their way as keep all workers busy, and no more: memory stays the same for any class.
A worker that dies costs nothing: Dask gives its submissions to another one.
"""

from __future__ import annotations

import contextlib
import json
import logging
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
from autograder.classroom.cluster.parcel import TooLarge, pack
from autograder.classroom.resume import grader_digest
from autograder.judging.grade import Job, make_room
from autograder.judging.results import RESULTS, write_text

CONNECT_SECONDS = 10
ATTEMPTS = 3  # at a submission on which a worker's own processes fail
Files = dict[str, str]


class ClusterError(RuntimeError):
    """The cluster failed in the midst of it. The message is one line."""


class NoCluster(ClusterError):
    """The cluster cannot be used at all: wrong address, no workers, other versions. The message is one line."""


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
    with _client(address) as client:
        _prepare(client, address, order)
        try:
            _Grading(client, assignment, order, on_result).run(jobs)
        finally:
            with contextlib.suppress(Exception):  # whoever is gone has left
                client.run(work.leave, order.key, on_error="ignore")


class _Grading:
    """A class under way."""

    def __init__(
        self, client: Any, assignment: Assignment, order: work.Order, on_result: Callable[[Job, dict[str, Any]], None]
    ) -> None:
        self._client, self._assignment, self._seed, self._on_result = client, assignment, order.seed, on_result
        self._executor = client.get_executor(pure=False)
        # Kept by the workers from one submission to the next, and made again where the one that has it dies.
        self._whole_order = order
        self._order = client.submit(_itself, order, pure=False)
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
            # The order may have been on the same workers, and be blamed for their end.
            self._order = self._client.submit(_itself, self._whole_order, pure=False)
            self._send(job)
            while self._under_way:
                self._take_ended()

    def _take_ended(self) -> None:
        for future in wait(self._under_way, return_when=FIRST_COMPLETED).done:
            self._take(future, self._under_way.pop(future))

    def _fill(self, waiting: Iterator[Job]) -> None:
        threads = sum(self._client.nthreads().values())
        for job in islice(waiting, max(0, 2 * max(threads, 1) - len(self._under_way))):
            self._send(job)

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
            if isinstance(error, CancelledError) and self._client.status != "running":
                raise ClusterError(
                    "the cluster's scheduler is gone; what was graded is kept: start it, and run this again"
                ) from None
            # Died on it, on a neighbour, or before the result could be handed over.
            if job.out in self._suspects:
                self._fail(job, "the workers of the cluster that graded it died each time")
            self._suspects[job.out] = job
        except ImportError as error:
            raise ClusterError(f"a worker of the cluster lacks the grader ({error}); install it there") from None
        except Exception as error:
            self._again(job, str(error))

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


@contextlib.contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise NoCluster(
            "--cluster needs Dask, which is not installed: pip install 'torch-autograder[cluster]'"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is said by us
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="autograder")
    except (OSError, ValueError, TypeError, TimeoutError) as error:
        raise NoCluster(
            f"no Dask scheduler answers at {address} ({type(error).__name__}); "
            "give its address as it prints it, e.g. tcp://10.0.0.1:8786"
        ) from None
    with client:
        yield client


def _prepare(client: Any, address: str, order: work.Order) -> None:
    """Have all workers get ready, and refuse the class if one of them cannot."""
    answers = client.run(work.prepare, order, on_error="return")
    if not answers:
        raise NoCluster(f"the cluster at {address} has no worker; start some: dask worker {address} --nthreads 1")
    for worker, answer in sorted(answers.items()):
        if isinstance(answer, ImportError):
            raise NoCluster(f"worker {worker} lacks the grader ({answer}); install the same version there")
        if isinstance(answer, BaseException):
            raise NoCluster(f"worker {worker} cannot grade: {answer}")


def _itself(order: work.Order) -> work.Order:
    return order
