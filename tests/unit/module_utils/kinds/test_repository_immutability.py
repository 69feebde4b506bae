# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Immutability policies of one repository: within the repository."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import change_views
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import declared_alone

KIND = "repository_immutability_policy"
LIST = "repository/acme/app/immutabilitypolicy/"


def entry(*policies: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "acme", "repositories": [{"name": "app", "immutability": list(policies), **more}]}


def patterns(registry: Registry) -> list[str]:
    return sorted(one["tagPattern"] for one in registry.client().get(LIST)["policies"])


def test_a_repository_is_made_with_its_policies(registry: Registry) -> None:
    declared = entry({"tag_pattern": "v.*"}, {"tag_pattern": "rel-.*", "behavior": "not_matching_immutable"})
    report = registry.one(declared)
    assert [view["name"] for view in change_views(report)] == ["acme", "app", "app:rel-.*", "app:v.*"]
    assert "GET " + LIST not in registry.requests()
    assert registry.one(declared).changes == []
    assert sorted(registry.requests()) == [
        "GET organization/acme",
        f"GET {LIST}",
        "GET repository/acme/app?includeTags=false",
    ]


def test_complete_by_the_repository_by_a_policy_or_by_a_purge(registry: Registry) -> None:
    one, other = {"tag_pattern": "a"}, {"tag_pattern": "b"}
    registry.one(entry(one, other))
    assert registry.one(entry(one)).changes == []
    registry.one(entry(one, append=False))
    assert patterns(registry) == ["a"]
    registry.one(entry({**other, "append": False}))
    assert patterns(registry) == ["b"]
    registry.one(entry(), purge=["repository_immutability"])
    assert patterns(registry) == []


def test_what_is_written_down_is_what_is_declared(registry: Registry) -> None:
    registry.one(entry({"tag_pattern": "v.*"}))
    (adopted,) = adopt(registry.client(), ["acme"], ["repositories", "repository_immutability"])
    assert adopted.entry is not None
    (repository,) = adopted.entry["repositories"]
    assert repository["immutability"] == [{"tag_pattern": "v.*", "behavior": "matching_immutable"}]
    assert registry.one(adopted.entry, purge=["repository_immutability"], purge_limit=0).changes == []
    registry.requests()
    (adopted,) = adopt(registry.client(), ["acme"])
    assert adopted.entry is not None
    assert "immutability" not in adopted.entry["repositories"][0]
    assert not any(LIST in request for request in registry.requests())


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_repository_that_does_not_exist(registry: Registry, check_mode: bool) -> None:
    registry.one({"name": "acme"})
    client = registry.client()
    params = {"repository": "acme/missing", "tag_pattern": "v"}
    (report,) = reconcile(client, [declared_alone(KIND, params, client)], check_mode)
    told = report.warnings[0] if check_mode else str(report.error)
    assert "repository 'acme/missing' does not exist" in told
    assert isinstance(report.error, InvalidDeclaration) is not check_mode
    (report,) = reconcile(client, [declared_alone(KIND, {**params, "state": "absent"}, client)], check_mode)
    assert (report.error, report.changes) == (None, [])
