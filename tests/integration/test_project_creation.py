# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The role quay_project_creation."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from .project_creation_support import HOST, Role
from .support.registry import Registry


@pytest.fixture
def role(registry: Registry, tmp_path: Path) -> Role:
    return Role(registry, tmp_path)


def changes(result: Any) -> list[tuple[str, str, str]]:
    return [(change["action"], change["kind"], change["name"]) for change in result["changes"]]


def created(org: str) -> list[tuple[str, str, str]]:
    """What is made of an organization that says nothing else."""
    return [
        ("create", "organization", org),
        ("create", "robot", f"{org}+cirobot"),
        ("create", "team", "creators"),
        ("create", "member", f"creators/{org}+cirobot"),
        ("create", "prototype", f"{org}+cirobot"),
    ]


def prototypes(registry: Registry, org: str) -> list[tuple[str, ...]]:
    """The prototypes, none of which depends on who creates a repository."""
    found = registry.prototypes(org)
    assert not any(creator for creator, *_rest in found)
    return [tuple(rest) for _creator, *rest in found]


def assert_made(registry: Registry, org: str, robot: str = "cirobot", team: str = "creators") -> None:
    assert list(registry.robots(org)) == [f"{org}+{robot}"]
    assert registry.teams(org)[team]["role"] == "creator"
    assert registry.members(org, team) == [f"{org}+{robot}"]
    assert prototypes(registry, org) == [("user", f"{org}+{robot}", "write")]


def test_check_create_and_again(role: Role, registry: Registry) -> None:
    user, org = registry.new_user(), registry.new_org_name()
    users = {user.name: {"email": "", "token": registry.new_token(user)}}
    organizations = {user.name: [{"name": org, "token": ""}]}

    foretold = role(organizations, users, "--check", "--diff").ensured()
    assert foretold.recap("changed") == 1
    assert sorted(changes(foretold.of(user.name))) == sorted(created(org))
    assert f"+++ after: {org}: robot cirobot" in foretold.output
    assert f"+++ after: {org}: prototype for user {org}+cirobot" in foretold.output
    assert not registry.exists(org)

    done = role(organizations, users, "--diff").ensured()
    assert done.recap("changed") == 1
    assert done.of(user.name)["changes"] == foretold.of(user.name)["changes"]
    assert done.of(user.name)["diff"] == foretold.of(user.name)["diff"]
    assert_made(registry, org)
    assert registry.members(org, "owners") == [user.name]

    again = role(organizations, users, "--diff").ensured()
    assert again.recap("changed") == 0
    assert again.of(user.name)["changes"] == []

    checked = role(organizations, users, "--check", "--diff").ensured()
    assert checked.recap("changed") == 0
    assert "+++ after" not in checked.output


def test_the_established_variables_and_a_token_in_a_file(role: Role, registry: Registry) -> None:
    user = registry.new_user()
    one, two = registry.new_org_name(), registry.new_org_name()
    role.write_file(user.name, "# made by hand", f"export ADMIN_TOKEN='{registry.new_token(user)}'")
    users = {
        "admin": {"email": "admin@example.com", "password": "at-least-8-characters", "token": ""},
        user.name: {"email": "someuser@example.com", "token": ""},
    }
    organizations = {
        user.name: [{"name": one, "token": ""}, {"name": two, "token": "", "prune_days": 7}],
        "admin": [],
    }
    established = {
        "fqdn": "registry.example.com",
        "quay_validate_cert": False,
        "quay_insecure": True,
        "robot_name": "pusher",
        "team_name": "makers",
        "hide_sensitive_logs": True,
    }
    run = role(organizations, users, variables=established).ensured()
    assert run.recap("changed") == 1
    for org in (one, two):
        assert_made(registry, org, "pusher", "makers")
    delegated = {**established, "quay_project_creation_delegate_to": "localhost"}
    again = role(organizations, users, variables=delegated).ensured()
    assert again.recap("changed") == 0
    assert f"ok: [{HOST} -> localhost]" in again.output


