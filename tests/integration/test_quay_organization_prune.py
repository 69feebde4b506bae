# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_organization_prune."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import StartSimulator
from .support.playbook import Playbook, look, task
from .support.registry import Registry

MODULE = "quay_organization_prune"


def policies(answer: Any) -> list[tuple[Any, ...]]:
    rows = answer["policies"]
    return sorted(
        ((one["method"], one["value"], one["tagPattern"], one["tagPatternMatches"]) for one in rows), key=str
    )


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    week = {"namespace": org, "method": "date", "value": "1w", "tag_pattern": "^pr-"}
    only = {**week, "value": "30d", "append": False}
    view = look(registry, f"organization/{org}/autoprunepolicy/")
    run = play(
        {
            "check create": task(MODULE, check=True, diff=True, **week),
            "after check create": view,
            "create": task(MODULE, diff=True, **week),
            "create again": task(MODULE, diff=True, **week),
            "after create": view,
            "check change": task(MODULE, check=True, diff=True, **only),
            "after check change": view,
            "change": task(MODULE, diff=True, **only),
            "change again": task(MODULE, **{**only, "value": "720h"}),
            "after change": view,
            "check absent": task(MODULE, check=True, diff=True, **week, state="absent"),
            "absent": task(
                MODULE,
                diff=True,
                namespace=org,
                method="date",
                value="30d",
                tag_pattern="^pr-",
                state="absent",
            ),
            "absent again": task(MODULE, **only, state="absent"),
            "after absent": view,
        }
    )
    changed = {name: run[name]["changed"] for name in run.results if not name.startswith("after")}
    assert changed == {
        "check create": True,
        "create": True,
        "create again": False,
        "check change": True,
        "change": True,
        "change again": False,
        "check absent": False,
        "absent": True,
        "absent again": False,
    }
    assert policies(run.seen("after check create")) == []
    assert policies(run.seen("after create")) == [("creation_date", "7d", "^pr-", True)]
    assert run.seen("after check change") == run.seen("after create")
    assert policies(run.seen("after change")) == [("creation_date", "30d", "^pr-", True)]
    assert policies(run.seen("after absent")) == []
    for step in ("create", "change"):
        assert run[f"check {step}"]["changes"] == run[step]["changes"]
        assert run[f"check {step}"]["diff"] == run[step]["diff"] != []
    assert run["check create"]["placeholders"] == ["id"]
    assert run["create"]["id"] == run["create again"]["id"] == run.seen("after create")["policies"][0]["uuid"]
    assert run["change"]["id"] == run["change again"]["id"] == run.seen("after change")["policies"][0]["uuid"]
    assert "id" not in run["absent"]


def test_the_policy_in_short(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()

    def short(method: str, value: Any = None) -> Any:
        return task("quay_organization", name=org, auto_prune_method=method, auto_prune_value=value)

    view = look(registry, f"organization/{org}/autoprunepolicy/")
    beside = {"namespace": org, "method": "date", "value": "1d", "tag_pattern": "^pr-"}
    run = play(
        {
            "create": short("date", "30d"),
            "create again": short("date", "30 d"),
            "beside": task(MODULE, **beside),
            "still": short("date", "30d"),
            "change": short("tags", 5),
            "change again": short("tags", "5"),
            "after change": view,
            "left out": task("quay_organization", name=org),
            "none": short("none"),
            "none again": short("none"),
            "half": task("quay_organization", fails=True, name=org, auto_prune_method="date"),
        }
    )
    steps = ("create", "create again", "still", "change", "change again", "left out", "none", "none again")
    assert [run[step]["changed"] for step in steps] == [True, False, False, True, False, False, True, False]
    assert policies(run.seen("after change")) == [
        ("creation_date", "1d", "^pr-", True),
        ("number_of_tags", 5, None, True),
    ]
    assert "needs auto_prune_value" in run.message("half")
    assert policies(registry.get(f"organization/{org}/autoprunepolicy/")) == []


def test_numbers_and_the_alias(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    run = play(
        {
            "number": task(MODULE, organization=org, method="tags", value=5),
            "number again": task(MODULE, organization=org, method="tags", value="5"),
            "others": task(
                MODULE, namespace=org, method="tags", value=5, tag_pattern="^v", tag_pattern_matches=False
            ),
        }
    )
    assert [run[name]["changed"] for name in ("number", "number again", "others")] == [True, False, True]
    assert policies(registry.get(f"organization/{org}/autoprunepolicy/")) == [
        ("number_of_tags", 5, "^v", False),
        ("number_of_tags", 5, None, True),
    ]


def test_the_own_namespace(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    own = {"namespace": person.name, "method": "date", "value": "90d"}
    run = play(
        {
            "create": task(MODULE, **own),
            "again": task(MODULE, **own),
            "absent": task(MODULE, **own, state="absent"),
        },
        defaults={"quay_host": registry.url, "quay_token": registry.new_token(person)},
    )
    assert [run[name]["changed"] for name in ("create", "again", "absent")] == [True, False, True]


def test_bad_input(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    week = {"namespace": org, "method": "date", "value": "7d"}
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "no unit": ({"value": "7"}, "is not a time span"),
        "no number": ({"method": "tags"}, "is not a number of tags"),
        "method": ({"method": "age"}, "must be one of"),
        "missing": ({"namespace": registry.new_org_name()}, "does not exist"),
    }
    run = play({name: task(MODULE, fails=True, **{**week, **more}) for name, (more, _words) in cases.items()})
    for name, (_more, words) in cases.items():
        assert words in run.message(name)
    assert policies(registry.get(f"organization/{org}/autoprunepolicy/")) == []


@pytest.mark.simulator_only
def test_a_registry_without_the_feature(tmp_path: Any, start_simulator: StartSimulator) -> None:
    registry = start_simulator("--feature", "AUTO_PRUNE=false")
    org = registry.new_org()
    run = Playbook(registry, tmp_path)(
        {"create": task(MODULE, fails=True, namespace=org, method="date", value="7d")}
    )
    assert "FEATURE_AUTO_PRUNE" in run.message("create")
