# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The state outlives the process in PostgreSQL, which is started for the test when it is installed."""

from __future__ import annotations

from tests.simulator import Settings, Simulator
from tests.unit.simulator.client import Client
from tests.unit.simulator.postgres_server import PostgresServer, database, postgres

__all__ = ["database", "postgres"]


def test_state_outlives_the_process(database: str) -> None:
    settings = Settings(database=database, secret="shared")
    first = Simulator(settings)
    token = first.initialize()
    client = Client(first, token)
    session = Client(first)
    assert session.sign_in("admin").status_code == 200
    client.post("organization/", {"name": "acme"})
    client.put("organization/acme/robots/ci", {"description": "pushes"})
    client.put("organization/acme/team/devs", {"role": "creator"})
    client.put("organization/acme/team/devs/members/acme+ci")
    client.post(
        "organization/acme/prototypes", {"role": "write", "delegate": {"name": "devs", "kind": "team"}}
    )
    client.put("organization/acme/team/gone", {"role": "member"})
    client.delete("organization/acme/team/gone")
    body = {"namespace": "acme", "repository": "app", "visibility": "private", "description": ""}
    assert client.post("repository", body).status_code == 201
    expected = first.state()
    first.close()

    second = Simulator(Settings(database=database, secret="shared"))
    assert second.state() == expected
    again = Client(second, token)
    assert again.get("organization/acme").json()["is_admin"] is True
    assert again.post("repository", body).json()["detail"] == "Repository already exists"
    assert again.post("repository", {**body, "repository": "other"}).status_code == 201
    carried_over = Client(second)
    carried_over.session.cookies.update(session.session.cookies)
    assert carried_over.get("user/").json()["username"] == "admin"
    second.reset()
    second.close()

    third = Simulator(Settings(database=database))
    assert third.state() == {}
    third.close()


def test_what_was_done_before_a_refusal_is_stored(database: str) -> None:
    first = Simulator(Settings(database=database))
    client = Client(first, first.initialize())
    client.post("organization/", {"name": "acme"})
    assert (
        client.put("organization/acme", {"email": "a@example.com", "tag_expiration_s": 1}).status_code == 400
    )
    first.close()
    second = Simulator(Settings(database=database))
    assert second.state()["acme"]["email"] == "a@example.com"
    second.reset()
    second.close()


def test_two_processes_see_what_the_other_one_did(database: str) -> None:
    settings = Settings(database=database, secret="shared")
    first = Simulator(settings)
    token = first.initialize()
    second = Simulator(settings)
    assert Client(first, token).post("organization/", {"name": "acme"}).status_code == 201
    assert Client(second, token).get("organization/acme").json()["is_admin"] is True
    assert Client(second, token).put("organization/acme/team/devs", {"role": "member"}).status_code == 200
    assert "devs" in Client(first, token).get("organization/acme").json()["teams"]
    first.close()
    second.close()


def test_without_its_database_a_registry_answers_500_until_it_is_back(postgres: PostgresServer) -> None:
    simulator = Simulator(Settings(database=postgres.new_database()))
    client = Client(simulator, simulator.initialize())
    assert client.post("organization/", {"name": "before"}).status_code == 201
    postgres.stop()
    try:
        assert client.get("organization/before").status_code == 500
        assert client.post("organization/", {"name": "meanwhile"}).status_code == 500
    finally:
        postgres.start()
    assert client.get("organization/before").status_code == 200
    assert client.get("organization/meanwhile").status_code == 404
    assert client.post("organization/", {"name": "after"}).status_code == 201
    simulator.close()
