# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_organization_info."""

from __future__ import annotations

import json
from typing import Any

from .support.playbook import Playbook, Task, task
from .support.registry import Registry
from .test_quay_organizations import full

EVERY_KIND = ["robots", "teams", "members", "prototypes", "repositories", "permissions", "applications"]
EVERY_KIND += ["auto_prune", "repository_auto_prune", "immutability", "repository_immutability"]
# Members come with the teams.
READABLE = [kind for kind in EVERY_KIND if kind != "members"]


def feed_back(registered: str) -> Task:
    """Return a task that declares exactly what was read, and purges whatever was not read."""
    options = {
        "organizations": "{{ " + registered + ".organizations }}",
        "purge": EVERY_KIND,
        "purge_limit": 0,
    }
    return {**task("quay_organizations", diff=True, **options)}


def test_what_is_read_can_be_handed_back(play: Playbook, registry: Registry) -> None:
    org, user = registry.new_org_name(), registry.new_user().name
    other = registry.new_org()
    run = play(
        {
            "create": task("quay_organizations", organizations=[full(org, user)]),
            "read": {**task("quay_organization_info", name=org, include=READABLE), "register": "found"},
            "hand back": feed_back("found"),
            "read an empty one": {**task("quay_organization_info", name=other), "register": "empty"},
            "hand back an empty one": feed_back("empty"),
        }
    )
    assert not run["read"]["changed"]
    for name in ("hand back", "hand back an empty one"):
        assert not run[name]["changed"]
        assert run[name]["diff"] == []
    (entry,) = run["read"]["organizations"]
    assert entry["name"] == org
    assert entry["email"] == f"{org}@example.com"
    assert entry["time_machine_expiration"] == str(28 * 86400)
    assert entry["robots"] == [
        {"name": "ci", "description": "Pushes", "federations": []},
        {
            "name": "jobs",
            "description": "",
            "federations": [{"issuer": "https://ci.example.com", "subject": "repo:app"}],
        },
    ]
    teams = {team["name"]: team for team in entry["teams"]}
    assert teams["creators"] == {
        "name": "creators",
        "role": "creator",
        "description": "May create",
        "members": sorted([f"{org}+ci", user]),
    }
    assert teams["owners"]["members"] == [registry.admin]
    assert {"name": "readers", "type": "team", "role": "read", "creator": user} in entry["prototypes"]
    repositories = {repository["name"]: repository for repository in entry["repositories"]}
    assert repositories["app"]["visibility"] == "public"
    assert {"name": f"{org}+ci", "type": "user", "role": "write"} in repositories["app"]["perms"]
    assert {"name": "readers", "type": "team", "role": "read"} in repositories["app/plugins"]["perms"]
    assert {"name": user, "type": "user", "role": "admin"} in repositories["app/plugins"]["perms"]
    assert entry["applications"][0]["redirect_uri"] == "https://portal.example"
    assert entry["auto_prune"] == [
        {"method": "date", "value": "30d", "tag_pattern": "^pr-", "tag_pattern_matches": True}
    ]
    assert repositories["app"]["auto_prune"] == [{"method": "tags", "value": "20"}]
    assert repositories["app/plugins"]["auto_prune"] == []


def test_what_is_read_makes_a_copy(play: Playbook, registry: Registry) -> None:
    """The declaration that was read is whole: from it an organization of another name can be made."""
    org, copy, user = registry.new_org_name(), registry.new_org_name(), registry.new_user().name
    renamed = "{{ found.organizations | to_json | replace('" + org + "', '" + copy + "') | from_json }}"
    run = play(
        {
            "create": task("quay_organizations", organizations=[full(org, user)]),
            "read": {**task("quay_organization_info", name=org), "register": "found"},
            "copy": task("quay_organizations", organizations=renamed),
            "read the copy": task("quay_organization_info", name=copy),
        }
    )
    assert run["copy"]["changed"]
    (original,), (copied,) = run["read"]["organizations"], run["read the copy"]["organizations"]
    assert _in_order(copied) == _in_order(_renamed(original, org, copy))


