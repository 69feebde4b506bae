# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Many lanes over one pool of threads."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.lanes import Batch, run
from ansible_collections.quayops.quay.plugins.module_utils.errors import NotFound


def adder(numbers: list[int]) -> Batch[int]:
    outcomes = yield [lambda number=number: number for number in numbers]
    return sum(outcome.value for outcome in outcomes)


def test_results_come_in_the_order_of_the_lanes() -> None:
    def slow_first(number: int) -> Batch[int]:
        yield [lambda: time.sleep(0.05 if number == 0 else 0)]
        return number

    assert list(run((slow_first(number) for number in range(20)), 4)) == list(range(20))


def test_values_come_in_the_order_of_the_calls() -> None:
    def lane() -> Batch[list[Any]]:
        outcomes = yield [lambda pause=pause: time.sleep(pause) or pause for pause in (0.03, 0.0, 0.01)]
        return [outcome.value for outcome in outcomes]

    assert list(run([lane()], 3)) == [[0.03, 0.0, 0.01]]


def test_an_empty_batch_goes_on() -> None:
    def lane() -> Batch[str]:
        assert (yield []) == []
        return "end"

    assert list(run([lane()], 1)) == ["end"]


def test_no_lanes() -> None:
    assert list(run([], 3)) == []


@pytest.mark.parametrize("parallel", [1, 3, 8])
def test_never_more_calls_at_a_time_than_allowed(parallel: int) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def call() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.002)
        with lock:
            now -= 1

    def lane() -> Batch[None]:
        yield [call] * 4
        yield [call] * 3

    assert list(run((lane() for _ in range(12)), parallel)) == [None] * 12
    assert most == parallel


def test_lanes_run_in_the_thread_of_the_caller() -> None:
    seen = set()

    def lane() -> Batch[None]:
        seen.add(threading.get_ident())
        yield [lambda: None]
        seen.add(threading.get_ident())

    list(run((lane() for _ in range(10)), 4))
    assert seen == {threading.get_ident()}


def test_few_lanes_are_begun_at_a_time() -> None:
    begun, ended, most = 0, 0, 0

    def lane() -> Batch[None]:
        nonlocal begun, ended, most
        begun += 1
        most = max(most, begun - ended)
        yield [lambda: None]
        ended += 1

    list(run((lane() for _ in range(100)), 4))
    assert most <= 6


def test_an_error_of_quay_is_an_outcome_and_stops_what_has_not_begun() -> None:
    ran = []

    def fail() -> None:
        raise NotFound("gone")

    def lane() -> Batch[list[tuple[Any, bool]]]:
        outcomes = yield [
            fail,
            *(lambda number=number: time.sleep(0.01) or ran.append(number) for number in range(50)),
        ]
        return [(str(outcome.error), outcome.started) for outcome in outcomes]

    (outcomes,) = run([lane()], 1)
    assert outcomes[0] == ("gone", True)
    assert len(ran) < 50
    assert outcomes[-1] == ("None", False)


def test_the_other_lanes_go_on() -> None:
    def fail() -> None:
        raise NotFound("gone")

    def failing() -> Batch[str]:
        (outcome,) = yield [fail]
        return str(outcome.error)

    assert list(run([adder([1, 2]), failing(), adder([3])], 2)) == [3, "gone", 3]


def test_a_bug_is_raised() -> None:
    def bug() -> None:
        raise ZeroDivisionError

    def lane() -> Batch[None]:
        yield [bug]

    with pytest.raises(ZeroDivisionError):
        list(run([lane()], 2))


# --- who watches, and who stops --------------------------------------------------------------------


def test_an_observer_learns_what_is_known_and_what_has_ended() -> None:
    told: list[tuple[int, int]] = []

    def lane(number: int) -> Batch[int]:
        yield [lambda: None] * 3
        yield []
        yield [lambda: None] * number
        return number

    assert list(run([lane(0), lane(2)], 1, lambda known, ended: told.append((known, ended)))) == [0, 2]
    known, ended = (sum(side) for side in zip(*told))
    assert (known, ended) == (8, 8)
    assert told[0] == (3, 0)
    # Nothing ends that was not known of before.
    assert all(sum(one for one, _ in told[:i]) >= sum(one for _, one in told[:i]) for i in range(len(told)))


def test_an_observer_is_told_in_the_thread_of_the_caller() -> None:
    threads = set()
    list(run([adder([1, 2, 3])], 2, lambda known, ended: threads.add(threading.get_ident())))
    assert threads == {threading.get_ident()}


@pytest.mark.parametrize("stop", [KeyboardInterrupt, GeneratorExit, ZeroDivisionError])
def test_what_has_not_begun_never_does_once_a_run_is_given_up(stop: type[BaseException]) -> None:
    begun = []

    def call() -> None:
        begun.append(None)
        time.sleep(0.02)

    def watch(known: int, ended: int) -> None:
        if ended:
            raise stop

    def lane() -> Batch[None]:
        yield [call] * 50

    with pytest.raises(stop):
        list(run([lane()], 2, watch))
    time.sleep(0.06)
    assert len(begun) < 10
