# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a playbook gets to see."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.report import (
    Report,
    change_views,
    diffs,
    failure,
    summary,
)
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Change
from ansible_collections.quayops.quay.plugins.module_utils.errors import NotFound
from ansible_collections.quayops.quay.plugins.module_utils.operations.operation import operation
from tests.unit.module_utils.plans import change, names

ROLE = change("update", "team", "t1", before={"role": "member"}, after={"role": "admin"})


def test_how_objects_are_named() -> None:
    """Where a kind does not say so itself."""
    assert names(change("create", "team", "t1")) == ("t1", "acme: team t1")


def test_a_change() -> None:
    assert change_views(Report("acme", [ROLE])) == [
        {"organization": "acme", "action": "update", "kind": "team", "name": "t1", "fields": ["role"]}
    ]


@pytest.mark.parametrize(
    ("one", "before", "after"),
    [
        (ROLE, {"role": "member"}, {"role": "admin"}),
        (change("create", "member", "t1", "bob", after={}), {}, {"state": "present"}),
        (change("delete", "member", "t1", "bob", before={}), {"state": "present"}, {}),
    ],
)
def test_the_sides_of_a_diff(one: Change, before: Any, after: Any) -> None:
    (entry,) = diffs(Report("acme", [one]))
    assert (entry["before"], entry["after"]) == (before, after)


def test_a_failure_says_what_is_open() -> None:
    report = Report("acme", error=NotFound("Gone."), open_changes=[change("create", "robot", "ci")])
    assert failure(report) == (
        "Gone. Whether this was carried out is open: robot ci. The next run finds out."
    )


def test_one_line_for_each_organization_that_failed() -> None:
    reports = [
        Report("a1", error=NotFound("No.")),
        Report("b1", [ROLE]),
        Report("c1", error=NotFound("Nor.")),
    ]
    outcome = operation(reports, {"organizations": []})
    assert outcome.error == "2 of 3 organizations failed:\na1: No.\nc1: Nor."
    assert (outcome.changed, outcome.values["organizations"]) == (True, [])


def test_the_summary_of_a_failed_organization_says_what_was_done() -> None:
    report = Report("acme", [ROLE], error=NotFound("Gone."))
    assert summary(report) == {
        "name": "acme",
        "changed": True,
        "failed": True,
        "changes": change_views(report),
        "msg": "Gone.",
    }
