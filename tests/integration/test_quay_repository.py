# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_repository."""

from __future__ import annotations

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    alice = registry.new_user().name
    registry.send("PUT", f"organization/{org}/robots/ci", {})
    view = look(registry, f"repository/{org}/app?includeTags=false")
    run = play(
        life_cycle(
            "quay_repository",
            {"name": f"{org}/app"},
            create={
                "visibility": "public",
                "description": "The app",
                "star": True,
                "perms": [{"name": alice}, {"name": f"{org}+ci", "role": "write"}],
            },
            change={
                "visibility": "private",
                "description": "",
                "star": False,
                "perms": [{"name": alice, "role": "admin"}, {"name": "owners", "type": "team"}],
            },
            looks={
                "check create": view,
                "create": view,
                "change": view,
                "check absent": look(registry, f"repository/{org}/app/permissions/user/"),
            },
        )
    )
    assert_life_cycle(run)
    assert run.seen("after check create") is None
    made, changed = run.seen("after create"), run.seen("after change")
    assert (made["is_public"], made["description"], made["is_starred"]) == (True, "The app", True)
    assert (changed["is_public"], changed["description"] or "", changed["is_starred"]) == (False, "", False)
    permissions = run.seen("after check absent")["permissions"]
    assert permissions[alice]["role"] == "admin"
    assert permissions[f"{org}+ci"]["role"] == "write"
    assert registry.repository(f"{org}/app") is None
    assert run["create"]["name"] == f"{org}/app"


