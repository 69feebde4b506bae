# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Many repositories at once against the simulator: one listing, then only what differs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.bulk import repositories
from ansible_collections.quayops.quay.plugins.module_utils.operations.operation import Operation
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

NO_OPTIONS: dict[str, Any] = {
    "organizations": ["acme"],
    "repositories": None,
    "matching": None,
    "skip": [],
    "visibility": None,
    "description": None,
    "perms": None,
    "append": True,
}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """Organization acme with 120 private repositories r000 to r119, a robot and a team; beta has one."""
    names = [f"r{number:03}" for number in range(120)]
    registry.reconcile(
        {
            "name": "acme",
            "robots": [{"name": "ci"}],
            "teams": [{"name": "devs"}],
            "repositories": [{"name": name} for name in names],
        },
        {"name": "beta", "repositories": [{"name": "app"}]},
    )
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Operation:
    return repositories({**NO_OPTIONS, **options}, registry.client(), check_mode)


def visibility(registry: Registry, organization: str = "acme") -> list[str]:
    found = registry.state(organization)["repositories"]
    return sorted(name for name, one in found.items() if one["visibility"] == "public")


def test_one_listing_and_only_what_differs(acme: Registry) -> None:
    assert run(acme, visibility="public", skip=["r007"]).changed
    sent = acme.requests()
    assert [one for one in sent if one.startswith("GET")][:2] == [
        "GET organization/acme",
        "GET repository?namespace=acme",
    ]
    # One for the organization, two for 120 repositories, one for each that differs.
    assert len(sent) == 1 + 2 + 119
    assert len(visibility(acme)) == 119 and "r007" not in visibility(acme)
    assert not run(acme, visibility="public", skip=["r007"]).changed
    assert len(acme.requests()) == 3


def test_several_organizations(acme: Registry) -> None:
    outcome = run(acme, organizations=["acme", "beta"], matching="app|r00.", visibility="public")
    assert outcome.error is None
    assert len(visibility(acme)) == 10
    assert visibility(acme, "beta") == ["app"]


def test_a_list_and_an_expression_add_up(acme: Registry) -> None:
    run(acme, repositories=["acme/r050"], matching="r11.", visibility="public")
    assert visibility(acme) == ["r050", *(f"r11{digit}" for digit in range(10))]


def test_a_robots_permission_is_read_once_for_all(acme: Registry) -> None:
    grant = {"name": "acme+ci", "type": "user", "role": "write"}
    assert run(acme, perms=[grant]).changed
    assert acme.state("acme")["repositories"]["r003"]["permissions"]["user"]["acme+ci"] == "write"
    acme.requests()
    assert not run(acme, perms=[grant]).changed
    assert len(acme.requests()) <= 6


def test_a_humans_permission_is_looked_for_where_there_is_one(acme: Registry) -> None:
    grant = {"name": "alice", "type": "user", "role": "read"}
    run(acme, repositories=["r001", "r002"], perms=[grant])
    acme.requests()
    outcome = run(acme, check_mode=True, perms=[{**grant, "role": "write"}])
    assert len(outcome.values["changes"]) == 120
    asked = acme.requests()
    assert sorted(one for one in asked if "permissions/user" in one) == [
        "GET repository/acme/r001/permissions/user/",
        "GET repository/acme/r002/permissions/user/",
    ]


def test_a_permission_is_taken_away(acme: Registry) -> None:
    grant = {"name": "devs", "type": "team", "role": "read"}
    run(acme, matching="r00.", perms=[grant])
    outcome = run(acme, perms=[{**grant, "state": "absent"}])
    assert len(outcome.values["changes"]) == 10
    assert acme.state("acme")["repositories"]["r003"]["permissions"]["team"] == {}
    assert not run(acme, perms=[{**grant, "state": "absent"}]).changed


def test_permissions_that_are_complete(acme: Registry) -> None:
    run(acme, repositories=["r001"], perms=[{"name": "alice", "type": "user", "role": "read"}])
    run(acme, repositories=["r001"], append=False, perms=[{"name": "devs", "type": "team", "role": "read"}])
    there = acme.state("acme")["repositories"]["r001"]["permissions"]
    assert "alice" not in there["user"]
    assert there["team"] == {"devs": "read"}


def test_check_mode_sends_nothing_but_reads(acme: Registry) -> None:
    outcome = run(acme, check_mode=True, visibility="public")
    assert (outcome.changed, len(outcome.diff)) == (True, 120)
    assert acme.writes() == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"repositories": ["none", "r001"]}, "acme: there is no repository 'none'."),
        ({"organizations": ["nobody"]}, "nobody: Organization 'nobody' does not exist."),
        ({"perms": [{"name": "ghost", "type": "user"}]}, "user 'ghost' does not exist"),
        ({"perms": [{"name": "ghosts", "type": "team"}]}, "there is no team 'ghosts' in acme"),
        ({"perms": [{"name": "acme+ghost", "type": "user"}]}, "robot 'acme+ghost' does not exist"),
    ],
)
def test_what_is_not_there_stops_the_organization(
    acme: Registry, options: dict[str, Any], message: str
) -> None:
    outcome = run(acme, visibility="public", **options)
    assert message in (outcome.error or "")
    assert acme.writes() == []


def test_an_organization_that_fails_does_not_stop_the_others(acme: Registry) -> None:
    outcome = run(acme, organizations=["beta", "nobody"], visibility="public")
    assert outcome.values["failed_organizations"] == ["nobody"]
    assert visibility(acme, "beta") == ["app"]


def test_a_token_that_is_not_valid_is_found_out(acme: Registry) -> None:
    client = acme.client(Token("nonsense"))
    outcome = repositories({**NO_OPTIONS, "visibility": "public"}, client, False)
    assert "token" in (outcome.error or "")


def test_faults_do_not_change_the_outcome(acme: Registry) -> None:
    for kind in ("429", "503", "reset_before", "reset_after"):
        acme.simulator.faults.add(Fault(kind, rate=0.05, seed=7))
    assert run(acme, visibility="public").error is None
    acme.simulator.faults.clear()
    assert len(visibility(acme)) == 120
    assert not run(acme, visibility="public").changed
