# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for prototypes, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.kinds.prototype import PROTOTYPE
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.runs import as_module, done, reads, sends, written_down

PATH = "organization/acme/prototypes"
ROBOT = {"name": "acme+ci", "role": "write"}
TEAM = {"name": "devs", "type": "team", "role": "admin", "creator": "bob"}


def rules(*prototypes: dict[str, Any]) -> dict[str, Any]:
    return entry(prototypes=list(prototypes))


@pytest.fixture
def bare(registry: Registry) -> Registry:
    """An organization with a robot and a team, for which there may be prototypes."""
    registry.one(entry(robots=[{"name": "ci"}], teams=[{"name": "devs"}]))
    registry.requests()
    return registry


@pytest.fixture
def acme(bare: Registry) -> Registry:
    bare.one(rules(ROBOT, TEAM))
    bare.requests()
    return bare


def ident(registry: Registry, delegate: str) -> str:
    (found,) = [one for one in registry.state("acme")["prototypes"] if one["delegate"] == delegate]
    return str(found["id"])


@pytest.mark.parametrize(
    ("prototype", "key", "fields"),
    [
        ({"name": "alice"}, ("", "user", "alice"), {}),
        (ROBOT, ("", "user", "acme+ci"), {"role": "write"}),
        (TEAM, ("bob", "team", "devs"), {"role": "admin"}),
        ({"name": "other+ci", "type": "user", "role": "read"}, ("", "user", "other+ci"), {"role": "read"}),
    ],
)
def test_what_is_declared(prototype: dict[str, Any], key: tuple[str, ...], fields: dict[str, Any]) -> None:
    (item,) = desired_of(rules(prototype)).of(PROTOTYPE)
    assert (item.key, dict(item.fields)) == (key, fields)
    assert set(item.fields) <= {field.name for field in PROTOTYPE.fields} == {"role"}


def test_the_name_of_a_team_follows_its_rule() -> None:
    assert "team name 'Devs' is not allowed" in wrong(rules({"name": "Devs", "type": "team"}))
    assert "has no namespace in front of its '+'" in wrong(rules({"name": "+ci"}))


@pytest.mark.parametrize(
    ("prototype", "body"),
    [
        (
            {"name": "alice"},
            {"role": "read", "delegate": {"kind": "user", "name": "alice"}},
        ),
        (ROBOT, {"role": "write", "delegate": {"kind": "user", "name": "acme+ci"}}),
        (
            TEAM,
            {
                "role": "admin",
                "delegate": {"kind": "team", "name": "devs"},
                "activating_user": {"name": "bob"},
            },
        ),
    ],
)
def test_it_is_made(bare: Registry, prototype: dict[str, Any], body: dict[str, Any]) -> None:
    assert sends(bare, rules(prototype)) == [("POST", PATH, body)]


def test_it_is_changed_and_removed_by_its_identifier(acme: Registry) -> None:
    path = f"{PATH}/{ident(acme, 'acme+ci')}"
    assert sends(acme, rules(ROBOT)) == []
    assert sends(acme, rules({"name": "acme+ci"})) == [], "a role that is left out stays"
    assert sends(acme, rules({**ROBOT, "role": "admin"})) == [("PUT", path, {"role": "admin"})]
    assert sends(acme, rules({**ROBOT, "state": "absent"})) == [("DELETE", path, None)]
    assert [one["delegate"] for one in acme.state("acme")["prototypes"]] == ["devs"]


def test_without_its_creator_it_is_another_one(acme: Registry) -> None:
    assert sends(acme, rules({**TEAM, "creator": None, "state": "absent"})) == []
    path = f"{PATH}/{ident(acme, 'devs')}"
    assert sends(acme, rules({**TEAM, "state": "absent"})) == [("DELETE", path, None)]


def test_what_is_read(acme: Registry) -> None:
    report = acme.one(rules(ROBOT))
    assert report.current is not None
    assert [(item.key, dict(item.fields)) for item in report.current.of(PROTOTYPE)] == [
        (("", "user", "acme+ci"), {"role": "write"}),
        (("bob", "team", "devs"), {"role": "admin"}),
    ]
    assert all(item.ident for item in report.current.of(PROTOTYPE))
    assert reads(acme, rules(ROBOT, TEAM)) == ["GET organization/acme", f"GET {PATH}"]


def test_who_creates_must_exist_too(bare: Registry) -> None:
    (report,) = bare.reconcile(rules({**ROBOT, "creator": "nobody"}))
    assert "prototype for user acme+ci when nobody creates: user 'nobody' does not exist" in str(report.error)
    assert bare.writes() == []


def test_those_that_are_not_declared_are_purged(acme: Registry) -> None:
    assert done(acme.one(rules(ROBOT), purge=["prototypes"])) == ["delete prototype bob team devs"]


def test_it_is_written_down_as_it_is_declared(acme: Registry) -> None:
    assert written_down(acme, ["prototypes"])["prototypes"] == [{**ROBOT, "type": "user"}, TEAM]


def test_one_that_is_there_twice_is_written_down_once(acme: Registry) -> None:
    body = {"role": "write", "delegate": {"kind": "user", "name": "acme+ci"}}
    acme.client().send("POST", PATH, body)
    (adopted,) = adopt(acme.client(), ["acme"], ["prototypes"])
    assert adopted.entry is not None
    assert [one["name"] for one in adopted.entry["prototypes"]] == ["acme+ci", "devs"]


def test_by_its_own_module(bare: Registry) -> None:
    report, result = as_module(bare, PROTOTYPE, organization="acme", **ROBOT)
    assert (report.error, done(report)) == (None, ["create prototype  user acme+ci"])
    assert result == {"name": "acme+ci", "organization": "acme"}
