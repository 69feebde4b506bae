# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Auto-prune policies of one repository: declared alone, and within the repository."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.placeholder import SOME_ID
from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, change_views, diffs
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    NotFound,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import KINDS, declared_alone

KIND = "repository_auto_prune_policy"
LIST = "repository/acme/app/autoprunepolicy/"
WEEK = {"repository": "acme/app", "method": "date", "value": "1w"}


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme", "repositories": [{"name": "app"}, {"name": "deep/nested"}]})
    registry.requests()
    return registry


def run(registry: Registry, check_mode: bool = False, **options: Any) -> Report:
    client = registry.client()
    (report,) = reconcile(client, [declared_alone(KIND, {**WEEK, **options}, client)], check_mode)
    return report


def done(registry: Registry, **options: Any) -> Report:
    report = run(registry, **options)
    assert report.error is None, report.error
    return report


def policies(registry: Registry, repository: str = "app") -> list[tuple[str, Any, Any]]:
    rows = registry.client().get(f"repository/acme/{repository}/autoprunepolicy/")["policies"]
    registry.requests()
    return sorted((one["method"], one["value"], one["tagPattern"]) for one in rows)


# --- alone ------------------------------------------------------------------------------------------


def test_a_policy_is_made_once(acme: Registry) -> None:
    assert [change.action for change in run(acme, check_mode=True).changes] == ["create"]
    assert acme.writes() == []
    report = done(acme)
    assert acme.requests() == ["GET organization/acme", f"GET {LIST}", f"POST {LIST}"]
    assert change_views(report) == [
        {
            "organization": "acme",
            "action": "create",
            "kind": KIND,
            "name": "app:creation_date 7d",
            "fields": ["method", "value"],
        }
    ]
    (entry,) = diffs(report)
    assert entry["after_header"] == "acme: auto-prune policy creation_date 7d of repository app"
    assert entry["after"] == {"state": "present", "method": "date", "value": "7d"}
    assert policies(acme) == [("creation_date", "7d", None)]
    assert done(acme, value="168h").changes == []
    assert acme.requests() == ["GET organization/acme", f"GET {LIST}"]
    assert [change.action for change in done(acme, state="absent").changes] == ["delete"]
    assert done(acme, state="absent").changes == []


def test_added_or_the_only_one_and_other_repositories_are_left_alone(acme: Registry) -> None:
    done(acme, repository="acme/deep/nested")
    done(acme)
    done(acme, method="tags", value="5", tag_pattern="^v")
    assert len(policies(acme)) == 2
    report = done(acme, value="30d", append=False)
    assert [change.action for change in report.changes] == ["create", "delete", "delete"]
    assert policies(acme) == [("creation_date", "30d", None)]
    assert policies(acme, "deep/nested") == [("creation_date", "7d", None)]


def test_what_is_returned(acme: Registry) -> None:
    describe = single(KINDS[KIND])[2]
    params = {**WEEK, "state": "present"}
    assert describe(params, run(acme, check_mode=True)) == {"id": SOME_ID}
    made = describe(params, done(acme))
    assert made == describe(params, done(acme))
    assert made["id"] == acme.client().get(LIST)["policies"][0]["uuid"]
    assert describe({**params, "state": "absent"}, done(acme, state="absent")) == {}


def test_the_callers_own_repository(registry: Registry) -> None:
    registry.client().send(
        "POST",
        "repository",
        {"namespace": "admin", "repository": "own", "visibility": "private", "description": ""},
    )
    for name in ("own", "admin/own", "/own"):
        assert len(done(registry, repository=name).changes) == (1 if name == "own" else 0)
    assert registry.writes() == ["POST repository", "POST repository/admin/own/autoprunepolicy/"]


def test_a_repository_that_does_not_exist(acme: Registry) -> None:
    report = run(acme, repository="acme/missing")
    assert isinstance(report.error, InvalidDeclaration)
    assert "repository 'acme/missing' does not exist" in str(report.error)
    assert acme.writes() == []
    checked = run(acme, check_mode=True, repository="acme/missing")
    assert checked.error is None
    assert [change.action for change in checked.changes] == ["create"]
    assert "repository 'acme/missing' does not exist" in checked.warnings[0]
    assert done(acme, repository="acme/missing", state="absent").changes == []
    assert isinstance(run(acme, repository="nobody/app").error, NotFound)


def test_somebody_without_a_right(acme: Registry) -> None:
    client = acme.client(Token(acme.simulator.token("alice")))
    (report,) = reconcile(client, [declared_alone(KIND, WEEK, client)])
    assert isinstance(report.error, Forbidden)
    assert "repo:admin" in str(report.error)


