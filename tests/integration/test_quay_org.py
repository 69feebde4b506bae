# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The role quay_org, as users of the role of that name elsewhere write it."""

from __future__ import annotations

from typing import Any

from .support.playbook import Playbook, Task
from .support.registry import Registry

PASSWORD = "planted-for-a-user"


def role(registry: Registry, fails: bool = False, **variables: Any) -> Task:
    own = {"quay_org_host": registry.url, "quay_org_token": registry.token, **variables}
    return {"ansible.builtin.include_role": {"name": "quayops.quay.quay_org"}, "vars": own, "_fails": fails}


def whole(registry: Registry, org: str, user: str) -> dict[str, Any]:
    return {
        "quay_org_name": org,
        "quay_org_email": f"{org}@example.com",
        "quay_org_users": [{"username": user, "email": f"{user}@example.com", "password": PASSWORD}],
        "quay_org_robots": [{"name": "ci", "description": "Pushes"}, {"name": f"{org}+puller"}],
        "quay_org_teams": [{"name": "devs", "role": "creator", "members": [user, f"{org}+ci"]}],
        "quay_org_default_perms": [{"name": "devs", "type": "team", "role": "write"}],
        "quay_org_applications": [{"name": "portal", "description": "For users"}],
        "quay_org_prune": [{"method": "tags", "value": "20", "tag_pattern": "^nightly-"}],
        "quay_org_immutability": [{"tag_pattern": "v.*"}],
        "quay_org_quota": "10GiB",
        "quay_org_warning_pct": 80,
        "quay_org_repositories": [
            {
                "name": "app",
                "visibility": "private",
                "perms": [{"name": user, "role": "admin"}],
                "prune": [{"method": "date", "value": "30d"}],
                "immutability": [{"tag_pattern": "rel-.*"}],
            }
        ],
    }


def changed(output: str) -> int:
    return int(output.rpartition("changed=")[2].split()[0])


def test_one_organization_with_all_that_is_in_it(play: Playbook, registry: Registry) -> None:
    org, user = registry.new_org_name(), registry.new_user().name + "o"
    tasks = {"role": role(registry, **whole(registry, org, user))}
    made = play(tasks, "--diff", "-vv")
    again = play(tasks)
    assert (changed(made.output), changed(again.output)) == (2, 0)
    assert PASSWORD not in made.output
    assert sorted(registry.robots(org)) == [f"{org}+ci", f"{org}+puller"]
    policies = registry.get(f"repository/{org}/app/autoprunepolicy/")["policies"]
    assert [(one["method"], one["value"]) for one in policies] == [("creation_date", "30d")]
    quota = registry.get(f"organization/{org}/quota")
    assert quota[0]["limit_bytes"] == 10 * 1024**3


def test_check_mode_makes_nothing(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    run = play({"role": role(registry, quay_org_name=org)}, "--check")
    assert "failed=0" in run.output
    assert not registry.exists(org)
