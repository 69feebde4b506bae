# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One application, as quay_application declares it: told by its name, which it may lose or share."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.application import (
    application_credentials,
    desired_application,
)
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.users import actions


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
