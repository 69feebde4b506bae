# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_registry as users write it: with quay_organizations, a whole registry out of one file."""

from __future__ import annotations

import json
from pathlib import Path

from .support.playbook import Playbook, Task, task
from .support.registry import Registry


def test_a_whole_registry_out_of_one_file(play: Playbook, registry: Registry, tmp_path: Path) -> None:
    org, user, text = (
        registry.new_org_name(),
        registry.new_user().name + "x",
        f"About {registry.new_org_name()}",
    )
    password = "planted-for-the-user"
    declared = {
        "users": [{"username": user, "email": f"{user}@example.com", "password": password}],
        "messages": [{"content": text, "severity": "warning"}],
        "organizations": [{"name": org, "teams": [{"name": "devs", "members": [user]}]}],
    }
    (tmp_path / "registry.yml").write_text(json.dumps(declared))
    read = f"(lookup('ansible.builtin.file', '{tmp_path}/registry.yml') | from_json)"
    tasks: dict[str, Task] = {
        "registry": task(
            "quay_registry", users="{{ " + read + ".users }}", messages="{{ " + read + ".messages }}"
        ),
        "organizations": task("quay_organizations", organizations="{{ " + read + ".organizations }}"),
    }
    checked = play({"registry": tasks["registry"]}, "--check", "--diff")
    first, second = play(tasks, "--diff", "-vvv"), play(tasks)
    made = [("create", "message", text), ("create", "user", user)]
    assert sorted(checked.changes("registry")) == sorted(first.changes("registry")) == made
    assert [second[name]["changed"] for name in tasks] == [False, False]
    for run in (checked, first, second):
        assert password not in run.output
    gone = {
        "organization": task("quay_organization", name=org, state="absent"),
        "gone": task(
            "quay_registry",
            users=[{"username": user, "state": "absent"}],
            messages=[{"content": text, "state": "absent"}],
        ),
    }
    removed = [("delete", "message", text), ("delete", "user", user)]
    assert sorted(play(gone).changes("gone")) == removed


def test_a_password_that_quay_makes_up_is_not_shown(play: Playbook, registry: Registry) -> None:
    user = registry.new_user().name + "y"
    entry = {"username": user, "email": f"{user}@example.com"}
    made = {
        "made": {**task("quay_registry", users=[entry]), "register": "made"},
        "length": {"ansible.builtin.debug": {"msg": "{{ made.passwords[user] | length }}"}},
        "gone": task("quay_registry", users=[{**entry, "state": "absent"}]),
    }
    run = play(made, "-vvv", variables={"user": user})
    assert int(run["length"]["msg"]) >= 8
    assert run["made"]["censored"]
    assert "passwords" not in run.output
