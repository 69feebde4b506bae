# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The modules that read: tags, repositories, robots, prototypes, teams, users."""

from __future__ import annotations

from typing import Any

import pytest

from .support.playbook import Playbook, task
from .support.registry import Registry
from .test_secrets import assert_hidden


@pytest.fixture(scope="module")
def org(registry: Registry) -> str:
    """An organization with a robot in a team, a prototype, and two repositories, of which one has a tag."""
    name = registry.new_org()
    registry.send("PUT", f"organization/{name}/robots/ci", {"description": "Pushes"})
    registry.send("PUT", f"organization/{name}/team/devs", {"role": "creator"})
    registry.send("PUT", f"organization/{name}/team/devs/members/{name}+ci")
    body = {"role": "write", "delegate": {"kind": "user", "name": f"{name}+ci"}}
    registry.send("POST", f"organization/{name}/prototypes", body)
    registry.new_repository(name, "api", "public")
    registry.new_repository(name, "web")
    registry.push(f"{name}/api", "v1")
    return name


def test_what_is_there(play: Playbook, registry: Registry, org: str) -> None:
    run = play(
        {
            "tags": task("quay_tag_info", repository=f"{org}/api", only_active_tags=True),
            "many": task("quay_tag_info", organization=org),
            "none": task("quay_tag_info", repository=f"{org}/none"),
            "repositories": task("quay_repository_info", organization=org, permissions=True),
            "private": task("quay_repository_info", organization=org, visibility="private", check=True),
            "one": task("quay_repository_info", name=f"{org}/web", public=False, permissions=True),
            "no one": task("quay_repository_info", name=f"{org}/none"),
            "public": task("quay_repository_info", public=True),
            "robots": task("quay_robot_info", organization=org, permissions=True, federations=True),
            "prototypes": task("quay_prototype_info", organization=org),
            "teams": task("quay_team_info", organization=org),
            "team": task("quay_team_info", organization=org, name="devs", invited=True, permissions=True),
        }
    )
    assert not any(result["changed"] for result in run.results.values())
    (tag,) = run["tags"]["tags"]
    assert tag["name"] == "v1"
    assert [(one["repository"], one["name"]) for one in run["many"]["tags"]] == [(f"{org}/api", "v1")]
    assert run["none"]["tags"] == []
    api, web = run["repositories"]["repositories"]
    assert (api["name"], api["visibility"], web["visibility"]) == (f"{org}/api", "public", "private")
    assert {"name": f"{org}+ci", "type": "user", "role": "write"} in api["perms"]
    assert [one["short_name"] for one in run["private"]["repositories"]] == ["web"]
    assert run["one"]["repositories"] == [web]
    assert run["no one"]["repositories"] == []
    # To a superuser Quay lists the private ones, too.
    public = [(one["name"], one["visibility"]) for one in run["public"]["repositories"]]
    assert (f"{org}/api", "public") in public
    assert {visibility for _name, visibility in public} == {"public"}
    (robot,) = run["robots"]["robots"]
    assert (robot["name"], robot["description"], robot["teams"]) == (f"{org}+ci", "Pushes", ["devs"])
    assert "token" not in robot
    assert {"repository": "api", "role": "write"} in robot["perms"]
    assert robot["federations"] == []
    (rule,) = run["prototypes"]["prototypes"]
    assert (rule["name"], rule["type"], rule["role"], rule["creator"]) == (f"{org}+ci", "user", "write", "")
    members = {team["name"]: team["members"] for team in run["teams"]["teams"]}
    assert members == {"devs": [f"{org}+ci"], "owners": [registry.admin]}
    (team,) = run["team"]["teams"]
    assert (team["role"], team["robots"], team["invited"]) == ("creator", [f"{org}+ci"], [])


def test_tokens_are_returned_but_not_shown(play: Playbook, registry: Registry, org: str) -> None:
    read = task("quay_robot_info", organization=org, name="ci", include_token=True)
    token = registry.robots(org)[f"{org}+ci"]["token"]
    run = play(
        {
            "read": {**read, "register": "found"},
            "compare": {
                "ansible.builtin.assert": {
                    "that": ["found.robots[0].token | length == expected_length | int"],
                    "quiet": True,
                },
            },
        },
        "-vvv",
        variables={"expected_length": len(token)},
    )
    assert_hidden(run, token)
    assert "censored" in run["read"]


def test_the_background_is_refused(play: Playbook, org: str) -> None:
    """There, Ansible itself fetches the result, so that the plugin of the module could not hide a token."""
    read = task("quay_robot_info", fails=True, organization=org, include_token=True)
    run = play({"read": {**read, "async": 60, "poll": 1}})
    assert "does not support async" in run.message("read")


