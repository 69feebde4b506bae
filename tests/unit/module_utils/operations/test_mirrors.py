# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay tells of mirrors besides their settings, and how all of them are doing."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import FeatureOff, Forbidden, NotFound
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations import mirrors
from ansible_collections.quayops.quay.plugins.module_utils.operations.operation import Operation
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry

SOURCE = {
    "external_registry_type": "quay",
    "external_registry_url": "https://quay.io",
    "external_namespace": "library",
    "robot_username": "ci",
}
HEALTH = "GET repository/mirror/health"


def mirrored(registry: Registry, check_mode: bool = False, **options: Any) -> Operation:
    defaults = {name: option.get("default") for name, option in mirrors.organization_mirror_options().items()}
    params = {**defaults, "organization": "acme", **SOURCE, **options}
    return mirrors.organization_mirror(params, registry.client(), check_mode)


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme", "robots": [{"name": "ci"}]})
    registry.requests()
    return registry


# --- of an organization -----------------------------------------------------------------------------


def test_the_connection_is_tried_on_request(acme: Registry) -> None:
    tried = mirrored(acme, verify=True)
    assert (tried.changed, tried.error) == (True, None)
    assert tried.values["verified"]["success"] is True
    assert tried.values["organization"] == "acme"
    again = mirrored(acme, verify=True, external_registry_url="https://1.1.1.1")
    assert again.changed
    assert again.error is not None
    assert again.error.startswith("Quay could not reach what is to be mirrored: SSL error")
    assert again.values["verified"]["success"] is False
    assert [view["fields"] for view in again.values["changes"]] == [["external_registry_url"]]
    acme.requests()
    assert "verified" not in mirrored(acme, check_mode=True, verify=True).values
    assert "verified" not in mirrored(acme, verify=True, state="absent").values
    assert acme.writes() == ["DELETE organization/acme/mirror"]


def test_what_was_found_is_returned_on_request(acme: Registry) -> None:
    assert mirrored(acme, check_mode=True, return_repositories=True).values["repositories"] == []
    assert "repositories" not in mirrored(acme).values
    for number in range(501):
        acme.simulator.discover("acme", f"app{number:03}", status="FAIL", message="no such image")
    acme.requests()
    found = mirrored(acme, return_repositories=True).values["repositories"]
    assert [one["name"] for one in found] == [f"app{number:03}" for number in range(501)]
    assert acme.requests()[2:] == [
        f"GET organization/acme/mirror/repositories?limit=500&page={page}" for page in (1, 2)
    ]
    assert found[0] == {
        "name": "app000",
        "sync_status": "FAIL",
        "discovery_date": "2031-01-02T00:00:00Z",
        "last_sync_date": None,
        "status_message": "no such image",
        "quay_repository": None,
    }


def test_a_failure_says_what_was_not_done(acme: Registry) -> None:
    failed = mirrored(acme, external_registry_url="https://10.1.2.3", verify=True)
    assert not failed.changed
    assert failed.error is not None
    assert "SSRF_ALLOWED_HOSTS" in failed.error


# --- of repositories --------------------------------------------------------------------------------


@pytest.fixture
def health(acme: Registry) -> Registry:
    source = {
        "external_reference": "quay.io/a/b",
        "image_tags": ["*"],
        "robot_username": "ci",
        "is_enabled": True,
    }
    names = ("one", "three", "two")
    acme.one({"name": "acme", "repositories": [{"name": name, "mirror": source} for name in names]})
    acme.requests()
    return acme


def info(registry: Registry, client: Any = None, **options: Any) -> Operation:
    params = {"namespace": None, "return_repositories": False, **options}
    return mirrors.mirror_info(params, client or registry.client(), False)


def test_how_they_are_doing(health: Registry) -> None:
    found = info(health, namespace="acme").values
    assert health.requests() == [f"{HEALTH}?namespace=acme"]
    assert found["healthy"] is True
    assert found["counts"] == {"total": 3, "syncing": 0, "completed": 0, "failed": 0, "never_run": 3}
    assert found["issues"][0]["message"] == "Repository acme/one has never been synced"
    assert "repositories" not in found
    assert info(health).values["counts"] == found["counts"]


def test_doing_badly_is_an_answer(health: Registry) -> None:
    health.simulator.change_mirror("acme", "one", status="FAIL", retries=0)
    found = info(health, namespace="acme").values
    assert len(health.requests()) == 1
    assert found["healthy"] is False
    assert found["issues"][0]["severity"] == "critical"


def test_being_down_is_none(health: Registry) -> None:
    health.simulator.faults.add(Fault("503", method="GET", path="mirror/health", times=2))
    assert info(health, namespace="acme").values["healthy"] is True
    assert len(health.waits) == 2


def test_each_repository(health: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirrors, "_MOST_DETAILS", 2)
    found = info(health, namespace="acme", return_repositories=True).values["repositories"]
    assert [one["repository"] for one in found] == ["one", "three", "two"]
    assert [one.rpartition("=")[2] for one in health.requests()] == ["0", "2"]


def test_who_may_ask(health: Registry) -> None:
    alice = health.client(Token(health.simulator.token("alice")))
    assert info(health, alice, namespace="alice").values["counts"]["total"] == 0
    with pytest.raises(Forbidden):
        info(health, alice, namespace="acme")
    with pytest.raises(Forbidden, match="super:user"):
        info(health, alice)
    with pytest.raises(NotFound):
        info(health, namespace="nobody")


def test_superusers_without_full_access_are_told_numbers(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"SUPERUSERS_FULL_ACCESS": False})
    found = info(registry, return_repositories=True)
    assert registry.requests()[-1] == "GET superuser/mirror/health"
    assert (found.values["counts"]["total"], found.values["repositories"]) == (0, [])
    assert "FEATURE_SUPERUSERS_FULL_ACCESS" in found.warnings[0]


def test_an_old_quay(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"REPO_MIRROR": False})
    with pytest.raises((FeatureOff, NotFound)):
        info(registry, namespace="admin")