def test_organizations_override_and_switch_off(role: Role, registry: Registry) -> None:
    user, guest = registry.new_user(), registry.new_user().name
    mine, own, bare, teamless, gone = (registry.new_org_name() for _number in range(5))
    users = {user.name: {"token": registry.new_token(user)}}
    organizations: dict[str, Any] = {
        user.name: [
            {
                "name": mine,
                "robot_name": "deployer",
                "robot_description": "Deploys",
                "team_name": "makers",
                "team_role": "member",
                "prototype_role": "read",
            },
            {
                "name": own,
                "email": f"{own}@example.com",
                "time_machine_expiration": "1w",
                "robots": [{"name": "cirobot", "description": "Of our own"}, {"name": "reader"}],
                "teams": [{"name": "creators", "role": "admin", "members": [guest]}],
                "prototypes": [{"name": f"{own}+cirobot", "role": "admin"}],
                "repositories": [{"name": "app", "visibility": "public"}],
            },
            {"name": bare, "robot_name": False, "team_name": ""},
            {"name": teamless, "team_name": False, "prototype_role": False},
            {"name": gone, "state": "absent"},
        ]
    }
    role(organizations, users).ensured()

    assert registry.robots(mine)[f"{mine}+deployer"]["description"] == "Deploys"
    assert registry.teams(mine)["makers"]["role"] == "member"
    assert registry.members(mine, "makers") == [f"{mine}+deployer"]
    assert prototypes(registry, mine) == [("user", f"{mine}+deployer", "read")]

    assert sorted(registry.robots(own)) == [f"{own}+cirobot", f"{own}+reader"]
    assert registry.robots(own)[f"{own}+cirobot"]["description"] == "Of our own"
    assert registry.teams(own)["creators"]["role"] == "admin"
    assert registry.members(own, "creators") == sorted([guest, f"{own}+cirobot"])
    assert prototypes(registry, own) == [("user", f"{own}+cirobot", "admin")]
    assert registry.repository(f"{own}/app")["is_public"]

    assert registry.robots(bare) == {}
    assert list(registry.teams(bare)) == ["owners"]
    assert prototypes(registry, bare) == []

    assert list(registry.robots(teamless)) == [f"{teamless}+cirobot"]
    assert list(registry.teams(teamless)) == ["owners"]
    assert prototypes(registry, teamless) == []
    assert not registry.exists(gone)

    assert role(organizations, users).ensured().recap("changed") == 0
    # Switching off leaves what is there; purging removes it.
    organizations = {user.name: [{"name": mine, "robot_name": False, "team_name": False, "robots": []}]}
    assert role(organizations, users).ensured().recap("changed") == 0
    purge = {"quay_project_creation_purge": ["robots"]}
    run = role(organizations, users, variables=purge).ensured()
    assert ("delete", "robot", f"{mine}+deployer") in changes(run.of(user.name))
    assert registry.robots(mine) == {}


@pytest.mark.simulator_only
def test_a_known_password_signs_in(role: Role, registry: Registry) -> None:
    user, org = registry.new_user(), registry.new_org_name()
    token = registry.new_token(user)
    organizations = {user.name: [{"name": org}]}

    def signed_in() -> bool:
        log = registry.requests_log()
        assert user.name in {entry["user"] for entry in log}
        return "/api/v1/signin" in {entry["path"] for entry in log}

    # A token that is not valid is not even tried.
    users = {user.name: {"token": "not-valid-but-not-tried-either", "password": user.password}}
    registry.forget_requests()
    role(organizations, users).ensured()
    assert signed_in()
    assert_made(registry, org)

    # Both in the file.
    role.write_file(user.name, f"export USER_PASSWORD='{user.password}'", f"export ADMIN_TOKEN={token}")
    for auth, wanted in (("auto", True), ("password", True), ("token", False)):
        registry.forget_requests()
        run = role(organizations, {}, variables={"quay_project_creation_auth": auth}).ensured()
        assert run.recap("changed") == 0
        assert signed_in() == wanted


def test_a_user_that_fails_does_not_stop_the_others(role: Role, registry: Registry) -> None:
    missing, wrong, fine, partly = (registry.new_user() for _number in range(4))
    orgs = {user.name: registry.new_org_name() for user in (missing, wrong, fine, partly)}
    taken, good = registry.new_org(), orgs[partly.name]
    organizations = {
        name: [{"name": org, "token": "an-organizations-own-token"}] for name, org in orgs.items()
    }
    # Not an organization that this user administers.
    organizations[partly.name].append({"name": taken})
    users = {
        missing.name: {"email": "x@example.com", "token": ""},
        wrong.name: {"token": "this-token-is-not-valid-at-all"},
        fine.name: {"token": registry.new_token(fine)},
        partly.name: {"token": registry.new_token(partly)},
    }
    run = role(organizations, users, variables={"quay_api_url": f"{registry.url}/"})
    head, *lines = run.message().splitlines()
    assert head == "3 of 4 users failed:"
    assert len(lines) == 5
    for part in (
        f"quay_users.{missing.name}.token",
        f"{role.data}/{missing.name}_token on {HOST} (which does not exist)",
        f"sign in to {registry.url}",
        "org:admin, user:admin, repo:create and repo:admin",
    ):
        assert part in lines[0]
    assert lines[1].startswith(f"{wrong.name} (with the token from quay_users.{wrong.name}.token): ")
    assert "token is invalid" in lines[2]
    assert lines[3].startswith(f"{partly.name} (with the token from quay_users.{partly.name}.token): ")
    assert lines[4].startswith(f"  {taken}: ")

    assert_made(registry, orgs[fine.name])
    assert_made(registry, good)
    assert not registry.exists(orgs[missing.name])
    assert not registry.exists(orgs[wrong.name])
    outcome = {one["name"]: one["failed"] for one in run.of(partly.name)["organizations"]}
    assert outcome == {good: False, taken: True}
    assert "this-token-is-not-valid-at-all" not in run.output
    assert "an-organizations-own-token" not in run.output


