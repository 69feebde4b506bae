# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_organization_mirror, and a mirror inside quay_organizations; nothing is mirrored here."""

from __future__ import annotations

from .support.playbook import Playbook, task
from .support.registry import Registry

MODULE = "quay_organization_mirror"
SECRET = "a-word-that-is-secret"


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    whole = {
        "organization": org,
        "external_registry_type": "quay",
        "external_registry_url": "https://1.1.1.1",
        "external_namespace": "library",
        "robot_username": f"{org}+ci",
        "external_registry_username": "puller",
        "external_registry_password": SECRET,
        "repository_filters": ["busy*"],
        "sync_start_date": "2099-12-02T02:00:00Z",
        "is_enabled": False,
    }
    change = {"organization": org, "sync_interval": "8h", "no_proxy": "localhost", "visibility": "public"}
    run = play(
        {
            "robot": task("quay_robot", name=f"{org}+ci"),
            "check": task(MODULE, check=True, diff=True, **whole),
            "create": task(MODULE, diff=True, **whole),
            "again": task(MODULE, **whole),
            "change": task(MODULE, diff=True, **change),
            "changed": task(MODULE, **change),
            "sync": task(MODULE, organization=org, force_sync=True),
            "cancel": task(MODULE, organization=org, cancel_sync=True),
            "cancelled": task(MODULE, organization=org, cancel_sync=True),
            "read": {
                **task("quay_organization_info", name=org, include=["robots", "mirror"]),
                "register": "read",
            },
            "back": task("quay_organizations", organizations="{{ read.organizations }}"),
            "check absent": task(MODULE, check=True, organization=org, state="absent"),
            "absent": task(MODULE, organization=org, state="absent"),
            "absent again": task(MODULE, organization=org, state="absent"),
        },
        "-vvv",
    )
    changed = ["robot", "check", "create", "change", "sync", "cancel", "check absent", "absent"]
    assert [name for name in run.results if run[name]["changed"]] == changed
    assert SECRET not in run.output
    entry = run["read"]["organizations"][0]["mirror"]
    assert (entry["sync_interval"], entry["no_proxy"], entry["visibility"]) == (
        "28800",
        "localhost",
        "public",
    )


def test_an_organization_that_is_not_empty(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    run = play(
        {
            "robot": task("quay_robot", name=f"{org}+ci"),
            "mirror": task(
                MODULE,
                fails=True,
                organization=org,
                external_registry_type="quay",
                external_registry_url="https://1.1.1.1",
                external_namespace="library",
                robot_username="ci",
            ),
        }
    )
    assert "already contains repositories" in run.message("mirror")
