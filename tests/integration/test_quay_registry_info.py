# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_user_info and quay_registry_info."""

from __future__ import annotations

from .support.playbook import Playbook, task
from .support.registry import Registry


def test_users(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    registry.send("PUT", f"superuser/users/{person.name}", {"enabled": False})
    run = play(
        {
            "all": task("quay_user_info"),
            "one": task("quay_user_info", username=person.name, robots=True),
            "superusers": task("quay_user_info", superusers=True, check=True),
            "nobody": task("quay_user_info", name=f"{person.name}x"),
        }
    )
    assert not any(result["changed"] for result in run.results.values())
    (one,) = run["one"]["users"]
    assert (one["email"], one["enabled"], one["superuser"]) == (f"{person.name}@example.com", False, False)
    assert one.pop("robots") == []
    assert one in run["all"]["users"]
    assert registry.admin in [user["username"] for user in run["superusers"]["users"]]
    assert person.name not in [user["username"] for user in run["superusers"]["users"]]
    assert run["nobody"]["users"] == []


def test_oneself(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    caller = {"quay_host": registry.url, "quay_username": person.name, "quay_password": person.password}
    run = play(
        {
            "own": task("quay_user_info", username=person.name),
            "all": task("quay_user_info", fails=True),
        },
        defaults=caller,
    )
    assert [user["username"] for user in run["own"]["users"]] == [person.name]
    assert "not a superuser" in run["all"]["msg"]


def test_the_registry(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    run = play(
        {
            "glance": task("quay_registry_info"),
            "more": task("quay_registry_info", include=["quotas"], triggers_of=org),
        }
    )
    assert run["glance"]["version"] and run["glance"]["features"]["SUPER_USERS"] is True
    assert set(run["glance"]["size"]) == {"bytes", "computed", "pending"}
    found = {(one["kind"], one["name"]) for one in run["more"]["quotas"]}
    assert {("organization", org), ("user", registry.admin)} <= found
    assert run["more"]["triggers"] == []
