# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_logs_info and quay_logs_export."""

from __future__ import annotations

import time

from .support.playbook import Playbook, task
from .support.registry import Registry


def days_ago(days: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() - days * 86400))


def new_deeds(registry: Registry) -> str:
    """Do something in a new organization, and return its name."""
    org = registry.new_org()
    registry.new_repository(org, "app")
    registry.send("PUT", f"organization/{org}/robots/ci", {})
    return org


def test_what_was_done(play: Playbook, registry: Registry) -> None:
    org = new_deeds(registry)
    run = play(
        {
            "organization": task("quay_logs_info", organization=org),
            "repository": task("quay_logs_info", repository=f"{org}/app", check=True),
            "robots": task("quay_logs_info", organization=org, kinds=["create_robot"]),
            "admin": task("quay_logs_info", organization=org, performer=registry.admin, limit=1),
            "robot": task("quay_logs_info", organization=org, performer=f"{org}+ci"),
            "nobody": task("quay_logs_info", organization=org, performer="nobody-at-all", fails=True),
            "long ago": task("quay_logs_info", organization=org, start="2020-01-01", end="2020-01-02"),
            "registry": task("quay_logs_info", registry=True, limit=5),
            "own": task("quay_logs_info", limit=1),
            "counts": task("quay_logs_info", organization=org, counts=True),
            "many counts": task("quay_logs_info", organization=org, counts=True, start=days_ago(100)),
        }
    )
    assert not any(result["changed"] for result in run.results.values())
    done = ["create_repo", "create_robot", "org_create"]
    assert sorted(entry["kind"] for entry in run["organization"]["logs"]) == done
    (entry,) = run["repository"]["logs"]
    assert (entry["kind"], entry["performer"], entry["metadata"]["repo"]) == (
        "create_repo",
        registry.admin,
        "app",
    )
    assert [entry["kind"] for entry in run["robots"]["logs"]] == ["create_robot"]
    assert (len(run["admin"]["logs"]), run["admin"]["more"]) == (1, True)
    assert run["robot"]["logs"] == run["long ago"]["logs"] == []
    assert "performer 'nobody-at-all' does not exist" in run["nobody"]["msg"]
    assert all("namespace" in entry for entry in run["registry"]["logs"])
    for name in ("counts", "many counts"):
        assert run[name]["totals"] == dict.fromkeys(done, 1)


def test_an_export_is_started(play: Playbook, registry: Registry) -> None:
    org = new_deeds(registry)
    somewhere = {"email": "somebody@example.com"}
    run = play(
        {
            "check": task("quay_logs_export", organization=org, **somewhere, check=True),
            "export": task("quay_logs_export", organization=org, start="2026-01-01", **somewhere),
            "repository": task("quay_logs_export", repository=f"{org}/app", **somewhere),
            "inside": task("quay_logs_export", organization=org, url="http://127.0.0.1/", fails=True),
        }
    )
    assert run["check"]["changed"] and "export_id" not in run["check"]
    assert run["export"]["export_id"] and run["repository"]["export_id"]
    assert "SSRF_ALLOWED_HOSTS" in run["inside"]["msg"]
