# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Users: made with what is declared, changed in that alone, deleted; passwords and lost answers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.report import diffs
from ansible_collections.quayops.quay.plugins.module_utils.engine.values import Secret
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    Conflict,
    Forbidden,
    InvalidDeclaration,
    InvalidRequest,
    UsersElsewhere,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.user import desired_user, generated_password
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.users import OTHER, SECRET, Make, actions, done, signs_in, user, view


def test_a_user_is_made_with_everything_declared(registry: Registry) -> None:
    report = done(registry, "carol", email="carol@example.com", password=SECRET, enabled=True)
    assert actions(report) == [("create", "carol", ["email", "password"])]
    assert registry.writes() == ["POST superuser/users/", "PUT superuser/users/carol"]
    assert view(registry, "carol")["email"] == "carol@example.com"
    assert signs_in(registry, "carol", SECRET)
    assert generated_password(report) is None or generated_password(report) != SECRET
    again = done(registry, "carol", email="carol@example.com", password=SECRET, enabled=True)
    assert again.changes == []
    assert registry.requests() == ["GET superuser/users/carol"]


def test_a_password_that_quay_makes_up_is_handed_on(registry: Registry) -> None:
    report = done(registry, "carol")
    password = generated_password(report)
    assert password is not None and signs_in(registry, "carol", password)
    assert registry.requests()[:2] == ["GET superuser/users/carol", "POST superuser/users/"]
    assert generated_password(done(registry, "carol")) is None
    # An empty one counts as none.
    assert done(registry, "carol", password="", update_password="always").changes == []


def test_a_user_is_made_disabled(registry: Registry) -> None:
    report = done(registry, "carol", enabled=False, password=SECRET)
    assert actions(report) == [("create", "carol", ["enabled", "password"])]
    assert view(registry, "carol")["enabled"] is False
    assert done(registry, "carol", enabled=False, password=SECRET).changes == []


def test_what_is_declared_is_changed_and_nothing_else(registry: Registry) -> None:
    report = done(registry, "alice", email="new@example.com", enabled=False)
    assert actions(report) == [("update", "alice", ["email", "enabled"])]
    assert registry.writes() == ["PUT superuser/users/alice"]
    assert (view(registry, "alice")["email"], view(registry, "alice")["enabled"]) == (
        "new@example.com",
        False,
    )
    assert done(registry, "alice").changes == []
    assert actions(done(registry, "alice", enabled=True)) == [("update", "alice", ["enabled"])]


def test_the_uuid_that_quay_shows_is_no_address(registry: Registry) -> None:
    registry.client().send("POST", "superuser/users/", {"username": "carol"})
    assert "-" in view(registry, "carol")["email"]
    (change,) = done(registry, "carol", email="carol@example.com").changes
    assert change.before == {"email": ""}


def test_a_password_is_given_only_to_a_new_user_unless_asked_for(registry: Registry) -> None:
    assert done(registry, "alice", password=SECRET).changes == []
    assert registry.requests() == ["GET superuser/users/alice"]
    report = done(registry, "alice", password=SECRET, update_password="always")
    assert actions(report) == [("update", "alice", ["password"])]
    assert signs_in(registry, "alice", SECRET)
    registry.simulator.settings.login_backoff = True
    again = done(registry, "alice", password=SECRET, update_password="always")
    assert again.changes == []
    assert registry.writes() == ["POST signin"]


def test_the_password_of_a_disabled_user_is_compared_too(registry: Registry) -> None:
    done(registry, "alice", enabled=False)
    report = done(registry, "alice", password=SECRET, update_password="always")
    assert actions(report) == [("update", "alice", ["password"])]
    assert done(registry, "alice", password=SECRET, update_password="always").changes == []


def test_check_mode_does_not_sign_in(registry: Registry) -> None:
    entry = {"email": "new@example.com", "password": SECRET, "update_password": "always"}
    report = done(registry, "alice", check_mode=True, **entry)
    assert actions(report) == [("update", "alice", ["email"])]
    assert "check mode does not do" in report.warnings[0]
    assert registry.requests() == ["GET superuser/users/alice"]
    report = done(registry, "carol", check_mode=True, **entry)
    assert actions(report) == [("create", "carol", ["email", "password"])]
    assert registry.requests() == ["GET superuser/users/carol"]
    assert report.warnings == []


