"""The way to a Dask cluster: connected and checked at first, then watched for its scheduler and its workers."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from autograder.classroom.cluster import work

CONNECT_SECONDS = 10.0
LONELY_SECONDS = 30.0  # without any worker until that is said
GONE = "the cluster's scheduler is gone; what was graded is kept: start it, and run this again"


class ClusterError(RuntimeError):
    """The cluster failed in the midst of it. The message is one line."""


class NoCluster(ClusterError):
    """The cluster cannot be used at all: wrong address, no workers, other versions. The message is one line."""


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler at an address.

    Raises:
        NoCluster: Dask is not installed here, or nothing answers there.
    """
    try:
        from distributed import Client
    except ImportError:
        raise NoCluster(
            "--cluster needs Dask, which is not installed: pip install 'torch-autograder[cluster]'"
        ) from None
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in ("distributed", "tornado"):  # what matters of it is said by us
            logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="autograder")
    except (OSError, ValueError, TypeError, TimeoutError) as error:
        raise NoCluster(
            f"no Dask scheduler answers at {address} ({type(error).__name__}); "
            "give its address as it prints it, e.g. tcp://10.0.0.1:8786"
        ) from None
    with client:
        yield client


def prepare(client: Any, address: str, order: work.Order) -> None:
    """Have all workers get ready.

    Raises:
        NoCluster: there is none, or the scheduler or one of the workers is not fit for it.
    """
    try:
        client.run_on_scheduler(work.itself, "")  # it reads each task before it hands it on
    except ImportError as error:
        raise NoCluster(
            f"the scheduler at {address} lacks the grader ({error}); install the same version there"
        ) from None
    answers = client.run(work.prepare, order, on_error="return")
    if not answers:
        raise NoCluster(f"the cluster at {address} has no worker; start some: dask worker {address} --nthreads 1")
    for worker, answer in sorted(answers.items()):
        if isinstance(answer, ImportError):
            raise NoCluster(f"worker {worker} lacks the grader ({answer}); install the same version there")
        if isinstance(answer, BaseException):
            raise NoCluster(f"worker {worker} cannot grade: {answer}")


class Watch:
    """Counts the workers of a cluster, and says when there has been none for a while, and when one is back."""

    def __init__(self, client: Any, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with workers there.

        Args:
            client: of the cluster.
            say: called with a line for whoever is waiting.
            clock: seconds that only grow.
        """
        self._client, self._say, self._clock = client, say, clock
        self._last_seen = clock()
        self._said = False

    def threads(self) -> int:
        """How many submissions the cluster grades side by side now.

        Raises:
            ClusterError: the scheduler is gone.
        """
        try:
            threads: int | None = None
            if self._client.status == "running":
                threads = sum(self._client.nthreads().values())
        except (OSError, RuntimeError):  # it went while it was asked
            threads = None
        if threads is None:
            raise ClusterError(GONE)
        now = self._clock()
        if threads:
            if self._said:
                self._say("the cluster has a worker again; going on")
            self._last_seen, self._said = now, False
        elif not self._said and now - self._last_seen >= LONELY_SECONDS:
            self._say(
                f"the cluster has had no worker for {LONELY_SECONDS:g} seconds; waiting for one "
                "(Ctrl-C stops, and what was graded is kept)"
            )
            self._said = True
        return threads