def test_no_secret_is_shown(role: Role, registry: Registry) -> None:
    with_token, with_password, with_file, refused = (registry.new_user() for _number in range(4))
    orgs = {user.name: registry.new_org_name() for user in (with_token, with_password, with_file, refused)}
    planted = {
        "token": registry.new_token(with_token),
        "password": with_password.password,
        "token in the file": registry.new_token(with_file),
        "unused password": "Planted-password-0123456789",
        "wrong token": "PlantedWrongToken0123456789abcdefghijklm",
        "organization's token": "PlantedOrganizationToken0123456789abcdef",
    }
    text = role.write_file(with_file.name, f"export ADMIN_TOKEN={planted['token in the file']}", "# end")
    planted["the file"] = base64.b64encode(text.encode()).decode()
    users = {
        "admin": {"password": planted["unused password"]},
        with_token.name: {"token": planted["token"]},
        with_password.name: {"password": planted["password"]},
        refused.name: {"token": planted["wrong token"]},
    }
    organizations = {
        name: [{"name": org, "token": planted["organization's token"], "repositories": [{"name": "app"}]}]
        for name, org in orgs.items()
    }
    for arguments in (["-vvvvv", "--diff", "--check"], ["-vvvvv", "--diff"]):
        run = role(organizations, users, *arguments)
        assert run.message().startswith("1 of 4 users failed:\n")
        assert f"+++ after: {orgs[with_file.name]}: robot cirobot" in run.output
        for user in (with_token, with_password, with_file):
            for robot in (
                registry.robots(orgs[user.name]).values() if registry.exists(orgs[user.name]) else ()
            ):
                planted[robot["name"]] = robot["token"]
        shown = [what for what, secret in planted.items() if secret in run.output]
        assert shown == []
    assert len(planted) == 7 + 3


@pytest.mark.parametrize(
    ("organizations", "users", "text"),
    [
        (
            {"u": [{"name": "one"}, {"nam": "two"}, "three"], "v": {"name": "four"}},
            {"u": {"token": 9876543210123}, "v": "Planted-password-0123456789"},
            "quay_organizations.u[1] has no name; "
            "quay_organizations.u[2] must be a dictionary with at least a name, not a string; "
            "quay_organizations.v must be a list of organizations, not a dictionary; "
            "quay_users.u.token must be a string, not a number; put it in quotes; "
            "quay_users.v must be a dictionary, not a string",
        ),
        (
            [{"name": "one", "token": "Planted-password-0123456789"}],
            {},
            "must be a dictionary from user to a list",
        ),
    ],
)
def test_bad_form_is_named_without_values(
    role: Role, registry: Registry, organizations: Any, users: Any, text: str
) -> None:
    run = role(organizations, users, "-vvv")
    assert run.code != 0
    assert text in run.results["Check organizations and users"]["msg"]
    assert "Planted-password-0123456789" not in run.output
    assert "9876543210123" not in run.output


def test_bad_values_are_named_before_anything_is_written(role: Role, registry: Registry) -> None:
    user, org = registry.new_user(), registry.new_org_name()
    users = {user.name: {"token": registry.new_token(user)}}
    bad = [{"name": org}, {"name": f"{org}-two", "robot_name": "Bad Name!"}]
    run = role({user.name: bad}, users)
    assert "Bad Name!" in run.message()
    assert not registry.exists(org)
    run = role({user.name: [{"name": org, "colour": "blue"}]}, users)
    assert "colour" in run.message()
    assert not registry.exists(org)


def test_the_address_follows_from_the_name(role: Role, registry: Registry) -> None:
    organizations = {"someuser": [{"name": "myorganization1"}]}
    run = role(organizations, variables={"fqdn": "registry.example.com", "quay_api_url": ""}, address=False)
    assert "sign in to https://registry.example.com as someuser" in run.message()
    run = role(organizations, address=False)
    assert f"sign in to https://{HOST} as someuser" in run.message()


def test_no_organizations_are_nothing_to_do(role: Role, registry: Registry) -> None:
    assert role({"someuser": [], "admin": None}).ensured().recap("changed") == 0
    assert role(None).ensured().recap("changed") == 0
