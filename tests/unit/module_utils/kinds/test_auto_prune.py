# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Quay's own auto-prune: how policies are declared, what they can express, what is sent."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    InvalidDeclaration,
    NotFound,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.auto_prune import canonical
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import declared_alone

WEEK = {"namespace": "acme", "method": "date", "value": "7d"}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme"})
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Report:
    desired = declared_alone("auto_prune_policy", {**WEEK, **options})
    (report,) = reconcile(registry.client(), [desired], check_mode)
    return report


def done(registry: Registry, **options: Any) -> Report:
    report = run(registry, **options)
    assert report.error is None, report.error
    return report


def policies(registry: Registry) -> list[tuple[Any, ...]]:
    """Return what Quay has: method, value, pattern and what to do with it."""
    rows = registry.client().get("organization/acme/autoprunepolicy/")["policies"]
    registry.requests()
    return sorted(
        ((one["method"], one["value"], one["tagPattern"], one["tagPatternMatches"]) for one in rows), key=str
    )


# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "policy"),
    [
        ({}, ("creation_date", "7d", None, True)),
        ({"value": "1w"}, ("creation_date", "7d", None, True)),
        ({"value": "36 h"}, ("creation_date", "36h", None, True)),
        ({"value": "90s"}, ("creation_date", "90s", None, True)),
        ({"method": "tags", "value": "5"}, ("number_of_tags", 5, None, True)),
        ({"tag_pattern": " ^nightly- "}, ("creation_date", "7d", "^nightly-", True)),
        ({"tag_pattern": "v", "tag_pattern_matches": False}, ("creation_date", "7d", "v", False)),
        ({"tag_pattern": "", "tag_pattern_matches": False}, ("creation_date", "7d", None, True)),
    ],
)
def test_a_policy_is_made_once(acme: Registry, options: dict[str, Any], policy: tuple[Any, ...]) -> None:
    assert [change.action for change in run(acme, check_mode=True, **options).changes] == ["create"]
    assert acme.writes() == []
    assert [change.action for change in done(acme, **options).changes] == ["create"]
    assert acme.writes() == ["POST organization/acme/autoprunepolicy/"]
    assert policies(acme) == [policy]
    assert done(acme, **options).changes == []
    assert acme.writes() == []
    assert [change.action for change in done(acme, state="absent", **options).changes] == ["delete"]
    assert policies(acme) == []
    assert done(acme, state="absent", **options).changes == []


def test_the_same_span_in_another_unit_is_the_same_policy(acme: Registry) -> None:
    acme.client().send(
        "POST", "organization/acme/autoprunepolicy/", {"method": "creation_date", "value": "2w"}
    )
    assert done(acme, value="14d").changes == []
    assert done(acme, value="14d", append=False).changes == []


def test_a_policy_is_added_or_the_only_one(acme: Registry) -> None:
    done(acme)
    done(acme, value="30d")
    done(acme, method="tags", value="5")
    assert len(policies(acme)) == 3
    report = done(acme, value="30d", append=False)
    assert [change.action for change in report.changes] == ["delete", "delete"]
    assert policies(acme) == [("creation_date", "30d", None, True)]
    assert done(acme, value="30d", append=False).changes == []
    done(acme, value="31d", append=False)
    assert policies(acme) == [("creation_date", "31d", None, True)]


def test_absent_removes_that_policy_only_whatever_append_says(acme: Registry) -> None:
    done(acme)
    done(acme, value="30d")
    assert [change.key[1] for change in done(acme, state="absent", append=False).changes] == ["7d"]
    assert policies(acme) == [("creation_date", "30d", None, True)]
    assert done(acme, state="absent", append=False).changes == []


