# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the role quay_project_creation makes of its variables."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.filter.quay_projects import quay_project_entries
from ansible_collections.quayops.quay.plugins.plugin_utils.projects import (
    credentials,
    entry,
    problems,
)

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


# Entries


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


# Problems


def test_the_established_form_has_no_problems() -> None:
    organizations = {
        "someuser": [{"name": "one", "token": ""}, {"name": "two", "token": "", "prune_days": 7}],
        "admin": None,
        "other": [{"name": 42, "robot_name": False, "team_name": "", "prototype_role": None}],
    }
    users = {"admin": {"email": "a@example.com", "password": "p", "token": ""}, "someuser": None}
    assert problems(organizations, users) == []


@pytest.mark.parametrize(
    ("organizations", "text"),
    [
        ([], "quay_organizations must be a dictionary from user to a list of organizations, not a list"),
        ({"u": {"name": "x"}}, "quay_organizations.u must be a list of organizations, not a dictionary"),
        ({"u": "x"}, "quay_organizations.u must be a list of organizations, not a string"),
        ({7: []}, "quay_organizations.7: the name of a user must be a string without '/'"),
        ({"../u": []}, "quay_organizations.../u: the name of a user must be a string without '/'"),
        ({"u": ["x"]}, "quay_organizations.u[0] must be a dictionary with at least a name, not a string"),
        ({"u": [{"token": "x"}]}, "quay_organizations.u[0] has no name"),
        ({"u": [{"name": ""}]}, "quay_organizations.u[0] has no name"),
        (
            {"u": [{"name": "x"}, {"name": "x"}]},
            "quay_organizations.u: organization x is in the list 2 times",
        ),
        (
            {"u": [{"name": "x", "robot_name": True}]},
            "robot_name of organization x of quay_organizations.u must be a text, or false to do without, "
            "not a boolean",
        ),
    ],
)
def test_problems_of_organizations(organizations: Any, text: str) -> None:
    assert problems(organizations, {}) == [text]


@pytest.mark.parametrize(
    ("users", "text"),
    [
        (["planted"], "quay_users must be a dictionary from user to settings, not a list"),
        ({"u": "planted"}, "quay_users.u must be a dictionary, not a string"),
        ({"u": {"token": 12345}}, "quay_users.u.token must be a string, not a number; put it in quotes"),
        (
            {"u": {"password": ["planted"]}},
            "quay_users.u.password must be a string, not a list; put it in quotes",
        ),
    ],
)
def test_problems_of_users_name_no_value(users: Any, text: str) -> None:
    assert problems({}, users) == [text]


# Credentials


def found(
    users: dict[str, Any] | None = None, auth: str = "auto", text: str | None = None, **read: Any
) -> dict[str, Any]:
    if text is not None:
        read["content"] = base64.b64encode(text.encode()).decode()
    return credentials(
        users or {}, "u", auth, "/data/u_token", read, "registry", "https://registry.example.com"
    )


IN_VARIABLE = {"token": "token from quay_users.u.token", "password": "password from quay_users.u.password"}
IN_FILE = {
    "token": "token from ADMIN_TOKEN in /data/u_token",
    "password": "password from USER_PASSWORD in /data/u_token",
}
TOKEN = {"quay_token": "T"}
PASSWORD = {"quay_username": "u", "quay_password": "P"}


@pytest.mark.parametrize(
    ("users", "auth", "text", "parameters", "source"),
    [
        ({"u": {"token": "T"}}, "auto", None, TOKEN, IN_VARIABLE["token"]),
        ({"u": {"token": " T\n"}}, "auto", None, TOKEN, IN_VARIABLE["token"]),
        ({"u": {"token": "", "password": None}}, "auto", "export ADMIN_TOKEN=T", TOKEN, IN_FILE["token"]),
        ({"u": {"token": "T"}}, "auto", "export ADMIN_TOKEN=old", TOKEN, IN_VARIABLE["token"]),
        ({"u": {"token": "T", "password": "P"}}, "auto", None, PASSWORD, IN_VARIABLE["password"]),
        ({"u": {"token": "T", "password": "P"}}, "token", None, TOKEN, IN_VARIABLE["token"]),
        ({"u": {"token": "T", "password": "P"}}, "password", None, PASSWORD, IN_VARIABLE["password"]),
        ({"u": {"token": "T"}}, "auto", "export USER_PASSWORD=P", PASSWORD, IN_FILE["password"]),
        ({}, "token", "export USER_PASSWORD=P\nexport ADMIN_TOKEN=T\n", TOKEN, IN_FILE["token"]),
        ({"u": None}, "auto", "export USER_PASSWORD=\nexport ADMIN_TOKEN=T\n", TOKEN, IN_FILE["token"]),
    ],
)
def test_where_credentials_come_from(users: Any, auth: str, text: Any, parameters: Any, source: str) -> None:
    assert found(users, auth, text) == {"parameters": parameters, "source": source, "problem": ""}


def test_the_message_names_both_places_and_the_way_to_a_token() -> None:
    text = found({"u": {"token": ""}}, msg="file not found: /data/u_token")["problem"]
    for part in (
        "no token and no password of the user u",
        "quay_users.u.token",
        "quay_users.u.password",
        "'export ADMIN_TOKEN=...'",
        "'export USER_PASSWORD=...'",
        "/data/u_token on registry (which does not exist)",
        "sign in to https://registry.example.com as u",
        "org:admin, user:admin, repo:create and repo:admin",
    ):
        assert part in text


def test_the_message_tells_why_the_file_was_of_no_use() -> None:
    assert "which has no such line" in found(text="# nothing")["problem"]
    assert "is become needed?" in found(msg="file is not readable: /data/u_token")["problem"]


def test_the_message_keeps_to_what_was_asked_for() -> None:
    assert "password" not in found({"u": {"password": "P"}}, "token")["problem"].lower()
    text = found({"u": {"token": "T"}}, "password")["problem"]
    assert "ADMIN_TOKEN" not in text
    assert "Generate Token" not in text
