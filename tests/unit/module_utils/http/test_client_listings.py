# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""No listing stops at 100: more of each kind than fits a page of Quay are found, and found again.

Repositories, tags and organizations, which Quay lists by pages, are in test_inventory.py, test_prune.py and
test_adoption.py as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Spec
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.kinds.auto_prune import desired_auto_prune
from ansible_collections.quayops.quay.plugins.module_utils.operations import inventory, repository_inventory
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from ansible_collections.quayops.quay.plugins.module_utils.operations.inventory import (
    prototype_info_options,
    robot_info_options,
    team_info_options,
)
from ansible_collections.quayops.quay.plugins.module_utils.operations.repository_inventory import (
    repository_info_options,
)
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens import oauth
from tests.unit.module_utils.conftest import Registry

MANY = 130
NUMBERS = range(MANY)
ROBOTS = [f"robot{number:03}" for number in NUMBERS]
TEAMS = [f"team{number:03}" for number in NUMBERS]
USERS = [f"user{number:03}" for number in NUMBERS]
REPOSITORIES = [f"app{number:03}" for number in NUMBERS]
APPLICATIONS = [f"portal{number:03}" for number in NUMBERS]
ENTRY: dict[str, Any] = {
    "name": "acme",
    "robots": [{"name": name} for name in ROBOTS],
    "teams": [
        {"name": "everybody", "role": "member", "members": [*USERS, *(f"acme+{name}" for name in ROBOTS)]},
        *({"name": name, "role": "member"} for name in TEAMS),
    ],
    "prototypes": [{"name": f"acme+{name}", "type": "user", "role": "read"} for name in ROBOTS],
    "repositories": [
        {"name": "shared", "perms": [{"name": name, "role": "read"} for name in USERS]},
        *({"name": name} for name in REPOSITORIES),
    ],
    "applications": [{"name": name} for name in APPLICATIONS],
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    from tests.simulator import Settings

    found = Registry(Settings())
    for name in USERS:
        found.simulator.add_user(name, password=f"{name}-password")
    found.one(ENTRY)
    found.writes()
    return found


def options(spec: Callable[[], Spec], **given: Any) -> dict[str, Any]:
    return {**{name: how.get("default") for name, how in spec().items()}, "organization": "acme", **given}


def test_the_same_again_changes_nothing(registry: Registry) -> None:
    complete = {
        **ENTRY,
        "teams": [{**team, "append": False} if "members" in team else team for team in ENTRY["teams"]],
    }
    purge = ["robots", "teams", "prototypes", "repositories"]
    (report,) = registry.reconcile(complete, purge=purge)
    assert report.error is None, report.error
    assert report.changes == []
    assert registry.writes() == []


def test_an_organization_is_written_down_whole(registry: Registry) -> None:
    (found,) = adopt(registry.client(), ["acme"])
    assert found.error is None, found.error
    entry = found.entry or {}
    assert [one["name"] for one in entry["robots"]] == ROBOTS
    assert {one["name"] for one in entry["teams"]} == {"owners", "everybody", *TEAMS}
    (everybody,) = [one for one in entry["teams"] if one["name"] == "everybody"]
    assert set(everybody["members"]) == {*USERS, *(f"acme+{name}" for name in ROBOTS)}
    assert len(entry["prototypes"]) == MANY
    assert [one["name"] for one in entry["repositories"]] == [*REPOSITORIES, "shared"]
    assert {one["name"] for one in entry["repositories"][-1]["perms"]} >= set(USERS)
    assert sorted(one["name"] for one in entry["applications"]) == APPLICATIONS


def test_each_kind_is_listed_whole(registry: Registry) -> None:
    client = registry.client()
    robots = inventory.robots(options(robot_info_options), client, False).values["robots"]
    assert [one["name"] for one in robots] == [f"acme+{name}" for name in ROBOTS]
    assert all(one["teams"] == ["everybody"] for one in robots)
    teams = inventory.teams(options(team_info_options), client, False).values["teams"]
    assert len(teams) == MANY + 2
    (everybody,) = [one for one in teams if one["name"] == "everybody"]
    assert len(everybody["members"]) == 2 * MANY
    prototypes = inventory.prototypes(options(prototype_info_options), client, False).values["prototypes"]
    assert len(prototypes) == MANY
    given = options(repository_info_options, permissions=True)
    found = repository_inventory.repositories(given, client, False).values["repositories"]
    assert len(found) == MANY + 1
    (shared,) = [one for one in found if one["short_name"] == "shared"]
    assert {one["name"] for one in shared["perms"]} >= set(USERS)


def test_policies_are_found_again(registry: Registry) -> None:
    def desired(number: int) -> Any:
        return desired_auto_prune({"namespace": "acme", "method": "date", "value": f"{number + 1}d"})

    client = registry.client()
    assert all(report.error is None for number in NUMBERS for report in reconcile(client, [desired(number)]))
    registry.writes()
    for number in (0, MANY // 2, MANY - 1):
        (report,) = reconcile(client, [desired(number)])
        assert (report.error, report.changes) == (None, [])


def test_old_tokens_of_an_application_are_all_revoked(registry: Registry) -> None:
    client = registry.client(Password("alice", "alice-password"))
    registry.one({"name": "hers", "teams": [{"name": "owners", "role": "admin", "members": ["alice"]}]})
    registry.one({"name": "hers", "applications": [{"name": "portal"}]})
    application = oauth.find_application_by_name(client, "hers", "portal")
    made = [oauth.new_application_token(client, application, "pruner", ["repo:read"]) for _number in NUMBERS]
    assert oauth.revoke_namesakes(client, application, "pruner", "alice", keep=made[-1]["uuid"]) == MANY - 1
