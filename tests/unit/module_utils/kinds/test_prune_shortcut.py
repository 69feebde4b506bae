# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The one auto-prune policy that an organization or a repository says in two options."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import declared_alone

OF_AN_ORGANIZATION = ("organization", "acme", "organization/acme/autoprunepolicy/")
OF_A_REPOSITORY = ("repository", "acme/app", "repository/acme/app/autoprunepolicy/")
BOTH = pytest.mark.parametrize(
    "where", [OF_AN_ORGANIZATION, OF_A_REPOSITORY], ids=["organization", "repository"]
)
Where = tuple[str, str, str]


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    registry.requests()
    return registry


def done(registry: Registry, where: Where, method: str, value: Any = None, **options: Any) -> Report:
    kind, name, _list = where
    client = registry.client()
    params = {"name": name, "auto_prune_method": method, "auto_prune_value": value, **options}
    (report,) = reconcile(client, [declared_alone(kind, params, client)])
    assert report.error is None, report.error
    return report


def policies(registry: Registry, where: Where) -> list[tuple[str, Any, Any]]:
    rows = registry.client().get(where[2])["policies"]
    registry.requests()
    return sorted((one["method"], one["value"], one["tagPattern"]) for one in rows)


def put(registry: Registry, where: Where, **body: Any) -> None:
    registry.client().send("POST", where[2], body)
    registry.requests()


@BOTH
def test_the_policy_is_made_changed_and_removed(acme: Registry, where: Where) -> None:
    assert [change.action for change in done(acme, where, "date", "30d").changes] == ["create"]
    assert policies(acme, where) == [("creation_date", "30d", None)]
    assert done(acme, where, "date", "30 d").changes == []
    done(acme, where, "date", "60d")
    assert policies(acme, where) == [("creation_date", "60d", None)]
    done(acme, where, "tags", 5)
    assert policies(acme, where) == [("number_of_tags", 5, None)]
    assert [change.action for change in done(acme, where, "none").changes] == ["delete"]
    assert policies(acme, where) == []
    assert done(acme, where, "none").changes == []


@BOTH
def test_policies_with_a_pattern_stay(acme: Registry, where: Where) -> None:
    put(acme, where, method="creation_date", value="1d", tagPattern="^pr-")
    put(acme, where, method="creation_date", value="90d")
    done(acme, where, "date", "30d")
    assert policies(acme, where) == [("creation_date", "1d", "^pr-"), ("creation_date", "30d", None)]
    assert done(acme, where, "date", "30d").changes == []
    done(acme, where, "none")
    assert policies(acme, where) == []


@BOTH
def test_what_other_tasks_put_beside_it_stays(acme: Registry, where: Where) -> None:
    done(acme, where, "date", "30d")
    put(acme, where, method="number_of_tags", value=10)
    assert done(acme, where, "date", "30d").changes == []
    assert len(policies(acme, where)) == 2


@BOTH
def test_left_out_it_is_not_managed_and_nothing_is_asked(acme: Registry, where: Where) -> None:
    put(acme, where, method="number_of_tags", value=10)
    kind, name, _list = where
    client = acme.client()
    (report,) = reconcile(client, [declared_alone(kind, {"name": name}, client)])
    assert report.changes == []
    assert not any("autoprunepolicy" in one for one in acme.requests())


@BOTH
def test_with_absent_it_means_nothing(acme: Registry, where: Where) -> None:
    kind, _name, _list = where
    report = done(acme, where, "date", "30d", state="absent")
    assert [change.kind.name for change in report.changes] == [kind]


def test_in_the_declaration_of_many(registry: Registry) -> None:
    declared = {
        "name": "acme",
        "auto_prune_method": "date",
        "auto_prune_value": "30d",
        "repositories": [{"name": "app", "auto_prune_method": "tags", "auto_prune_value": "5"}],
    }
    registry.one(declared)
    assert policies(registry, OF_AN_ORGANIZATION) == [("creation_date", "30d", None)]
    assert policies(registry, OF_A_REPOSITORY) == [("number_of_tags", 5, None)]
    assert registry.one(declared).changes == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"auto_prune_method": "date"}, "auto_prune_method=date needs auto_prune_value"),
        ({"auto_prune_value": "5"}, "auto_prune_value is given without auto_prune_method"),
        (
            {"auto_prune_method": "tags", "auto_prune_value": "5d"},
            "auto_prune_value '5d' is not a number of tags",
        ),
        ({"auto_prune_method": "date", "auto_prune_value": "5"}, "auto_prune_value '5' is not"),
        ({"auto_prune_method": "none", "auto_prune": []}, "write one of them"),
    ],
)
def test_what_makes_no_sense(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDeclaration, match=words):
        desired_of({"name": "acme", **options})
    with pytest.raises(InvalidDeclaration, match=words):
        desired_of({"name": "acme", "repositories": [{"name": "app", **options}]})
