# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_organizations."""

from __future__ import annotations

from typing import Any

from .support.playbook import Playbook, look, task
from .support.registry import Registry

Entry = dict[str, Any]


def full(org: str, user: str) -> Entry:
    """Return a declaration with everything that an organization can hold."""
    return {
        "name": org,
        "email": f"{org}@example.com",
        "time_machine_expiration": "4w",
        "robots": [
            {"name": "ci", "description": "Pushes"},
            {
                "name": f"{org}+jobs",
                "federations": [{"issuer": "https://ci.example.com", "subject": "repo:app"}],
            },
        ],
        "teams": [
            {
                "name": "creators",
                "role": "creator",
                "description": "May create",
                "members": [f"{org}+ci", user],
            },
            {"name": "readers"},
        ],
        "prototypes": [
            {"name": f"{org}+ci", "role": "write"},
            {"name": "readers", "type": "team", "creator": user},
        ],
        "repositories": [
            {
                "name": "app",
                "visibility": "public",
                "description": "The app",
                "auto_prune": [{"method": "tags", "value": 20}],
            },
            {
                "name": "app/plugins",
                "star": True,
                "perms": [{"name": user, "role": "admin"}, {"name": "readers", "type": "team"}],
            },
        ],
        "applications": [
            {"name": "portal", "description": "A portal", "redirect_uri": "https://portal.example"}
        ],
        "auto_prune": [{"method": "date", "value": "30d", "tag_pattern": "^pr-"}],
    }


def changed(org: str, user: str) -> Entry:
    """Return the same with something different in every object that can be changed."""
    entry = full(org, user)
    entry["email"] = ""
    entry["time_machine_expiration"] = "1d"
    entry["robots"][1].update(federations=[], append=False)
    entry["teams"][0].update(role="member", description="", members=[f"{org}+jobs"], append=False)
    entry["prototypes"][0]["role"] = "admin"
    entry["repositories"][0].update(visibility="private", description="Ours", append=False)
    entry["repositories"][0]["auto_prune"] = [{"method": "tags", "value": 10}]
    entry["auto_prune"][0].update(value="2w", append=False)
    entry["repositories"][1].update(star=False, perms=[{"name": user, "role": "read"}], append=False)
    entry["applications"][0].update(description="", application_uri="https://portal.example")
    return entry


def test_everything_in_an_organization(play: Playbook, registry: Registry) -> None:
    org, user = registry.new_org_name(), registry.new_user().name
    before, after = [full(org, user)], [changed(org, user)]
    absent = [{"name": org, "state": "absent"}]

    def bulk(organizations: list[Entry], check: bool = False) -> dict[str, Any]:
        return task("quay_organizations", check=check, diff=True, organizations=organizations)

    run = play(
        {
            "check create": bulk(before, check=True),
            "after check create": look(registry, f"organization/{org}"),
            "create": bulk(before),
            "create again": bulk(before),
            "permissions": look(registry, f"repository/{org}/app/permissions/user/"),
            "made": look(registry, f"organization/{org}"),
            "check change": bulk(after, check=True),
            "after check change": look(registry, f"organization/{org}"),
            "change": bulk(after),
            "change again": bulk(after),
        }
    )
    assert run.seen("after check create") is None
    assert run["check create"]["changes"] == run["create"]["changes"]
    assert not run["create again"]["changed"]
    assert run["create again"]["changes"] == []
    assert run["create again"]["diff"] == []
    # The prototype of the same run holds for the repositories of the run.
    assert run.seen("permissions")["permissions"][f"{org}+ci"]["role"] == "write"
    made = run.seen("made")
    assert made["teams"]["creators"]["role"] == "creator"
    assert run.seen("after check change") == made
    assert run["check change"]["changes"] == run["change"]["changes"]
    assert run["check change"]["diff"] == run["change"]["diff"]
    kinds = {kind for _action, kind, _name in run.changes("change")}
    assert kinds == {
        "organization",
        "robot",
        "team",
        "member",
        "prototype",
        "repository",
        "permission",
        "application",
        "auto_prune_policy",
        "repository_auto_prune_policy",
    }
    assert not run["change again"]["changed"]
    _assert_changed(registry, org, user)
    run = play(
        {
            "check absent": bulk(absent, check=True),
            "after check absent": look(registry, f"organization/{org}"),
            "absent": bulk(absent),
            "absent again": bulk(absent),
        }
    )
    assert run.seen("after check absent")["name"] == org
    assert run.changes("absent") == [("delete", "organization", org)]
    assert run["check absent"]["changes"] == run["absent"]["changes"]
    assert not run["absent again"]["changed"]
    assert not registry.exists(org)


