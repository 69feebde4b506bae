# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_robot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .support.lifecycle import STEPS, life_cycle
from .support.playbook import Playbook, Task, look, task
from .support.registry import Registry

CI = {"issuer": "https://ci.example.com", "subject": "repo:app"}
CRON = {"issuer": "https://cron.example.com", "subject": "nightly"}


def keep(registered: list[str], path: Path) -> Task:
    """Return a task that writes registered results to a file, as later tasks of a playbook see them."""
    values = ", ".join(f"'{name}': {name}" for name in registered)
    return {
        "ansible.builtin.copy": {
            "content": "{{ {" + values + "} | to_json }}",
            "dest": str(path),
            "mode": "0600",
        },
        "no_log": True,
    }


def test_life_cycle(play: Playbook, registry: Registry, tmp_path: Path) -> None:
    org = registry.new_org()
    kept = tmp_path / "kept.json"
    steps = life_cycle(
        "quay_robot",
        {"name": f"{org}+ci"},
        create={"description": "Pushes", "federations": [CI]},
        change={"federations": [CRON], "append": False},
        looks={
            "check create": look(registry, f"organization/{org}/robots"),
            "create": look(registry, f"organization/{org}/robots/ci/federation"),
            "change": look(registry, f"organization/{org}/robots/ci/federation"),
            "check absent": look(registry, f"organization/{org}/robots/ci"),
        },
    )
    names = {step: step.replace(" ", "_") for step in STEPS}
    tasks = {name: {**one, "register": names[name]} if name in names else one for name, one in steps.items()}
    # Results that hold a token are hidden from callbacks, so they are looked at through what is registered.
    run = play({**tasks, "keep": keep(list(names.values()), kept)})
    results = json.loads(kept.read_text())
    assert {step: results[names[step]]["changed"] for step in STEPS} == STEPS
    for step in ("create", "change", "absent"):
        assert results[names[f"check {step}"]]["changes"] == results[names[step]]["changes"]
        assert results[names[f"check {step}"]]["diff"] == results[names[step]]["diff"]
    assert run.seen("after check create")["robots"] == []
    assert _pairs(run.seen("after create")) == [(CI["issuer"], CI["subject"])]
    assert _pairs(run.seen("after change")) == [(CRON["issuer"], CRON["subject"])]
    robot = run.seen("after check absent")
    assert robot["description"] == "Pushes"
    for step in ("create", "create_again", "change", "change_again"):
        assert results[step]["name"] == f"{org}+ci"
        assert results[step]["token"] == robot["token"]
    assert results["check_create"]["placeholders"] == results["check_change"]["placeholders"] == ["token"]
    for step in ("absent", "absent_again"):
        assert "token" not in results[step]
    assert registry.robots(org) == {}


