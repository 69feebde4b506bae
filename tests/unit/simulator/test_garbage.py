# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is deleted, and when names are free again."""

from __future__ import annotations

import re

import pytest

from tests.simulator import Settings, Simulator
from tests.unit.simulator.client import Client

APP = {"namespace": "acme", "repository": "app", "visibility": "private", "description": ""}


def test_the_name_of_an_organization_is_held(simulator: Simulator, alice: Client) -> None:
    alice.post("repository", APP)
    alice.put("organization/acme/robots/ci")
    assert alice.delete("organization/acme").status_code == 204
    assert alice.get("organization/acme").status_code == 404
    assert alice.post("organization/", {"name": "acme"}).json()["detail"] == "Username is not available"
    simulator.collect_garbage()
    assert alice.post("organization/", {"name": "acme"}).status_code == 201
    assert simulator.state()["acme"]["repositories"] == {}
    assert simulator.state()["acme"]["robots"] == {}


def test_the_name_of_a_repository_is_free_at_once(simulator: Simulator, alice: Client) -> None:
    alice.post("repository", APP)
    assert alice.delete("repository/acme/app").status_code == 204
    assert alice.get("repository?namespace=acme").json()["repositories"] == []
    assert alice.post("repository", APP).status_code == 201
    # Until the workers ran, the deleted one is still among the permissions, under a UUID.
    member = alice.get("organization/acme/members").json()["members"][0]
    assert len(member["repositories"]) == 2
    assert any(re.fullmatch(r"[0-9a-f-]{36}", name) for name in member["repositories"])
    simulator.collect_garbage()
    assert alice.get("organization/acme/members").json()["members"][0]["repositories"] == ["app"]


def test_a_disabled_user_is_not_deleted(simulator: Simulator, admin: Client) -> None:
    admin.put("superuser/users/bob", {"enabled": False})
    assert admin.delete("superuser/users/bob").status_code == 204
    assert admin.get("superuser/users/bob").status_code == 200
    admin.put("superuser/users/bob", {"enabled": True})
    assert admin.delete("superuser/users/bob").status_code == 204
    assert admin.get("superuser/users/bob").status_code == 404


def test_a_user_goes_with_what_was_granted(simulator: Simulator, alice: Client, admin: Client) -> None:
    alice.post("repository", APP)
    alice.put("repository/acme/app/permissions/user/bob", {"role": "read"})
    admin.delete("superuser/users/bob")
    simulator.collect_garbage()
    assert simulator.state()["acme"]["repositories"]["app"]["permissions"]["user"] == {"alice": "admin"}


def test_the_only_administrator_cannot_leave(alice: Client, admin: Client) -> None:
    assert "only admin for organizations: acme" in alice.delete("user/").json()["message"]
    assert admin.delete("superuser/users/alice").status_code == 204, "a superuser is not asked"


class TestNamesNotHeld:
    """For tests that do not care."""

    @pytest.fixture()
    def settings(self) -> Settings:
        return Settings(hold_deleted_names=False)

    def test_free_at_once(self, alice: Client) -> None:
        alice.delete("organization/acme")
        assert alice.post("organization/", {"name": "acme"}).status_code == 201
