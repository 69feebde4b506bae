# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for users, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.values import Secret
from ansible_collections.quayops.quay.plugins.module_utils.kinds.user import USER, desired_user
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.runs import as_module, done, noting, sends
from tests.unit.module_utils.users import OTHER, SECRET, signs_in, user

PATH = "superuser/users/alice"
MADE = {"username": "carol", "email": "carol@example.com"}


def alice(**options: Any) -> Any:
    return desired_user({"username": "alice", **options})


def test_every_field_can_be_declared() -> None:
    desired = alice(email="a@example.com", enabled=False, password=SECRET, superuser=False)
    (item,) = desired.of(USER)
    assert dict(item.fields) == {
        "email": "a@example.com",
        "enabled": False,
        "password": Secret(SECRET, compared=False),
    }
    assert set(item.fields) == {field.name for field in USER.fields}
    assert (desired.namespace, dict(item.facts)) == ("alice", {"superuser": False})


@pytest.mark.parametrize(("word", "compared"), [("always", True), ("on_create", False), (None, False)])
def test_whether_a_password_is_compared(word: Any, compared: bool) -> None:
    (item,) = alice(password=SECRET, update_password=word).of(USER)
    assert item.fields["password"].compared is compared


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, [("POST", "superuser/users/", {"username": "carol"})]),
        ({"email": MADE["email"]}, [("POST", "superuser/users/", MADE)]),
        (
            {"email": MADE["email"], "password": SECRET, "enabled": False},
            [
                ("POST", "superuser/users/", MADE),
                ("PUT", "superuser/users/carol", {"password": SECRET}),
                ("PUT", "superuser/users/carol", {"enabled": False}),
            ],
        ),
    ],
)
def test_it_is_made(registry: Registry, options: dict[str, Any], sent: list[Any]) -> None:
    assert sends(registry, desired_user({"username": "carol", **options})) == sent


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, []),
        ({"email": "alice@example.com", "enabled": True}, []),
        ({"email": "new@example.com"}, [("PUT", PATH, {"email": "new@example.com"})]),
        ({"enabled": False}, [("PUT", PATH, {"enabled": False})]),
        (
            {"email": "new@example.com", "enabled": False},
            [("PUT", PATH, {"email": "new@example.com", "enabled": False})],
        ),
        ({"password": SECRET}, []),
        ({"state": "absent"}, [("DELETE", PATH, None)]),
    ],
)
def test_it_is_changed(registry: Registry, options: dict[str, Any], sent: list[Any]) -> None:
    assert sends(registry, alice(**options)) == sent


def test_a_password_is_replaced_where_it_is_another(registry: Registry) -> None:
    registry.simulator.settings.login_backoff = False
    client, sent = noting(registry.client())
    user(registry, "alice", client=client, password=SECRET, update_password="always")
    assert sent == [("PUT", PATH, {"password": SECRET})]
    assert signs_in(registry, "alice", SECRET)
    assert not signs_in(registry, "alice", OTHER)


def test_one_who_is_disabled_is_enabled_to_be_deleted(registry: Registry) -> None:
    user(registry, "alice", enabled=False)
    assert sends(registry, alice(state="absent")) == [
        ("PUT", PATH, {"enabled": True}),
        ("DELETE", PATH, None),
    ]


def test_what_is_read(registry: Registry) -> None:
    report = user(registry, "alice", email="alice@example.com")
    assert report.current is not None
    (item,) = report.current.of(USER)
    assert dict(item.fields) == {"email": "alice@example.com", "enabled": True}
    assert dict(item.facts) == {"superuser": False}
    assert registry.requests() == ["GET superuser/users/alice"]


def test_by_its_own_module(registry: Registry) -> None:
    report, result = as_module(registry, USER, username="carol")
    assert (report.error, done(report)) == (None, ["create user"])
    assert result["username"] == "carol"
    assert signs_in(registry, "carol", result["password"])
    assert as_module(registry, USER, username="carol")[1] == {"username": "carol"}
    assert as_module(registry, USER, username="dave", password=SECRET)[1] == {"username": "dave"}


def test_users_that_others_refer_to_are_asked_for_once_each(registry: Registry) -> None:
    """And not at all where the account that asks is meant, who exists."""
    wanted = {
        "name": "acme",
        "teams": [{"name": "devs", "members": ["alice", "admin"]}, {"name": "owners", "members": ["alice"]}],
        "prototypes": [{"name": "bob", "role": "read", "creator": "alice"}],
    }
    registry.requests()
    registry.one(wanted)
    asked = [one for one in registry.requests() if one.startswith("GET users/")]
    assert sorted(asked) == ["GET users/alice", "GET users/bob"]
