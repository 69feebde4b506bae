# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The organizations as the module quay_organizations takes them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.filter.project_entries import quay_project_entries
from ansible_collections.quayops.quay.plugins.plugin_utils.project_entries import entry

SETTINGS = {
    "robot_name": "cirobot",
    "robot_description": "",
    "team_name": "creators",
    "team_role": "creator",
    "prototype_role": "write",
}
ROBOT = {"name": "cirobot"}
TEAM = {"name": "creators", "role": "creator", "members": ["org+cirobot"]}
PROTOTYPE = {"name": "org+cirobot", "type": "user", "role": "write"}


def made(settings: dict[str, Any] | None = None, **organization: Any) -> dict[str, Any]:
    return entry({"name": "org", **organization}, {**SETTINGS, **(settings or {})})


def test_every_organization_gets_robot_team_and_prototype() -> None:
    assert quay_project_entries([{"name": "org"}], **SETTINGS) == [
        {"name": "org", "robots": [ROBOT], "teams": [TEAM], "prototypes": [PROTOTYPE]}
    ]


def test_what_is_for_pruning_is_left_out_and_what_the_module_takes_is_kept() -> None:
    got = made(token="", prune_days=7, email="org@example.com", tag_expiration_s="2w", unknown=1)
    assert not {"token", "prune_days"} & set(got)
    assert (got["email"], got["tag_expiration_s"], got["unknown"]) == ("org@example.com", "2w", 1)


def test_the_organization_overrides_the_settings() -> None:
    got = made(
        robot_name="deployer",
        robot_description="Deploys",
        team_name="makers",
        team_role="admin",
        prototype_role="read",
    )
    assert got == {
        "name": "org",
        "robots": [{"name": "deployer", "description": "Deploys"}],
        "teams": [{"name": "makers", "role": "admin", "members": ["org+deployer"]}],
        "prototypes": [{"name": "org+deployer", "type": "user", "role": "read"}],
    }


@pytest.mark.parametrize("off", [False, "", "false", "False"])
def test_switching_off(off: Any) -> None:
    team_alone = {"name": "org", "teams": [{"name": "creators", "role": "creator"}]}
    assert made(robot_name=off) == team_alone
    assert made({"robot_name": off}) == team_alone
    assert made(team_name=off) == {"name": "org", "robots": [ROBOT], "prototypes": [PROTOTYPE]}
    assert made(prototype_role=off) == {"name": "org", "robots": [ROBOT], "teams": [TEAM]}
    assert made(robot_name=off, team_name=off) == {"name": "org"}


def test_an_override_of_nothing_is_none() -> None:
    assert made(robot_name=None) == made()
    assert made({"robot_name": False}, robot_name="mine")["robots"] == [{"name": "mine"}]


@pytest.mark.parametrize("name", ["cirobot", "org+cirobot"])
def test_an_own_robot_is_completed(name: str) -> None:
    own = {"name": name, "description": "Mine"}
    got = made({"robot_description": "Ours"}, robots=[{"name": "other"}, own])
    assert got["robots"] == [{"name": "other"}, own]
    assert got["prototypes"] == [PROTOTYPE]
    assert made({"robot_description": "Ours"}, robots=[{"name": name}])["robots"][0]["description"] == "Ours"


def test_the_robot_may_be_named_with_its_organization() -> None:
    assert made(robot_name="org+cirobot") == made()


def test_an_own_team_keeps_its_role_and_gets_the_robot() -> None:
    own = {"name": "creators", "role": "member", "members": ["alice"], "append": False}
    got = made(teams=[own])
    assert got["teams"] == [{**own, "members": ["alice", "org+cirobot"]}]
    assert own["members"] == ["alice"]
    assert made(teams=[{"name": "creators", "members": ["org+cirobot"]}])["teams"] == [TEAM]
    assert made(teams=[{"name": "creators", "role": None}])["teams"] == [TEAM]


@pytest.mark.parametrize("key", ["prototypes", "default_perms"])
def test_an_own_prototype_keeps_its_role(key: str) -> None:
    own = {"name": "org+cirobot", "role": "admin"}
    got = made(**{key: [own]})
    assert got[key] == [{**own, "type": "user"}]
    assert not {"prototypes", "default_perms"} - {key} & set(got)


@pytest.mark.parametrize("other", [{"type": "team"}, {"creator": "alice"}])
def test_a_prototype_of_another_kind_is_another(other: dict[str, str]) -> None:
    own = {"name": "org+cirobot", "role": "read", **other}
    assert made(prototypes=[own])["prototypes"] == [own, PROTOTYPE]


def test_what_is_declared_absent_stays_absent() -> None:
    absent = {"name": "cirobot", "state": "absent"}
    got = made(robots=[absent])
    assert got == {"name": "org", "robots": [absent], "teams": [{"name": "creators", "role": "creator"}]}
    team = {"name": "creators", "state": "absent"}
    assert made(teams=[team])["teams"] == [team]
    prototype = {"name": "org+cirobot", "state": "absent"}
    assert made(prototypes=[prototype])["prototypes"] == [prototype]
    assert made(state="absent", token="x") == {"name": "org", "state": "absent"}


def test_what_is_malformed_is_left_to_the_module() -> None:
    assert made(robots="cirobot")["robots"] == "cirobot"
    assert made(teams=["creators"])["teams"] == ["creators", TEAM]
