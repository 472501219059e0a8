"""Verbs on their way to student code: they wait until a result is needed, and then go over together.

A message to a worker and back costs as much as a small model's forward. A test that has several questions puts them
before it looks at the first answer:

    answers = [lstm.ask(x) for x in inputs]
    for answer in answers:
        h, c = answer.value
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from autograder.isolation.engine import Op
from autograder.isolation.faults import OverLimit, StudentError, WorkerLost

Result = TypeVar("Result")


class Transport(Protocol):
    """Carries verbs to an engine."""

    def request(self, ops: list[Op], calls: Sequence[str]) -> list[Any]:
        """Carry out verbs in order and return their results.

        Args:
            ops: the verbs.
            calls: how a person would name the call that each one belongs to, e.g. `LSTM.forward`.

        Raises:
            StudentError: student code raised; the results of the verbs before are in it.
            WorkerLost: the worker hung, died or broke the protocol.
        """
        ...


def after_imports(
    ops: list[Op],
    calls: Sequence[str],
    import_module: Callable[[str], None],
    exchange: Callable[[list[Op], Sequence[str]], list[Any]],
) -> list[Any]:
    """Carry out verbs; before that, import the module of each class and function among them, as calls of their own.

    Where a module cannot be imported, the verbs before the one that needs it are carried out, and their results are
    in the error.
    """
    for place, op in enumerate(ops):
        if op["op"] in ("build", "function"):
            try:
                import_module(op["name"])
            except (StudentError, WorkerLost) as error:
                error.results = tuple(exchange(ops[:place], calls[:place])) if place else ()
                raise
    return exchange(ops, calls)


class Answer(Generic[Result]):
    """What a verb returns, once it was carried out.

    Args:
        queue: where the verb waits.
        call: how a person would name the call.
        read: makes the result of the reply; what it raises on a malformed reply is the student's side's fault.

    Attributes:
        call: how a person would name the call.
        trusted: has the like been done before, so that whatever goes wrong is put down to the call that follows?
    """

    def __init__(self, queue: Queue, call: str, read: Callable[[Any], Result]) -> None:
        self.call = call
        self.trusted = False
        self._queue = queue
        self._read = read
        self._reply: list[Any] = []
        self._error: StudentError | WorkerLost | None = None

    @property
    def value(self) -> Result:
        """The result. All verbs that still wait are carried out before.

        Raises:
            StudentError, WorkerLost: there is none.
        """
        if not self._reply and self._error is None:
            self._queue.carry_out()
        if self._error is not None:
            raise self._error
        try:
            return self._read(self._reply[0])
        except OverLimit as error:
            raise WorkerLost(self.call, "size", f"{self.call} returned {error}") from None
        except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
            raise WorkerLost(self.call, "protocol", f"{self.call} returned something that cannot be read") from None

    def settle(self, reply: Any) -> None:
        """Keep what came back."""
        self._reply = [reply]

    def fail(self, error: StudentError | WorkerLost) -> None:
        """Keep why nothing comes back."""
        self._error = error


class Queue:
    """Verbs that wait for each other.

    Args:
        transport: where they go.

    Attributes:
        marks: what is added to each verb that is queued.
        waiting: the verbs, and the answers of those that have a result.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.marks: dict[str, Any] = {}
        self.waiting: list[tuple[Op, Answer[Any] | None]] = []

    def ask(self, op: Op, call: str, read: Callable[[Any], Result]) -> Answer[Result]:
        """Queue a verb that has a result.

        Args:
            op: the verb, which the queue keeps.
            call: how a person would name the call.
            read: makes the result of the reply; what it raises on a malformed reply is the student's side's fault.
        """
        answer = Answer(self, call, read)
        self._queue(op, answer)
        return answer

    def later(self, op: Op) -> None:
        """Queue a verb that has no result."""
        self._queue(op, None)

    def _queue(self, op: Op, answer: Answer[Any] | None) -> None:
        op.update(self.marks)
        self.waiting.append((op, answer))

    def forget(self) -> None:
        """Let go of what waits."""
        self.waiting = []

    def carry_out(self) -> None:
        """Carry out the waiting verbs in a single message. Answers before the one that fails have their results."""
        waiting, self.waiting = self.waiting, []
        calls, following = [""] * len(waiting), ""
        for place, (_, answer) in reversed([*enumerate(waiting)]):
            if answer and not (answer.trusted and following):
                following = answer.call
            calls[place] = following  # a verb without a result prepares the next one that has one
        failed: StudentError | WorkerLost | None = None
        try:
            results = self.transport.request([op for op, _ in waiting], calls)
        except (StudentError, WorkerLost) as error:
            results, failed = list(error.results), error
        for place, (_, answer) in enumerate(waiting):
            if answer and place < len(results):
                answer.settle(results[place])
            elif answer and failed:
                answer.fail(failed)

    def finish(self) -> None:
        """Carry out what a test has asked for and not looked at: an object that is only built, above all.

        Raises:
            StudentError, WorkerLost: one of it failed.
        """
        asked = [answer for _, answer in self.waiting if answer]
        if asked:
            self.carry_out()
        for answer in asked:
            _ = answer.value
