# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_organization."""

from __future__ import annotations

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry

TWO_WEEKS = 14 * 24 * 3600
FOUR_WEEKS = 2 * TWO_WEEKS


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    view = look(registry, f"organization/{org}")
    run = play(
        life_cycle(
            "quay_organization",
            {"name": org},
            create={"email": f"{org}@example.com", "time_machine_expiration": "4w"},
            change={"email": f"{org}-2@example.com", "tag_expiration_s": "86400"},
            looks=dict.fromkeys(("check create", "create", "check change", "change", "check absent"), view),
        )
    )
    assert_life_cycle(run)
    assert run.seen("after check create") is None
    made, changed = run.seen("after create"), run.seen("after change")
    assert (made["email"], made["tag_expiration_s"]) == (f"{org}@example.com", FOUR_WEEKS)
    assert run.seen("after check change") == made
    assert (changed["email"], changed["tag_expiration_s"]) == (f"{org}-2@example.com", 86400)
    assert run.seen("after check absent") == changed
    assert not registry.exists(org)
    assert run["create"]["name"] == org
    assert run.changes("create") == [("create", "organization", org)]
    assert run["change"]["changes"][0]["fields"] == ["email", "tag_expiration_s"]
    assert run["change"]["diff"][0]["before"] == {
        "email": f"{org}@example.com",
        "tag_expiration_s": FOUR_WEEKS,
    }
    assert run["change"]["diff"][0]["after"] == {"email": f"{org}-2@example.com", "tag_expiration_s": 86400}


def test_the_time_machine_in_all_spellings(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    run = play(
        {
            "4w": task("quay_organization", name=org, time_machine_expiration="4w"),
            "28d": task("quay_organization", name=org, time_machine_expiration="28d"),
            "seconds": task("quay_organization", name=org, tag_expiration_s=FOUR_WEEKS),
            "0s": task("quay_organization", name=org, time_machine_expiration="0s"),
            "0": task("quay_organization", name=org, time_machine_expiration=0),
        }
    )
    assert run["4w"]["changed"]
    assert not run["28d"]["changed"]
    assert not run["seconds"]["changed"]
    assert run["0s"]["changed"]
    assert not run["0"]["changed"]
    assert registry.get(f"organization/{org}")["tag_expiration_s"] == 0


def test_what_is_left_out_is_not_touched(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    address = f"{org}@example.com"
    run = play(
        {
            "create": task("quay_organization", name=org, email=address, time_machine_expiration="1d"),
            "name only": task("quay_organization", name=org),
            "e-mail only": task("quay_organization", name=org, email=address),
            "no e-mail": task("quay_organization", name=org, email=""),
            "no e-mail again": task("quay_organization", name=org, email=""),
        }
    )
    assert not run["name only"]["changed"]
    assert not run["e-mail only"]["changed"]
    assert run["no e-mail"]["changed"]
    assert not run["no e-mail again"]["changed"]
    assert registry.get(f"organization/{org}")["tag_expiration_s"] == 86400


def test_the_registry_allows_only_some_time_spans(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    new = registry.new_org_name()
    run = play(
        {
            "3d": task("quay_organization", fails=True, name=org, time_machine_expiration="3d"),
            "new": task("quay_organization", fails=True, name=new, time_machine_expiration="3d"),
        }
    )
    for name in ("3d", "new"):
        assert "this registry allows 0s, 1d, 1w, 2w, 4w (TAG_EXPIRATION_OPTIONS" in run.message(name)
    assert [run[name]["changes"] for name in ("3d", "new")] == [[], []]
    assert not registry.exists(new)


def test_rename(play: Playbook, registry: Registry) -> None:
    old = registry.new_org()
    new = registry.new_org_name()
    registry.send("PUT", f"organization/{old}/robots/ci", {})
    rename = {"name": old, "new_name": new}
    run = play(
        {
            "check": task("quay_organization", check=True, diff=True, **rename),
            "after check": look(registry, f"organization/{old}"),
            "rename": task(
                "quay_organization", diff=True, **rename, email=f"{new}@example.com", tag_expiration_s="1w"
            ),
            "renamed already": task("quay_organization", **rename, tag_expiration_s="1w"),
        }
    )
    assert run["check"]["changed"]
    assert run.seen("after check")["name"] == old
    assert run["rename"]["name"] == new
    assert run["rename"]["diff"][0]["before"] == {"name": old}
    assert run["rename"]["diff"][0]["after"] == {"name": new}
    assert not run["renamed already"]["changed"]
    assert run["renamed already"]["name"] == new
    assert not registry.exists(old)
    view = registry.get(f"organization/{new}")
    assert (view["email"], view["tag_expiration_s"]) == (f"{new}@example.com", TWO_WEEKS // 2)
    assert list(registry.robots(new)) == [f"{new}+ci"]


def test_rename_to_a_name_that_another_organization_has(play: Playbook, registry: Registry) -> None:
    one, two = registry.new_org(), registry.new_org()
    rename = {"name": one, "new_name": two}
    run = play(
        {
            "check": task("quay_organization", check=True, fails=True, **rename),
            "rename": task("quay_organization", fails=True, **rename, email="other@example.com"),
        }
    )
    for name in ("check", "rename"):
        assert f"Organizations '{one}' and '{two}' both exist" in run.message(name)
        assert run[name]["changes"] == []
    assert registry.exists(one) and registry.exists(two)


def test_rename_makes_an_organization_that_has_neither_name(play: Playbook, registry: Registry) -> None:
    old, new = registry.new_org_name(), registry.new_org_name()
    rename = {"name": old, "new_name": new, "email": f"{new}@example.com"}
    run = play(
        {
            "create": task("quay_organization", **rename),
            "again": task("quay_organization", **rename),
        }
    )
    assert run.changes("create") == [("create", "organization", new)]
    assert not run["again"]["changed"]
    assert registry.exists(new) and not registry.exists(old)


def test_a_deleted_organization_holds_its_name(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    run = play(
        {
            "absent": task("quay_organization", name=org, state="absent"),
            "at once": task("quay_organization", fails=True, name=org, email=f"{org}@example.com"),
            "absent again": task("quay_organization", name=org, state="absent"),
        }
    )
    assert "something deleted that Quay's background job has not removed yet" in run.message("at once")
    assert run["at once"]["changes"] == []
    assert not run["at once"]["changed"]
    assert not run["absent again"]["changed"]


def test_names_and_addresses_that_users_have(play: Playbook, registry: Registry) -> None:
    alice = registry.new_user().name
    org = registry.new_org_name()
    run = play(
        {
            "name": task("quay_organization", fails=True, name=alice, email=f"{org}@example.com"),
            "e-mail": task("quay_organization", fails=True, name=org, email=f"{alice}@example.com"),
        }
    )
    assert f"'{alice}'" in run.message("name")
    assert "users and organizations share their names" in run.message("name")
    assert "mail" in run.message("e-mail")
    assert not registry.exists(org)
