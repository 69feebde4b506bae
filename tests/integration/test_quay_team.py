# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_team."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import StartSimulator
from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    alice, bob = registry.new_user().name, registry.new_user().name
    registry.send("PUT", f"organization/{org}/robots/ci", {})
    run = play(
        life_cycle(
            "quay_team",
            {"organization": org, "name": "devs"},
            create={"role": "creator", "description": "Developers", "members": [alice, f"{org}+ci"]},
            change={"role": "member", "description": "All of them", "members": [bob], "append": False},
            looks={
                "check create": look(registry, f"organization/{org}"),
                "create": look(registry, f"organization/{org}/team/devs/members"),
                "change": look(registry, f"organization/{org}/team/devs/members"),
                "check absent": look(registry, f"organization/{org}"),
            },
        )
    )
    assert_life_cycle(run)
    assert list(run.seen("after check create")["teams"]) == ["owners"]
    assert {member["name"] for member in run.seen("after create")["members"]} == {alice, f"{org}+ci"}
    assert [member["name"] for member in run.seen("after change")["members"]] == [bob]
    assert run.seen("after check absent")["teams"]["devs"]["role"] == "member"
    assert run.seen("after check absent")["teams"]["devs"]["description"] == "All of them"
    assert list(registry.teams(org)) == ["owners"]
    assert run["create"]["name"] == "devs"
    assert run["create"]["organization"] == org
    assert run.changes("create") == [
        ("create", "team", "devs"),
        ("create", "member", f"devs/{org}+ci"),
        ("create", "member", f"devs/{alice}"),
    ]


def test_members_are_added_or_complete(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    alice, bob = registry.new_user().name, registry.new_user().name
    registry.send("PUT", f"organization/{org}/robots/ci", {})
    devs = {"organization": org, "name": "devs"}
    members = look(registry, f"organization/{org}/team/devs/members")
    run = play(
        {
            "team": task("quay_team", **devs, role="creator", description="Developers", members=[alice]),
            "add": task("quay_team", **devs, members=[bob, f"{org}+ci"]),
            "members after add": members,
            "add again": task("quay_team", **devs, members=[bob]),
            "exactly": task("quay_team", **devs, members=[alice], append=False),
            "members after exactly": members,
            "left out": task("quay_team", **devs, append=False),
            "none": task("quay_team", **devs, members=[], append=False),
            "members after none": members,
        }
    )
    assert run.changes("add") == [
        ("create", "member", f"devs/{org}+ci"),
        ("create", "member", f"devs/{bob}"),
    ]
    assert _names(run.seen("members after add")) == sorted([alice, bob, f"{org}+ci"])
    assert not run["add again"]["changed"]
    assert sorted(run.changes("exactly")) == [
        ("delete", "member", f"devs/{org}+ci"),
        ("delete", "member", f"devs/{bob}"),
    ]
    assert _names(run.seen("members after exactly")) == [alice]
    assert not run["left out"]["changed"]
    assert _names(run.seen("members after none")) == []
    team = registry.teams(org)["devs"]
    assert (team["role"], team["description"]) == ("creator", "Developers")


def test_the_caller_is_never_removed(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    alice = registry.new_user().name
    run = play(
        {
            "owners": task("quay_team", organization=org, name="owners", members=[alice], append=False),
            "again": task("quay_team", organization=org, name="owners", members=[alice], append=False),
        }
    )
    assert run.changes("owners") == [("create", "member", f"owners/{alice}")]
    assert not run["again"]["changed"]
    assert registry.members(org, "owners") == sorted([registry.admin, alice])


def test_an_admin_team_that_the_caller_is_not_in_can_be_deleted(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    alice = registry.new_user().name
    bosses = {"organization": org, "name": "bosses"}
    run = play(
        {
            "team": task("quay_team", **bosses, role="admin", members=[alice]),
            "absent": task("quay_team", **bosses, state="absent"),
            "absent again": task("quay_team", **bosses, state="absent"),
        }
    )
    assert run.changes("absent") == [("delete", "team", "bosses")]
    assert not run["absent again"]["changed"]
    assert list(registry.teams(org)) == ["owners"]


def test_an_organization_that_does_not_exist(play: Playbook, registry: Registry) -> None:
    devs = {"organization": registry.new_org_name(), "name": "devs"}
    run = play(
        {
            "check": task("quay_team", check=True, **devs, role="admin"),
            "absent": task("quay_team", **devs, state="absent"),
            "present": task("quay_team", fails=True, **devs, role="admin"),
        }
    )
    assert run.changes("check") == [("create", "team", "devs")]
    assert not run["absent"]["changed"]
    assert f"'{devs['organization']}' does not exist" in run.message("present")
    assert not registry.exists(devs["organization"])


@pytest.mark.parametrize("team", ["new", "old"])
def test_nothing_is_written_for_a_member_who_does_not_exist(
    play: Playbook, registry: Registry, team: str
) -> None:
    org = registry.new_org()
    if team == "old":
        registry.send("PUT", f"organization/{org}/team/old", {"role": "member"})
    missing = registry.new_name("nobody")
    devs = {"organization": org, "name": team, "role": "creator"}
    entry = {"name": org, "teams": [{"name": team, "members": [missing]}]}
    run = play(
        {
            "user": task("quay_team", fails=True, **devs, members=[registry.admin, missing]),
            "robot": task("quay_team", fails=True, **devs, members=[f"{org}+missing"]),
            # An earlier task, which check mode keeps from it, may be going to make the user.
            "check": task("quay_team", check=True, **devs, members=[missing]),
            # A declaration of the whole organization holds its robots, but not users.
            "check bulk": task("quay_organizations", check=True, fails=True, organizations=[entry]),
        }
    )
    for name in ("user", "check bulk"):
        assert f"user '{missing}' does not exist" in run.message(name)
        assert run[name]["changes"] == []
    assert f"robot '{org}+missing' does not exist" in run.message("robot")
    assert f"user '{missing}' does not exist" in " ".join(run["check"]["warnings"])
    assert ("create", "member", f"{team}/{missing}") in run.changes("check")
    teams = registry.teams(org)
    assert set(teams) == ({"owners", "old"} if team == "old" else {"owners"})
    assert team == "new" or teams["old"]["role"] == "member"


@pytest.mark.simulator_only
def test_a_user_is_invited_once(start_simulator: StartSimulator, tmp_path: Path) -> None:
    registry = start_simulator("--feature", "MAILING=true", "--feature", "REQUIRE_TEAM_INVITE=true")
    org = registry.new_org()
    registry.control("POST", "users", {"name": "alice"})
    registry.send("PUT", f"organization/{org}/robots/ci", {})
    devs = task("quay_team", organization=org, name="devs", members=["alice", f"{org}+ci"])
    run = Playbook(registry, tmp_path)({"invite": devs, "again": devs})
    assert ("create", "member", "devs/alice") in run.changes("invite")
    assert not run["again"]["changed"]
    assert "alice is invited to team devs" in " ".join(run["again"]["warnings"])
    members = registry.get(f"organization/{org}/team/devs/members?includePending=true")["members"]
    assert [member["name"] for member in members if member.get("invited")] == ["alice"]
    assert registry.members(org, "devs") == [f"{org}+ci"]


def _names(answer: dict[str, Any]) -> list[str]:
    return sorted(member["name"] for member in answer["members"])
