# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_repository_mirror, and mirrors inside quay_organizations; nothing is mirrored here."""

from __future__ import annotations

from typing import Any

import pytest

from .support.playbook import Playbook, task
from .support.registry import Registry

MODULE = "quay_repository_mirror"
UPSTREAM = "1.1.1.1/library/busybox"
SECRET = "a-word-that-is-secret"


def names(registry: Registry, play: Playbook) -> tuple[str, str]:
    org = registry.new_org()
    play(
        {
            "robot": task("quay_robot", name=f"{org}+ci"),
            "repository": task("quay_repository", name=f"{org}/app"),
        }
    )
    return org, f"{org}/app"


def mirror(registry: Registry, repository: str) -> dict[str, Any]:
    found: dict[str, Any] = registry.get(f"repository/{repository}/mirror")
    return found


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org, repository = names(registry, play)
    whole = {
        "name": repository,
        "external_reference": UPSTREAM,
        "image_tags": ["v*", "latest"],
        "robot_username": f"{org}+ci",
        "external_registry_username": "puller",
        "external_registry_password": SECRET,
        "sync_interval": "1 day",
        "sync_start_date": "2099-12-02T02:00:00Z",
    }
    change = {"name": repository, "sync_interval": "8h", "https_proxy": "http://proxy.example.com"}
    run = play(
        {
            "check": task(MODULE, check=True, diff=True, **whole),
            "create": task(MODULE, diff=True, **whole),
            "again": task(MODULE, **whole),
            "change": task(MODULE, diff=True, **change),
            "changed": task(MODULE, **change),
            "sync": task(MODULE, name=repository, force_sync=True),
            "synced": task(MODULE, name=repository, force_sync=True),
            "cancel": task(MODULE, name=repository, cancel_sync=True),
            "cancelled": task(MODULE, name=repository, cancel_sync=True),
            "forced": task(MODULE, **{**whole, **change}, force=True, diff=True),
        },
        "-vvv",
    )
    changed = ["check", "create", "change", "sync", "cancel", "forced"]
    assert [name for name in run.results if run[name]["changed"]] == changed
    assert run["create"]["name"] == repository
    assert SECRET not in run.output
    found = mirror(registry, repository)
    assert (found["sync_interval"], found["external_registry_username"]) == (28800, "puller")
    assert found["external_registry_config"]["proxy"]["https_proxy"] == "http://proxy.example.com"
    assert registry.get(f"repository/{repository}")["state"] == "MIRROR"


def test_many_at_once_and_back(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    held = {"external_reference": UPSTREAM, "image_tags": ["*"], "robot_username": "ci"}
    entry = {
        "name": org,
        "robots": [{"name": "ci"}],
        "repositories": [{"name": "app", "mirror": held}, {"name": "other"}],
    }
    include = ["robots", "repositories", "repository_mirror"]
    run = play(
        {
            "check": task("quay_organizations", check=True, organizations=[entry]),
            "make": task("quay_organizations", organizations=[entry]),
            "again": task("quay_organizations", organizations=[entry]),
            "read": {
                **task("quay_organization_info", name=org, include=include),
                "register": "read",
            },
            "back": task("quay_organizations", organizations="{{ read.organizations }}"),
        }
    )
    assert [name for name in run.results if run[name]["changed"]] == ["check", "make"]
    (app, other) = run["read"]["organizations"][0]["repositories"]
    assert app["mirror"]["external_reference"] == UPSTREAM
    assert "mirror" not in other


def test_bad_input(play: Playbook, registry: Registry) -> None:
    org, repository = names(registry, play)
    whole = {"external_reference": UPSTREAM, "image_tags": ["*"], "robot_username": "ci"}
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "nothing": ({"name": repository, "is_enabled": True}, "so that it needs external_reference"),
        "robot": ({"name": repository, **whole, "robot_username": "no"}, f"robot '{org}+no' does not exist"),
        "repository": ({"name": f"{org}/no", **whole}, f"repository '{org}/no' does not exist"),
        "tag": ({"name": repository, **whole, "external_reference": "quay.io/a/b:1"}, "without scheme, tag"),
    }
    run = play({name: task(MODULE, fails=True, **options) for name, (options, _words) in cases.items()})
    assert [name for name, (_options, words) in cases.items() if words not in run.message(name)] == []


@pytest.mark.simulator_only
def test_the_feature_is_off(start_simulator: Any, tmp_path: Any) -> None:
    registry = start_simulator("--feature", "REPO_MIRROR=false")
    play = Playbook(registry, tmp_path)
    org = registry.new_org()
    play({"robot": task("quay_robot", name=f"{org}+ci"), "app": task("quay_repository", name=f"{org}/app")})
    options = {"external_reference": UPSTREAM, "image_tags": ["*"], "robot_username": "ci"}
    run = play({"off": task(MODULE, fails=True, name=f"{org}/app", **options)})
    assert "FEATURE_REPO_MIRROR is off" in run.message("off")
