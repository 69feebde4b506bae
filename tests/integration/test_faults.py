# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A registry that fails now and then: the run ends as declared, and nothing is made twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import StartSimulator
from .support.playbook import Playbook, task
from .support.registry import Registry

pytestmark = pytest.mark.simulator_only

ORGANIZATIONS = 50
KINDS = ("429", "503", "reset_before", "reset_after")


def declaration(name: str) -> dict[str, Any]:
    """Return an organization with one object of each kind, and two repositories."""
    return {
        "name": name,
        "email": f"{name}@example.com",
        "robots": [{"name": "ci", "description": "Pushes"}],
        "teams": [
            {"name": "creators", "role": "creator", "description": "May create", "members": [f"{name}+ci"]}
        ],
        "prototypes": [{"name": f"{name}+ci", "role": "write"}],
        "repositories": [
            {"name": "app", "visibility": "public", "description": "The app"},
            {"name": "app/plugins", "perms": [{"name": "creators", "type": "team", "role": "read"}]},
        ],
        "applications": [{"name": "portal", "description": "A portal"}],
    }


def expected(name: str, admin: str) -> dict[str, Any]:
    """Return what the registry must then hold."""
    robot = f"{name}+ci"
    users = {admin: "admin", robot: "write"}
    return {
        "robots": {robot: "Pushes"},
        "teams": {"owners": ("admin", [admin]), "creators": ("creator", [robot])},
        "prototypes": [(None, robot, "write")],
        "repositories": {
            "app": ("public", "The app", users, {}),
            "app/plugins": ("private", "", users, {"creators": "read"}),
        },
        "applications": ["portal"],
    }


def held(state: dict[str, Any]) -> dict[str, Any]:
    """Return what the registry holds of one organization, in the form of ``expected``."""
    return {
        "robots": {name: robot["description"] for name, robot in state["robots"].items()},
        "teams": {name: (team["role"], team["members"]) for name, team in state["teams"].items()},
        "prototypes": [
            (rule["activating_user"], rule["delegate"], rule["role"]) for rule in state["prototypes"]
        ],
        "repositories": {
            name: (
                repository["visibility"],
                repository["description"],
                repository["permissions"]["user"],
                repository["permissions"]["team"],
            )
            for name, repository in state["repositories"].items()
        },
        "applications": [application["name"] for application in state["applications"]],
    }


def faults(seed: int, rate: float = 0.05, path: str = "/api/v1/") -> list[dict[str, Any]]:
    """Return one fault of each kind, each of which hits so many of the requests, always the same ones."""
    found = [
        {"kind": kind, "rate": rate, "seed": seed + number, "path": path} for number, kind in enumerate(KINDS)
    ]
    found[0]["retry_after"] = 0.1
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 20260])
def test_a_bulk_run_ends_as_declared(start_simulator: StartSimulator, tmp_path: Path, seed: int) -> None:
    registry = start_simulator()
    names = [registry.new_org_name() for _ in range(ORGANIZATIONS)]
    bulk = task("quay_organizations", organizations=[declaration(name) for name in names], parallel=16)
    play = Playbook(registry, tmp_path)
    registry.forget_requests()
    registry.control("POST", "faults", faults(seed))
    run = play({"bulk": bulk})
    fired = {fault["kind"]: fault["fired"] for fault in registry.control("GET", "faults")}
    assert all(fired[kind] > 0 for kind in KINDS), fired
    registry.control("DELETE", "faults")
    _assert_as_declared(registry, names)
    assert not any(entry["failed"] for entry in run["bulk"]["organizations"])
    # Each object is reported once, also where nobody got to see Quay's answer.
    counts = dict.fromkeys(("organization", "robot", "team", "prototype", "application", "repository"), 0)
    for action, kind, _name in run.changes("bulk"):
        if action == "create" and kind in counts:
            counts[kind] += 1
    assert counts == {kind: ORGANIZATIONS * (2 if kind == "repository" else 1) for kind in counts}
    registry.forget_requests()
    run = play({"again": bulk})
    assert not run["again"]["changed"]
    assert registry.writes() == []


