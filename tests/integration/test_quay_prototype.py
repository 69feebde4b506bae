# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_prototype."""

from __future__ import annotations

import pytest

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry


@pytest.mark.parametrize("delegate", ["user", "team"])
def test_life_cycle(play: Playbook, registry: Registry, delegate: str) -> None:
    org = registry.new_org()
    creator = registry.new_user().name if delegate == "user" else ""
    registry.send("PUT", f"organization/{org}/team/devs", {"role": "member"})
    name = creator or "devs"
    identity = {"organization": org, "name": name, "type": delegate}
    if creator:
        identity["creator"] = creator
    prototypes = look(registry, f"organization/{org}/prototypes")
    run = play(
        life_cycle(
            "quay_prototype",
            identity,
            create={},
            change={"role": "admin"},
            looks=dict.fromkeys(("check create", "create", "change", "check absent"), prototypes),
        )
    )
    assert_life_cycle(run)
    assert run.seen("after check create")["prototypes"] == []
    (made,) = run.seen("after create")["prototypes"]
    (changed,) = run.seen("after change")["prototypes"]
    assert (made["role"], changed["role"]) == ("read", "admin")
    assert changed["id"] == made["id"]
    assert (made["delegate"]["kind"], made["delegate"]["name"]) == (delegate, name)
    assert (made["activating_user"] or {}).get("name", "") == creator
    assert run.seen("after check absent") == run.seen("after change")
    assert registry.prototypes(org) == []
    assert run["create"]["name"] == name
    assert run["create"]["organization"] == org


def test_a_prototype_that_exists_twice_becomes_one(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    alice = registry.new_user().name
    for role in ("read", "write", "read"):
        rule = {"role": role, "delegate": {"kind": "user", "name": alice}}
        registry.send("POST", f"organization/{org}/prototypes", rule)
    other = {
        "role": "read",
        "delegate": {"kind": "user", "name": alice},
        "activating_user": {"name": alice},
    }
    registry.send("POST", f"organization/{org}/prototypes", other)
    rule = {"organization": org, "name": alice, "role": "write"}
    run = play(
        {
            "check": task("quay_prototype", check=True, **rule),
            "repair": task("quay_prototype", diff=True, **rule),
            "after repair": look(registry, f"organization/{org}/prototypes"),
            "again": task("quay_prototype", **rule),
        }
    )
    assert run["check"]["changes"] == run["repair"]["changes"]
    assert run.changes("repair") == [("delete", "prototype", alice)] * 2
    assert len(run["repair"]["diff"]) == 2
    assert not run["again"]["changed"]
    assert registry.prototypes(org) == [("", "user", alice, "write"), (alice, "user", alice, "read")]


def test_absent_removes_every_copy(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    for role in ("read", "admin"):
        rule = {"role": role, "delegate": {"kind": "team", "name": "owners"}}
        registry.send("POST", f"organization/{org}/prototypes", rule)
    owners = {"organization": org, "name": "owners", "type": "team", "state": "absent"}
    run = play({"absent": task("quay_prototype", **owners), "again": task("quay_prototype", **owners)})
    assert run.changes("absent") == [("delete", "prototype", "owners")] * 2
    assert not run["again"]["changed"]
    assert registry.prototypes(org) == []


def test_the_name_of_the_module_in_infra_quay_configuration(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    owners = {"organization": org, "name": "owners", "type": "team", "role": "write"}
    run = play(
        {"old name": task("quay_default_perm", **owners), "new name": task("quay_prototype", **owners)}
    )
    assert run["old name"]["changed"]
    assert not run["new name"]["changed"]
    assert registry.prototypes(org) == [("", "team", "owners", "write")]


def test_new_repositories_get_the_permission(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.send("PUT", f"organization/{org}/robots/ci", {})
    play(
        {
            "prototype": task("quay_prototype", organization=org, name=f"{org}+ci", role="write"),
            "repository": task("quay_repository", name=f"{org}/app"),
        }
    )
    assert registry.permissions(f"{org}/app")[f"{org}+ci"] == "write"


def test_nothing_is_written_for_somebody_who_does_not_exist(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    missing = registry.new_name("nobody")
    run = play(
        {
            "user": task("quay_prototype", fails=True, organization=org, name=missing),
            "robot": task("quay_prototype", fails=True, organization=org, name=f"{org}+missing"),
            "team": task("quay_prototype", fails=True, organization=org, name="missing", type="team"),
            "creator": task(
                "quay_prototype", fails=True, organization=org, name="owners", type="team", creator=missing
            ),
            "robot as creator": task(
                "quay_prototype",
                fails=True,
                organization=org,
                name="owners",
                type="team",
                creator=f"{org}+missing",
            ),
        }
    )
    assert f"user '{missing}' does not exist" in run.message("user")
    assert f"robot '{org}+missing' does not exist" in run.message("robot")
    assert f"there is no team 'missing' in {org}" in run.message("team")
    assert f"user '{missing}' does not exist" in run.message("creator")
    assert f"creator '{org}+missing' is a robot; it must be a user" in run.message("robot as creator")
    assert registry.prototypes(org) == []


def test_an_organization_that_does_not_exist(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    rule = {"organization": org, "name": "owners", "type": "team"}
    run = play(
        {
            "check": task("quay_prototype", check=True, **rule),
            "absent": task("quay_prototype", **rule, state="absent"),
            "present": task("quay_prototype", fails=True, **rule),
        }
    )
    assert run.changes("check") == [("create", "prototype", "owners")]
    assert not run["absent"]["changed"]
    assert f"'{org}' does not exist" in run.message("present")
