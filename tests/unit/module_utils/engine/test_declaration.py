# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""From what the user wrote to what is desired: rules that need no registry."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import (
    desired_of,
)
from tests.unit.module_utils.declarations import entry
from tests.unit.module_utils.named_kinds import scope


def test_what_is_left_out_is_not_managed() -> None:
    desired = desired_of(
        entry(email=None, robots=None, teams=[{"name": "t1", "role": None, "members": None}])
    )
    assert [(item.kind.name, dict(item.fields)) for item in desired.present] == [
        ("organization", {}),
        ("team", {}),
    ]
    assert not desired.scopes


@pytest.mark.parametrize(
    ("options", "purge", "scopes"),
    [
        ({"robots": []}, ("robots",), {scope("robot", (), limited=True)}),
        ({"robots": None}, ("robots",), set()),
        ({"robots": []}, ("teams",), set()),
        ({"teams": [{"name": "t1", "members": []}]}, ("members",), {scope("member", ("t1",), limited=True)}),
        ({"teams": [{"name": "t1", "members": [], "append": False}]}, (), {scope("member", ("t1",))}),
        (
            {"teams": [{"name": "t1", "members": [], "append": False}]},
            ("members",),
            {scope("member", ("t1",))},
        ),
        ({"teams": [{"name": "t1", "append": False}]}, ("members",), set()),
        ({"repositories": [{"name": "a", "perms": [], "append": False}]}, (), {scope("permission", ("a",))}),
        (
            {"repositories": [{"name": "a", "perms": []}]},
            ("permissions", "repositories"),
            {scope("permission", ("a",), limited=True), scope("repository", (), limited=True)},
        ),
    ],
)
def test_where_undeclared_objects_are_removed(options: Any, purge: Any, scopes: Any) -> None:
    assert desired_of(entry(**options), purge).scopes == scopes


def test_absent_objects_are_noted_without_their_parts() -> None:
    desired = desired_of(
        entry(
            state="absent",
            teams=[{"name": "t1", "state": "absent", "members": ["bob"]}],
            repositories=[{"name": "a", "state": "absent", "perms": [{"name": "bob"}]}],
        )
    )
    assert not desired.present
    assert {(kind.name, key) for kind, key in desired.absent} == {
        ("organization", ()),
        ("team", ("t1",)),
        ("repository", ("a",)),
    }


def test_a_module_for_one_object_does_not_declare_the_organization() -> None:
    desired = desired_of(entry(robots=[{"name": "ci"}]), declares_organization=False)
    assert [item.kind.name for item in desired.present] == ["robot"]