def test_the_diff_shows_the_policy(acme: Registry) -> None:
    (entry,) = diffs(done(acme, tag_pattern="^v", tag_pattern_matches=False))
    assert entry["after"] == {
        "state": "present",
        "method": "date",
        "value": "7d",
        "tag_pattern": "^v",
        "tag_pattern_matches": False,
    }
    assert entry["before"] == {}
    assert entry["after_header"] == "acme: auto-prune policy creation_date 7d of tags that do not match ^v"


def test_the_callers_own_namespace(registry: Registry) -> None:
    report = done(registry, namespace="admin")
    assert [change.action for change in report.changes] == ["create"]
    assert registry.writes() == ["POST user/autoprunepolicy/"]
    assert done(registry, namespace="admin").changes == []


def test_an_organization_that_does_not_exist(registry: Registry) -> None:
    assert isinstance(run(registry, namespace="missing").error, NotFound)
    assert done(registry, namespace="missing", state="absent").changes == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"value": "7"}, "is not a time span"),
        ({"value": "0d"}, "must be more than nothing"),
        ({"value": "-1d"}, "is not a time span"),
        ({"value": "1 month"}, "months differ in length: write days or weeks"),
        ({"value": "999999999w"}, "a hundred years at most"),
        ({"value": "36501d"}, "a hundred years at most"),
        ({"method": "tags", "value": "5d"}, "is not a number of tags"),
        ({"method": "tags", "value": "0"}, "is not a number of tags"),
        ({"namespace": "No Name"}, "is not allowed"),
    ],
)
def test_what_makes_no_sense_is_refused_without_asking(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration, match=words):
        declared_alone("auto_prune_policy", {**WEEK, **options})


# --- what Quay answers ------------------------------------------------------------------------------


def test_a_registry_without_the_feature(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"AUTO_PRUNE": False})
    registry.one({"name": "acme"})
    error = run(registry).error
    assert isinstance(error, FeatureOff)
    assert "FEATURE_AUTO_PRUNE" in str(error)


def test_an_old_quay_is_given_no_pattern(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would pass the pattern over, and prune all tags."""
    client = acme.client()
    definitions = {"AutoPrunePolicyConfig": {"properties": {"method": {}, "value": {}}}}
    monkeypatch.setattr(client, "definitions", lambda: definitions)
    desired = declared_alone("auto_prune_policy", {**WEEK, "tag_pattern": "^v"})
    (report,) = reconcile(client, [desired])
    assert isinstance(report.error, FeatureOff)
    assert acme.writes() == []
    (report,) = reconcile(client, [declared_alone("auto_prune_policy", WEEK)])
    assert report.error is None


def test_whether_patterns_are_known_is_asked_only_where_nothing_tells(acme: Registry) -> None:
    done(acme, tag_pattern="^v")
    assert "GET discovery" in acme.requests()
    done(acme, tag_pattern="^v")
    assert "GET discovery" not in acme.requests()


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "503", "429"])
def test_faults_make_no_policy_twice(acme: Registry, kind: str) -> None:
    acme.simulator.faults.add(Fault(kind, method="POST", path="autoprunepolicy", times=1))
    report = done(acme)
    assert [change.action for change in report.changes] == ["create"]
    assert policies(acme) == [("creation_date", "7d", None, True)]


def test_a_policy_that_somebody_else_makes_meanwhile(acme: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    client = acme.client()
    send = client.send

    def late(method: str, path: str, body: Any = None) -> Any:
        if method == "POST" and not policies(acme):
            acme.client().send(method, path, body)
        return send(method, path, body)

    monkeypatch.setattr(client, "send", late)
    (report,) = reconcile(client, [declared_alone("auto_prune_policy", WEEK)])
    assert report.error is None
    assert policies(acme) == [("creation_date", "7d", None, True)]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1w", "7d"),
        ("1y", "365d"),
        ("24h", "1d"),
        ("60m", "1h"),
        ("61s", "61s"),
        ("odd", "odd"),
        ("0d", "0d"),
    ],
)
def test_a_span_is_written_in_one_way(text: str, same: str) -> None:
    assert canonical(text) == same
