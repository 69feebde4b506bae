# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for applications, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.application import (
    APPLICATION,
    desired_application,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.runs import as_module, done, reads, sends, written_down

PATH = "organization/acme/applications"
FIELDS = {
    "description": "d",
    "application_uri": "https://app.example.com",
    "redirect_uri": "https://app.example.com/back",
}
EMPTY = dict.fromkeys(FIELDS, "")
PORTAL = {"name": "portal", **FIELDS}


def one(**options: Any) -> Any:
    """Return what is desired of the application, as its own module declares it."""
    return desired_application({"organization": "acme", "name": "portal", **options})


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """An application that has everything."""
    registry.one({"name": "acme"})
    sends(registry, one(**FIELDS, avatar_email="a@example.com"))
    registry.requests()
    return registry


def path(registry: Registry) -> str:
    return f"{PATH}/{registry.state('acme')['applications'][0]['client_id']}"


def test_every_field_can_be_declared() -> None:
    wanted = {**FIELDS, "avatar_email": "a@example.com"}
    (item,) = one(**wanted, new_name="gate").of(APPLICATION)
    assert (item.key, dict(item.fields)) == (("portal",), {**wanted, "name": "gate"})
    assert set(item.fields) == {field.name for field in APPLICATION.fields}
    (item,) = desired_of(entry(applications=[PORTAL])).of(APPLICATION)
    assert (item.key, dict(item.fields)) == (("portal",), FIELDS)


def test_the_same_name_twice_is_refused() -> None:
    assert "application 'portal' is declared 2 times" in wrong(entry(applications=[PORTAL, PORTAL]))


def test_the_name_of_its_organization_follows_the_rule() -> None:
    with pytest.raises(InvalidDeclaration, match="organization name 'Acme' is not allowed"):
        desired_application({"organization": "Acme", "name": "portal"})


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({}, {"name": "portal", **EMPTY}),
        ({"description": "", "avatar_email": ""}, {"name": "portal", **EMPTY}),
        (FIELDS, PORTAL),
        ({"avatar_email": "a@example.com"}, {"name": "portal", **EMPTY, "avatar_email": "a@example.com"}),
        ({"new_name": "gate"}, {"name": "gate", **EMPTY}),
    ],
)
def test_it_is_made(registry: Registry, options: dict[str, Any], body: dict[str, Any]) -> None:
    registry.one({"name": "acme"})
    assert sends(registry, one(**options)) == [("POST", PATH, body)]


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ({"description": "new"}, {"description": "new"}),
        ({"application_uri": ""}, {"application_uri": ""}),
        ({"redirect_uri": "https://new.example.com"}, {"redirect_uri": "https://new.example.com"}),
        ({"avatar_email": "b@example.com"}, {"avatar_email": "b@example.com"}),
        ({"new_name": "gate"}, {"name": "gate"}),
    ],
)
def test_it_is_changed_by_sending_everything(
    acme: Registry, options: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Quay empties what is left out."""
    body = {**PORTAL, "avatar_email": "a@example.com", **changed}
    assert sends(acme, one(**options)) == [("PUT", path(acme), body)]


def test_an_avatar_is_removed_by_leaving_it_out(acme: Registry) -> None:
    assert sends(acme, one(avatar_email="")) == [("PUT", path(acme), PORTAL)]


@pytest.mark.parametrize("options", [{}, FIELDS, {"avatar_email": "a@example.com"}, {"new_name": "portal"}])
def test_it_is_left_alone(acme: Registry, options: dict[str, Any]) -> None:
    assert sends(acme, one(**options)) == []


def test_it_is_removed(acme: Registry) -> None:
    where = path(acme)
    assert sends(acme, one(state="absent")) == [("DELETE", where, None)]


def test_what_is_read(acme: Registry) -> None:
    report = acme.one(entry(applications=[PORTAL]))
    assert report.current is not None
    (item,) = report.current.of(APPLICATION)
    assert dict(item.fields) == {**FIELDS, "avatar_email": "a@example.com"}
    assert item.ident and item.facts["client_secret"]
    assert reads(acme, entry(applications=[PORTAL])) == ["GET organization/acme", f"GET {PATH}"]


def test_those_that_are_not_declared_are_purged(acme: Registry) -> None:
    kept = entry(applications=[{"name": "gate"}])
    assert done(acme.one(kept, purge=["applications"])) == [
        "create application gate",
        "delete application portal",
    ]


def test_it_is_written_down_as_it_is_declared(acme: Registry) -> None:
    assert written_down(acme, ["applications"])["applications"] == [PORTAL]


def test_of_several_of_one_name_the_first_is_written_down_with_a_warning(acme: Registry) -> None:
    acme.client().send("POST", PATH, {"name": "portal", "description": "other"})
    (adopted,) = adopt(acme.client(), ["acme"], ["applications"])
    assert adopted.entry is not None
    assert adopted.entry["applications"] == [PORTAL]
    assert adopted.warnings == ["acme: several applications are named portal; the first is declared."]


def test_its_own_module_returns_what_signs_in(acme: Registry) -> None:
    (there,) = acme.client().get(PATH)["applications"]
    credentials = {name: there[name] for name in ("client_id", "client_secret")}
    for options in ({}, {"description": "new"}, {"new_name": "gate"}):
        report, result = as_module(acme, APPLICATION, organization="acme", name="portal", **options)
        assert report.error is None
        assert result == {"name": options.get("new_name", "portal"), **credentials}
    assert as_module(acme, APPLICATION, organization="acme", name="gate", state="absent")[1] == {
        "name": "gate"
    }
