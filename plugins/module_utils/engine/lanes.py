# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs many lanes of work over one bounded pool of threads.

A lane is a generator: it yields a batch of calls, is resumed with their outcomes when all have
ended, and returns its result. The lanes themselves run in the thread that calls ``run``, so that they
need no locks; only the calls run in the pool. All lanes share the pool, so that neither many lanes
with little to do nor one lane with much leave threads idle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Callable, Generic, TypeVar

from ..errors import QuayError

Result = TypeVar("Result")
Call = Callable[[], Any]
# Is told, in the thread of the caller, how many more calls are known of and how many more have ended.
Observer = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one call: ``value``, or ``error``, or neither where it was not started any more."""

    value: Any = None
    error: QuayError | None = None
    started: bool = True


Batch = Generator[list[Call], list[Outcome], Result]


def one(call: Call) -> Batch[Any]:
    """Run one call and return its value."""
    (value,) = yield from all_of([call])
    return value


def all_of(calls: Sequence[Call]) -> Batch[list[Any]]:
    """Run calls in parallel and return their values; raise the first error."""
    outcomes = yield list(calls)
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return [outcome.value for outcome in outcomes]


@dataclass
class _Lane(Generic[Result]):
    number: int
    steps: Batch[Result]
    futures: list[Future[Any]] = field(default_factory=list)
    open: int = 0


class _Pool(Generic[Result]):
    def __init__(self, executor: ThreadPoolExecutor, observer: Observer) -> None:
        self._executor = executor
        self._observer = observer
        self._owners: dict[Future[Any], _Lane[Result]] = {}
        self.results: dict[int, Result] = {}
        self.active = 0

    def start(self, lane: _Lane[Result]) -> None:
        self.active += 1
        self._resume(lane, None)

    def collect(self) -> None:
        """Wait until something has ended, and resume the lanes whose batch is complete."""
        done, _pending = wait(self._owners, return_when=FIRST_COMPLETED)
        self._observer(0, len(done))
        for future in done:
            lane = self._owners.pop(future)
            lane.open -= 1
            if not future.cancelled() and future.exception() is not None:
                # The lane is about to be left: what has not begun need not begin.
                for other in lane.futures:
                    other.cancel()
            if lane.open == 0:
                self._resume(lane, [_outcome(one) for one in lane.futures])

    def _resume(self, lane: _Lane[Result], outcomes: list[Outcome] | None) -> None:
        while True:
            try:
                calls = next(lane.steps) if outcomes is None else lane.steps.send(outcomes)
            except StopIteration as end:
                self.results[lane.number] = end.value
                self.active -= 1
                return
            if calls:
                break
            outcomes = []
        lane.futures = [self._executor.submit(call) for call in calls]
        lane.open = len(lane.futures)
        self._owners.update(dict.fromkeys(lane.futures, lane))
        self._observer(lane.open, 0)


def run(lanes: Iterable[Batch[Result]], parallel: int, observer: Observer | None = None) -> Iterator[Result]:
    """Run all lanes, at most ``parallel`` calls at a time; yield their results in the lanes' order.

    Only a few lanes more than there are threads are begun at a time, so that memory does not grow
    with their number. A QuayError raised by a call is an outcome; anything else is a bug and is raised.
    Then, or where the caller stops asking, calls that have not begun never do.
    """
    executor = ThreadPoolExecutor(max_workers=parallel)
    patient = True
    try:
        yield from _results(lanes, parallel, _Pool(executor, observer or _unobserved))
    except KeyboardInterrupt:
        # Whoever interrupts does not want to wait for an answer that may take long.
        patient = False
        raise
    finally:
        executor.shutdown(wait=patient, cancel_futures=True)


def _results(lanes: Iterable[Batch[Result]], parallel: int, pool: _Pool[Result]) -> Iterator[Result]:
    waiting = deque(enumerate(lanes))
    results: dict[int, Result] = {}
    following = 0
    while waiting or pool.active:
        while waiting and pool.active < parallel + 2:
            number, steps = waiting.popleft()
            pool.start(_Lane(number, steps))
        if pool.active:
            pool.collect()
        results.update(pool.results)
        pool.results.clear()
        while following in results:
            yield results.pop(following)
            following += 1


def _unobserved(known: int, ended: int) -> None:
    """Nobody wants to know."""


def _outcome(future: Future[Any]) -> Outcome:
    if future.cancelled():
        return Outcome(started=False)
    error = future.exception()
    if error is None:
        return Outcome(value=future.result())
    if isinstance(error, QuayError):
        return Outcome(error=error)
    raise error
