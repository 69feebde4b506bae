# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Check mode and diff mode as given on the command line."""

from __future__ import annotations

import pytest

from .support.playbook import Playbook, Task, task
from .support.registry import Registry
from .test_quay_organizations import full


def whole_playbook(org: str, user: str, bulk: str) -> dict[str, Task]:
    """Return tasks as users write them one after the other, each of which needs what the ones before made."""
    robot = f"{org}+ci"
    perms = [{"name": robot, "role": "write"}, {"name": "devs", "type": "team"}, {"name": user}]
    return {
        "organization": task("quay_organization", name=org, email=f"{org}@example.com"),
        "robot": task("quay_robot", name=robot, description="Pushes"),
        "team": task("quay_team", organization=org, name="devs", role="creator", members=[robot, user]),
        "for the robot": task("quay_prototype", organization=org, name=robot, role="write"),
        "for the team": task("quay_prototype", organization=org, name="devs", type="team", creator=user),
        "repository": task("quay_repository", name=f"{org}/app", visibility="public", perms=perms),
        "bulk": task("quay_organizations", organizations=[full(bulk, user)]),
        "info": task("quay_organization_info", name=org),
    }


def test_a_whole_playbook_on_an_empty_registry(play: Playbook, registry: Registry) -> None:
    org, bulk, user = registry.new_org_name(), registry.new_org_name(), registry.new_user().name
    tasks = whole_playbook(org, user, bulk)
    if registry.simulated:
        registry.forget_requests()
    run = play(tasks, "--check", "--diff")
    if registry.simulated:
        assert registry.writes() == []
    writing = [name for name in tasks if name != "info"]
    assert [name for name in writing if run[name]["changed"]] == writing
    assert run["info"]["organizations"] == []
    assert not registry.exists(org) and not registry.exists(bulk)
    assert '+    "state": "present"' in run.output


@pytest.mark.simulator_only
def test_a_second_run_and_check_mode_send_only_gets(play: Playbook, registry: Registry) -> None:
    org, bulk, user = registry.new_org_name(), registry.new_org_name(), registry.new_user().name
    tasks = whole_playbook(org, user, bulk)
    play(tasks)
    registry.forget_requests()
    run = play(tasks, "--diff")
    assert registry.requests_log() and registry.writes() == []
    assert "changed=0 " in run.output
    other = registry.new_user().name
    changes = {
        "organization": task("quay_organization", name=org, email="", tag_expiration_s="1d"),
        "rename": task("quay_organization", name=org, new_name=registry.new_org_name()),
        "robot": task("quay_robot", name=f"{org}+ci", regenerate=True),
        "robot gone": task("quay_robot", name=f"{org}+ci", state="absent"),
        "team": task("quay_team", organization=org, name="devs", role="admin", members=[other], append=False),
        "team gone": task("quay_team", organization=org, name="devs", state="absent"),
        "prototype": task("quay_prototype", organization=org, name=f"{org}+ci", role="read"),
        "prototype gone": task("quay_prototype", organization=org, name=f"{org}+ci", state="absent"),
        "repository": task("quay_repository", name=f"{org}/app", description="x", perms=[], append=False),
        "repository gone": task("quay_repository", name=f"{org}/app", state="absent"),
        "purge": task(
            "quay_organizations",
            organizations=[{"name": bulk, "robots": [], "teams": [], "repositories": [], "prototypes": []}],
            purge=["robots", "teams", "repositories", "prototypes"],
        ),
        "organization gone": task("quay_organization", name=org, state="absent"),
    }
    registry.forget_requests()
    before = registry.control("GET", "state")
    run = play(changes, "--check", "--diff")
    assert registry.requests_log() and registry.writes() == []
    assert registry.control("GET", "state") == before
    assert [name for name in changes if not run[name]["changed"]] == []


def test_the_diff_as_it_is_printed(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    team = {"organization": org, "name": "devs"}
    run = play(
        {
            "create": task("quay_team", **team, role="creator", members=[registry.admin]),
            "change": task("quay_team", **team, role="member", description="Developers"),
            "delete": task("quay_team", **team, state="absent"),
            "nothing": task("quay_team", **team, state="absent"),
        },
        "--diff",
    )
    create, change, delete, nothing = _printed(run.output, ["create", "change", "delete", "nothing"])
    assert f"--- before: {org}: team devs" in create
    assert f"+++ after: {org}: member {registry.admin} of team devs" in create
    assert '+    "role": "creator"' in create
    assert '-    "role": "creator"' in change and '+    "description": "Developers"' in change
    assert '-    "description": "Developers"' in delete
    assert "---" not in nothing


def _printed(output: str, names: list[str]) -> list[str]:
    """Return what was printed for each task."""
    return [output.partition(f"TASK [{name}]")[2].partition("\nTASK [")[0] for name in names]


def test_what_following_tasks_take_up(play: Playbook, registry: Registry) -> None:
    """What Quay would make up stands in the results of check mode as a placeholder."""
    org = registry.new_org_name()
    admin = {"quay_username": registry.admin, "quay_password": registry.admin_password}
    made: dict[str, Task] = {
        "organization": task("quay_organization", name=org, **admin),
        "robot": task("quay_robot", name=f"{org}+ci", **admin),
        "application": task("quay_application", organization=org, name="portal", **admin),
        "token": task("quay_api_token", client_id="{{ application.client_id }}", **admin),
        "nobody's": task("quay_organization_info", fails=True, quay_token="{{ token.access_token }}"),
    }
    tasks = {name: {**one, "register": name.replace("'", "")} for name, one in made.items()}
    run = play(tasks, "--check", defaults={"quay_host": registry.url})
    assert run["robot"]["placeholders"] == ["token"]
    assert run["application"]["placeholders"] == ["client_id", "client_secret"]
    assert run["token"]["placeholders"] == ["access_token"]
    assert "a placeholder that an earlier task returned in check mode" in run.message("nobody's")
    assert not registry.exists(org)
