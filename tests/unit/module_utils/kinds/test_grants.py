# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""All permissions of an organization, read with few requests to be written down."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry

BOB = {"name": "bob", "type": "user", "role": "read"}
CI = {"name": "acme+ci", "type": "user", "role": "write"}
DEVS = {"name": "devs", "type": "team", "role": "admin"}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """Ten repositories on which a team and a robot have a right; bob, who is in no team, on one of them."""
    repositories: list[dict[str, Any]] = [{"name": f"app{n}", "perms": [CI, DEVS]} for n in range(10)]
    repositories[0]["perms"] = [BOB, CI, DEVS]
    registry.one(
        entry(
            robots=[{"name": "ci"}, {"name": "idle"}],
            teams=[{"name": "devs"}, {"name": "idle"}],
            repositories=repositories,
        )
    )
    for number in range(10):
        registry.client().send("DELETE", f"repository/acme/app{number}/permissions/user/admin")
    registry.requests()
    return registry


def grants(registry: Registry, *credentials: Token) -> dict[str, Any]:
    (adopted,) = adopt(registry.client(*credentials), ["acme"], ["repositories", "permissions"])
    assert adopted.error is None and adopted.warnings == []
    assert adopted.entry is not None
    return {one["name"]: one["perms"] for one in adopted.entry["repositories"]}


def test_a_request_for_each_team_and_robot_with_rights_and_each_repository_of_a_human(acme: Registry) -> None:
    found = grants(acme)
    assert found["app0"] == [DEVS, CI, BOB]
    assert all(found[f"app{number}"] == [DEVS, CI] for number in range(1, 10))
    assert sorted(one for one in acme.requests() if "permissions" in one.partition("?")[0]) == [
        "GET organization/acme/robots/ci/permissions",
        "GET organization/acme/team/devs/permissions",
        "GET repository/acme/app0/permissions/user/",
    ]


def test_without_user_admin_the_repositories_tell_what_the_robots_have(acme: Registry) -> None:
    whole = grants(acme)
    acme.one(entry(teams=[{"name": "owners", "members": ["alice"]}]))
    token = Token(acme.simulator.token("alice", "org:admin repo:admin user:read"))
    acme.requests()
    assert grants(acme, token) == whole
    assert len([one for one in acme.requests() if "/permissions/user/" in one]) == 10


def test_those_of_robots_of_others_are_left_out_with_a_warning(registry: Registry) -> None:
    """Quay gives them by a prototype, and refuses to give them otherwise."""
    registry.one({"name": "other", "robots": [{"name": "ci"}]})
    registry.one({"name": "acme", "prototypes": [{"name": "other+ci", "role": "read"}]})
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    (adopted,) = adopt(registry.client(), ["acme"])
    assert list(adopted.warnings) == [
        "acme: permissions of robots of other organizations on a repository cannot be declared: "
        "other+ci on app."
    ]
    assert adopted.entry is not None
    assert registry.one(adopted.entry).changes == []
