# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_repository_prune, and the policies within quay_repository and quay_organizations."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import StartSimulator
from .support.playbook import Playbook, look, task
from .support.registry import Registry

MODULE = "quay_repository_prune"


def policies(answer: Any) -> list[tuple[Any, ...]]:
    rows = answer["policies"]
    return sorted(
        ((one["method"], one["value"], one["tagPattern"], one["tagPatternMatches"]) for one in rows), key=str
    )


def new_repository(registry: Registry, name: str = "app") -> tuple[str, str]:
    """Return the full name of a new repository, and the path of its policies."""
    org = registry.new_org()
    registry.new_repository(org, name)
    return f"{org}/{name}", f"repository/{org}/{name}/autoprunepolicy/"


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    name, path = new_repository(registry, "deep/app")
    week = {"repository": name, "method": "date", "value": "1w", "tag_pattern": "^pr-"}
    month = {**week, "value": "30d"}
    only = {**month, "append": False}
    view = look(registry, path)
    run = play(
        {
            "check create": task(MODULE, check=True, diff=True, **week),
            "after check create": view,
            "create": task(MODULE, diff=True, **week),
            "check create again": task(MODULE, check=True, diff=True, **week),
            "create again": task(MODULE, diff=True, **week),
            "after create": view,
            "check change": task(MODULE, check=True, diff=True, **only),
            "after check change": view,
            "change": task(MODULE, diff=True, **only),
            "change again": task(MODULE, **{**only, "value": "720h"}),
            "after change": view,
            "check absent": task(MODULE, check=True, diff=True, **month, state="absent"),
            "after check absent": view,
            "absent": task(MODULE, diff=True, **only, state="absent"),
            "absent again": task(MODULE, **only, state="absent"),
            "after absent": view,
        }
    )
    changed = {step: run[step]["changed"] for step in run.results if not step.startswith("after")}
    assert changed == {
        "check create": True,
        "create": True,
        "check create again": False,
        "create again": False,
        "check change": True,
        "change": True,
        "change again": False,
        "check absent": True,
        "absent": True,
        "absent again": False,
    }
    assert policies(run.seen("after check create")) == []
    assert policies(run.seen("after create")) == [("creation_date", "7d", "^pr-", True)]
    assert run.seen("after check change") == run.seen("after create")
    assert policies(run.seen("after change")) == [("creation_date", "30d", "^pr-", True)]
    assert run.seen("after check absent") == run.seen("after change")
    assert policies(run.seen("after absent")) == []
    for step in ("create", "change", "absent"):
        assert run[f"check {step}"]["changes"] == run[step]["changes"]
        assert run[f"check {step}"]["diff"] == run[step]["diff"] != []
    assert run["check create"]["placeholders"] == ["id"]
    assert run["create"]["id"] == run["create again"]["id"] == run.seen("after create")["policies"][0]["uuid"]
    assert run["change"]["id"] == run["change again"]["id"] == run.seen("after change")["policies"][0]["uuid"]


def test_several_policies(play: Playbook, registry: Registry) -> None:
    name, path = new_repository(registry)
    run = play(
        {
            "number": task(MODULE, repository=name, method="tags", value=5),
            "number again": task(MODULE, repository=name, method="tags", value="5"),
            "others": task(
                MODULE, repository=name, method="tags", value=5, tag_pattern="^v", tag_pattern_matches=False
            ),
            "age": task(MODULE, repository=name, method="date", value="36h"),
        }
    )
    steps = ("number", "number again", "others", "age")
    assert [run[step]["changed"] for step in steps] == [True, False, True, True]
    assert policies(registry.get(path)) == [
        ("creation_date", "36h", None, True),
        ("number_of_tags", 5, "^v", False),
        ("number_of_tags", 5, None, True),
    ]


def test_the_own_namespace(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    run = play(
        {
            "repository": task("quay_repository", name="own"),
            "create": task(MODULE, repository="own", method="date", value="90d"),
            "again": task(MODULE, repository=f"{person.name}/own", method="date", value="90d"),
            "absent": task(MODULE, repository="own", method="date", value="90d", state="absent"),
        },
        defaults={"quay_host": registry.url, "quay_token": registry.new_token(person)},
    )
    assert [run[name]["changed"] for name in ("create", "again", "absent")] == [True, False, True]


def test_within_the_repository(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    name, path = f"{org}/app", f"repository/{org}/app/autoprunepolicy/"
    week, five = {"method": "date", "value": "1w"}, {"method": "tags", "value": 5}

    def app(**options: Any) -> Any:
        return task("quay_repository", diff=True, name=name, **options)

    run = play(
        {
            "create": app(auto_prune=[week, five]),
            "after create": look(registry, path),
            "again": app(auto_prune=[five, week]),
            "left out": app(description=""),
            "fewer": app(auto_prune=[week], append=False),
            "after fewer": look(registry, path),
            "short": app(auto_prune_method="tags", auto_prune_value=9),
            "short again": app(auto_prune_method="tags", auto_prune_value="9"),
            "after short": look(registry, path),
            "none": app(auto_prune_method="none"),
            "none again": app(auto_prune_method="none"),
        }
    )
    steps = ("create", "again", "left out", "fewer", "short", "short again", "none", "none again")
    assert [run[step]["changed"] for step in steps] == [True, False, False, True, True, False, True, False]
    assert policies(run.seen("after create")) == [
        ("creation_date", "7d", None, True),
        ("number_of_tags", 5, None, True),
    ]
    assert policies(run.seen("after fewer")) == [("creation_date", "7d", None, True)]
    assert policies(run.seen("after short")) == [("number_of_tags", 9, None, True)]
    assert policies(registry.get(path)) == []


def test_bad_input(play: Playbook, registry: Registry) -> None:
    name, path = new_repository(registry)
    week = {"repository": name, "method": "date", "value": "7d"}
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "no unit": ({"value": "7"}, "value '7'"),
        "no number": ({"method": "tags"}, "is not a number of tags"),
        "method": ({"method": "age"}, "must be one of"),
        "missing": ({"repository": f"{name}-missing"}, f"repository '{name}-missing' does not exist"),
        "no organization": ({"repository": f"{registry.new_org_name()}/app"}, "does not exist"),
        "tag": ({"repository": f"{name}:v1"}, "has too much"),
        "token": ({"quay_token": "a-wrong-token"}, "token"),
    }
    run = play({step: task(MODULE, fails=True, **{**week, **more}) for step, (more, _words) in cases.items()})
    for step, (_more, words) in cases.items():
        assert words in run.message(step)
        assert "a-wrong-token" not in run.message(step)
    assert policies(registry.get(path)) == []


def test_check_mode_takes_it_that_an_earlier_task_makes_the_repository(
    play: Playbook, registry: Registry
) -> None:
    org = registry.new_org()
    run = play(
        {
            "check": task(MODULE, check=True, repository=f"{org}/app", method="date", value="7d"),
            "absent": task(MODULE, repository=f"{org}/app", method="date", value="7d", state="absent"),
        }
    )
    assert [run[step]["changed"] for step in ("check", "absent")] == [True, False]


@pytest.mark.simulator_only
def test_a_registry_without_the_feature(tmp_path: Any, start_simulator: StartSimulator) -> None:
    registry = start_simulator("--feature", "AUTO_PRUNE=false")
    name, _path = new_repository(registry)
    run = Playbook(registry, tmp_path)(
        {"create": task(MODULE, fails=True, repository=name, method="date", value="7d")}
    )
    assert "FEATURE_AUTO_PRUNE" in run.message("create")
