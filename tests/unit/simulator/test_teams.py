# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Teams, invitations and synchronization."""

from __future__ import annotations

import pytest

from tests.simulator import Settings, Simulator
from tests.unit.simulator.client import Client

MEMBERS = "organization/acme/team/owners/members"


class TestInvitations:
    """FEATURE_MAILING and FEATURE_REQUIRE_TEAM_INVITE together change what adding a member means."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(features={"MAILING": True})

    def test_a_stranger_is_invited(self, simulator: Simulator, alice: Client, bob: Client) -> None:
        assert alice.put(f"{MEMBERS}/bob").json()["invited"] is True
        assert len(alice.get(MEMBERS).json()["members"]) == 1
        assert [m["invited"] for m in alice.get(f"{MEMBERS}?includePending=true").json()["members"]] == [
            False,
            True,
        ]
        code = bob.get("user/notifications").json()["notifications"][0]["metadata"]["code"]
        assert bob.put(f"teaminvite/{code}").json() == {"org": "acme", "team": "owners"}
        assert simulator.state()["acme"]["teams"]["owners"]["members"] == ["alice", "bob"]

    def test_removing_withdraws_the_invitation(self, alice: Client) -> None:
        alice.put(f"{MEMBERS}/bob")
        assert alice.delete(f"{MEMBERS}/bob").status_code == 204
        assert alice.delete(f"{MEMBERS}/bob").status_code == 400

    def test_by_mail(self, alice: Client) -> None:
        path = "organization/acme/team/owners/invite/new@example.com"
        assert alice.put(path).json()["kind"] == "invite"
        assert alice.delete(path).status_code == 204
        assert alice.delete(path).status_code == 404

    def test_own_robots_join_at_once_and_others_not_at_all(self, simulator: Simulator, alice: Client) -> None:
        alice.put("organization/acme/robots/ci")
        alice.put("user/robots/mine")
        assert alice.put(f"{MEMBERS}/acme+ci").json()["invited"] is False
        assert "not a member" in alice.put(f"{MEMBERS}/alice+mine").json()["message"]


class TestSynchronization:
    """Members of a synced team come from the directory."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(
            features={"TEAM_SYNCING": True}, authentication_type="LDAP", directory_groups=["cn=x"]
        )

    def test_only_robots_can_be_changed(self, simulator: Simulator, alice: Client) -> None:
        simulator.sync_team("acme", "owners")
        assert "auth-synced" in alice.put(f"{MEMBERS}/bob").json()["detail"]
        alice.put("organization/acme/robots/ci")
        assert alice.put(f"{MEMBERS}/acme+ci").status_code == 200
        assert alice.get("organization/acme").json()["teams"]["owners"]["is_synced"] is True

    def test_setting_it_up(self, admin: Client, alice: Client) -> None:
        path = "organization/acme/team/owners/syncing"
        assert alice.post(path, {"group_dn": "cn=x"}).status_code == 403
        assert admin.post(path, {}).status_code == 400
        assert "Group does not exist or is empty" in admin.post(path, {"group_dn": "cn=y"}).json()["detail"]
        assert admin.get(MEMBERS).json()["can_sync"] == {"service": "ldap", "base_dn": "dc=example,dc=com"}
        assert admin.post(path, {"group_dn": "cn=x"}).status_code == 200
        assert admin.post(path, {"group_dn": "cn=x"}).status_code == 500, "the table is unique by team"
        assert admin.get(MEMBERS).json()["synced"]["config"] == {"group_dn": "cn=x"}
        assert admin.delete(path).status_code == 200
        assert "synced" not in admin.get(MEMBERS).json()

    def test_each_directory_has_groups_of_its_own(self, simulator: Simulator, admin: Client) -> None:
        path, settings = "organization/acme/team/owners/syncing", simulator.settings
        settings.authentication_type = "Keystone"
        assert "Missing group_id" in admin.post(path, {"group_dn": "cn=x"}).json()["detail"]
        assert "Group not found" in admin.post(path, {"group_id": "1"}).json()["detail"]
        settings.authentication_type = "JWT"
        assert "Not supported" in admin.post(path, {"group_id": "1"}).json()["detail"]

    def test_oidc_takes_anything_and_takes_the_users_out(
        self, simulator: Simulator, admin: Client, alice: Client
    ) -> None:
        simulator.settings.authentication_type = "OIDC"
        alice.put("organization/acme/robots/ci")
        alice.put(f"{MEMBERS}/acme+ci")
        assert admin.post("organization/acme/team/owners/syncing", {"group_dn": "odd"}).status_code == 200
        view = admin.get(MEMBERS).json()
        assert [member["name"] for member in view["members"]] == ["acme+ci"]
        assert view["synced"] == {"service": "oidc", "last_updated": None, "config": {"group_dn": "odd"}}


def test_routes_of_features_that_are_off(alice: Client) -> None:
    """Quay's catch-all redirects a GET to a page that says 404; other methods find nothing at all."""
    assert alice.get("organization/acme/team/owners/syncing").status_code == 308
    answer = alice.get("organization/acme/team/owners/syncing/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    answer = alice.post("organization/acme/team/owners/syncing", {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_superuser_in_no_admin_team_cannot_delete_one(admin: Client, alice: Client) -> None:
    alice.put("organization/acme/team/second", {"role": "admin"})
    answer = admin.delete("organization/acme/team/second")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/html")
    assert admin.put("organization/acme/team/second", {"role": "member"}).status_code == 200
    assert admin.delete("organization/acme/team/second").status_code == 204


def test_the_last_administrator_stays(alice: Client) -> None:
    assert "only admin team" in alice.delete(f"{MEMBERS}/alice").json()["message"]
    assert "only organization admin" in alice.delete("organization/acme/members/alice").json()["message"]
    assert alice.delete("organization/acme/members/bob").status_code == 204, "also for one who is no member"


def test_deleting_a_team_takes_what_names_it(simulator: Simulator, alice: Client) -> None:
    alice.put("organization/acme/team/devs", {"role": "member"})
    rule = {"role": "write", "delegate": {"name": "devs", "kind": "team"}}
    alice.post("organization/acme/prototypes", rule)
    alice.post(
        "repository", {"namespace": "acme", "repository": "app", "visibility": "private", "description": ""}
    )
    assert simulator.state()["acme"]["repositories"]["app"]["permissions"]["team"] == {"devs": "write"}
    alice.delete("organization/acme/team/devs")
    state = simulator.state()["acme"]
    assert state["prototypes"] == []
    assert state["repositories"]["app"]["permissions"]["team"] == {}
