# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""No secret is printed, at any verbosity, whatever happens."""

from __future__ import annotations

import json
from pathlib import Path

from .support.playbook import Playbook, Run, task
from .support.registry import Registry
from .test_quay_organizations import full
from .test_quay_robot import keep

CI = {"issuer": "https://ci.example.com", "subject": "repo:app"}


def assert_hidden(run: Run, *secrets: str) -> None:
    """Neither what is printed nor what callbacks see holds a secret."""
    seen = json.dumps(dict(run.results))
    for secret in secrets:
        assert len(secret) > 10
        assert secret not in run.output
        assert secret not in seen


def test_a_robots_token_is_not_printed(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    robot = {"name": f"{org}+ci"}
    run = play(
        {
            "create": task("quay_robot", **robot, description="Pushes", federations=[CI]),
            "again": {**task("quay_robot", **robot), "register": "robot"},
            "loop": {
                "quayops.quay.quay_robot": {"name": f"{org}+{{{{ item }}}}"},
                "loop": ["ci", "cd"],
            },
            "check": task("quay_robot", check=True, diff=True, **robot, regenerate=True),
        },
        "--diff",
        "-vvvv",
    )
    tokens = [view["token"] for view in registry.robots(org).values()]
    assert len(tokens) == 2
    assert_hidden(run, *tokens)
    assert "censored" in run["again"]
    # Without a token there is nothing to hide.
    assert "censored" not in run["check"]


def test_a_robots_token_can_be_used(play: Playbook, registry: Registry, tmp_path: Path) -> None:
    org = registry.new_org()
    kept = tmp_path / "kept.json"
    run = play(
        {
            "robot": {**task("quay_robot", name=f"{org}+ci"), "register": "robot"},
            "loop": {
                "quayops.quay.quay_robot": {"name": f"{org}+{{{{ item }}}}"},
                "loop": ["ci", "cd"],
                "register": "robots",
            },
            "keep": keep(["robot", "robots"], kept),
        },
        "-vvv",
    )
    tokens = {name: view["token"] for name, view in registry.robots(org).items()}
    found = json.loads(kept.read_text())
    assert found["robot"]["token"] == tokens[f"{org}+ci"]
    assert {one["name"]: one["token"] for one in found["robots"]["results"]} == tokens
    assert_hidden(run, *tokens.values())


def test_a_new_token_is_not_printed(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.send("PUT", f"organization/{org}/robots/ci", {})
    first = registry.robots(org)[f"{org}+ci"]["token"]
    run = play({"renew": task("quay_robot", diff=True, name=f"{org}+ci", regenerate=True)}, "-vvv")
    second = registry.robots(org)[f"{org}+ci"]["token"]
    assert first != second
    assert_hidden(run, first, second)


def test_the_background_is_refused(play: Playbook, registry: Registry) -> None:
    """There, Ansible itself fetches the result, so that the plugin of the module could not hide a token."""
    org = registry.new_org()
    background = {"async": 60, "poll": 1}
    run = play({"create": {**task("quay_robot", fails=True, name=f"{org}+ci"), **background}}, "-vvv")
    assert "does not support async" in run.message("create")
    assert registry.robots(org) == {}


def test_credentials_are_not_printed(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    token = registry.new_token(person)
    org = registry.new_org()
    with_password = {
        "quay_host": registry.url,
        "quay_username": person.name,
        "quay_password": person.password,
    }
    with_token = {"quay_host": registry.url, "quay_token": token}
    team = {"organization": org, "name": "devs"}
    info = {"name": org}
    run = play(
        {
            "refused, with a password": task("quay_team", fails=True, **team, **with_password),
            "refused, with a token": task("quay_team", fails=True, **team, **with_token),
            "read, with a password": task("quay_organization_info", fails=True, **info, **with_password),
            "own, with a token": task("quay_repository", name="mine", **with_token),
            "own, with a password": task("quay_repository", name="mine", **with_password, description="x"),
            "not sent at all": task(
                "quay_team", fails=True, **team, **{**with_token, "quay_host": "http://127.0.0.1:1"}
            ),
        },
        "-vvv",
        "--diff",
        defaults={},
    )
    assert_hidden(run, person.password, token)


def test_the_bulk_module_and_the_one_that_reads_hold_no_secrets(play: Playbook, registry: Registry) -> None:
    org, user = registry.new_org_name(), registry.new_user().name
    run = play(
        {
            "create": task("quay_organizations", organizations=[full(org, user)]),
            "again": task("quay_organizations", organizations=[full(org, user)]),
            "read": task("quay_organization_info", name=org),
        },
        "-vvv",
        "--diff",
    )
    tokens = [robot["token"] for robot in registry.robots(org).values()]
    applications = registry.get(f"organization/{org}/applications")["applications"]
    secrets = [application["client_secret"] for application in applications]
    assert len(tokens) == 2 and len(secrets) == 1
    assert_hidden(run, *tokens, *secrets, registry.token)
