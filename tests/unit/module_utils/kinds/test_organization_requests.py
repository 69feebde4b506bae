# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for organizations, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import Conflict, Forbidden, NotFound
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.kinds.organization import (
    ORGANIZATION,
    check_existence,
    find_organization,
)
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.runs import as_module, done, reads, sends, written_down

WHOLE = entry(email="acme@example.com", time_machine_expiration="1d")
PATH = "organization/acme"


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one(WHOLE)
    registry.requests()
    return registry


def test_every_field_can_be_declared() -> None:
    (item,) = desired_of(WHOLE).of(ORGANIZATION)
    assert dict(item.fields) == {"email": "acme@example.com", "tag_expiration_s": 86400}
    assert set(item.fields) == {field.name for field in ORGANIZATION.fields}


def test_of_one_that_is_to_go_nothing_else_is_looked_at() -> None:
    desired = desired_of(entry(state="absent", email="nobody", time_machine_expiration="soon"))
    assert (desired.present, desired.absent) == ((), ((ORGANIZATION, ()),))


def test_a_new_name_follows_the_same_rule() -> None:
    assert "organization name 'New' is not allowed" in wrong(entry(new_name="New"))


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        (entry(), [("POST", "organization/", {"name": "acme"})]),
        (entry(email=""), [("POST", "organization/", {"name": "acme"})]),
        (
            WHOLE,
            [
                ("POST", "organization/", {"name": "acme", "email": "acme@example.com"}),
                ("PUT", PATH, {"tag_expiration_s": 86400}),
            ],
        ),
    ],
)
def test_it_is_made(registry: Registry, wanted: dict[str, Any], sent: list[Any]) -> None:
    assert sends(registry, wanted) == sent


@pytest.mark.parametrize(
    ("changed", "sent"),
    [
        ({}, []),
        ({"email": "acme@example.com", "time_machine_expiration": "86400"}, []),
        ({"email": "new@example.com"}, [("PUT", PATH, {"email": "new@example.com"})]),
        ({"email": ""}, [("PUT", PATH, {"email": ""})]),
        ({"time_machine_expiration": "2w"}, [("PUT", PATH, {"tag_expiration_s": 1209600})]),
        (
            {"email": "new@example.com", "time_machine_expiration": "2w"},
            [("PUT", PATH, {"email": "new@example.com", "tag_expiration_s": 1209600})],
        ),
        ({"state": "absent"}, [("DELETE", PATH, None)]),
    ],
)
def test_it_is_changed(acme: Registry, changed: dict[str, Any], sent: list[Any]) -> None:
    assert sends(acme, entry(**changed)) == sent


def test_it_is_renamed_by_way_of_the_panel_of_superusers(acme: Registry) -> None:
    renamed = entry(new_name="beta", email="new@example.com")
    assert sends(acme, renamed) == [
        ("PUT", "superuser/organizations/acme", {"name": "beta"}),
        ("PUT", "organization/beta", {"email": "new@example.com"}),
    ]


def test_one_request_tells_what_is_there(acme: Registry) -> None:
    report = acme.one(WHOLE)
    assert report.current is not None
    (item,) = report.current.of(ORGANIZATION)
    assert dict(item.fields) == {"email": "acme@example.com", "tag_expiration_s": 86400}
    assert reads(acme, WHOLE) == ["GET organization/acme"]


def test_it_is_written_down_as_it_is_declared(acme: Registry) -> None:
    assert written_down(acme, []) == {
        "name": "acme",
        "email": "acme@example.com",
        "time_machine_expiration": "86400",
    }


@pytest.mark.parametrize(("name", "result"), [(None, "acme"), ("beta", "beta")])
def test_its_own_module_returns_the_name_that_it_has_now(acme: Registry, name: Any, result: str) -> None:
    report, described = as_module(acme, ORGANIZATION, name="acme", new_name=name)
    assert report.error is None
    assert described == {"name": result}


# --- who may ------------------------------------------------------------------------------------------


def test_a_name_that_a_user_has_is_explained(registry: Registry) -> None:
    (report,) = registry.reconcile({"name": "alice"})
    assert isinstance(report.error, Conflict)
    assert "The name 'alice' belongs to a user, or to an organization made at the same time" in str(
        report.error
    )


def test_who_does_not_administer_it_is_told_so(acme: Registry) -> None:
    acme.one(entry(teams=[{"name": "devs", "role": "creator", "members": ["alice"]}]))
    outsider, member = (acme.client(Token(acme.simulator.token(name))) for name in ("bob", "alice"))
    for client in (outsider, member):
        with pytest.raises(Forbidden):
            find_organization(client, "acme")
    assert find_organization(member, "acme", as_admin=False) is not None
    assert find_organization(acme.client(), "missing") is None


def test_what_exists(acme: Registry) -> None:
    client = acme.client()
    check_existence(client, "acme")
    check_existence(client, "admin")
    with pytest.raises(NotFound, match="Organization 'Acme' does not exist, or its name is not written as"):
        check_existence(client, "Acme")


def test_what_is_absent_stays_so(registry: Registry) -> None:
    assert done(registry.one(entry(state="absent"))) == []
    assert registry.requests() == ["GET organization/acme"]
