# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Two runs of the same organizations at the same time, and runs that are killed half way.

Whatever was in between: a run that is left alone ends well, the one after it changes nothing, and nothing
is there twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from .support.playbook import Playbook, Run, Started, Task, task
from .support.processes import Process, descendants, kill, wait_for
from .support.registry import Registry

ORGANIZATIONS = 10
# On a busy machine one run may be over before the other begins.
ROUNDS = 3
MOST_ROUNDS = 12
# Seconds.
UNTIL_AT_WORK = 120.0
UNTIL_LEFT_ALONE = 120.0

# Whom the signal reaches, and how many organizations there are when it does.
KILLED = [("everything", 1), ("everything", 8), ("the module", 5), ("the play", 3)]


def organization(name: str) -> dict[str, Any]:
    """Return the declaration of an organization with everything that can be inside one."""
    ci, deploy = f"{name}+ci", f"{name}+deploy"
    return {
        "name": name,
        "email": f"{name}@example.com",
        "time_machine_expiration": "4w",
        "robots": [{"name": "ci", "description": "Pushes"}, {"name": "deploy"}],
        "teams": [
            {"name": "creators", "role": "creator", "members": [ci, deploy]},
            {"name": "auditors", "description": "May read everything"},
        ],
        "prototypes": [
            {"name": ci, "role": "write"},
            {"name": "auditors", "type": "team", "role": "read"},
        ],
        "repositories": [
            {"name": "app", "description": "The application", "perms": [{"name": deploy, "role": "read"}]},
            {"name": "web", "perms": [{"name": "auditors", "type": "team", "role": "read"}]},
        ],
        "applications": [{"name": "portal", "description": "Shows it"}],
    }


def state(registry: Registry, name: str) -> dict[str, Any]:
    """Return what an organization holds, with everything that is there twice twice."""
    applications = registry.get(f"organization/{name}/applications")["applications"]
    repositories = registry.get(f"repository?namespace={name}")["repositories"]
    robots = registry.get(f"organization/{name}/robots?permissions=false&token=false")["robots"]
    return {
        "robots": sorted(robot["name"] for robot in robots),
        "teams": {
            team: (view["role"], registry.members(name, team)) for team, view in registry.teams(name).items()
        },
        "prototypes": registry.prototypes(name),
        "repositories": sorted(repository["name"] for repository in repositories),
        "perms": {
            (repository["name"], kind): registry.permissions(f"{name}/{repository['name']}", kind)
            for repository in repositories
            for kind in ("user", "team")
        },
        "applications": sorted(application["name"] for application in applications),
    }


def expected(registry: Registry, name: str) -> dict[str, Any]:
    ci, deploy = f"{name}+ci", f"{name}+deploy"
    # A prototype is carried out on the repositories that are made after it, and so are Quay's own rights.
    made = {ci: "write", registry.admin: "admin"}
    return {
        "robots": [ci, deploy],
        "teams": {
            "owners": ("admin", [registry.admin]),
            "creators": ("creator", [ci, deploy]),
            "auditors": ("member", []),
        },
        "prototypes": [("", "team", "auditors", "read"), ("", "user", ci, "write")],
        "repositories": ["app", "web"],
        "perms": {
            ("app", "user"): {**made, deploy: "read"},
            ("app", "team"): {"auditors": "read"},
            ("web", "user"): made,
            ("web", "team"): {"auditors": "read"},
        },
        "applications": ["portal"],
    }


def ensure(names: Iterable[str], **options: Any) -> dict[str, Task]:
    declared = [organization(name) for name in names]
    return {"ensure": task("quay_organizations", organizations=declared, **options)}


def assert_as_declared(registry: Registry, names: Iterable[str]) -> None:
    for name in names:
        assert state(registry, name) == expected(registry, name), name


def two_runners(registry: Registry, tmp_path: Path) -> tuple[Playbook, Playbook]:
    """Return runners that share no directory."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    return Playbook(registry, first), Playbook(registry, second)


@pytest.mark.slow
def test_two_runs_at_the_same_time(registry: Registry, tmp_path: Path) -> None:
    runners = two_runners(registry, tmp_path)
    together = 0
    for number in range(MOST_ROUNDS):
        if together and number >= ROUNDS:
            break
        names = [registry.new_org_name() for _number in range(ORGANIZATIONS)]
        started = [runner.start(ensure(names)) for runner in runners]
        runs = [one() for one in started]
        assert not runners[0](ensure(names))["ensure"]["changed"]
        assert_as_declared(registry, names)
        together += all(run["ensure"]["changed"] for run in runs)
        made = {name for run in runs for action, _kind, name in run.changes("ensure") if action == "create"}
        assert made >= set(names), "each was made by one of them"
    assert together, "in no round they met: one had done everything before the other began"


@pytest.mark.slow
@pytest.mark.parametrize(("whom", "after"), KILLED)
def test_a_run_that_was_killed_is_finished_by_the_next(
    registry: Registry, tmp_path: Path, whom: str, after: int
) -> None:
    names = [registry.new_org_name() for _number in range(ORGANIZATIONS)]
    killed, runner = two_runners(registry, tmp_path)
    started = killed.start(ensure(names))
    left = kill_at_work(registry, started, names[after - 1], whom)
    try:
        first = runner(ensure(names))
        assert wait_for(left, UNTIL_LEFT_ALONE) == [], "what the killed play left behind is at work still"
        if left:
            # The first one had company, which may have been done before it began.
            runner(ensure(names))
        else:
            assert first["ensure"]["changed"]
        assert not runner(ensure(names))["ensure"]["changed"]
        assert_as_declared(registry, names)
    finally:
        kill(left)


def kill_at_work(registry: Registry, started: Started, name: str, whom: str) -> list[Process]:
    """Kill the play, its module, or both, once that organization is there; return what is left."""
    until = time.monotonic() + UNTIL_AT_WORK
    while not registry.exists(name):
        assert time.monotonic() < until, "the play did not come so far"
        time.sleep(0.02)
    below = descendants(started.process.pid)
    module = [process for process in below if "quay_organizations" in process.command]
    assert module, "the module had ended before"
    if whom == "the module":
        kill(module)
        assert_module_failed(started.ended())
        return wait_for(below, UNTIL_LEFT_ALONE)
    started.process.kill()
    if whom == "everything":
        kill(below)
        below = wait_for(below, UNTIL_LEFT_ALONE)
    run = started.ended()
    assert run.code == -9
    assert not run.results
    return below


def assert_module_failed(run: Run) -> None:
    assert run["ensure"]["failed"], run.output
    assert "changes" not in run["ensure"]
