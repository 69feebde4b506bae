# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Faults on demand."""

from __future__ import annotations

import time

import pytest
import requests

from tests.simulator import Fault, Simulator
from tests.unit.simulator.client import Client


@pytest.mark.parametrize("kind", ["429", "500", "502", "503", "504"])
def test_status_fault_answers_in_place_of_the_request(simulator: Simulator, alice: Client, kind: str) -> None:
    simulator.faults.add(Fault(kind, method="POST", retry_after=3))
    answer = alice.post("organization/", {"name": "lost"})
    assert answer.status_code == int(kind)
    assert answer.headers["Retry-After"] == "3"
    assert "lost" not in simulator.state()


def test_only_requests_that_fit_fail(simulator: Simulator, alice: Client) -> None:
    simulator.faults.add(Fault("503", method="GET", path=r"organization/acme$"))
    assert alice.get("organization/acme").status_code == 503
    assert alice.get("organization/acme/members").status_code == 200
    assert alice.put("organization/acme", {}).status_code == 200


def test_the_path_is_searched_with_its_query(simulator: Simulator, alice: Client) -> None:
    simulator.faults.add(Fault("503", path=r"namespace=acme"))
    assert alice.get("repository?namespace=acme").status_code == 503


def test_times_limits_how_often(simulator: Simulator, alice: Client) -> None:
    simulator.faults.add(Fault("502", times=2))
    assert [alice.get("organization/acme").status_code for _ in range(3)] == [502, 502, 200]


def test_rate_is_reproducible(simulator: Simulator, alice: Client) -> None:
    def statuses() -> list[int]:
        simulator.faults.clear()
        simulator.faults.add(Fault("500", rate=0.5, seed=7))
        return [alice.get("organization/acme").status_code for _ in range(20)]

    first = statuses()
    assert first == statuses()
    assert set(first) == {200, 500}


def test_reset_before_does_nothing(simulator: Simulator, alice: Client) -> None:
    simulator.faults.add(Fault("reset_before", method="POST", times=1))
    with pytest.raises(requests.exceptions.ConnectionError):
        alice.post("organization/", {"name": "lost"})
    assert "lost" not in simulator.state()
    assert [record.status for record in simulator.requests] == [0]


def test_reset_after_leaves_what_was_written(simulator: Simulator, alice: Client) -> None:
    simulator.faults.add(Fault("reset_after", method="POST", times=1))
    with pytest.raises(requests.exceptions.ConnectionError):
        alice.post("organization/", {"name": "kept"})
    assert "kept" in simulator.state()


def test_slow_beyond_the_timeout_does_not_wait(simulator: Simulator, alice: Client) -> None:
    simulator.faults.add(Fault("slow", delay=60))
    started = time.monotonic()
    with pytest.raises(requests.exceptions.ReadTimeout):
        alice.post("organization/", {"name": "late"}, timeout=30)
    assert time.monotonic() - started < 5
    assert "late" in simulator.state(), "a time-out says nothing about what the server did"


def test_slow_within_the_timeout_answers_late(simulator: Simulator, alice: Client) -> None:
    simulator.faults.add(Fault("slow", delay=0.05))
    started = time.monotonic()
    assert alice.get("organization/acme", timeout=(1, 30)).status_code == 200
    assert time.monotonic() - started >= 0.05


def test_cut_page_names_the_same_page_again(simulator: Simulator, alice: Client) -> None:
    simulator.faults.add(Fault("cut_page", path="repository"))
    first = alice.get("repository?namespace=acme").json()["next_page"]
    again = alice.get("repository", params={"namespace": "acme", "next_page": first}).json()["next_page"]
    assert first == again


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        Fault("418")
