# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Users and applications: made, changed and removed by the same plan as all else."""

from __future__ import annotations

from typing import Any, Callable, Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.engine.values import Secret
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    Conflict,
    Forbidden,
    InvalidDeclaration,
    InvalidRequest,
    UsersElsewhere,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password, Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.application import (
    application_credentials,
    desired_application,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.user import desired_user, generated_password
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

Make = Callable[..., Registry]

SECRET = "correct-horse-battery"
OTHER = "staple-battery-horse"


def user(registry: Registry, name: str, check_mode: bool = False, **entry: Any) -> Report:
    """Reconcile one user as the superuser, or as whoever ``client`` is."""
    client = entry.pop("client", None) or registry.client()
    registry.simulator.requests.clear()
    (report,) = reconcile(client, [desired_user({"username": name, **entry})], check_mode)
    return report


def done(registry: Registry, name: str, **entry: Any) -> Report:
    """As ``user``, for what must not fail."""
    report = user(registry, name, **entry)
    assert report.error is None, report.error
    return report


def actions(report: Report) -> list[tuple[str, str, list[str]]]:
    return [(view["action"], view["name"], view["fields"]) for view in change_views(report)]


def signs_in(registry: Registry, name: str, password: str) -> bool:
    # A wrong password makes Quay wait, which is not what these tests are about.
    registry.simulator.settings.login_backoff = False
    client = Client(
        registry.client(Password(name, password)).connection,
        adapter=registry.simulator.adapter,
        sleep=registry.waits.append,
    )
    try:
        client.sign_in()
    except Exception:
        return False
    return True


def view(registry: Registry, name: str) -> Any:
    return registry.client().find(f"superuser/users/{name}")


# --- users --------------------------------------------------------------------------------------


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


# --- superusers ---------------------------------------------------------------------------------


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


# --- applications -------------------------------------------------------------------------------


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.client().send("POST", "organization/", {"name": "acme"})
    return registry


def application(registry: Registry, name: str, check_mode: bool = False, **entry: Any) -> Report:
    registry.simulator.requests.clear()
    desired = desired_application({"organization": "acme", "name": name, **entry})
    (report,) = reconcile(registry.client(), [desired], check_mode)
    return report


def applied(registry: Registry, name: str, **entry: Any) -> Report:
    report = application(registry, name, **entry)
    assert report.error is None, report.error
    return report


def applications(registry: Registry) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.client().get("organization/acme/applications")["applications"]
    return found


def test_an_application_is_made_and_found_again(acme: Registry) -> None:
    entry = {"description": "d", "avatar_email": "a@example.com", "redirect_uri": "https://example.com"}
    report = applied(acme, "portal", **entry)
    (there,) = applications(acme)
    assert {name: there[name] for name in entry} == entry
    credentials = {name: there[name] for name in ("client_id", "client_secret")}
    assert application_credentials(report, "portal") == credentials
    again = applied(acme, "portal", **entry)
    assert again.changes == []
    assert application_credentials(again, "portal", None) == credentials
    assert acme.requests() == ["GET organization/acme", "GET organization/acme/applications"]


def test_what_is_left_out_survives_a_change(acme: Registry) -> None:
    applied(acme, "portal", description="d", avatar_email="a@example.com")
    applied(acme, "portal", redirect_uri="https://example.com")
    (there,) = applications(acme)
    assert (there["description"], there["avatar_email"]) == ("d", "a@example.com")
    report = applied(acme, "portal", avatar_email="")
    assert actions(report) == [("update", "portal", ["avatar_email"])]
    (there,) = applications(acme)
    assert (there["description"], there["avatar_email"]) == ("d", None)
    assert applied(acme, "portal", avatar_email="").changes == []


def test_an_application_is_renamed_once(acme: Registry) -> None:
    credentials = application_credentials(applied(acme, "portal", description="d"), "portal")
    foreseen = applied(acme, "portal", check_mode=True, new_name="gate")
    assert actions(foreseen) == [("update", "portal", ["name"])]
    report = applied(acme, "portal", new_name="gate")
    assert actions(report) == actions(foreseen)
    assert diffs(report)[0]["before"] == {"name": "portal"}
    (there,) = applications(acme)
    assert (there["name"], there["description"]) == ("gate", "d")
    assert application_credentials(report, "portal", "gate") == credentials
    again = applied(acme, "portal", new_name="gate", description="d")
    assert again.changes == []
    assert application_credentials(again, "portal", "gate") == credentials


def test_a_renamed_application_that_is_missing_is_made(acme: Registry) -> None:
    assert actions(applied(acme, "portal", new_name="gate")) == [("create", "gate", [])]
    assert [there["name"] for there in applications(acme)] == ["gate"]


def test_two_applications_do_not_become_one(acme: Registry) -> None:
    applied(acme, "portal")
    applied(acme, "gate")
    for entry in ({"new_name": "gate"}, {"new_name": "gate", "state": "absent"}):
        report = application(acme, "portal", **entry)
        assert "'portal' and 'gate' of 'acme' both exist" in str(report.error)
    assert len(applications(acme)) == 2


@pytest.mark.parametrize("name", ["portal", "gate"])
def test_an_application_is_deleted_under_either_name(acme: Registry, name: str) -> None:
    applied(acme, name)
    report = applied(acme, "portal", new_name="gate", state="absent")
    assert actions(report) == [("delete", name, [])]
    assert applications(acme) == []
    assert applied(acme, "portal", new_name="gate", state="absent").changes == []


@pytest.mark.parametrize("entry", [{"description": "d"}, {"state": "absent"}, {"new_name": "gate"}, {}])
def test_applications_that_share_a_name_are_left_alone(acme: Registry, entry: dict[str, Any]) -> None:
    client = acme.client()
    idents = [
        client.send("POST", "organization/acme/applications", {"name": "portal"})["client_id"]
        for _ in range(2)
    ]
    before = applications(acme)
    report = application(acme, "portal", **entry)
    assert isinstance(report.error, InvalidDeclaration)
    assert "2 applications of 'acme' are named 'portal'" in str(report.error)
    assert all(ident in str(report.error) for ident in idents)
    assert applications(acme) == before


def test_check_mode_shows_no_secret_of_what_would_change(acme: Registry) -> None:
    assert application_credentials(applied(acme, "portal", check_mode=True), "portal") == {}
    applied(acme, "portal")
    (there,) = applications(acme)
    foreseen = applied(acme, "portal", check_mode=True, description="d")
    assert application_credentials(foreseen, "portal") == {"client_id": there["client_id"]}


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_organization_that_is_missing(registry: Registry, state: str) -> None:
    report = application(registry, "portal", state=state)
    expected: Optional[str] = "Organization 'acme' does not exist" if state == "present" else None
    assert (expected is None) is (report.error is None)
    assert expected is None or expected in str(report.error)
