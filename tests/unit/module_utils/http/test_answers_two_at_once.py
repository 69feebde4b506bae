# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay answers where another caller was quicker: told apart from what was wrong from the start."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import Conflict, InvalidRequest, NotFound
from tests.unit.module_utils.rivals import answered

# What Quay answers with 400 where another caller was first, and where in its source it says so. What a race
# makes PostgreSQL refuse without anybody catching it (teams, members, permissions) is a 500, see client.py.
FIRST = [
    ("endpoints/api/organization.py", "A user or organization with this name already exists"),
    (
        "data/model/user.py create_user_noverify",
        "Username has already been taken by an organization and cannot be reused: acme",
    ),
    (
        "data/model/user.py create_user_noverify",
        "Username has already been taken by user cannot be reused: acme",
    ),
    (
        "data/model/user.py create_user_noverify, by way of PostgreSQL",
        'duplicate key value violates unique constraint "user_username"\n'
        "DETAIL:  Key (username)=(acme) already exists.\n",
    ),
    (
        "data/model/user.py create_user_noverify, by way of MySQL",
        "(1062, \"Duplicate entry 'acme' for key 'user.user_username'\")",
    ),
    (
        "data/model/user.py create_user_noverify, by way of SQLite",
        "UNIQUE constraint failed: user.username",
    ),
    ("data/model/user.py create_robot", "Existing robot with name: acme+ci"),
    ("data/model/team.py add_user_to_team", "User acme+ci is already a member of team creators"),
    ("endpoints/api/repository.py", "Repository already exists"),
    ("endpoints/api/repository.py", "Could not create repository"),
    (
        "data/model/autoprune.py",
        "Existing policy with same values for this namespace, duplicate policies are not permitted",
    ),
    ("endpoints/api/policy.py", "could not delete policy"),
    ("endpoints/api/tag.py", "Could not update tag expiration; Tag has probably changed"),
    ("endpoints/api/tag.py", "Could not update tag immutability; Tag has probably changed"),
    ("endpoints/api/tag.py", "Could not move tag"),
    ("endpoints/api/tag.py", "Could not restore tag"),
    ("endpoints/api/user.py", "The username already exists"),
]

# What Quay answers with 400 where what a request is about, or refers to, is gone meanwhile.
GONE = [
    ("data/model/organization.py get_organization", "Organization does not exist: acme"),
    ("data/model/user.py lookup_robot", "Could not find robot with specified username"),
    ("data/model/user.py delete_robot", "Could not find robot with username: acme+ci"),
    ("data/model/team.py get_organization_team", "('Team does not exist: %s/%s', 'acme', 'creators')"),
    ("data/model/team.py remove_team", "Team 'creators' is not a team in org 'acme'"),
    ("data/model/team.py remove_user_from_team", "User alice does not belong to team creators"),
    ("endpoints/api/team.py", "Unknown user"),
    ("endpoints/api/prototype.py", "Unknown activating user"),
    ("endpoints/api/prototype.py", "Missing delegate user or team"),
    ("data/model/permission.py set_user_repo_permission", "Invalid username: alice"),
    ("data/model/permission.py set_team_repo_permission", "No team creators in organization acme"),
    ("data/model/permission.py delete_user_permission", "User does not have permission for repo."),
    ("data/model/permission.py delete_team_permission", "Team does not have permission for repo."),
]


@pytest.mark.parametrize(("source", "text"), FIRST)
def test_who_was_first_is_a_conflict_in_every_wording(source: str, text: str) -> None:
    found = answered(text)
    assert type(found) is Conflict, source
    assert text.split("\n", maxsplit=1)[0] in str(found)


@pytest.mark.parametrize(("source", "text"), GONE)
def test_what_is_gone_is_not_found_in_every_wording(source: str, text: str) -> None:
    assert type(answered(text)) is NotFound, source


@pytest.mark.parametrize(
    "text",
    [
        "Cannot create repository: organization is managed by organization-level mirroring",
        "Repository description was rejected by spam detection",
        "Robot is being used by a mirror",
        "Cannot add robot other+ci under namespace acme",
        "Cannot add the specified robot to this team, as it is not a member of the organization",
        "Invalid email address",
        "User cannot remove themselves from their only admin team.",
    ],
)
def test_what_reading_again_does_not_help_with_is_neither(text: str) -> None:
    assert type(answered(text)) is InvalidRequest


def test_an_address_that_is_taken_is_no_conflict_of_names() -> None:
    found = answered('duplicate key value violates unique constraint "user_email_unique_non_org"\nDETAIL: x')
    assert type(found) is InvalidRequest
    assert "another account has this e-mail address" in str(found)