@pytest.mark.slow
def test_a_bulk_run_with_a_password_ends_as_declared(start_simulator: StartSimulator, tmp_path: Path) -> None:
    registry = start_simulator()
    names = [registry.new_org_name() for _ in range(ORGANIZATIONS // 2)]
    listed = [declaration(name) for name in names]
    registry.control("POST", "faults", faults(7, path="."))
    Playbook(registry, tmp_path)(
        {"bulk": task("quay_organizations", organizations=listed, parallel=16)},
        defaults={
            "quay_host": registry.url,
            "quay_username": registry.admin,
            "quay_password": registry.admin_password,
        },
    )
    registry.control("DELETE", "faults")
    _assert_as_declared(registry, names)


def _assert_as_declared(registry: Registry, names: list[str]) -> None:
    state = registry.control("GET", "state")
    wrong = {
        name: held(state[name]) if name in state else None
        for name in names
        if name not in state or held(state[name]) != expected(name, registry.admin)
    }
    assert wrong == {}
    assert all(state[name]["email"] == f"{name}@example.com" for name in names)


@pytest.mark.parametrize("kind", ["reset_after", "reset_before", "502", "503", "504"])
def test_a_write_is_never_repeated_blindly(
    start_simulator: StartSimulator, tmp_path: Path, kind: str
) -> None:
    """The first try of every write fails; nothing is made twice, and everything is reported once."""
    registry = start_simulator()
    name = registry.new_org_name()
    once = {"kind": kind, "times": 1}
    paths = (
        ("POST", "/organization/$"),
        ("PUT", "/robots/ci$"),
        ("PUT", "/team/creators$"),
        ("PUT", "/members/"),
        ("POST", "/prototypes$"),
        ("POST", "/repository$"),
        ("PUT", "/permissions/"),
        ("POST", "/applications$"),
    )
    registry.control("POST", "faults", [{**once, "method": method, "path": path} for method, path in paths])
    entry = declaration(name)
    run = Playbook(registry, tmp_path)(
        {
            "bulk": task("quay_organizations", organizations=[entry]),
            "again": task("quay_organizations", organizations=[entry]),
        }
    )
    assert [fault["fired"] for fault in registry.control("GET", "faults")] == [1] * len(paths)
    assert held(registry.control("GET", "state")[name]) == expected(name, registry.admin)
    made = [change[1:] for change in run.changes("bulk")]
    assert len(made) == len(set(made)) == 9
    assert not run["again"]["changed"]


def test_what_was_done_before_a_failure_is_reported(start_simulator: StartSimulator, tmp_path: Path) -> None:
    registry = start_simulator()
    broken, sound = registry.new_org_name(), registry.new_org_name()
    registry.control(
        "POST", "faults", {"kind": "500", "method": "POST", "path": f"/organization/{broken}/prototypes"}
    )
    entries = [declaration(broken), declaration(sound)]
    run = Playbook(registry, tmp_path)(
        {"bulk": task("quay_organizations", fails=True, organizations=entries)}
    )
    message = run.message("bulk")
    assert message.startswith("1 of 2 organizations failed:\n")
    assert len(message.splitlines()) == 2
    assert "Quay answered 500" in message
    assert f"Whether this was carried out is open: prototype for user {broken}+ci" in message
    made = [change for change in run["bulk"]["changes"] if change["organization"] == broken]
    assert [change["kind"] for change in made] == ["organization", "robot", "team", "member"]
    state = registry.control("GET", "state")
    assert set(state[broken]["teams"]) == {"owners", "creators"}
    assert state[broken]["repositories"] == {}
    assert held(state[sound]) == expected(sound, registry.admin)


def test_a_listing_that_cannot_be_completed_purges_nothing(
    start_simulator: StartSimulator, tmp_path: Path
) -> None:
    registry = start_simulator()
    org = registry.new_org()
    for number in range(3):
        body = {"repository": f"app{number}", "namespace": org, "visibility": "private", "description": ""}
        registry.send("POST", "repository", body)
    registry.control("POST", "faults", {"kind": "cut_page", "path": "/repository[?]"})
    entry = {"name": org, "repositories": [{"name": "app0"}]}
    run = Playbook(registry, tmp_path)(
        {"purge": task("quay_organizations", fails=True, organizations=[entry], purge=["repositories"])}
    )
    assert "the listing repeats a page, so it cannot be completed" in run.message("purge")
    assert run["purge"]["changes"] == []
    assert set(registry.control("GET", "state")[org]["repositories"]) == {"app0", "app1", "app2"}


def test_a_registry_that_is_down_is_reported(start_simulator: StartSimulator, tmp_path: Path) -> None:
    registry = start_simulator()
    org = registry.new_org()
    registry.control("POST", "faults", {"kind": "429", "path": "/api/", "retry_after": 0.01})
    run = Playbook(registry, tmp_path)({"info": task("quay_organization_info", fails=True, name=org)})
    assert "Quay answered 429" in run.message("info")
    assert "Tried 10 times" in run.message("info")
