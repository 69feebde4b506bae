# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_organization_mirror, mirrors inside quay_organizations, and quay_mirror_info.

Of a real Quay nobody knows which registries it reaches: the other one is an address that is none, and nothing
is due before 2031.
"""

from __future__ import annotations

from typing import Any

from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, task
from .support.registry import Registry

MODULE = "quay_organization_mirror"
SECRET = "a-word-that-is-secret"
SOURCE = {
    "external_registry_type": "quay",
    "external_registry_url": "https://1.1.1.1",
    "external_namespace": "library",
    "robot_username": "ci",
    "sync_start_date": "2031-01-02T03:04:05Z",
}


def with_robot(registry: Registry) -> str:
    """Return the name of a new organization with the robot ``ci``."""
    org = registry.new_org()
    registry.send("PUT", f"organization/{org}/robots/ci", {"description": ""})
    return org


def mirror(registry: Registry, org: str) -> Any:
    return registry.get(f"organization/{org}/mirror")


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org = with_robot(registry)
    account = {"external_registry_username": "puller", "external_registry_password": SECRET}
    run = play(
        life_cycle(
            MODULE,
            {"organization": org},
            create={**SOURCE, **account, "repository_filters": ["a*"], "sync_interval": "8h"},
            change={"visibility": "private", "is_enabled": False, "https_proxy": "http://p:1"},
        )
    )
    assert_life_cycle(run)
    assert run["create"]["organization"] == org
    assert SECRET not in str(run.results)
    assert mirror(registry, org) is None


def test_settings_and_synchronizations(play: Playbook, registry: Registry) -> None:
    org = with_robot(registry)
    run = play(
        {
            "make": task(MODULE, organization=org, **SOURCE, force_sync=True),
            "again": task(MODULE, organization=org, force_sync=True),
            "cancel": task(MODULE, organization=org, cancel_sync=True),
            "cancel again": task(MODULE, organization=org, cancel_sync=True),
            "change": task(MODULE, organization=org, skopeo_timeout="10m", verify_tls=False, no_proxy="x"),
            "verify": task(MODULE, fails=True, organization=org, verify=True),
            "look": task(MODULE, organization=org, return_repositories=True),
            "type": task(MODULE, organization=org, external_registry_type="harbor"),
        }
    )
    assert [what for what in run.results if run[what]["changed"]] == ["make", "cancel", "change"]
    assert "could not reach" in run.message("verify")
    assert run["verify"]["verified"]["success"] is False
    assert run["look"]["repositories"] == []
    assert "Quay cannot change it" in str(run["type"]["warnings"])
    found = mirror(registry, org)
    assert (found["skopeo_timeout"], found["visibility"], found["is_enabled"]) == (600, "public", True)
    assert found["external_registry_config"]["verify_tls"] is False
    assert found["external_registry_config"]["proxy"]["no_proxy"] == "x"


def test_what_cannot_be_carried_out_changes_nothing(play: Playbook, registry: Registry) -> None:
    org, full = with_robot(registry), with_robot(registry)
    registry.new_repository(full, "app")
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "incomplete": ({"is_enabled": True}, "it needs external_registry_type"),
        "robot": ({**SOURCE, "robot_username": "missing"}, "does not exist"),
        "internal": ({**SOURCE, "external_registry_url": "https://10.1.2.3"}, "SSRF_ALLOWED_HOSTS"),
        "protocol": ({**SOURCE, "external_registry_url": "quay.io"}, "https://host"),
        "repositories": ({**SOURCE, "organization": full}, "already contains repositories"),
    }
    run = play(
        {
            what: task(MODULE, fails=True, **{"organization": org, **given})
            for what, (given, _) in cases.items()
        }
    )
    for what, (_options, words) in cases.items():
        assert words in run.message(what)
    assert (mirror(registry, org), mirror(registry, full)) == (None, None)


def test_everything_in_one_run(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    entry = {"name": org, "robots": [{"name": "ci"}], "mirror": SOURCE}
    run = play(
        {
            "check": task("quay_organizations", check=True, organizations=[entry]),
            "create": task("quay_organizations", organizations=[entry]),
            "again": task("quay_organizations", organizations=[entry]),
            "read": {**task("quay_organization_info", name=org), "register": "found"},
            "hand back": task("quay_organizations", organizations="{{ found.organizations }}"),
            "repository": task("quay_repository", fails=True, name=f"{org}/app"),
            "end": task("quay_organizations", organizations=[{"name": org, "mirror": {"state": "absent"}}]),
        }
    )
    assert run["check"]["changes"] == run["create"]["changes"]
    assert [run[what]["changed"] for what in ("again", "hand back", "end")] == [False, False, True]
    assert "managed by organization-level mirroring" in run.message("repository")
    (read,) = run["read"]["organizations"]
    assert read["mirror"]["external_namespace"] == "library"


def test_how_mirrors_are_doing(play: Playbook, registry: Registry) -> None:
    org = with_robot(registry)
    registry.new_repository(org, "app")
    source = {
        "external_reference": "1.1.1.1/library/app",
        "image_tags": ["*"],
        "robot_username": "ci",
        "sync_start_date": "2031-01-02T03:04:05Z",
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
