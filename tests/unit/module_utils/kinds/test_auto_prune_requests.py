# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for auto-prune policies, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.placeholder import SOME_ID
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Desired
from ansible_collections.quayops.quay.plugins.module_utils.kinds.namespace_auto_prune import AUTO_PRUNE
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.named_kinds import declared_alone
from tests.unit.module_utils.plans import change, names
from tests.unit.module_utils.runs import as_module, sends

PATH = "organization/acme/autoprunepolicy/"
WEEK = {"method": "creation_date", "value": "7d"}
LAST_WEEK = {"method": "date", "value": "7d"}


def policy(**options: Any) -> Desired:
    return declared_alone("auto_prune_policy", {"namespace": "acme", **LAST_WEEK, **options})


@pytest.fixture
def acme(registry: Registry) -> Registry:
    registry.one({"name": "acme"})
    registry.requests()
    return registry


def idents(registry: Registry) -> dict[str, str]:
    """Return the identifiers of the policies by their values."""
    found = registry.client().get(PATH)["policies"]
    registry.requests()
    return {str(one["value"]): str(one["uuid"]) for one in found}


def test_every_field_is_declared() -> None:
    (item,) = policy(tag_pattern="^v", tag_pattern_matches=False).of(AUTO_PRUNE)
    assert dict(item.fields) == {
        "method": "date",
        "value": "7d",
        "tag_pattern": "^v",
        "tag_pattern_matches": False,
    }
    assert set(item.fields) == {field.name for field in AUTO_PRUNE.fields}


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({}, WEEK),
        ({"value": "2w"}, {**WEEK, "value": "14d"}),
        ({"method": "tags", "value": " 10 "}, {"method": "number_of_tags", "value": 10}),
        ({"tag_pattern": "^v"}, {**WEEK, "tagPattern": "^v", "tagPatternMatches": True}),
        (
            {"tag_pattern": "^v", "tag_pattern_matches": False},
            {**WEEK, "tagPattern": "^v", "tagPatternMatches": False},
        ),
    ],
)
def test_it_is_made(acme: Registry, options: dict[str, Any], body: dict[str, Any]) -> None:
    assert sends(acme, policy(**options)) == [("POST", PATH, body)]


def test_it_is_removed_by_its_identifier(acme: Registry) -> None:
    sends(acme, policy())
    sends(acme, policy(value="30d"))
    there = idents(acme)
    assert sends(acme, policy(state="absent")) == [("DELETE", PATH + there["7d"], None)]
    assert sends(acme, policy(state="absent", value="8d")) == []
    assert list(idents(acme)) == ["30d"]


def test_where_it_is_the_only_one_the_others_go(acme: Registry) -> None:
    sends(acme, policy(value="30d"))
    old = idents(acme)["30d"]
    assert sends(acme, policy(append=False)) == [("POST", PATH, WEEK), ("DELETE", PATH + old, None)]


def test_what_is_read(acme: Registry) -> None:
    sends(acme, policy(tag_pattern="^v"))
    acme.requests()
    report, _result = as_module(
        acme, AUTO_PRUNE, namespace="acme", method="date", value="1w", tag_pattern="^v"
    )
    assert (report.error, report.changes) == (None, [])
    assert acme.requests() == ["GET organization/acme", f"GET {PATH}"]
    assert report.current is not None
    (item,) = report.current.of(AUTO_PRUNE)
    assert dict(item.fields) == {
        "method": "date",
        "value": "7d",
        "tag_pattern": "^v",
        "tag_pattern_matches": True,
    }


def test_its_own_module_returns_the_identifier(acme: Registry) -> None:
    options = {"namespace": "acme", "method": "date", "value": "1w"}
    assert as_module(acme, AUTO_PRUNE, check_mode=True, **options)[1] == {"id": SOME_ID}
    assert acme.writes() == []
    _report, result = as_module(acme, AUTO_PRUNE, **options)
    assert acme.writes() == [f"POST {PATH}"]
    assert result == {"id": idents(acme)["7d"]}
    assert as_module(acme, AUTO_PRUNE, **options)[1] == result
    assert as_module(acme, AUTO_PRUNE, **options, state="absent")[1] == {}


def test_how_it_is_named() -> None:
    one = change("create", "auto_prune_policy", "creation_date", "7d", "", "")
    assert names(one) == ("creation_date 7d", "acme: auto-prune policy creation_date 7d")