def _assert_changed(registry: Registry, org: str, user: str) -> None:
    view = registry.get(f"organization/{org}")
    assert view["tag_expiration_s"] == 86400
    assert view["teams"]["creators"]["role"] == "member"
    assert view["teams"]["creators"]["description"] == ""
    assert registry.members(org, "creators") == [f"{org}+jobs"]
    robots = registry.robots(org)
    assert robots[f"{org}+ci"]["description"] == "Pushes"
    assert not registry.get(f"organization/{org}/robots/jobs/federation")
    assert registry.prototypes(org) == [
        ("", "user", f"{org}+ci", "admin"),
        (user, "team", "readers", "read"),
    ]
    app = registry.repository(f"{org}/app")
    assert (app["is_public"], app["description"]) == (False, "Ours")
    assert registry.permissions(f"{org}/app/plugins") == {registry.admin: "admin", user: "read"}
    assert registry.permissions(f"{org}/app/plugins", "team") == {}
    assert registry.repository(f"{org}/app/plugins")["is_starred"] is False
    (application,) = registry.get(f"organization/{org}/applications")["applications"]
    assert application["application_uri"] == "https://portal.example"
    (policy,) = registry.get(f"organization/{org}/autoprunepolicy/")["policies"]
    assert (policy["value"], policy["tagPattern"]) == ("14d", "^pr-")
    (policy,) = registry.get(f"repository/{org}/app/autoprunepolicy/")["policies"]
    assert policy["value"] == 10
    # What was left out of the change stays as it was.
    assert application["redirect_uri"] == "https://portal.example"
    assert application["description"] == ""


def test_the_result_is_sorted_and_has_an_entry_for_each(play: Playbook, registry: Registry) -> None:
    names = [registry.new_org_name() for _ in range(5)]
    there = registry.new_org()
    listed = [{"name": name} for name in [*reversed(names), there]]
    run = play({"bulk": task("quay_organizations", diff=True, organizations=listed)})
    organizations = run["bulk"]["organizations"]
    assert [entry["name"] for entry in organizations] == sorted([*names, there])
    assert [entry["changed"] for entry in organizations] == [
        entry["name"] != there for entry in organizations
    ]
    assert not any(entry["failed"] for entry in organizations)
    assert [change["organization"] for change in run["bulk"]["changes"]] == sorted(names)
    headers = [entry["after_header"] for entry in run["bulk"]["diff"]]
    assert all(name in header for name, header in zip(sorted(names), headers))
    assert len(headers) == len(names)


def test_objects_that_shall_not_exist(play: Playbook, registry: Registry) -> None:
    org, user = registry.new_org_name(), registry.new_user().name
    entry = full(org, user)
    gone = {
        "name": org,
        "robots": [{"name": "jobs", "state": "absent"}],
        "teams": [{"name": "readers", "state": "absent"}],
        "prototypes": [{"name": f"{org}+ci", "state": "absent"}],
        "repositories": [{"name": "app", "state": "absent"}],
        "applications": [{"name": "portal", "state": "absent"}],
    }
    run = play(
        {
            "create": task("quay_organizations", organizations=[entry]),
            "absent": task("quay_organizations", organizations=[gone]),
            "absent again": task("quay_organizations", organizations=[gone]),
        }
    )
    assert run.changes("absent") == [
        ("delete", "application", "portal"),
        ("delete", "repository", "app"),
        ("delete", "prototype", f"{org}+ci"),
        ("delete", "team", "readers"),
        ("delete", "robot", f"{org}+jobs"),
    ]
    assert not run["absent again"]["changed"]
    assert list(registry.robots(org)) == [f"{org}+ci"]
    assert set(registry.teams(org)) == {"owners", "creators"}
    assert registry.prototypes(org) == []
    assert registry.repository(f"{org}/app") is None
    assert registry.repository(f"{org}/app/plugins") is not None
    assert registry.get(f"organization/{org}/applications")["applications"] == []