def test_a_token_that_is_not_valid(play: Playbook, registry: Registry, org: str) -> None:
    """To Quay its bearer is nobody, who sees an organization without what is in it."""
    modules = [f"quay_{what}_info" for what in ("tag", "repository", "robot", "prototype", "team")]
    defaults = {"quay_host": registry.url, "quay_token": "not-the-token-of-anybody"}
    run = play({one: task(one, fails=True, organization=org) for one in modules}, defaults=defaults)
    for one in modules:
        assert "The token is invalid, expired or revoked" in run.message(one)


def test_somebody_who_does_not_administer_the_organization(
    play: Playbook, registry: Registry, org: str
) -> None:
    person = registry.new_user()
    defaults = {"quay_host": registry.url, "quay_token": registry.new_token(person)}
    registry.send("PUT", f"organization/{org}/team/guests", {"role": "member"})
    registry.send("PUT", f"organization/{org}/team/guests/members/{person.name}")
    run = play(
        {
            "tags": task("quay_tag_info", organization=org),
            "private": task("quay_tag_info", fails=True, repository=f"{org}/web"),
            "nowhere": task("quay_tag_info", repository="nobody-at-all/web"),
            "repositories": task("quay_repository_info", organization=org),
            "robots": task("quay_robot_info", fails=True, organization=org),
            "prototypes": task("quay_prototype_info", fails=True, organization=org),
            "teams": task("quay_team_info", fails=True, organization=org),
            "own": task("quay_robot_info"),
        },
        defaults=defaults,
    )
    registry.send("DELETE", f"organization/{org}/team/guests")
    # What everybody may see, they may.
    assert [one["repository"] for one in run["tags"]["tags"]] == [f"{org}/api"]
    assert [one["short_name"] for one in run["repositories"]["repositories"]] == ["api"]
    assert "lacks the scope repo:read" in run.message("private")
    assert run["nowhere"]["tags"] == []
    for name in ("robots", "prototypes", "teams"):
        assert "lacks the scope org:admin" in run.message(name)
    assert run["own"]["robots"] == []


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("quay_tag_info", {}, "one of the following is required: repository, organization"),
    ("quay_tag_info", {"repository": "a/b", "organization": "a"}, "mutually exclusive"),
    ("quay_tag_info", {"repository": "a/b", "tag": "c", "digest": "d"}, "mutually exclusive: tag|digest"),
    ("quay_tag_info", {"organization": "nobody-at-all"}, "'nobody-at-all' does not exist"),
    ("quay_repository_info", {"organization": "nobody-at-all"}, "'nobody-at-all' does not exist"),
    ("quay_tag_info", {"repository": "a/"}, "'a/' is not organization/repository"),
    ("quay_tag_info", {"organization": ""}, "organization must not be empty"),
    ("quay_repository_info", {"organization": "a", "public": True}, "cannot go together with organization"),
    ("quay_repository_info", {"name": "a/b", "organization": "a"}, "mutually exclusive: name|organization"),
    ("quay_repository_info", {"organization": "a", "matching": "("}, "is not a regular expression"),
    ("quay_robot_info", {"organization": "nobody-at-all"}, "'nobody-at-all' does not exist"),
    ("quay_robot_info", {"organization": "a", "name": "b+ci"}, "robot 'b+ci' does not belong to 'a'"),
    ("quay_prototype_info", {}, "missing required arguments: organization"),
    ("quay_prototype_info", {"organization": "nobody-at-all"}, "'nobody-at-all' does not exist"),
    ("quay_team_info", {"organization": "nobody-at-all"}, "'nobody-at-all' does not exist"),
]


def test_bad_input(play: Playbook) -> None:
    tasks = {
        f"{number} {module}": task(module, fails=True, **options)
        for number, (module, options, _message) in enumerate(BAD)
    }
    run = play(tasks)
    for name, (_module, _options, message) in zip(tasks, BAD):
        assert message in run.message(name)


def test_users(play: Playbook, registry: Registry) -> None:
    alice, bob = registry.new_user(), registry.new_user()
    own = {"quay_host": registry.url, "quay_token": registry.new_token(alice)}
    play({"robot": task("quay_robot", name="laptop", description="Mine")}, defaults=own)
    run = play(
        {
            "disable": task("quay_user", username=bob.name, enabled=False),
            "all": task("quay_user_info"),
            "enabled": task("quay_user_info", enabled=True),
            "one": task("quay_user_info", username=alice.name, robots=True, check=True),
            "nobody": task("quay_user_info", username=registry.new_name("nobody")),
            "refused": task("quay_user_info", fails=True, quay_token=own["quay_token"]),
        }
    )
    found = {user["username"]: user for user in run["all"]["users"]}
    assert list(found) == sorted(found)
    assert found[registry.admin]["superuser"]
    assert (found[bob.name]["enabled"], found[alice.name]["enabled"]) == (False, True)
    assert bob.name not in {user["username"] for user in run["enabled"]["users"]}
    (user,) = run["one"]["users"]
    assert [(robot["name"], robot["description"]) for robot in user["robots"]] == [
        (f"{alice.name}+laptop", "Mine")
    ]
    assert run["nobody"]["users"] == []
    assert "lacks the scope super:user" in run.message("refused")