def test_an_organization_that_does_not_exist(play: Playbook, registry: Registry) -> None:
    run = play({"read": task("quay_organization_info", name=registry.new_org_name())})
    assert run["read"]["organizations"] == []
    assert run["read"]["not_administered"] == []


def test_only_what_is_asked_for_is_read(play: Playbook, registry: Registry) -> None:
    org, user = registry.new_org_name(), registry.new_user().name
    run = play(
        {
            "create": task("quay_organizations", organizations=[full(org, user)]),
            "settings": task("quay_organization_info", name=org, include=[]),
            "teams": task("quay_organization_info", name=org, include=["teams"]),
            "repositories": {
                **task("quay_organization_info", name=org, include=["repositories"]),
                "register": "found",
            },
            "hand back": task("quay_organizations", diff=True, organizations="{{ found.organizations }}"),
        }
    )
    settings = {"name", "email", "time_machine_expiration"}
    assert set(run["settings"]["organizations"][0]) == settings
    assert set(run["teams"]["organizations"][0]) == settings | {"teams"}
    assert run["teams"]["organizations"][0]["teams"][0]["members"] is not None
    (entry,) = run["repositories"]["organizations"]
    assert set(entry) == settings | {"repositories"}
    assert [set(repository) for repository in entry["repositories"]] == [
        {"name", "visibility", "description", "repo_state"}
    ] * 2
    assert not run["hand back"]["changed"]


def test_a_user_sees_the_organizations_of_which_they_are_a_member(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    token = registry.new_token(person)
    own, foreign, member = registry.new_org(), registry.new_org(), registry.new_org()
    registry.send("PUT", f"organization/{own}/team/owners/members/{person.name}")
    registry.send("PUT", f"organization/{member}/team/devs", {"role": "member"})
    registry.send("PUT", f"organization/{member}/team/devs/members/{person.name}")
    run = play(
        {
            "all": {**task("quay_organization_info"), "register": "found"},
            "hand back": feed_back("found"),
            "foreign": task("quay_organization_info", fails=True, name=foreign),
            "member": task("quay_organization_info", fails=True, name=member),
        },
        defaults={"quay_host": registry.url, "quay_token": token},
    )
    names = [entry["name"] for entry in run["all"]["organizations"]]
    assert own in names and foreign not in names and member not in names
    assert names == sorted(names)
    assert run["all"]["not_administered"] == [member]
    assert not run["hand back"]["changed"]
    for name, org in (("foreign", foreign), ("member", member)):
        assert f"{org}: " in run.message(name)
    assert "not in a team with role admin of that organization" in run.message("foreign")
    assert "in none of its teams with role admin" in run.message("member")


def test_a_superuser_sees_all(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    registry.new_token(person)
    own = registry.new_org()
    run = play({"all": task("quay_organization_info", include=["teams"])})
    names = [entry["name"] for entry in run["all"]["organizations"]]
    assert own in names
    owners = [
        member
        for entry in run["all"]["organizations"]
        for team in entry["teams"]
        if team["name"] == "owners"
        for member in team["members"]
    ]
    # The organization of a user that the superuser is not a member of.
    assert person.name in owners
    assert names == sorted(names)


def _in_order(value: Any) -> Any:
    """Return the value with all its lists in an order that does not depend on when things were made."""
    if isinstance(value, dict):
        return {key: _in_order(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((_in_order(one) for one in value), key=json.dumps)
    return value


def _renamed(entry: Any, old: str, new: str) -> Any:
    if isinstance(entry, dict):
        return {key: _renamed(value, old, new) for key, value in entry.items()}
    if isinstance(entry, list):
        return [_renamed(value, old, new) for value in entry]
    return entry.replace(old, new) if isinstance(entry, str) else entry
