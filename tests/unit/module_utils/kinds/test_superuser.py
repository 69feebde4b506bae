# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Superusers: nobody changes one but themself, and a request only asks for one."""

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
    assert report.warnings == []
    assert signs_in(two, "boss", SECRET)
    assert done(two, "boss", password=SECRET, superuser=True).changes == []


@pytest.mark.parametrize("read_only", [False, True])
def test_the_wish_to_be_a_superuser_is_passed_on_with_a_warning(make_registry: Make, read_only: bool) -> None:
    """Quay writes it into its config.yaml, which counts when it starts, if it may write that file."""
    registry = make_registry(config_read_only=read_only)
    report = done(registry, "alice", superuser=True)
    assert actions(report) == [("update", "alice", ["superuser"])]
    assert registry.writes() == ["PUT superuser/users/alice"]
    assert (
        len(report.warnings) == 1 and "becomes a superuser only when Quay is restarted" in report.warnings[0]
    )
    # Of a user who is missing Quay does not say beforehand whether the name is on the list.
    report = done(registry, "carol", superuser=True)
    assert actions(report) == [("create", "carol", []), ("update", "carol", ["superuser"])]
    assert done(registry, "alice", superuser=False).changes == []


def test_check_mode_foresees_the_wish(registry: Registry) -> None:
    report = user(registry, "alice", check_mode=True, superuser=True)
    assert actions(report) == [("update", "alice", ["superuser"])]
    assert "only when Quay is restarted" in report.warnings[0]
    assert registry.writes() == []


def test_that_a_superuser_stays_one_is_said(two: Registry) -> None:
    report = done(two, "root", superuser=False)
    assert (report.changes, two.writes()) == ([], [])
    assert "user 'root' stays a superuser" in report.warnings[0]
