# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The transport adapter, and the log of requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.simulator import RequestRecord, Simulator
from tests.unit.simulator.client import Client


def test_requests_are_logged_in_order(simulator: Simulator, alice: Client, nobody: Client) -> None:
    nobody.get("organization/acme")
    alice.post(
        "repository", {"namespace": "acme", "repository": "app", "visibility": "private", "description": ""}
    )
    alice.get("repository?namespace=acme&public=true")
    assert list(simulator.requests) == [
        RequestRecord("GET", "/api/v1/organization/acme", "", None, 200),
        RequestRecord("POST", "/api/v1/repository", "", "alice", 201),
        RequestRecord("GET", "/api/v1/repository", "namespace=acme&public=true", "alice", 200),
    ]
    assert [record.path for record in simulator.writes()] == ["/api/v1/repository"]


def test_encoded_paths(simulator: Simulator, alice: Client) -> None:
    alice.put("organization/acme/robots/ci")
    assert alice.put("organization/acme/team/owners/members/acme%2Bci").status_code == 200
    assert simulator.state()["acme"]["teams"]["owners"]["members"] == ["acme+ci", "alice"]


def test_threads_share_one_adapter(simulator: Simulator) -> None:
    client = Client(simulator, simulator.token("alice"))

    def create(number: int) -> int:
        body = {"namespace": "acme", "repository": f"r{number}", "visibility": "private", "description": ""}
        return client.post("repository", body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(create, range(100))) == {201}
    assert len(simulator.state()["acme"]["repositories"]) == 100


def test_token_of_limited_life_and_scope(simulator: Simulator) -> None:
    expired = Client(simulator, simulator.token("alice", expires_in=-1))
    assert expired.put("organization/acme", {}).json() == {"error": "CSRF token was invalid or missing."}
    limited = Client(simulator, simulator.token("alice", "repo:read"))
    assert limited.put("organization/acme", {}).json()["error_type"] == "insufficient_scope"
    assert limited.get("user/").status_code == 401


def test_reset_empties_everything(simulator: Simulator) -> None:
    simulator.reset()
    assert simulator.state() == {}
    assert not simulator.requests
    assert Client(simulator, simulator.initialize()).get("user/").json()["username"] == "admin"
