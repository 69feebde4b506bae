# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who may do what: roles, scopes, superusers."""

from __future__ import annotations

import pytest

from tests.simulator import Settings, Simulator
from tests.simulator.rights import parse_scopes, scopes_cover
from tests.unit.simulator.client import Client

APP = {"namespace": "acme", "repository": "app", "visibility": "private", "description": ""}


def test_one_unknown_scope_spoils_the_list() -> None:
    assert parse_scopes("repo:read,user:read") == {"repo:read", "user:read"}
    assert parse_scopes("repo:read nonsense") == frozenset()
    assert parse_scopes("") == frozenset()


def test_implied_scopes() -> None:
    assert scopes_cover(frozenset({"repo:admin"}), frozenset({"repo:read", "repo:write"}))
    assert not scopes_cover(frozenset({"repo:read"}), frozenset({"repo:write"}))
    assert not scopes_cover(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("scopes", "organization", "repository", "description"),
    [
        ("org:admin", 200, 201, 403),
        ("repo:create", 403, 201, 403),
        ("repo:write", 403, 403, 200),
        ("repo:read", 403, 403, 403),
        ("super:user", 403, 403, 403),
    ],
)
def test_scopes_cap_the_rights_of_the_owner(
    simulator: Simulator, alice: Client, scopes: str, organization: int, repository: int, description: int
) -> None:
    alice.post("repository", APP)
    client = Client(simulator, simulator.token("alice", scopes))
    assert client.put("organization/acme", {}).status_code == organization
    assert client.post("repository", {**APP, "repository": "new"}).status_code == repository
    assert client.put("repository/acme/app", {"description": "x"}).status_code == description


def test_team_roles(simulator: Simulator, alice: Client, bob: Client) -> None:
    alice.put("organization/acme/team/devs", {"role": "member"})
    alice.put("organization/acme/team/devs/members/bob")
    assert bob.get("organization/acme").json()["is_member"] is True
    assert bob.get("organization/acme/robots").status_code == 200
    assert bob.post("repository", APP).status_code == 403
    alice.put("organization/acme/team/devs", {"role": "creator"})
    assert bob.post("repository", APP).status_code == 201
    assert bob.put("organization/acme", {}).status_code == 403
    alice.put("organization/acme/team/devs", {"role": "admin"})
    assert bob.put("organization/acme", {}).status_code == 200


def test_rights_on_a_repository_by_user_and_by_team(alice: Client, bob: Client) -> None:
    alice.post("repository", APP)
    assert bob.get("repository/acme/app").status_code == 403
    alice.put("repository/acme/app/permissions/user/bob", {"role": "read"})
    assert bob.get("repository/acme/app").json()["can_write"] is False
    alice.put("organization/acme/team/devs", {"role": "member"})
    alice.put("organization/acme/team/devs/members/bob")
    alice.put("repository/acme/app/permissions/team/devs", {"role": "write"})
    assert bob.get("repository/acme/app").json()["can_write"] is True
    roles = alice.get("repository/acme/app/permissions/user/bob/transitive").json()["permissions"]
    assert sorted(role["role"] for role in roles) == ["read", "write"]


def test_existence_is_hidden_from_strangers(alice: Client, admin: Client, bob: Client) -> None:
    assert bob.get("repository/acme/none").status_code == 403
    assert alice.get("repository/acme/none").status_code == 404
    assert admin.post("repository", {**APP, "namespace": "none"}).status_code == 500
    assert alice.post("repository", {**APP, "namespace": "none"}).status_code == 403


class TestWithoutFullAccess:
    """FEATURE_SUPERUSERS_FULL_ACCESS off leaves the panel calls."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(features={"SUPERUSERS_FULL_ACCESS": False})

    def test_superuser(self, simulator: Simulator, admin: Client) -> None:
        assert admin.put("organization/acme", {}).status_code == 403
        assert admin.get("organization/acme").json()["is_admin"] is False
        assert admin.get("superuser/users/").status_code == 200
        assert admin.post("organization/acme/quota", {"limit_bytes": 1000}).status_code == 403
        assert admin.post("superuser/organization/acme/quota", {"limit_bytes": 1000}).status_code == 201
        assert admin.post("superuser/takeownership/acme").status_code == 200
        assert admin.put("organization/acme", {}).status_code == 200


class TestReadOnlySuperuser:
    """GLOBAL_READONLY_SUPER_USERS see nearly everything but secrets."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(global_readonly_superusers=["bob"])

    def test_reads_but_does_not_write(self, alice: Client, bob: Client) -> None:
        alice.put("organization/acme/robots/ci")
        alice.post("repository", APP)
        assert "token" not in bob.get("organization/acme/robots").json()["robots"][0]
        assert bob.get("repository/acme/app").status_code == 200
        assert bob.get("superuser/users/").status_code == 200
        assert bob.put("organization/acme", {}).status_code == 403
        assert bob.delete("superuser/users/alice").status_code == 403


class TestReadOnlyRegistry:
    """REGISTRY_STATE: readonly refuses all writes but the sign-in."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings()

    def test_writes_are_refused(self, simulator: Simulator, alice: Client) -> None:
        simulator.settings.registry_readonly = True
        answer = alice.put("organization/acme", {})
        assert (answer.status_code, answer.json()["is_readonly"]) == (503, True)
        assert alice.get("organization/acme").status_code == 200
        assert Client(simulator).sign_in("alice").status_code == 200


class TestProductionHost:
    """A host name that contains quay.io takes the superuser panel away."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(server_hostname="quay.io.local")

    def test_panel(self, admin: Client) -> None:
        assert admin.get("superuser/users/").json()["error_type"] == "not_found"


class TestNoAnonymousAccess:
    """FEATURE_ANONYMOUS_ACCESS off."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(features={"ANONYMOUS_ACCESS": False})

    def test_anonymous(self, simulator: Simulator, nobody: Client) -> None:
        assert nobody.get("organization/acme").json() == {"error": "Anonymous access is not allowed"}
        assert nobody.sign_in("alice").status_code == 200
