# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_logs_info."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from .support.playbook import Playbook, task
from .support.registry import Registry

MODULE = "quay_logs_info"
MADE = ["create_repo", "create_robot", "org_create", "org_create_team"]


def kinds(result: dict[str, Any]) -> list[str]:
    return sorted(entry["kind"] for entry in result["logs"] if entry["kind"] in MADE)


def test_what_was_done(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.send("PUT", f"organization/{org}/robots/ci", {"description": "CI"})
    registry.send("PUT", f"organization/{org}/team/devs", {"role": "member"})
    registry.new_repository(org, "app")
    bob = registry.new_user().name
    tomorrow = (datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%d")
    yesterday = (datetime.now(timezone.utc) - timedelta(days=1)).strftime("%Y-%m-%d")
    run = play(
        {
            "all": task(MODULE, organization=org, check=True),
            "some": task(MODULE, organization=org, limit=2),
            "kinds": task(MODULE, organization=org, kinds=["create_robot"], start=yesterday, end=tomorrow),
            "by me": task(MODULE, organization=org, performer=registry.admin),
            "by bob": task(MODULE, organization=org, performer=bob),
            "before": task(MODULE, organization=org, start="2001-01-01", end="2001-12-31"),
            "repository": task(MODULE, repository=f"{org}/app", performer=registry.admin),
            "registry": task(MODULE, registry=True),
            "own": task(MODULE, limit=1),
            "counts": task(MODULE, organization=org, aggregated=True),
            "counts of bob": task(MODULE, organization=org, aggregated=True, performer=bob),
        }
    )
    assert not any(result["changed"] for result in run.results.values())
    assert kinds(run["all"]) == kinds(run["by me"]) == MADE
    assert run["all"]["complete"]
    assert (len(run["some"]["logs"]), run["some"]["complete"]) == (2, False)
    (entry,) = run["kinds"]["logs"]
    assert (entry["performer"], entry["metadata"]["robot"]) == (registry.admin, "ci")
    assert datetime.strptime(entry["datetime"], "%Y-%m-%dT%H:%M:%SZ")
    assert run["by bob"]["logs"] == run["before"]["logs"] == run["counts of bob"]["counts"] == []
    assert kinds(run["repository"]) == ["create_repo"]
    assert org in {entry.get("namespace") for entry in run["registry"]["logs"]}
    assert len(run["own"]["logs"]) <= 1
    assert {one["kind"]: one["count"] for one in run["counts"]["counts"]} == dict.fromkeys(MADE, 1)
    datetime.strptime(run["counts"]["counts"][0]["date"], "%Y-%m-%d")


def test_bad_input(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    nobody = registry.new_name("nobody")
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "date": ({"start": "yesterday"}, "start 'yesterday' is not a date in ISO 8601"),
        "order": ({"start": "2001-01-02", "end": "2001-01-01"}, "is not before end"),
        "two": ({"organization": org, "repository": f"{org}/app"}, "mutually exclusive"),
        "long": ({"start": "2001-01-01", "end": "2001-02-01", "aggregated": True}, "more than 31 days"),
        "nobody": ({"organization": org, "performer": nobody}, f"performer '{nobody}' does not exist"),
        "robot": ({"organization": org, "performer": f"{org}+no"}, f"performer '{org}+no' does not exist"),
        "nowhere": ({"organization": nobody}, f"Organization '{nobody}' does not exist"),
        "no repository": ({"repository": f"{org}/app"}, "404"),
    }
    run = play({name: task(MODULE, fails=True, **options) for name, (options, _words) in cases.items()})
    for name, (_options, words) in cases.items():
        assert words in run.message(name)
