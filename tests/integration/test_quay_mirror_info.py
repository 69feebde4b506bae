# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_mirror_info, and what quay_organization_mirror tells besides settings.

The other registry is an address that is none, and nothing is due before 2031.
"""

from __future__ import annotations

from .support.playbook import Playbook, task
from .support.registry import Registry

START = "2031-01-02T03:04:05Z"


def with_robot(registry: Registry) -> str:
    """Return the name of a new organization with the robot ``ci``."""
    org = registry.new_org()
    registry.send("PUT", f"organization/{org}/robots/ci", {"description": ""})
    return org


def test_how_mirrors_are_doing(play: Playbook, registry: Registry) -> None:
    org = with_robot(registry)
    registry.new_repository(org, "app")
    source = {
        "external_reference": "1.1.1.1/library/app",
        "image_tags": ["*"],
        "robot_username": f"{org}+ci",
        "sync_start_date": START,
        "is_enabled": True,
    }
    run = play(
        {
            "none": task("quay_mirror_info", namespace=org),
            "make": task("quay_repository_mirror", name=f"{org}/app", **source),
            "one": task("quay_mirror_info", namespace=org, return_repositories=True),
            "all": task("quay_mirror_info"),
            "nobody": task("quay_mirror_info", fails=True, namespace=registry.new_org_name()),
        }
    )
    assert run["none"]["counts"]["total"] == 0
    assert run["one"]["counts"]["never_run"] == 1
    assert [one["repository"] for one in run["one"]["repositories"]] == ["app"]
    assert run["one"]["issues"][0]["message"] == f"Repository {org}/app has never been synced"
    assert run["all"]["counts"]["total"] >= 1
    assert "no namespace of that name" in run.message("nobody")


def test_what_an_organization_is_filled_with(play: Playbook, registry: Registry) -> None:
    org = with_robot(registry)
    source = {
        "external_registry_type": "quay",
        "external_registry_url": "https://1.1.1.1",
        "external_namespace": "library",
        "robot_username": f"{org}+ci",
        "sync_start_date": START,
    }
    run = play(
        {
            "make": task("quay_organization_mirror", organization=org, **source),
            "verify": task("quay_organization_mirror", fails=True, organization=org, verify=True),
            "look": task("quay_organization_mirror", organization=org, return_repositories=True),
        }
    )
    assert "could not reach" in run.message("verify")
    assert run["verify"]["verified"]["success"] is False
    assert (run["look"]["changed"], run["look"]["repositories"]) == (False, [])