def test_diffs_hold_no_password(registry: Registry) -> None:
    made = diffs(done(registry, "carol", password=SECRET, email="carol@example.com"))
    assert made == [
        {
            "before_header": "user carol",
            "after_header": "user carol",
            "before": {},
            "after": {
                "state": "present",
                "email": "carol@example.com",
                "enabled": True,
                "password": "(the declared one)",
            },
        }
    ]
    (changed,) = diffs(done(registry, "carol", password=OTHER, update_password="always"))
    assert (changed["before"], changed["after"]) == (
        {"password": "(another one)"},
        {"password": "(the declared one)"},
    )
    assert SECRET not in repr(Secret(SECRET))


def test_a_user_is_deleted(registry: Registry) -> None:
    assert actions(done(registry, "alice", state="absent")) == [("delete", "alice", [])]
    assert registry.writes() == ["DELETE superuser/users/alice"]
    assert view(registry, "alice") is None
    assert done(registry, "alice", state="absent").changes == []


def test_a_disabled_user_is_enabled_to_be_deleted(registry: Registry) -> None:
    done(registry, "alice", enabled=False)
    assert actions(done(registry, "alice", state="absent")) == [("delete", "alice", [])]
    assert registry.writes() == ["PUT superuser/users/alice", "DELETE superuser/users/alice"]
    assert view(registry, "alice") is None


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"password": "short"}, "at least 8 characters"),
        ({"password": "with blank in it"}, "no white space"),
        ({"email": ""}, "is not an address"),
        ({"email": "nobody"}, "is not an address"),
        ({"username": "Carol"}, "user name 'Carol' is not allowed"),
        ({"username": "c"}, "user name 'c' is not allowed"),
    ],
)
def test_what_quay_would_refuse_is_refused_before(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidDeclaration, match=message) as caught:
        desired_user({"username": "carol", **entry})
    assert str(entry.get("password", "(none)")) not in str(caught.value)


def test_an_address_that_is_taken(registry: Registry) -> None:
    report = user(registry, "carol", email="alice@example.com")
    assert isinstance(report.error, InvalidRequest)
    assert str(report.error) == "POST superuser/users/: another account has this e-mail address."
    assert view(registry, "carol") is None


def test_a_name_that_an_organization_has(registry: Registry) -> None:
    registry.client().send("POST", "organization/", {"name": "acme"})
    report = user(registry, "acme")
    assert isinstance(report.error, Conflict)
    assert "users and organizations share their names" in str(report.error)


def test_users_of_a_directory_are_not_made(make_registry: Make) -> None:
    registry = make_registry(authentication_type="LDAP")
    report = user(registry, "carol")
    assert isinstance(report.error, UsersElsewhere)
    assert "AUTHENTICATION_TYPE" in str(report.error)


def test_only_superusers_may(registry: Registry) -> None:
    token = registry.simulator.token("alice")
    report = user(registry, "bob", client=registry.client(Token(token)))
    assert isinstance(report.error, Forbidden)
    assert "not a superuser" in str(report.error)


# --- failures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reset_after", "503", "504"])
def test_a_creation_that_is_open_is_finished(registry: Registry, kind: str) -> None:
    registry.simulator.faults.add(Fault(kind, method="POST", path="/superuser/users/$", times=1))
    report = done(registry, "carol", password=SECRET, email="carol@example.com")
    assert "carol" in str(actions(report))
    assert signs_in(registry, "carol", SECRET)


def test_a_password_that_did_not_come_through_is_given_again(registry: Registry) -> None:
    registry.simulator.faults.add(Fault("503", method="PUT", path="/superuser/users/carol$", times=1))
    report = done(registry, "carol", password=SECRET)
    assert [action for action, _name, _fields in actions(report)] == ["create", "update"]
    assert signs_in(registry, "carol", SECRET)


def test_a_made_up_password_that_is_lost_is_a_warning(registry: Registry) -> None:
    registry.simulator.faults.add(Fault("reset_after", method="POST", path="/superuser/users/$", times=1))
    report = done(registry, "carol")
    assert [action for action, _name, _fields in actions(report)] == ["create"]
    assert generated_password(report) is None
    assert "did not arrive" in report.warnings[0]
