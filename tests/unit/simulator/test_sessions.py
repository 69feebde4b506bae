# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Sign-in, CSRF and the end of sessions."""

from __future__ import annotations

import pytest

from tests.simulator import Settings, Simulator
from tests.unit.simulator.client import Client


def test_a_session_has_all_rights_of_its_user(simulator: Simulator) -> None:
    client = Client(simulator)
    assert client.sign_in("alice").json() == {"success": True}
    assert client.put("organization/acme", {"email": "a@example.com"}).json()["email"] == "a@example.com"
    assert simulator.requests[-1].user == "alice"


def test_a_session_needs_the_csrf_token(simulator: Simulator) -> None:
    client = Client(simulator)
    client.sign_in("alice")
    del client.session.headers["X-CSRF-Token"]
    answer = client.put("organization/acme", {})
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.json() == {"error": "CSRF token was invalid or missing. (authorized: user alice)"}


def test_signing_out_ends_all_sessions_of_the_user(simulator: Simulator) -> None:
    first, second, other = Client(simulator), Client(simulator), Client(simulator)
    first.sign_in("alice")
    second.sign_in("alice")
    other.sign_in("bob")
    assert first.post("signout").json() == {"success": True}
    assert second.get("user/").status_code == 401
    assert other.get("user/").status_code == 200


def test_a_new_password_ends_sessions_but_no_token(
    simulator: Simulator, admin: Client, alice: Client
) -> None:
    client = Client(simulator)
    client.sign_in("alice")
    assert admin.put("superuser/users/alice", {"password": "new-password"}).status_code == 200
    assert client.get("user/").status_code == 401
    assert alice.get("user/").status_code == 200
    assert Client(simulator).sign_in("alice").status_code == 403
    simulator.settings.login_backoff = False
    assert Client(simulator).sign_in("alice", "new-password").status_code == 200


def test_a_disabled_user_has_neither_session_nor_token(
    simulator: Simulator, admin: Client, alice: Client
) -> None:
    client = Client(simulator)
    client.sign_in("alice")
    admin.put("superuser/users/alice", {"enabled": False})
    assert client.get("user/").status_code == 401
    assert alice.get("user/").status_code == 401
    assert "disabled" in Client(simulator).sign_in("alice").json()["message"]


def test_too_many_wrong_passwords(simulator: Simulator) -> None:
    client = Client(simulator)
    assert client.sign_in("alice", "wrong-password").json()["invalidCredentials"] is True
    answer = client.sign_in("alice", "wrong-password")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 0


class TestFreshLogin:
    """Some calls want a sign-in that is not long ago; a token never is too old."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(fresh_login_timeout=-1)

    def test_stale_session(self, simulator: Simulator, alice: Client) -> None:
        client = Client(simulator)
        client.sign_in("alice")
        assert client.delete("organization/acme").json()["error_type"] == "fresh_login_required"
        assert client.put("organization/acme", {}).status_code == 200
        assert alice.delete("organization/acme").status_code == 204

    def test_verify_refreshes(self, simulator: Simulator) -> None:
        client = Client(simulator)
        client.sign_in("alice")
        simulator.settings.fresh_login_timeout = 600
        assert client.post("signin/verify", {"password": "password1"}).json() == {"success": True}
        assert client.delete("organization/acme").status_code == 204


def test_the_first_user(settings: Settings) -> None:
    client = Client(Simulator(settings))
    body = {"username": "admin", "password": "password1", "access_token": True}
    answer = client.post("user/initialize", body)
    assert answer.status_code == 200
    assert client.get("user/").json()["super_user"] is True, "the answer carries a session, too"
    with_token = Client(Simulator(settings), answer.json()["access_token"])
    assert with_token.get("user/").status_code == 401, "a token is worth nothing elsewhere"
    assert client.post("user/initialize", {}).status_code == 400


def test_a_token_by_the_oauth_flow(simulator: Simulator) -> None:
    client = Client(simulator)
    client.sign_in("alice")
    client_id = client.post("organization/acme/applications", {"name": "ci"}).json()["client_id"]
    form = {
        "response_type": "token",
        "client_id": client_id,
        "redirect_uri": "http://localhost:8080/oauth/localapp",
        "scope": "org:admin",
        "_csrf_token": client.session.headers["X-CSRF-Token"],
    }
    location = client.post("/oauth/authorizeapp", data=form).headers["Location"]
    token = location.partition("#access_token=")[2].partition("&")[0]
    assert len(token) == 40
    assert Client(simulator, token).put("organization/acme", {}).status_code == 200
    answer = client.get("/oauth/authorize", params={**form, "format": "json"})
    assert answer.status_code == 302, "what was granted before is granted again without asking"


def test_an_assigned_token_is_collected_by_its_user(simulator: Simulator, bob: Client) -> None:
    client = Client(simulator)
    client.sign_in("alice")
    client_id = client.post("organization/acme/applications", {"name": "ci"}).json()["client_id"]
    uri = "http://localhost:8080/oauth/localapp"
    params = {"client_id": client_id, "redirect_uri": uri, "scope": "repo:read", "username": "bob"}
    params.update(response_type="token", format="json")
    assert client.post("/oauth/authorize/assignuser", params=params).status_code == 200
    assigned = bob.get("user/assignedauthorization").json()["authorizations"][0]
    collector = Client(simulator)
    collector.sign_in("bob")
    form = {
        "response_type": "token",
        "client_id": client_id,
        "redirect_uri": uri,
        "scope": "repo:read",
        "_csrf_token": collector.session.headers["X-CSRF-Token"],
    }
    refused = collector.post("/oauth/authorizeapp", data=form)
    assert refused.headers["Location"].endswith("?error=unauthorized_client")
    granted = collector.post("/oauth/authorizeapp", data={**form, "assignment_uuid": assigned["uuid"]})
    assert "#access_token=" in granted.headers["Location"]
