# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Superusers: nobody changes one but themself, and no request makes one."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.users import SECRET, Make, actions, done, signs_in, user


@pytest.fixture
def two(make_registry: Make) -> Registry:
    """A registry with the superusers admin and root; boss is to be one, and is not made yet."""
    registry = make_registry(superusers=["admin", "root", "boss"])
    registry.simulator.add_user("root", "roots-password")
    return registry


def test_a_superuser_who_is_right_is_left_alone(two: Registry) -> None:
    entry = {"email": "root@example.com", "enabled": True, "password": SECRET, "superuser": True}
    assert done(two, "root", **entry).changes == []
    assert two.requests() == ["GET superuser/users/root"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"email": "new@example.com"},
            "whose email nobody else may change. Run this task with the credentials",
        ),
        ({"enabled": False}, "neither disables nor enables"),
        ({"state": "absent"}, "whom Quay does not delete"),
        ({"superuser": False}, "no request can change that"),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_superuser_is_changed_by_nobody_else(
    two: Registry, entry: dict[str, Any], message: str, check_mode: bool
) -> None:
    report = user(two, "root", check_mode=check_mode, **entry)
    assert message in str(report.error)
    assert two.writes() == []


def test_a_superuser_changes_themself(two: Registry) -> None:
    own = two.client(Password("root", "roots-password"))
    entry = {"email": "new@example.com", "password": SECRET, "update_password": "always"}
    report = done(two, "root", client=own, **entry)
    assert actions(report) == [("update", "root", ["email", "password"])]
    assert "PUT user/" in two.writes()
    assert signs_in(two, "root", SECRET)
    two.simulator.settings.login_backoff = True
    assert done(two, "root", client=two.client(Password("root", SECRET)), **entry).changes == []


def test_a_user_who_is_to_be_a_superuser_gets_the_declared_password(two: Registry) -> None:
    """Quay lets nobody change a superuser, not even to give a new one a password."""
    report = done(two, "boss", password=SECRET, superuser=True)
    assert actions(report) == [("create", "boss", ["password"])]
    assert signs_in(two, "boss", SECRET)
    assert done(two, "boss", password=SECRET, superuser=True).changes == []


def test_that_no_request_makes_superusers_is_said(registry: Registry) -> None:
    report = user(registry, "alice", superuser=True)
    assert "Add the name there, restart Quay" in str(report.error)
    report = user(registry, "carol", superuser=True)
    assert "Add the name there, restart Quay" in str(report.error)
    # Of a user who is missing Quay does not say beforehand.
    assert actions(report) == [("create", "carol", [])]
    assert done(registry, "alice", superuser=False).changes == []