def test_the_option_of_the_established_name(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    rule = {"name": "owners", "type": "team", "role": "write"}
    entry = {"name": org, "tag_expiration_s": 86400, "default_perms": [rule]}
    same = {"name": org, "time_machine_expiration": "1d", "prototypes": [rule]}
    run = play(
        {
            "aliases": task("quay_organizations", organizations=[entry]),
            "names": task("quay_organizations", organizations=[same]),
        }
    )
    assert run["aliases"]["changed"]
    assert not run["names"]["changed"]
    assert registry.prototypes(org) == [("", "team", "owners", "write")]
    assert registry.get(f"organization/{org}")["tag_expiration_s"] == 86400


def test_a_doubled_prototype_becomes_one_and_a_doubled_application_stays(
    play: Playbook, registry: Registry
) -> None:
    org = registry.new_org()
    for _ in range(2):
        rule = {"role": "read", "delegate": {"kind": "team", "name": "owners"}}
        registry.send("POST", f"organization/{org}/prototypes", rule)
        registry.send("POST", f"organization/{org}/applications", {"name": "portal"})
    entry = {
        "name": org,
        "prototypes": [{"name": "owners", "type": "team", "role": "read"}],
        "applications": [{"name": "portal"}],
    }
    run = play(
        {
            "repair": task("quay_organizations", organizations=[entry]),
            "again": task("quay_organizations", organizations=[entry]),
        }
    )
    assert run.changes("repair") == [("delete", "prototype", "owners")]
    assert "2 applications are named portal" in " ".join(run["repair"]["warnings"])
    assert not run["again"]["changed"]
    assert len(registry.prototypes(org)) == 1
    assert len(registry.get(f"organization/{org}/applications")["applications"]) == 2


# Failures


def test_an_organization_that_fails_does_not_stop_the_others(play: Playbook, registry: Registry) -> None:
    good, bad, half = sorted(registry.new_org_name() for _ in range(3))
    missing = registry.new_name("nobody")
    declared = [
        {"name": bad, "teams": [{"name": "devs", "members": [missing]}]},
        {"name": half, "immutability": [{"tag_pattern": "("}]},
        {"name": good, "robots": [{"name": "ci"}]},
    ]
    run = play({"bulk": task("quay_organizations", fails=True, diff=True, organizations=declared)})
    result = run["bulk"]
    lines = result["msg"].splitlines()
    assert lines[0] == "2 of 3 organizations failed:"
    assert len(lines) == 3
    assert lines[1].startswith(f"{bad}: ") and f"'{missing}' does not exist" in lines[1]
    assert lines[2].startswith(f"{half}: ") and "Invalid regex pattern" in lines[2]
    assert result["failed_organizations"] == [bad, half]
    assert result["changed"]
    assert run.changes("bulk") == [
        ("create", "organization", good),
        ("create", "robot", f"{good}+ci"),
        ("create", "organization", half),
    ]
    assert len(result["diff"]) == 3
    by_name = {entry["name"]: entry for entry in result["organizations"]}
    assert [entry["name"] for entry in result["organizations"]] == [good, bad, half]
    assert (by_name[good]["failed"], by_name[good]["changed"]) == (False, True)
    assert (by_name[bad]["failed"], by_name[bad]["changed"]) == (True, False)
    assert (by_name[half]["failed"], by_name[half]["changed"]) == (True, True)
    assert by_name[bad]["msg"] in lines[1]
    assert registry.exists(good) and not registry.exists(bad) and registry.exists(half)


# Purging


def test_nothing_is_purged_unless_it_is_asked_for(play: Playbook, registry: Registry) -> None:
    org = _populated(play, registry)
    empty = {
        "name": org,
        **{kind: [] for kind in ("robots", "teams", "prototypes", "repositories", "applications")},
    }
    only_name = {"name": org}
    every_kind = ["robots", "teams", "members", "prototypes", "repositories", "permissions", "applications"]
    run = play(
        {
            "empty lists": task("quay_organizations", organizations=[empty]),
            "no lists": task("quay_organizations", organizations=[only_name], purge=every_kind),
        }
    )
    assert not run["empty lists"]["changed"]
    assert not run["no lists"]["changed"]


def test_purging_each_kind(play: Playbook, registry: Registry) -> None:
    org = _populated(play, registry)
    declared: Entry = {"name": org}
    tasks = {}
    kept = {
        "applications": [],
        "repositories": [{"name": "app", "perms": []}],
        "permissions": None,
        "prototypes": [],
        "teams": [{"name": "devs", "members": []}],
        "members": None,
        "robots": [],
    }
    for kind, entries in kept.items():
        if entries is not None:
            declared = {**declared, kind: entries}
        for name, check in ((f"check {kind}", True), (kind, False), (f"{kind} again", False)):
            tasks[name] = task("quay_organizations", check=check, organizations=[declared], purge=[kind])
    run = play(tasks)
    assert run.changes("applications") == [("delete", "application", "portal")]
    assert run.changes("repositories") == [("delete", "repository", "old")]
    # The caller's own permission stays.
    assert sorted(run.changes("permissions")) == [
        ("delete", "permission", "app:devs"),
        ("delete", "permission", f"app:{org}+ci"),
    ]
    assert run.changes("prototypes") == [("delete", "prototype", f"{org}+ci")]
    # The team owners stays.
    assert run.changes("teams") == [("delete", "team", "old")]
    # So does the caller's own membership.
    assert run.changes("members") == [("delete", "member", f"devs/{org}+ci")]
    assert sorted(run.changes("robots")) == [
        ("delete", "robot", f"{org}+ci"),
        ("delete", "robot", f"{org}+old"),
    ]
    for kind in kept:
        assert run[f"check {kind}"]["changes"] == run[kind]["changes"], kind
        assert not run[f"{kind} again"]["changed"], kind
    assert registry.members(org, "devs") == [registry.admin]
    assert registry.members(org, "owners") == [registry.admin]
    assert registry.permissions(f"{org}/app") == {registry.admin: "admin"}
    assert set(registry.teams(org)) == {"owners", "devs"}


def test_what_the_declaration_refers_to_is_not_purged(play: Playbook, registry: Registry) -> None:
    org = _populated(play, registry)
    entry = {
        "name": org,
        "robots": [],
        "teams": [],
        "prototypes": [{"name": f"{org}+ci", "role": "write"}],
        "repositories": [{"name": "app", "perms": [{"name": "devs", "type": "team", "role": "write"}]}],
    }
    run = play({"purge": task("quay_organizations", organizations=[entry], purge=["robots", "teams"])})
    assert run.changes("purge") == [("delete", "team", "old"), ("delete", "robot", f"{org}+old")]


def test_a_purge_beyond_its_limit_is_refused_before_anything_changes(
    play: Playbook, registry: Registry
) -> None:
    org, other = registry.new_org(), registry.new_org_name()
    for number in range(3):
        registry.send("PUT", f"organization/{org}/robots/old{number}", {})
    listed = [{"name": org, "robots": [{"name": "ci"}]}, {"name": other, "robots": []}]
    bulk = {"organizations": listed, "purge": ["robots"]}
    run = play(
        {
            "refused": task("quay_organizations", fails=True, **bulk, purge_limit=2),
            "robots": look(registry, f"organization/{org}/robots"),
            "purged": task("quay_organizations", **bulk, purge_limit=3),
        }
    )
    message = run.message("refused")
    assert f"Purging robots of {org} would remove 3 " in message
    assert "more than purge_limit (2)" in message
    assert "robot old0, robot old1, robot old2" in message
    assert run.changes("refused") == [("create", "organization", other)]
    assert len(run.seen("robots")["robots"]) == 3
    assert run.changes("purged") == [
        ("create", "robot", f"{org}+ci"),
        *[("delete", "robot", f"{org}+old{number}") for number in range(3)],
    ]


def test_the_limit_is_ten_unless_told(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    for number in range(11):
        registry.send("PUT", f"organization/{org}/robots/old{number}", {})
    entry = {"name": org, "robots": []}
    fewer = {"name": org, "robots": [{"name": "old0"}]}
    run = play(
        {
            "eleven": task("quay_organizations", fails=True, organizations=[entry], purge=["robots"]),
            "ten": task("quay_organizations", organizations=[fewer], purge=["robots"]),
        }
    )
    assert "would remove 11 " in run.message("eleven")
    assert "more than purge_limit (10)" in run.message("eleven")
    assert len(run.changes("ten")) == 10


def _populated(play: Playbook, registry: Registry) -> str:
    """Make an organization that holds objects of every kind, none of them made by the collection."""
    org = registry.new_org()
    for robot in ("ci", "old"):
        registry.send("PUT", f"organization/{org}/robots/{robot}", {})
    for team in ("devs", "old"):
        registry.send("PUT", f"organization/{org}/team/{team}", {"role": "member"})
    for member in (registry.admin, f"{org}+ci"):
        registry.send("PUT", f"organization/{org}/team/devs/members/{member}")
    for repository in ("app", "old"):
        body = {"repository": repository, "namespace": org, "visibility": "private", "description": ""}
        registry.send("POST", "repository", body)
    for path in (f"user/{org}+ci", "team/devs"):
        registry.send("PUT", f"repository/{org}/app/permissions/{path}", {"role": "write"})
    rule = {"role": "write", "delegate": {"kind": "user", "name": f"{org}+ci"}}
    registry.send("POST", f"organization/{org}/prototypes", rule)
    registry.send("POST", f"organization/{org}/applications", {"name": "portal"})
    return org