def test_a_new_repository_is_private(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    run = play(
        {
            "create": task("quay_repository", name=f"{org}/app"),
            "again": task("quay_repository", name=f"{org}/app", visibility="private", description=""),
        }
    )
    assert run["create"]["changed"]
    assert not run["again"]["changed"]
    assert registry.repository(f"{org}/app")["is_public"] is False


def test_permissions_are_added_or_complete(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    alice, bob = registry.new_user().name, registry.new_user().name
    registry.send("PUT", f"organization/{org}/team/devs", {"role": "member"})
    app = {"name": f"{org}/app"}
    users = look(registry, f"repository/{org}/app/permissions/user/")
    run = play(
        {
            "create": task("quay_repository", **app, perms=[{"name": alice, "role": "admin"}]),
            "add": task("quay_repository", **app, perms=[{"name": bob}, {"name": "devs", "type": "team"}]),
            "after add": users,
            "exactly": task("quay_repository", **app, perms=[{"name": bob, "role": "write"}], append=False),
            "after exactly": users,
            "left out": task("quay_repository", **app, append=False),
            "none": task("quay_repository", **app, perms=[], append=False),
            "none again": task("quay_repository", **app, perms=[], append=False),
        }
    )
    assert run.changes("add") == [
        ("create", "permission", "app:devs"),
        ("create", "permission", f"app:{bob}"),
    ]
    assert _roles(run.seen("after add")) == {registry.admin: "admin", alice: "admin", bob: "read"}
    assert sorted(run.changes("exactly")) == [
        ("delete", "permission", "app:devs"),
        ("delete", "permission", f"app:{alice}"),
        ("update", "permission", f"app:{bob}"),
    ]
    # Quay gives the creator a permission, and the caller's own is never removed.
    assert _roles(run.seen("after exactly")) == {registry.admin: "admin", bob: "write"}
    assert not run["left out"]["changed"]
    assert run.changes("none") == [("delete", "permission", f"app:{bob}")]
    assert not run["none again"]["changed"]
    assert registry.permissions(f"{org}/app", "team") == {}


def test_complete_permissions_of_a_new_repository(play: Playbook, registry: Registry) -> None:
    """Quay adds what the prototypes say; where the permissions are complete it is removed in the same run."""
    org = registry.new_org()
    alice = registry.new_user().name
    registry.send("PUT", f"organization/{org}/robots/ci", {})
    for name, kind in ((f"{org}+ci", "user"), ("owners", "team")):
        rule = {"role": "write", "delegate": {"kind": kind, "name": name}}
        registry.send("POST", f"organization/{org}/prototypes", rule)
    exactly = {"perms": [{"name": alice, "role": "read"}], "append": False}
    run = play(
        {
            "added": task("quay_repository", name=f"{org}/added", perms=[{"name": alice}]),
            "exactly": task("quay_repository", name=f"{org}/exactly", **exactly),
            "exactly again": task("quay_repository", name=f"{org}/exactly", **exactly),
        }
    )
    assert registry.permissions(f"{org}/added") == {
        registry.admin: "admin",
        alice: "read",
        f"{org}+ci": "write",
    }
    assert registry.permissions(f"{org}/added", "team") == {"owners": "write"}
    assert registry.permissions(f"{org}/exactly") == {registry.admin: "admin", alice: "read"}
    assert registry.permissions(f"{org}/exactly", "team") == {}
    assert not run["exactly again"]["changed"]


def test_state_of_a_repository(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    app = {"name": f"{org}/app"}
    run = play(
        {
            "create": task("quay_repository", **app, repo_state="READ_ONLY", visibility="public"),
            "create again": task("quay_repository", **app, repo_state="READ_ONLY"),
            "left out": task("quay_repository", **app),
            "normal": task("quay_repository", diff=True, **app, repo_state="NORMAL"),
        }
    )
    assert run["create"]["changed"]
    assert not run["create again"]["changed"]
    assert not run["left out"]["changed"]
    assert run["normal"]["changes"][0]["fields"] == ["repo_state"]
    assert run["normal"]["diff"][0]["before"] == {"repo_state": "READ_ONLY"}
    assert registry.repository(f"{org}/app")["state"] == "NORMAL"


def test_names_with_slashes(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    name = f"{org}/app/plugins/one.two"
    run = play(
        {
            "create": task("quay_repository", name=name, description="Nested"),
            "again": task("quay_repository", name=name, description="Nested"),
            "sibling": task("quay_repository", name=f"{org}/app"),
            "absent": task("quay_repository", name=name, state="absent"),
            "absent again": task("quay_repository", name=name, state="absent"),
        }
    )
    assert run["create"]["name"] == name
    assert run.changes("create") == [("create", "repository", "app/plugins/one.two")]
    assert not run["again"]["changed"]
    assert run["sibling"]["changed"]
    assert not run["absent again"]["changed"]
    assert registry.repository(name) is None
    assert registry.repository(f"{org}/app") is not None


def test_the_own_namespace(play: Playbook, registry: Registry) -> None:
    person, friend = registry.new_user(), registry.new_user()
    token = registry.new_token(person)
    mine = {"visibility": "public", "perms": [{"name": friend.name, "role": "write"}]}
    run = play(
        {
            "check create": task("quay_repository", check=True, name="mine", **mine),
            "create": task("quay_repository", name="mine", **mine),
            "by full name": task("quay_repository", name=f"{person.name}/mine", **mine),
            "look": look(registry, f"repository/{person.name}/mine?includeTags=false"),
            "permissions": look(registry, f"repository/{person.name}/mine/permissions/user/"),
            "absent": task("quay_repository", name="mine", state="absent"),
            "absent again": task("quay_repository", name="mine", state="absent"),
        },
        defaults={"quay_host": registry.url, "quay_token": token},
    )
    assert run["create"]["name"] == f"{person.name}/mine"
    assert run["check create"]["changes"] == run["create"]["changes"]
    assert not run["by full name"]["changed"]
    assert run.seen("look")["is_public"] is True
    assert _roles(run.seen("permissions"))[friend.name] == "write"
    assert run["absent"]["changed"]
    assert not run["absent again"]["changed"]


def test_a_member_of_a_creators_team_may_create(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    person = registry.new_user()
    registry.send("PUT", f"organization/{org}/team/creators", {"role": "creator"})
    registry.send("PUT", f"organization/{org}/team/creators/members/{person.name}")
    run = play(
        {
            "create": task("quay_repository", name=f"{org}/app", description="By a member"),
            "again": task("quay_repository", name=f"{org}/app", description="By a member"),
            "change": task("quay_repository", name=f"{org}/app", visibility="public"),
        },
        defaults={"quay_host": registry.url, "quay_token": registry.new_token(person)},
    )
    assert run["create"]["changed"]
    assert not run["again"]["changed"]
    assert run["change"]["changed"]
    assert registry.permissions(f"{org}/app") == {person.name: "admin"}


def test_an_organization_that_does_not_exist(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    run = play(
        {
            "check": task("quay_repository", check=True, name=f"{org}/app", description="New"),
            "absent": task("quay_repository", name=f"{org}/app", state="absent"),
            "present": task("quay_repository", fails=True, name=f"{org}/app"),
        }
    )
    assert run.changes("check") == [("create", "repository", "app")]
    assert not run["absent"]["changed"]
    assert f"'{org}' does not exist" in run.message("present")
    assert run["present"]["changes"] == []


def test_nothing_is_written_for_somebody_who_does_not_exist(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    missing = registry.new_name("nobody")
    app = {"name": f"{org}/app"}
    run = play(
        {
            "user": task("quay_repository", fails=True, **app, perms=[{"name": missing}]),
            "robot": task("quay_repository", fails=True, **app, perms=[{"name": f"{org}+missing"}]),
            "team": task("quay_repository", fails=True, **app, perms=[{"name": "missing", "type": "team"}]),
            "foreign robot": task("quay_repository", fails=True, **app, perms=[{"name": "other+ci"}]),
        }
    )
    assert f"user '{missing}' does not exist" in run.message("user")
    assert f"robot '{org}+missing' does not exist" in run.message("robot")
    assert f"there is no team 'missing' in {org}" in run.message("team")
    assert f"robot 'other+ci' belongs to 'other'; only robots of '{org}' can be here" in run.message(
        "foreign robot"
    )
    assert registry.repository(f"{org}/app") is None


def _roles(answer: dict[str, dict[str, dict[str, str]]]) -> dict[str, str]:
    return {name: entry["role"] for name, entry in answer["permissions"].items()}
