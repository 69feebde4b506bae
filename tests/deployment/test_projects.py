# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The organizations that quay_project_creation made, with what each of them gets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deployment.client import Client
from tests.deployment.deployment import Deployment
from tests.deployment.secrets import Secrets

Tokens = dict[str, Secrets]
Declared = list[tuple[str, dict[str, Any]]]

ROBOT = "cirobot"
TEAM = "creators"


@pytest.fixture
def declared(deployment: Deployment) -> Declared:
    """User and organization."""
    return [(user, entry) for user, entries in deployment.organizations.items() for entry in entries]


def test_organizations_are_the_users_own(client: Client, tokens: Tokens, declared: Declared) -> None:
    for user, entry in declared:
        answer = client.api("organization/" + entry["name"], tokens[user]["ADMIN_TOKEN"])
        assert (answer["name"], answer["is_admin"]) == (entry["name"], True)


def test_robots(client: Client, tokens: Tokens, declared: Declared) -> None:
    for user, entry in declared:
        path = "organization/%s/robots" % entry["name"]
        found = {robot["name"] for robot in client.api(path, tokens[user]["ADMIN_TOKEN"])["robots"]}
        names = {entry.get("robot_name", ROBOT), *(robot["name"] for robot in entry.get("robots", []))}
        assert found == {"%s+%s" % (entry["name"], name) for name in names}


def test_teams(client: Client, tokens: Tokens, declared: Declared) -> None:
    for user, entry in declared:
        token = tokens[user]["ADMIN_TOKEN"]
        teams = client.api("organization/" + entry["name"], token)["teams"]
        team = entry.get("team_name", TEAM)
        assert teams[team]["role"] == "creator"
        wanted = {team, *(other["name"] for other in entry.get("teams", []))}
        assert set(teams) - {"owners"} == wanted
        answer = client.api("organization/%s/team/%s/members" % (entry["name"], team), token)
        members = {member["name"] for member in answer["members"]}
        assert "%s+%s" % (entry["name"], entry.get("robot_name", ROBOT)) in members


def test_prototypes(client: Client, tokens: Tokens, declared: Declared) -> None:
    for user, entry in declared:
        path = "organization/%s/prototypes" % entry["name"]
        found = client.api(path, tokens[user]["ADMIN_TOKEN"])["prototypes"]
        robot = "%s+%s" % (entry["name"], entry.get("robot_name", ROBOT))
        wanted = {
            (robot, "write"),
            *((other["name"], other["role"]) for other in entry.get("prototypes", [])),
        }
        assert sorted((other["delegate"]["name"], other["role"]) for other in found) == sorted(wanted)


def test_repositories(client: Client, tokens: Tokens, declared: Declared) -> None:
    for user, entry in declared:
        path = "repository?namespace=" + entry["name"]
        found = client.api(path, tokens[user]["ADMIN_TOKEN"])["repositories"]
        wanted = {repository["name"] for repository in entry.get("repositories", [])}
        assert {repository["name"] for repository in found} == wanted


def test_nobody_else_is_an_administrator(client: Client, tokens: Tokens, deployment: Deployment) -> None:
    for user in set(deployment.users) - deployment.overseers:
        for owner, entries in deployment.organizations.items():
            for entry in entries if owner != user else []:
                path = "/api/v1/organization/%s/applications" % entry["name"]
                status = client.get(path, tokens[user]["ADMIN_TOKEN"]).status
                assert status == 403, "%s in %s: %s" % (user, entry["name"], status)