def test_federations_are_added_or_complete(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    robot = f"{org}+ci"
    pairs = look(registry, f"organization/{org}/robots/ci/federation")
    run = play(
        {
            "robot": task("quay_robot", name=robot, federations=[CI]),
            "add": task("quay_robot", name=robot, federations=[CRON]),
            "after add": pairs,
            "check add again": task("quay_robot", check=True, name=robot, federations=[CI]),
            "check left out": task("quay_robot", check=True, name=robot, append=False),
            "none": task("quay_robot", name=robot, federations=[], append=False),
            "after none": pairs,
            "check none again": task("quay_robot", check=True, name=robot, federations=[], append=False),
        }
    )
    assert len(_pairs(run.seen("after add"))) == 2
    assert not run["check add again"]["changed"]
    assert not run["check left out"]["changed"]
    assert _pairs(run.seen("after none") or []) == []
    assert not run["check none again"]["changed"]


def test_a_new_token_at_every_run(play: Playbook, registry: Registry, tmp_path: Path) -> None:
    org = registry.new_org()
    name = f"{org}+ci"
    kept = tmp_path / "kept.json"
    renew = task("quay_robot", name=name, regenerate=True)
    run = play(
        {
            "create": {**task("quay_robot", name=name), "register": "created"},
            "check": task("quay_robot", check=True, diff=True, name=name, regenerate=True),
            "after check": look(registry, f"organization/{org}/robots/ci"),
            "renew": {**renew, "register": "renewed"},
            "renew again": {**renew, "register": "renewed_again"},
            "keep": keep(["created", "renewed", "renewed_again"], kept),
        }
    )
    results = json.loads(kept.read_text())
    tokens = [results[one]["token"] for one in ("created", "renewed", "renewed_again")]
    assert len(set(tokens)) == 3
    assert tokens[2] == registry.robots(org)[name]["token"]
    assert run["check"]["changed"]
    assert run["check"]["diff"][0]["after"] == {"token": "(a new one)"}
    assert run.seen("after check")["token"] == tokens[0]
    assert results["renewed"]["changed"] and results["renewed_again"]["changed"]
    assert results["renewed"]["changes"][0]["fields"] == ["regenerate"]


def test_regenerate_makes_a_robot_that_is_missing(play: Playbook, registry: Registry, tmp_path: Path) -> None:
    org = registry.new_org()
    kept = tmp_path / "kept.json"
    robot = task("quay_robot", name=f"{org}+ci", regenerate=True)
    play({"create": {**robot, "register": "created"}, "keep": keep(["created"], kept)})
    created = json.loads(kept.read_text())["created"]
    assert created["token"] == registry.robots(org)[f"{org}+ci"]["token"]
    assert [change["action"] for change in created["changes"]] == ["create"]


def test_a_description_that_differs_is_only_a_warning(
    play: Playbook, registry: Registry, tmp_path: Path
) -> None:
    org = registry.new_org()
    kept = tmp_path / "kept.json"
    registry.send("PUT", f"organization/{org}/robots/ci", {"description": "as it was"})
    other = task("quay_robot", name=f"{org}+ci", description="another")
    play({"other": {**other, "register": "other"}, "keep": keep(["other"], kept)})
    result = json.loads(kept.read_text())["other"]
    assert not result["changed"]
    assert "robot ci: its description differs, and Quay cannot change it" in " ".join(result["warnings"])
    assert registry.robots(org)[f"{org}+ci"]["description"] == "as it was"


def test_robots_of_the_own_namespace(play: Playbook, registry: Registry, tmp_path: Path) -> None:
    person = registry.new_user()
    token = registry.new_token(person)
    kept = tmp_path / "kept.json"
    run = play(
        {
            "check create": task("quay_robot", check=True, name="laptop"),
            "create": {**task("quay_robot", name="laptop", description="Mine"), "register": "created"},
            "by full name": task("quay_robot", check=True, name=f"{person.name}+laptop", description="Mine"),
            "other": task("quay_robot", name=f"{person.name}+other"),
            "absent": task("quay_robot", name="laptop", state="absent"),
            "absent again": task("quay_robot", name="laptop", state="absent"),
            "keep": keep(["created"], kept),
        },
        defaults={"quay_host": registry.url, "quay_token": token},
    )
    created = json.loads(kept.read_text())["created"]
    assert created["name"] == f"{person.name}+laptop"
    assert len(created["token"]) >= 40
    assert run["check create"]["changed"]
    assert not run["by full name"]["changed"]
    assert run.changes("absent") == [("delete", "robot", f"{person.name}+laptop")]
    assert not run["absent again"]["changed"]


def test_an_organization_that_does_not_exist(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    run = play(
        {
            "check": task("quay_robot", check=True, diff=True, name=f"{org}+ci", federations=[CI]),
            "absent": task("quay_robot", name=f"{org}+ci", state="absent"),
            "present": task("quay_robot", fails=True, name=f"{org}+ci"),
        }
    )
    assert run.changes("check") == [("create", "robot", f"{org}+ci")]
    assert not run["absent"]["changed"]
    assert f"'{org}' does not exist" in run.message("present")
    assert run["present"]["changes"] == []


def _pairs(answer: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((entry["issuer"], entry["subject"]) for entry in answer)
