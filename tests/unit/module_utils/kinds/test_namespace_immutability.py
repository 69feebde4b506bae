# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Immutability policies of a namespace: within an organization, and of the caller."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration, PurgeRefused
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import declared_alone

POLICIES: list[dict[str, Any]] = [
    {"tag_pattern": "rel-.*", "behavior": "not_matching_immutable"},
    {"tag_pattern": "v[0-9]+"},
]
ACME = {"name": "acme", "immutability": POLICIES}
LIST = "organization/acme/immutabilitypolicy/"


def patterns(registry: Registry) -> list[str]:
    return sorted(one["tagPattern"] for one in registry.client().get(LIST)["policies"])


def test_an_organization_is_made_with_its_policies_and_then_left_alone(registry: Registry) -> None:
    registry.one(ACME)
    assert registry.writes() == ["POST organization/", f"POST {LIST}", f"POST {LIST}"]
    assert registry.one(ACME).changes == []
    assert registry.requests() == ["GET organization/acme", f"GET {LIST}"]
    registry.one({"name": "acme"}, purge=["immutability"])
    assert registry.requests() == ["GET organization/acme"]


def test_purge_append_and_absent(registry: Registry) -> None:
    registry.one(ACME)
    (report,) = registry.reconcile(
        {"name": "acme", "immutability": []}, purge=["immutability"], purge_limit=1
    )
    assert isinstance(report.error, PurgeRefused)
    assert "immutability policy v[0-9]+" in str(report.error)
    registry.one({"name": "acme", "immutability": POLICIES[:1]}, purge=["immutability"])
    assert patterns(registry) == ["rel-.*"]
    registry.one({"name": "acme", "immutability": [{"tag_pattern": "new", "append": False}]})
    assert patterns(registry) == ["new"]
    registry.one({"name": "acme", "immutability": [{"tag_pattern": "new", "state": "absent"}]})
    assert patterns(registry) == []


def test_what_is_written_down_is_what_is_declared(registry: Registry) -> None:
    registry.one(ACME)
    (adopted,) = adopt(registry.client(), ["acme"])
    assert adopted.entry is not None
    assert adopted.entry["immutability"] == [
        {"tag_pattern": "rel-.*", "behavior": "not_matching_immutable"},
        {"tag_pattern": "v[0-9]+", "behavior": "matching_immutable"},
    ]
    registry.requests()
    assert registry.one(adopted.entry, purge=["immutability"], purge_limit=0).changes == []
    assert registry.writes() == []


def test_a_registry_without_the_feature_has_none_to_write_down(
    make_registry: Callable[..., Registry],
) -> None:
    registry = make_registry(features={"IMMUTABLE_TAGS": False})
    registry.one({"name": "acme"})
    (adopted,) = adopt(registry.client(), ["acme"])
    assert adopted.entry is not None
    assert "immutability" not in adopted.entry


def test_the_callers_own_namespace(registry: Registry) -> None:
    client = registry.client(Token(registry.simulator.token("alice")))
    for changes in (1, 0):
        desired = declared_alone("immutability_policy", {"namespace": "alice", "tag_pattern": "v"}, client)
        (report,) = reconcile(client, [desired])
        assert (report.error, len(report.changes)) == (None, changes)
    assert registry.writes() == ["POST organization/alice/immutabilitypolicy/"]


def test_a_pattern_that_is_declared_twice() -> None:
    with pytest.raises(InvalidDeclaration, match="immutability_policy 'v' is declared 2 times"):
        desired_of({"name": "acme", "immutability": [{"tag_pattern": "v"}, {"tag_pattern": "v "}]})
