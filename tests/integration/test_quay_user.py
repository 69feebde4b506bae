# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_user."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import StartSimulator
from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Person, Registry, Session
from .test_quay_robot import keep
from .test_secrets import assert_hidden

FIRST, SECOND = "planted-first-password", "planted-second-password"


def sign_in(registry: Registry, name: str, password: str) -> None:
    """Sign in as an observer; fails where the registry does not accept it."""
    Session(registry.url, registry._verify, Person(name, password))


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    name = registry.new_name("user")
    path = f"superuser/users/{name}"
    run = play(
        life_cycle(
            "quay_user",
            {"username": name, "password": FIRST},
            create={"email": f"{name}@example.com"},
            change={"email": f"{name}@example.org", "enabled": False},
            looks={
                "check create": look(registry, path),
                "create": look(registry, path),
                "check change": look(registry, path),
                "change": look(registry, path),
                "check absent": look(registry, path),
            },
        ),
        "-vvv",
        "--diff",
    )
    assert_life_cycle(run)
    assert run.seen("after check create") is None
    assert run.seen("after create")["email"] == f"{name}@example.com"
    assert run.seen("after check change") == run.seen("after create")
    changed = run.seen("after change")
    assert (changed["email"], changed["enabled"]) == (f"{name}@example.org", False)
    assert run.seen("after check absent") == changed
    assert registry.get(path) is None
    assert run.changes("create") == [("create", "user", name)]
    assert run["create"]["diff"][0]["after"]["password"] == "(the declared one)"
    assert_hidden(run, FIRST, registry.token)


def test_passwords(play: Playbook, registry: Registry) -> None:
    name = registry.new_name("user")
    always = {"username": name, "password": SECOND, "update_password": "always"}
    run = play(
        {
            "create": task("quay_user", username=name, email=f"{name}@example.com", password=FIRST),
            "left out": task("quay_user", username=name),
            "on create": task("quay_user", username=name, password=SECOND),
            "check always": task("quay_user", check=True, diff=True, **always),
            "always": task("quay_user", diff=True, **always),
            "always again": task("quay_user", **always),
        },
        "-vvv",
        "--diff",
    )
    changed = {step: run[step]["changed"] for step in run.results}
    assert changed == {
        "create": True,
        "left out": False,
        "on create": False,
        "check always": False,
        "always": True,
        "always again": False,
    }
    assert "check mode does not do" in run["check always"]["warnings"][0]
    assert run["always"]["diff"][0]["before"] == {"password": "(another one)"}
    sign_in(registry, name, SECOND)
    assert_hidden(run, FIRST, SECOND)


def test_a_password_that_quay_makes_up(play: Playbook, registry: Registry, tmp_path: Path) -> None:
    name = registry.new_name("user")
    kept = tmp_path / "kept.json"
    made = task("quay_user", diff=True, username=name, email=f"{name}@example.com")
    run = play(
        {
            "check": task("quay_user", check=True, diff=True, username=name),
            "create": {**made, "register": "made"},
            "again": made,
            "keep": keep(["made"], kept),
        },
        "-vvv",
        "--diff",
    )
    password = json.loads(kept.read_text())["made"]["password"]
    sign_in(registry, name, password)
    assert_hidden(run, password)
    assert "censored" in run["create"]
    assert run["check"]["changed"]
    assert not run["again"]["changed"]
    assert "password" not in run["again"]


def test_what_is_refused(play: Playbook, registry: Registry) -> None:
    name, other = registry.new_name("user"), registry.new_user().name
    org = registry.new_org()
    plain = registry.new_token(registry.new_user())
    run = play(
        {
            "short": task("quay_user", fails=True, username=name, password="short"),
            "name": task("quay_user", fails=True, username="Upper"),
            "email": task("quay_user", fails=True, username=name, email="nobody"),
            "organization": task("quay_user", fails=True, username=org, email=f"{name}@example.com"),
            "no superuser": task("quay_user", fails=True, username=name, quay_token=plain),
            "wrong token": task("quay_user", fails=True, username=name, quay_token="n" * 40),
            "admin": task("quay_user", fails=True, username=registry.admin, enabled=False),
            "admin, absent": task("quay_user", fails=True, username=registry.admin, state="absent"),
            "admin, as they are": task("quay_user", username=registry.admin, enabled=True, superuser=True),
            "no superuser either": task("quay_user", username=other, superuser=True),
        }
    )
    assert "at least 8 characters" in run.message("short")
    assert "is not allowed" in run.message("name")
    assert "is not an address" in run.message("email")
    assert "users and organizations share their names" in run.message("organization")
    assert "not a superuser" in run.message("no superuser")
    assert "token is invalid, expired or revoked" in run.message("wrong token")
    assert "neither disables nor enables" in run.message("admin")
    assert "Remove the name there, restart Quay" in run.message("admin, absent")
    (warning,) = run["no superuser either"]["warnings"]
    assert f"user '{other}' becomes a superuser only when Quay is restarted" in warning
    assert not run["admin, as they are"]["changed"]
    assert registry.get(f"superuser/users/{name}") is None
    assert_hidden(run, plain)


@pytest.mark.simulator_only
def test_superusers(start_simulator: StartSimulator, tmp_path: Path) -> None:
    """Quay lets nobody else change them, so that a new one is given the password by themself."""
    registry = start_simulator("--superuser", "admin", "--superuser", "boss")
    play = Playbook(registry, tmp_path)
    boss = {"username": "boss", "email": "boss@example.com", "password": FIRST, "superuser": True}
    new = {**boss, "password": SECOND, "update_password": "always"}
    run = play(
        {
            "create": task("quay_user", **boss),
            "again": task("quay_user", **boss),
            "by another": task("quay_user", fails=True, **new),
        },
        "-vvv",
    )
    assert run["create"]["changed"]
    assert not run["again"]["changed"]
    assert "whose password nobody else may change" in run.message("by another")
    themself = {"quay_host": registry.url, "quay_username": "boss", "quay_password": FIRST}
    own = play({"by themself": task("quay_user", **new)}, "-vvv", defaults=themself)
    assert own["by themself"]["changed"]
    sign_in(registry, "boss", SECOND)
    assert_hidden(run, FIRST, SECOND)
    assert_hidden(own, FIRST, SECOND)


@pytest.mark.simulator_only
def test_requests(play: Playbook, registry: Registry) -> None:
    name = registry.new_user().name
    registry.forget_requests()
    entry = {"username": name, "email": f"{name}@example.com", "password": FIRST, "enabled": True}
    assert not play({"again": task("quay_user", **entry)})["again"]["changed"]
    assert [entry["path"] for entry in registry.requests_log()] == [f"/api/v1/superuser/users/{name}"]
