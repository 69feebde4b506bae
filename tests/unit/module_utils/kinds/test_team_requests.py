# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for teams, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.kinds.team import TEAM
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry
from tests.unit.module_utils.runs import as_module, done, reads, sends, written_down

WHOLE = {"name": "devs", "role": "creator", "description": "d"}
PATH = "organization/acme/team/devs"


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one(entry(teams=[WHOLE]))
    registry.requests()
    return registry


def test_every_field_can_be_declared() -> None:
    (item,) = desired_of(entry(teams=[WHOLE])).of(TEAM)
    assert (item.key, dict(item.fields)) == (("devs",), {"role": "creator", "description": "d"})
    assert set(item.fields) == {field.name for field in TEAM.fields}


@pytest.mark.parametrize(
    ("team", "sent"),
    [
        ({"name": "devs"}, [("PUT", PATH, {"role": "member"})]),
        ({"name": "devs", "role": "admin"}, [("PUT", PATH, {"role": "admin"})]),
        (WHOLE, [("PUT", PATH, {"role": "creator", "description": "d"})]),
    ],
)
def test_it_is_made(registry: Registry, team: dict[str, Any], sent: list[Any]) -> None:
    registry.one({"name": "acme"})
    assert sends(registry, entry(teams=[team])) == sent


@pytest.mark.parametrize(
    ("changed", "sent"),
    [
        ({}, []),
        ({"role": "creator", "description": "d"}, []),
        ({"role": "admin"}, [("PUT", PATH, {"role": "admin"})]),
        # The role is required, so that it goes along as it is.
        ({"description": "new"}, [("PUT", PATH, {"role": "creator", "description": "new"})]),
        ({"description": ""}, [("PUT", PATH, {"role": "creator", "description": ""})]),
        ({"state": "absent"}, [("DELETE", PATH, None)]),
    ],
)
def test_it_is_changed(acme: Registry, changed: dict[str, Any], sent: list[Any]) -> None:
    assert sends(acme, entry(teams=[{"name": "devs", **changed}])) == sent


def test_the_role_alone_leaves_the_description(acme: Registry) -> None:
    acme.one(entry(teams=[{"name": "devs", "role": "member"}]))
    there = acme.state("acme")["teams"]["devs"]
    assert (there["role"], there["description"]) == ("member", "d")


def test_one_that_is_admin_loses_that_before_it_goes(acme: Registry) -> None:
    acme.one(entry(teams=[{"name": "devs", "role": "admin"}]))
    assert sends(acme, entry(teams=[{"name": "devs", "state": "absent"}])) == [
        ("PUT", PATH, {"role": "member"}),
        ("DELETE", PATH, None),
    ]


def test_they_come_along_with_their_organization(acme: Registry) -> None:
    report = acme.one(entry(teams=[WHOLE]))
    assert report.current is not None
    found = {item.key[0]: dict(item.fields) for item in report.current.of(TEAM)}
    assert found == {
        "owners": {"role": "admin", "description": ""},
        "devs": {"role": "creator", "description": "d"},
    }
    assert reads(acme, entry(teams=[WHOLE])) == ["GET organization/acme"]


def test_those_that_are_not_declared_are_purged_but_for_those_that_are_used(acme: Registry) -> None:
    acme.one(entry(teams=[{"name": "old"}, {"name": "used"}]))
    kept = entry(teams=[], prototypes=[{"name": "used", "type": "team", "role": "read"}])
    assert done(acme.one(kept, purge=["teams"])) == [
        "create prototype  team used",
        "delete team devs",
        "delete team old",
    ]
    assert sorted(acme.state("acme")["teams"]) == ["owners", "used"]


def test_it_is_written_down_as_it_is_declared(acme: Registry) -> None:
    acme.one(entry(teams=[{"name": "devs", "members": ["alice"]}]))
    assert written_down(acme, ["teams"])["teams"] == [
        {**WHOLE, "members": ["alice"]},
        {"name": "owners", "role": "admin", "description": "", "members": ["admin"]},
    ]


def test_by_its_own_module(acme: Registry) -> None:
    report, result = as_module(acme, TEAM, organization="acme", name="new", role="creator")
    assert (report.error, done(report)) == (None, ["create team new"])
    assert result == {"name": "new", "organization": "acme"}
    assert acme.writes() == ["PUT organization/acme/team/new"]
