# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Auto-prune policies declared inside of an organization: nested, purged, written down."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    InvalidDeclaration,
    PurgeRefused,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import READ_BY_DEFAULT, adopt
from tests.unit.module_utils.conftest import Registry

POLICIES: list[dict[str, Any]] = [
    {"method": "date", "value": "30d"},
    {"method": "tags", "value": "5", "tag_pattern": "^nightly-", "tag_pattern_matches": False},
]
ACME = {"name": "acme", "auto_prune": POLICIES}
LIST = "organization/acme/autoprunepolicy/"


def policies(registry: Registry) -> list[tuple[str, Any, Any]]:
    rows = registry.client().get(LIST)["policies"]
    registry.requests()
    return sorted((one["method"], one["value"], one["tagPattern"]) for one in rows)


def test_an_organization_is_made_with_its_policies_and_then_left_alone(registry: Registry) -> None:
    assert [change.action for change in registry.one(ACME).changes] == ["create", "create", "create"]
    assert registry.writes() == ["POST organization/", f"POST {LIST}", f"POST {LIST}"]
    assert policies(registry) == [("creation_date", "30d", None), ("number_of_tags", 5, "^nightly-")]
    assert registry.one(ACME).changes == []
    assert sorted(registry.requests()) == ["GET organization/acme", f"GET {LIST}"]


def test_policies_that_are_not_declared_cost_nothing(registry: Registry) -> None:
    registry.one(ACME)
    registry.requests()
    registry.one({"name": "acme"}, purge=["auto_prune"])
    assert registry.requests() == ["GET organization/acme"]


def test_append_and_absent(registry: Registry) -> None:
    registry.one(ACME)
    week = {"method": "date", "value": "1w"}
    registry.one({"name": "acme", "auto_prune": [week]})
    assert len(policies(registry)) == 3
    registry.one({"name": "acme", "auto_prune": [{**week, "state": "absent"}]})
    assert len(policies(registry)) == 2
    registry.one({"name": "acme", "auto_prune": [{**week, "append": False}, POLICIES[0]]})
    assert policies(registry) == [("creation_date", "30d", None), ("creation_date", "7d", None)]


def test_purge(registry: Registry) -> None:
    registry.one(ACME)
    (report,) = registry.reconcile({"name": "acme", "auto_prune": []}, purge=["auto_prune"], purge_limit=1)
    assert isinstance(report.error, PurgeRefused)
    assert "auto-prune policy creation_date 30d" in str(report.error)
    report = registry.one({"name": "acme", "auto_prune": POLICIES[:1]}, purge=["auto_prune"], purge_limit=1)
    assert [(change.action, change.key[0]) for change in report.changes] == [("delete", "number_of_tags")]


def test_what_is_written_down_is_what_is_declared(registry: Registry) -> None:
    registry.one(ACME)
    registry.client().send("POST", LIST, {"method": "creation_date", "value": "2w"})
    (adopted,) = adopt(registry.client(), ["acme"])
    assert adopted.entry is not None
    assert adopted.entry["auto_prune"] == [
        {"method": "date", "value": "14d"},
        {"method": "date", "value": "30d"},
        {"method": "tags", "value": "5", "tag_pattern": "^nightly-", "tag_pattern_matches": False},
    ]
    assert adopted.warnings == []
    registry.requests()
    assert registry.one(adopted.entry, purge=["auto_prune"], purge_limit=0).changes == []
    assert registry.writes() == []


def test_what_cannot_be_declared_is_left_out_with_a_warning(registry: Registry) -> None:
    registry.one({"name": "acme"})
    registry.client().send("POST", LIST, {"method": "creation_date", "value": "-7d"})
    (adopted,) = adopt(registry.client(), ["acme"])
    assert adopted.entry is not None
    assert adopted.entry["auto_prune"] == []
    assert adopted.warnings == ["acme: auto-prune policy creation_date -7d cannot be declared."]


def test_a_registry_without_the_feature(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"AUTO_PRUNE": False})
    registry.one({"name": "acme"})
    (adopted,) = adopt(registry.client(), ["acme"], READ_BY_DEFAULT)
    assert adopted.entry is not None
    assert "auto_prune" not in adopted.entry
    assert registry.one(adopted.entry).changes == []
    (report,) = registry.reconcile(ACME)
    assert isinstance(report.error, FeatureOff)
    assert "FEATURE_AUTO_PRUNE" in str(report.error)


def test_what_is_wrong_is_said_with_its_organization() -> None:
    with pytest.raises(InvalidDeclaration, match="organization 'acme': value 'x' is not"):
        desired_of({"name": "acme", "auto_prune": [{"method": "tags", "value": "x"}]})
    twice = [{"method": "date", "value": "1w"}, {"method": "date", "value": "7d"}]
    with pytest.raises(InvalidDeclaration, match="auto_prune_policy 'creation_date 7d' is declared 2 times"):
        desired_of({"name": "acme", "auto_prune": twice})
