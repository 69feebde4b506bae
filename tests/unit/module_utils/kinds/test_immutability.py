# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Immutability policies of a namespace and of a repository: what both do alike, each declared alone."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    InvalidDeclaration,
    InvalidRequest,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.immutability import MATCHING, OTHERS
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import declared_alone

OF_A_NAMESPACE = ("immutability_policy", {"namespace": "acme"}, "organization/acme/immutabilitypolicy/")
OF_A_REPOSITORY = (
    "repository_immutability_policy",
    {"repository": "acme/app"},
    "repository/acme/app/immutabilitypolicy/",
)
BOTH = pytest.mark.parametrize("where", [OF_A_NAMESPACE, OF_A_REPOSITORY], ids=["namespace", "repository"])
Where = tuple[str, dict[str, str], str]
V = {"tag_pattern": "v.*"}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    registry.requests()
    return registry


def run(registry: Registry, where: Where, check_mode: bool = False, **options: Any) -> Report:
    kind, holder, _list = where
    client = registry.client()
    desired = declared_alone(kind, {**holder, **V, **options}, client)
    (report,) = reconcile(client, [desired], check_mode)
    return report


def done(registry: Registry, where: Where, **options: Any) -> Report:
    report = run(registry, where, **options)
    assert report.error is None, report.error
    return report


def policies(registry: Registry, where: Where) -> list[tuple[str, bool]]:
    rows = registry.client().get(where[2])["policies"]
    registry.requests()
    return sorted((one["tagPattern"], one["tagPatternMatches"]) for one in rows)


@BOTH
def test_a_policy_is_made_changed_and_removed(acme: Registry, where: Where) -> None:
    path = where[2]
    assert [change.action for change in run(acme, where, check_mode=True).changes] == ["create"]
    assert acme.writes() == []
    done(acme, where)
    assert acme.requests() == ["GET organization/acme", f"GET {path}", f"POST {path}"]
    assert policies(acme, where) == [("v.*", True)]
    assert done(acme, where).changes == []
    assert done(acme, where, behavior=MATCHING, tag_pattern=" v.* ").changes == []
    assert acme.writes() == []
    uuid = acme.client().get(path)["policies"][0]["uuid"]
    report = done(acme, where, behavior=OTHERS)
    assert acme.writes() == [f"PUT {path}{uuid}"]
    (entry,) = diffs(report)
    assert (entry["before"], entry["after"]) == ({"behavior": MATCHING}, {"behavior": OTHERS})
    assert policies(acme, where) == [("v.*", False)]
    assert done(acme, where).changes == []  # left out, it is not managed
    assert [change.action for change in done(acme, where, state="absent").changes] == ["delete"]
    assert done(acme, where, state="absent").changes == []
    assert policies(acme, where) == []


@BOTH
def test_another_pattern(acme: Registry, where: Where) -> None:
    done(acme, where, behavior=OTHERS)
    report = done(acme, where, new_tag_pattern="rel-.*")
    assert [change.action for change in report.changes] == ["update"]
    (entry,) = diffs(report)
    assert (entry["before"], entry["after"]) == ({"tag_pattern": "v.*"}, {"tag_pattern": "rel-.*"})
    assert policies(acme, where) == [("rel-.*", False)]
    for append in (True, False):
        assert done(acme, where, new_tag_pattern="rel-.*", append=append).changes == []
    done(acme, where, new_tag_pattern="rel-.*", behavior=MATCHING)
    assert policies(acme, where) == [("rel-.*", True)]
    assert [
        change.action for change in done(acme, where, new_tag_pattern="rel-.*", state="absent").changes
    ] == ["delete"]
    done(acme, where, new_tag_pattern="rel-.*")
    assert policies(acme, where) == [("rel-.*", True)]
    done(acme, where)
    error = run(acme, where, new_tag_pattern="rel-.*").error
    assert isinstance(error, InvalidDeclaration)
    assert "'v.*' and 'rel-.*' of 'acme' both exist" in str(error)


@BOTH
def test_added_or_the_only_one(acme: Registry, where: Where) -> None:
    done(acme, where)
    done(acme, where, tag_pattern="rel-.*")
    assert len(policies(acme, where)) == 2
    done(acme, where, append=False)
    assert policies(acme, where) == [("v.*", True)]


@BOTH
def test_what_quay_takes_for_no_regular_expression(acme: Registry, where: Where) -> None:
    error = run(acme, where, tag_pattern="[").error
    assert isinstance(error, InvalidRequest)
    assert "Invalid regex pattern: unterminated character set at position 1" in str(error)


@BOTH
@pytest.mark.parametrize(
    "options", [{"tag_pattern": " "}, {"tag_pattern": "x" * 257}, {"new_tag_pattern": ""}]
)
def test_what_makes_no_sense_is_refused_without_asking(
    acme: Registry, where: Where, options: dict[str, Any]
) -> None:
    with pytest.raises(InvalidDeclaration, match="must have 1 to 256 characters"):
        run(acme, where, **options)
    assert acme.requests() == []


@BOTH
@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "503", "429"])
def test_faults_make_no_policy_twice(acme: Registry, where: Where, kind: str) -> None:
    acme.simulator.faults.add(Fault(kind, method="POST", path="immutabilitypolicy", times=1))
    assert [change.action for change in done(acme, where).changes] == ["create"]
    assert policies(acme, where) == [("v.*", True)]


@BOTH
def test_a_policy_that_somebody_else_makes_meanwhile(
    acme: Registry, where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, holder, _path = where
    client = acme.client()
    send = client.send

    def late(method: str, path: str, body: Any = None) -> Any:
        if method == "POST":
            acme.client().send(method, path, {**body, "tagPatternMatches": False})
        return send(method, path, body)

    monkeypatch.setattr(client, "send", late)
    (report,) = reconcile(client, [declared_alone(kind, {**holder, **V, "behavior": MATCHING}, client)])
    assert report.error is None
    assert policies(acme, where) == [("v.*", True)]


@BOTH
def test_a_registry_without_the_feature(make_registry: Callable[..., Registry], where: Where) -> None:
    registry = make_registry(features={"IMMUTABLE_TAGS": False})
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    error = run(registry, where).error
    assert isinstance(error, FeatureOff)
    assert "FEATURE_IMMUTABLE_TAGS" in str(error)
    assert "3.17" in str(error)
