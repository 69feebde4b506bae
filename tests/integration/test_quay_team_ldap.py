# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_team_ldap, quay_team_oidc, and teams that follow groups inside quay_organizations.

A registry whose users come from a directory has no users of Quay's own, so that the simulator plays it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import StartSimulator
from .support.playbook import Playbook, task
from .support.registry import Registry

GROUP = "cn=devs,ou=groups"


def follow(start: StartSimulator, kind: str) -> Registry:
    return start("--feature", "TEAM_SYNCING=true", "--authentication", kind)


@pytest.mark.simulator_only
@pytest.mark.parametrize(
    ("module", "kind", "group"),
    [("quay_team_ldap", "LDAP", "group_dn"), ("quay_team_oidc", "OIDC", "group_name")],
)
def test_life_cycle(
    start_simulator: StartSimulator, tmp_path: Path, module: str, kind: str, group: str
) -> None:
    registry = follow(start_simulator, kind)
    org = registry.new_org()
    registry.send("PUT", f"organization/{org}/team/devs", {"role": "member"})
    devs = {"organization": org, "name": "devs"}
    run = Playbook(registry, tmp_path)(
        {
            "check": task(module, check=True, diff=True, **devs, **{group: GROUP}),
            "follow": task(module, diff=True, **devs, **{group: GROUP}),
            "again": task(module, **devs, **{group: GROUP}),
            "another": task(module, **devs, **{group: "cn=others"}),
            "end": task(module, **devs, sync=False),
            "end again": task(module, **devs, sync=False),
            "nothing": task(module, fails=True, **devs),
            "no team": task(module, organization=org, name="nobody", sync=False),
        }
    )
    assert run["check"]["diff"] == run["follow"]["diff"]
    assert run["follow"]["diff"][0]["after"] == {"state": "present", group: GROUP}
    assert run.changes("follow") == [("create", "team_sync", "devs")]
    assert run.changes("another") == [("update", "team_sync", "devs")]
    assert run.changes("end") == [("delete", "team_sync", "devs")]
    for name in ("again", "end again", "no team"):
        assert not run[name]["changed"]
    assert group in run.message("nothing")
    assert (run["follow"]["name"], run["follow"]["organization"]) == ("devs", org)
    assert "synced" not in registry.get(f"organization/{org}/team/devs/members")


@pytest.mark.simulator_only
def test_inside_an_organization(start_simulator: StartSimulator, tmp_path: Path) -> None:
    registry = follow(start_simulator, "LDAP")
    org = registry.new_org_name()
    devs = {"name": "devs", "role": "creator", "members": [f"{org}+ci"], "sync": {"group_dn": GROUP}}
    entry = {"name": org, "robots": [{"name": "ci"}], "teams": [devs]}
    mixed = {"name": org, "teams": [{**devs, "members": ["alice"]}]}
    run = Playbook(registry, tmp_path)(
        {
            "create": task("quay_organizations", organizations=[entry]),
            "again": task("quay_organizations", organizations=[entry]),
            "read": {**task("quay_organization_info", name=org), "register": "found"},
            "hand back": task("quay_organizations", organizations="{{ found.organizations }}"),
            "users": task("quay_organizations", fails=True, organizations=[mixed]),
        }
    )
    assert ("create", "team_sync", "devs") in run.changes("create")
    assert not run["again"]["changed"]
    assert not run["hand back"]["changed"]
    assert "only robots can be members beside sync, not alice" in run.message("users")


def test_a_registry_that_follows_no_groups(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    devs = {"organization": org, "name": "devs"}
    run = play(
        {
            "one": task("quay_team_ldap", fails=True, organization=org, name="owners", group_dn=GROUP),
            "other": task("quay_team_oidc", fails=True, organization=org, name="owners", group_name="g"),
            "end": task("quay_team_ldap", organization=org, name="owners", sync=False),
            "new": task("quay_team", fails=True, **devs, sync={"group_id": "1"}),
        }
    )
    assert "does not follow groups of LDAP (group_dn)" in run.message("one")
    assert "does not follow groups of OIDC (group_name)" in run.message("other")
    assert "does not follow groups of Keystone (group_id)" in run.message("new")
    assert not run["end"]["changed"]
    assert list(registry.teams(org)) == ["owners"]
