# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""quay_organization_immutability, and the policies within quay_organizations."""

from __future__ import annotations

import time
from typing import Any

import pytest

from .conftest import StartSimulator
from .support.lifecycle import assert_life_cycle, life_cycle
from .support.playbook import Playbook, look, task
from .support.registry import Registry

MODULE = "quay_organization_immutability"


def policies(answer: Any) -> list[tuple[str, bool]]:
    return sorted((one["tagPattern"], one["tagPatternMatches"]) for one in answer["policies"])


def test_life_cycle(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    view = look(registry, f"organization/{org}/immutabilitypolicy/")
    run = play(
        life_cycle(
            MODULE,
            {"namespace": org, "tag_pattern": "v[0-9]+"},
            create={},
            change={"behavior": "not_matching_immutable"},
            looks={
                "check create": view,
                "create": view,
                "change": view,
                "check absent": view,
                "absent": view,
            },
        )
    )
    assert_life_cycle(run)
    assert policies(run.seen("after check create")) == []
    assert policies(run.seen("after create")) == [("v[0-9]+", True)]
    assert policies(run.seen("after change")) == [("v[0-9]+", False)]
    assert run.seen("after check absent") == run.seen("after change")
    assert policies(run.seen("after absent")) == []


def test_another_pattern_and_several_policies(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    path = f"organization/{org}/immutabilitypolicy/"
    release, renamed = {"namespace": org, "tag_pattern": "release.*"}, {"new_tag_pattern": "prod-.*"}
    run = play(
        {
            "create": task(MODULE, **release, behavior="not_matching_immutable"),
            "check rename": task(MODULE, check=True, diff=True, **release, **renamed),
            "after check rename": look(registry, path),
            "rename": task(MODULE, diff=True, **release, **renamed),
            "rename again": task(MODULE, **release, **renamed),
            "after rename": look(registry, path),
            "more": task(MODULE, organization=org, tag_pattern="v.*"),
            "only": task(MODULE, **release, **renamed, append=False),
            "after only": look(registry, path),
            "absent": task(MODULE, **release, **renamed, state="absent"),
            "absent again": task(MODULE, **release, **renamed, state="absent"),
        }
    )
    steps = ("create", "rename", "rename again", "more", "only", "absent", "absent again")
    assert [run[step]["changed"] for step in steps] == [True, True, False, True, True, True, False]
    assert policies(run.seen("after check rename")) == [("release.*", False)]
    assert run["check rename"]["diff"] == run["rename"]["diff"]
    assert run["rename"]["diff"][0]["after"] == {"tag_pattern": "prod-.*"}
    assert policies(run.seen("after rename")) == [("prod-.*", False)]
    assert policies(run.seen("after only")) == [("prod-.*", False)]
    assert policies(registry.get(path)) == []


def test_within_the_organization(play: Playbook, registry: Registry) -> None:
    org = registry.new_org_name()
    declared = {
        "name": org,
        "immutability": [{"tag_pattern": "v.*"}, {"tag_pattern": "b", "behavior": "not_matching_immutable"}],
        "repositories": [{"name": "app", "immutability": [{"tag_pattern": "stable"}]}],
    }
    fewer = {"name": org, "immutability": [], "repositories": [{"name": "app", "immutability": []}]}
    include = ["repositories", "immutability", "repository_immutability"]
    purge = ["immutability", "repository_immutability"]
    run = play(
        {
            "create": task("quay_organizations", organizations=[declared]),
            "again": task("quay_organizations", diff=True, organizations=[declared]),
            "read": {**task("quay_organization_info", name=org, include=include), "register": "found"},
            "hand back": task(
                "quay_organizations", organizations="{{ found.organizations }}", purge=purge, purge_limit=0
            ),
            "purge": task("quay_organizations", organizations=[fewer], purge=purge),
        }
    )
    assert [run[step]["changed"] for step in ("create", "again", "hand back", "purge")] == [
        True,
        False,
        False,
        True,
    ]
    (entry,) = run["read"]["organizations"]
    assert entry["immutability"] == [
        {"tag_pattern": "b", "behavior": "not_matching_immutable"},
        {"tag_pattern": "v.*", "behavior": "matching_immutable"},
    ]
    assert entry["repositories"][0]["immutability"] == [
        {"tag_pattern": "stable", "behavior": "matching_immutable"}
    ]
    assert sorted(run.changes("purge")) == [
        ("delete", "immutability_policy", "b"),
        ("delete", "immutability_policy", "v.*"),
        ("delete", "repository_immutability_policy", "app:stable"),
    ]


def test_the_own_namespace(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    own = {"namespace": person.name, "tag_pattern": "v.*"}
    run = play(
        {
            "create": task(MODULE, **own),
            "again": task(MODULE, **own),
            "absent": task(MODULE, **own, state="absent"),
        },
        defaults={"quay_host": registry.url, "quay_token": registry.new_token(person)},
    )
    assert [run[name]["changed"] for name in ("create", "again", "absent")] == [True, False, True]


def test_what_is_there_becomes_immutable_and_stays_so(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    registry.new_repository(org, "app")
    for tag in ("v1", "v1-rc1"):
        registry.push(f"{org}/app", tag)
        ends = {"expiration": int(time.time()) + 86400}
        registry.send("PUT", f"repository/{org}/app/tag/{tag}", ends)
    policy = {"namespace": org, "tag_pattern": "v[0-9]+"}
    play({"create": task(MODULE, **policy), "absent": task(MODULE, **policy, state="absent")})
    found = registry.get(f"repository/{org}/app/tag/")["tags"]
    assert {tag["name"]: tag["immutable"] for tag in found} == {"v1": True, "v1-rc1": False}
    # What is immutable does not expire either.
    assert {tag["name"]: "end_ts" in tag for tag in found} == {"v1": False, "v1-rc1": True}
    registry.send("PUT", f"repository/{org}/app/tag/v1", {"immutable": False})


def test_bad_input(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    policy = {"namespace": org, "tag_pattern": "v.*"}
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "empty": ({"tag_pattern": " "}, "1 to 256 characters"),
        "long": ({"new_tag_pattern": "x" * 257}, "1 to 256 characters"),
        "expression": ({"tag_pattern": "["}, "Invalid regex pattern: unterminated character set"),
        "behavior": ({"behavior": "all"}, "must be one of"),
        "missing": ({"namespace": registry.new_org_name()}, "does not exist"),
        "token": ({"quay_token": "a-wrong-token"}, "token"),
    }
    run = play(
        {step: task(MODULE, fails=True, **{**policy, **more}) for step, (more, _words) in cases.items()}
    )
    for step, (_more, words) in cases.items():
        assert words in run.message(step)
        assert "a-wrong-token" not in run.message(step)
    assert policies(registry.get(f"organization/{org}/immutabilitypolicy/")) == []


@pytest.mark.simulator_only
def test_a_registry_without_the_feature(tmp_path: Any, start_simulator: StartSimulator) -> None:
    registry = start_simulator("--feature", "IMMUTABLE_TAGS=false")
    org = registry.new_org()
    run = Playbook(registry, tmp_path)({"create": task(MODULE, fails=True, namespace=org, tag_pattern="v.*")})
    assert "FEATURE_IMMUTABLE_TAGS" in run.message("create")