def test_somebody_who_administers_the_repository_only(acme: Registry) -> None:
    acme.one(
        {"name": "acme", "repositories": [{"name": "app", "perms": [{"name": "alice", "role": "admin"}]}]}
    )
    client = acme.client(Token(acme.simulator.token("alice")))
    (report,) = reconcile(client, [declared_alone(KIND, WEEK, client)])
    assert report.error is None
    assert policies(acme) == [("creation_date", "7d", None)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"value": "7"}, "value '7'"),
        ({"method": "tags"}, "is not a number of tags"),
        ({"repository": "acme/App"}, "repository name 'App' is not allowed"),
        ({"repository": "acme/app:v1"}, "has too much"),
    ],
)
def test_what_makes_no_sense_is_refused_without_asking(
    acme: Registry, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidDeclaration, match=words):
        declared_alone(KIND, {**WEEK, **options}, acme.client())
    assert acme.requests() == []


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "503", "429"])
def test_faults_make_no_policy_twice(acme: Registry, kind: str) -> None:
    acme.simulator.faults.add(Fault(kind, method="POST", path="autoprunepolicy", times=1))
    assert [change.action for change in done(acme).changes] == ["create"]
    assert policies(acme) == [("creation_date", "7d", None)]


# --- within the repository --------------------------------------------------------------------------


def entry(*policies: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "acme", "repositories": [{"name": "app", "auto_prune": list(policies), **more}]}


def test_a_repository_is_made_with_its_policies(registry: Registry) -> None:
    declared = entry({"method": "date", "value": "30d"}, {"method": "tags", "value": "3"})
    report = registry.one(declared)
    assert [change.kind.name for change in report.changes] == ["organization", "repository", KIND, KIND]
    # What is new is not asked for its policies.
    assert "GET " + LIST not in registry.requests()
    assert registry.one(declared).changes == []
    assert sorted(registry.requests()) == [
        "GET organization/acme",
        f"GET {LIST}",
        "GET repository/acme/app?includeTags=false",
    ]


def test_only_repositories_that_declare_policies_are_asked(acme: Registry) -> None:
    declared = entry({"method": "date", "value": "30d"})
    declared["repositories"].append({"name": "deep/nested"})
    acme.one(declared)
    acme.requests()
    acme.one(declared)
    assert sorted(acme.requests()) == [
        "GET organization/acme",
        "GET repository/acme/app/autoprunepolicy/",
        "GET repository?namespace=acme",
    ]


def test_complete_by_the_repository_by_a_policy_or_by_a_purge(acme: Registry) -> None:
    week, month = {"method": "date", "value": "7d"}, {"method": "date", "value": "30d"}
    acme.one(entry(week, month))
    assert acme.one(entry(week)).changes == []
    acme.one(entry(week, append=False))
    assert policies(acme) == [("creation_date", "7d", None)]
    acme.one(entry({**month, "append": False}))
    assert policies(acme) == [("creation_date", "30d", None)]
    assert acme.one(entry(), purge=["auto_prune"]).changes == []
    acme.one(entry(), purge=["repository_auto_prune"])
    assert policies(acme) == []
    acme.one(entry(week))
    acme.one(entry({**week, "state": "absent"}))
    assert policies(acme) == []


def test_permissions_and_policies_are_complete_each_for_itself(acme: Registry) -> None:
    acme.one(entry({"method": "date", "value": "7d"}, perms=[{"name": "alice"}]))
    perms_only = {"name": "acme", "repositories": [{"name": "app", "perms": [], "append": False}]}
    assert [change.kind.name for change in acme.one(perms_only).changes] == ["permission"]
    assert policies(acme) == [("creation_date", "7d", None)]


def test_what_is_written_down_is_what_is_declared(acme: Registry) -> None:
    acme.one(entry({"method": "tags", "value": "3", "tag_pattern": "^v", "tag_pattern_matches": True}))
    (adopted,) = adopt(acme.client(), ["acme"], ["repositories", "repository_auto_prune"])
    assert adopted.entry is not None
    assert [(one["name"], one["auto_prune"]) for one in adopted.entry["repositories"]] == [
        ("app", [{"method": "tags", "value": "3", "tag_pattern": "^v", "tag_pattern_matches": True}]),
        ("deep/nested", []),
    ]
    acme.requests()
    assert acme.one(adopted.entry, purge=["repository_auto_prune"], purge_limit=0).changes == []
    assert acme.writes() == []


def test_they_are_written_down_only_where_they_are_asked_for(acme: Registry) -> None:
    (adopted,) = adopt(acme.client(), ["acme"])
    assert adopted.entry is not None
    assert not any("auto_prune" in one for one in adopted.entry["repositories"])
    assert not any(LIST in one for one in acme.requests())


def test_a_registry_without_the_feature(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"AUTO_PRUNE": False})
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    (report,) = registry.reconcile(entry({"method": "date", "value": "7d"}))
    assert isinstance(report.error, FeatureOff)
    assert "FEATURE_AUTO_PRUNE" in str(report.error)
    assert isinstance(run(registry).error, FeatureOff)
    (adopted,) = adopt(registry.client(), ["acme"], ["repositories", "repository_auto_prune"])
    assert adopted.entry is not None
    assert "auto_prune" not in adopted.entry["repositories"][0]
