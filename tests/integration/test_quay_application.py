# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_application."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .support.lifecycle import STEPS, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry
from .test_quay_robot import keep
from .test_secrets import assert_hidden

CREATE = {
    "description": "first",
    "application_uri": "https://app.example.com",
    "avatar_email": "a@example.com",
}
CHANGE = {"description": "second", "redirect_uri": "https://app.example.com/back", "avatar_email": ""}


def applications(registry: Registry, org: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.get(f"organization/{org}/applications")["applications"]
    return found


def test_life_cycle(play: Playbook, registry: Registry, tmp_path: Path) -> None:
    org = registry.new_org()
    kept = tmp_path / "kept.json"
    there = look(registry, f"organization/{org}/applications")
    steps = life_cycle(
        "quay_application",
        {"organization": org, "name": "portal"},
        create=CREATE,
        change=CHANGE,
        looks=dict.fromkeys(("check create", "create", "check change", "change", "check absent"), there),
    )
    names = {step: step.replace(" ", "_") for step in STEPS}
    tasks = {name: {**one, "register": names[name]} if name in names else one for name, one in steps.items()}
    # Results that hold a secret are hidden from callbacks, so they are looked at through what is registered.
    run = play({**tasks, "keep": keep(list(names.values()), kept)}, "-vvv", "--diff")
    results = json.loads(kept.read_text())
    assert {step: results[names[step]]["changed"] for step in STEPS} == STEPS
    for step in ("create", "change", "absent"):
        assert results[names[f"check {step}"]]["changes"] == results[names[step]]["changes"]
        assert results[names[f"check {step}"]]["diff"] == results[names[step]]["diff"]
    assert run.seen("after check create")["applications"] == []
    (created,) = run.seen("after create")["applications"]
    assert {name: created[name] for name in CREATE} == CREATE
    assert run.seen("after check change")["applications"] == [created]
    (changed,) = run.seen("after change")["applications"]
    assert (changed["description"], changed["redirect_uri"]) == ("second", CHANGE["redirect_uri"])
    assert (changed["application_uri"], changed["avatar_email"]) == (CREATE["application_uri"], None)
    assert run.seen("after check absent")["applications"] == [changed]
    for step in ("create", "create_again", "check_create_again", "change", "change_again"):
        assert results[step]["name"] == "portal"
        assert results[step]["client_id"] == created["client_id"]
        assert results[step]["client_secret"] == created["client_secret"]
    assert results["check_create"]["placeholders"] == ["client_id", "client_secret"]
    assert results["check_change"]["client_id"] == created["client_id"]
    assert results["check_change"]["placeholders"] == ["client_secret"]
    for step in ("absent", "absent_again"):
        assert "client_secret" not in results[step]
    assert applications(registry, org) == []
    # What check mode foresees can be seen.
    assert run["check change"]["diff"][0]["after"]["description"] == "second"


def test_the_secret_is_not_printed(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    portal = {"organization": org, "name": "portal"}
    run = play(
        {
            "create": task("quay_application", **portal),
            "again": {**task("quay_application", **portal), "register": "portal"},
            "check": task("quay_application", check=True, diff=True, **portal, description="other"),
            "change": task("quay_application", diff=True, **portal, description="other"),
        },
        "--diff",
        "-vvvv",
    )
    (view,) = applications(registry, org)
    assert_hidden(run, view["client_secret"], registry.token)
    assert "censored" in run["again"]
    assert "censored" not in run["check"]


def test_renaming(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    rename = {"organization": org, "name": "portal", "new_name": "gate"}
    run = play(
        {
            "create": task("quay_application", organization=org, name="portal", description="kept"),
            "check rename": task("quay_application", check=True, diff=True, **rename),
            "rename": task("quay_application", **rename),
            "rename again": task("quay_application", check=True, **rename, description="kept"),
            "another": task("quay_application", organization=org, name="portal"),
            "both": task("quay_application", fails=True, **rename),
        },
    )
    assert run.changes("check rename") == [("update", "application", "portal")]
    assert run["check rename"]["diff"][0]["after"] == {"name": "gate"}
    assert "both exist" in run.message("both")
    found = {view["name"]: view["description"] for view in applications(registry, org)}
    assert found == {"gate": "kept", "portal": ""}
    gate = {"organization": org, "name": "nothing", "new_name": "gate"}
    run = play({"absent": task("quay_application", **gate, state="absent")})
    assert run.changes("absent") == [("delete", "application", "gate")]


def test_names_that_are_shared(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    for _ in range(2):
        registry.send("POST", f"organization/{org}/applications", {"name": "portal"})
    before = applications(registry, org)
    portal = {"organization": org, "name": "portal"}
    run = play(
        {
            "change": task("quay_application", fails=True, **portal, description="mine"),
            "check": task("quay_application", check=True, fails=True, **portal),
            "absent": task("quay_application", fails=True, **portal, state="absent"),
            "other": task("quay_application", organization=org, name="other"),
        },
        "-vvv",
    )
    for name in ("change", "check", "absent"):
        assert f"2 applications of '{org}' are named 'portal'" in run.message(name)
    after = applications(registry, org)
    assert [view for view in after if view["name"] == "portal"] == before
    assert len(after) == 3
    assert_hidden(run, *(view["client_secret"] for view in after))


def test_what_is_refused(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    plain = registry.new_token(registry.new_user())
    portal = {"organization": org, "name": "portal"}
    missing = {"organization": registry.new_org_name(), "name": "portal"}
    run = play(
        {
            "missing": task("quay_application", fails=True, **missing),
            "missing, check": task("quay_application", check=True, **missing),
            "missing, absent": task("quay_application", **missing, state="absent"),
            "others": task("quay_application", fails=True, **portal, quay_token=plain),
            "wrong token": task("quay_application", fails=True, **portal, quay_token="n" * 40),
        }
    )
    assert "does not exist" in run.message("missing")
    assert run["missing, check"]["changed"]
    assert not run["missing, absent"]["changed"]
    assert "team with role admin" in run.message("others")
    assert "token is invalid, expired or revoked" in run.message("wrong token")
    assert applications(registry, org) == []
