# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_quota, and quotas inside quay_organizations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import StartSimulator
from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry

MODULE = "quay_quota"
GIB = 1024**3


def quotas(view: Any) -> list[tuple[Any, ...]]:
    """Return size, and type and percentage of each limit, of what comes along with a namespace."""
    return [
        (one["limit_bytes"], *sorted((limit["type"], limit["limit_percent"]) for limit in one["limits"]))
        for one in view["quotas"]
    ]


@pytest.mark.parametrize("home", ["organization", "user"])
def test_life_cycle(play: Playbook, registry: Registry, home: str) -> None:
    name = registry.new_org() if home == "organization" else registry.new_user().name
    path = f"organization/{name}" if home == "organization" else f"superuser/users/{name}"
    view = look(registry, path)
    run = play(
        life_cycle(
            MODULE,
            {home: name},
            create={"quota": "1.5 GiB", "warning_pct": 80, "reject_pct": 95},
            change={
                "quota": "2 GB",
                "limits": [
                    {"type": "Warning", "percent": 70},
                    {"type": "Warning", "percent": 90},
                ],
            },
            looks=dict.fromkeys(("check create", "create", "change", "check absent", "absent"), view),
        )
    )
    assert_life_cycle(run)
    assert quotas(run.seen("after check create")) == []
    assert quotas(run.seen("after create")) == [(1536 * 1024**2, ("Reject", 95), ("Warning", 80))]
    assert quotas(run.seen("after change")) == [(2 * 10**9, ("Warning", 70), ("Warning", 90))]
    assert quotas(run.seen("after check absent")) == quotas(run.seen("after change"))
    assert quotas(run.seen("after absent")) == []
    assert run["create"][home] == name
    assert run["create"]["diff"][0]["after"] == {
        "state": "present",
        "quota": "1536MiB",
        "warning_pct": 80,
        "reject_pct": 95,
    }


def test_what_is_left_out_stays(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    run = play(
        {
            "limits only": task(MODULE, organization=org, warning_pct=80),
            "size": task(MODULE, organization=org, quota="10GiB"),
            "nothing": task(MODULE, organization=org),
            "no warning": task(MODULE, organization=org, warning_pct=0),
            "bytes": task(MODULE, organization=org, quota=10 * GIB),
        }
    )
    assert [run[name]["changed"] for name in run.results] == [True, True, False, True, False]
    assert quotas(registry.get(f"organization/{org}")) == [(10 * GIB,)]


def test_nothing_is_said_of_the_size(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    run = play({"nothing": task(MODULE, organization=org)})
    assert not run["nothing"]["changed"]
    assert "none was made" in str(run["nothing"]["warnings"])


def test_bad_input(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "unit": ({"organization": org, "quota": "10 XB"}, "is not a size"),
        "zero": ({"organization": org, "quota": 0}, "is not possible"),
        "percent": ({"organization": org, "quota": "1GiB", "reject_pct": 101}, "1 to 100 percent"),
        "both": ({"organization": org, "limits": [], "reject_pct": 5}, "limits are all limits"),
        "type": ({"organization": org, "limits": [{"type": "Odd", "percent": 5}]}, "must be one of"),
        "nobody": ({"quota": "1GiB"}, "one of the following is required"),
        "two": ({"organization": org, "user": org, "quota": "1GiB"}, "mutually exclusive"),
        "missing": ({"organization": registry.new_org_name(), "quota": "1GiB"}, "does not exist"),
        "missing user": ({"user": registry.new_name("user"), "quota": "1GiB"}, "does not exist"),
    }
    run = play({name: task(MODULE, fails=True, **options) for name, (options, _words) in cases.items()})
    for name, (_options, words) in cases.items():
        assert words in run.message(name)
    assert quotas(registry.get(f"organization/{org}")) == []


def test_an_organization_with_its_quota(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    entry = {"name": org, "quota": {"quota": "10GiB", "warning_pct": 80, "reject_pct": 100}}
    found = "{{ found.organizations }}"
    run = play(
        {
            "check": task("quay_organizations", check=True, diff=True, organizations=[entry]),
            "create": task("quay_organizations", diff=True, organizations=[entry]),
            "again": task("quay_organizations", organizations=[entry]),
            "read": {**task("quay_organization_info", name=org), "register": "found"},
            "hand back": task("quay_organizations", organizations=found),
            "absent": task("quay_organizations", organizations=[{"name": org, "quota": {"state": "absent"}}]),
        }
    )
    assert run["check"]["changes"] == run["create"]["changes"]
    assert run["check"]["diff"] == run["create"]["diff"]
    assert run.changes("create") == [("create", "organization", org), ("create", "quota", org)]
    assert not run["again"]["changed"]
    assert run["read"]["organizations"][0]["quota"] == entry["quota"]
    assert not run["hand back"]["changed"]
    assert run.changes("absent") == [("delete", "quota", org)]


def test_who_is_no_superuser(play: Playbook, registry: Registry) -> None:
    org, person = registry.new_org(), registry.new_user()
    registry.send("PUT", f"organization/{org}/team/owners/members/{person.name}", {})
    run = play(
        {"refused": task(MODULE, fails=True, organization=org, quota="1GiB")},
        defaults={"quay_host": registry.url, "quay_token": registry.new_token(person)},
    )
    assert "not a superuser" in run.message("refused")
    assert quotas(registry.get(f"organization/{org}")) == []


@pytest.mark.simulator_only
def test_a_registry_without_the_feature(tmp_path: Path, start_simulator: StartSimulator) -> None:
    registry = start_simulator("--feature", "QUOTA_MANAGEMENT=false")
    org = registry.new_org()
    run = Playbook(registry, tmp_path)(
        {
            "refused": task(MODULE, fails=True, organization=org, quota="1GiB"),
            "nobody asks": task("quay_organizations", organizations=[{"name": org}]),
        }
    )
    assert "FEATURE_QUOTA_MANAGEMENT" in run.message("refused")
    assert not run["nobody asks"]["changed"]
