# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_repository_immutability, and the policies within quay_repository."""

from __future__ import annotations

from typing import Any

from .support.lifecycle import life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry

MODULE = "quay_repository_immutability"


def policies(answer: Any) -> list[tuple[str, bool]]:
    return sorted((one["tagPattern"], one["tagPatternMatches"]) for one in answer["policies"])


def new_repository(registry: Registry, name: str = "app") -> tuple[str, str]:
    """Return the full name of a new repository, and the path of its policies."""
    org = registry.new_org()
    registry.new_repository(org, name)
    return f"{org}/{name}", f"repository/{org}/{name}/immutabilitypolicy/"


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    name, path = new_repository(registry, "deep/app")
    view = look(registry, path)
    run = play(
        life_cycle(
            MODULE,
            {"repository": name, "tag_pattern": "v[0-9]+"},
            create={"behavior": "not_matching_immutable"},
            change={"behavior": "matching_immutable", "new_tag_pattern": "rel-.*"},
            looks={"check create": view, "create": view, "change": view},
        )
        # Absent is the policy under the pattern that it has got.
        | {"renamed absent": task(MODULE, repository=name, tag_pattern="rel-.*", state="absent")},
    )
    assert policies(run.seen("after check create")) == []
    assert policies(run.seen("after create")) == [("v[0-9]+", False)]
    assert policies(run.seen("after change")) == [("rel-.*", True)]
    assert run["renamed absent"]["changed"]
    assert policies(registry.get(path)) == []
    assert run["check change"]["diff"] == run["change"]["diff"] != []
    assert not run["change again"]["changed"]


def test_within_the_repository(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    name, path = f"{org}/app", f"repository/{org}/app/immutabilitypolicy/"
    first, second = {"tag_pattern": "v.*"}, {"tag_pattern": "b", "behavior": "not_matching_immutable"}

    def app(**options: Any) -> Any:
        return task("quay_repository", diff=True, name=name, **options)

    run = play(
        {
            "create": app(immutability=[first, second]),
            "after create": look(registry, path),
            "again": app(immutability=[second, first]),
            "left out": app(description=""),
            "fewer": app(immutability=[first], append=False),
            "after fewer": look(registry, path),
            "absent": app(immutability=[{**first, "state": "absent"}]),
        }
    )
    steps = ("create", "again", "left out", "fewer", "absent")
    assert [run[step]["changed"] for step in steps] == [True, False, False, True, True]
    assert policies(run.seen("after create")) == [("b", False), ("v.*", True)]
    assert policies(run.seen("after fewer")) == [("v.*", True)]
    assert policies(registry.get(path)) == []


def test_the_own_namespace(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    run = play(
        {
            "repository": task("quay_repository", name="own"),
            "create": task(MODULE, repository="own", tag_pattern="v.*"),
            "again": task(MODULE, repository=f"{person.name}/own", tag_pattern="v.*"),
            "absent": task(MODULE, repository="own", tag_pattern="v.*", state="absent"),
        },
        defaults={"quay_host": registry.url, "quay_token": registry.new_token(person)},
    )
    assert [run[name]["changed"] for name in ("create", "again", "absent")] == [True, False, True]


def test_bad_input(play: Playbook, registry: Registry) -> None:
    name, path = new_repository(registry)
    policy = {"repository": name, "tag_pattern": "v.*"}
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "empty": ({"tag_pattern": ""}, "1 to 256 characters"),
        "expression": ({"tag_pattern": "*"}, "Invalid regex pattern: nothing to repeat"),
        "missing": ({"repository": f"{name}-missing"}, f"repository '{name}-missing' does not exist"),
        "tag": ({"repository": f"{name}:v1"}, "has too much"),
        "token": ({"quay_token": "a-wrong-token"}, "token"),
    }
    run = play(
        {step: task(MODULE, fails=True, **{**policy, **more}) for step, (more, _words) in cases.items()}
    )
    for step, (_more, words) in cases.items():
        assert words in run.message(step)
        assert "a-wrong-token" not in run.message(step)
    assert policies(registry.get(path)) == []
