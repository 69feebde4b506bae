# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Prototypes: a role for whom, when who creates; a rule that Quay has several times becomes one."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.plan import plan
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Item
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.plans import (
    REPO,
    ROBOT,
    RULE,
    TEAM,
    change,
    current,
    desired,
    item,
    labels,
    names,
)
from tests.unit.module_utils.rivals import the_other_removes
from tests.unit.module_utils.runs import done

# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (entry(prototypes=[{"name": "other+CI"}]), "prototype: robot name 'CI' is not allowed"),
        (
            entry(prototypes=[{"name": "bob"}, {"name": "bob", "role": "admin"}]),
            "prototype 'user bob' is declared 2 times",
        ),
        (
            entry(prototypes=[{"name": "bob", "creator": "acme+ci"}]),
            "creator 'acme+ci' is a robot; it must be a user",
        ),
    ],
)
def test_bad_input_names_the_value_and_the_rule(bad: dict[str, Any], message: str) -> None:
    assert message in wrong(bad)


# --- planning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "there", "changes"),
    [
        ([item("prototype", "", "user", "acme+ci", role="write")], [ROBOT, RULE], []),
        ([item("prototype", "", "user", "acme+ci")], [ROBOT, RULE], []),
        (
            [item("prototype", "", "user", "acme+ci", role="read")],
            [ROBOT, RULE],
            ["update prototype  user acme+ci role"],
        ),
        (
            [item("prototype", "bob", "user", "acme+ci", role="write")],
            [ROBOT, RULE],
            ["create prototype bob user acme+ci role"],
        ),
    ],
)
def test_what_changes(wanted: list[Item], there: list[Item], changes: list[str]) -> None:
    assert labels(desired(*wanted), current(*there)) == changes


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (item("prototype", "", "team", "nope", role="read"), "there is no team 'nope' in acme"),
        (item("prototype", "nobody", "team", "owners", role="read"), "user 'nobody' does not exist"),
    ],
)
def test_references_to_what_does_not_exist_are_refused(wanted: Item, message: str) -> None:
    unknown = frozenset({"nobody", "acme+nope"})
    with pytest.raises(InvalidDeclaration, match=message.replace("+", r"\+")):
        plan(desired(TEAM, REPO, wanted), current(unknown=unknown))


class TestDuplicates:
    TWICE = (RULE, item("prototype", "", "user", "acme+ci", ident="p2", role="write"))

    def test_become_one(self) -> None:
        changes = plan(
            desired(item("prototype", "", "user", "acme+ci", role="write")), current(ROBOT, *self.TWICE)
        ).changes
        assert [(change.action, change.ident) for change in changes] == [("delete", "p2")]

    def test_the_right_one_is_kept(self) -> None:
        first = item("prototype", "", "user", "acme+ci", ident="p0", role="read")
        wanted = desired(item("prototype", "", "user", "acme+ci", role="write"))
        changes = plan(wanted, current(ROBOT, first, *self.TWICE)).changes
        assert [(change.action, change.ident) for change in changes] == [("delete", "p0"), ("delete", "p2")]

    def test_with_another_role_are_changed_and_made_one(self) -> None:
        wanted = desired(item("prototype", "", "user", "acme+ci", role="admin"))
        changes = plan(wanted, current(ROBOT, *self.TWICE)).changes
        assert [(change.action, change.ident) for change in changes] == [("update", "p1"), ("delete", "p2")]

    def test_all_go_where_absent_is_declared(self) -> None:
        changes = plan(desired(absent=(("prototype", RULE.key),)), current(ROBOT, *self.TWICE)).changes
        assert {change.ident for change in changes} == {"p1", "p2"}


@pytest.mark.parametrize(
    ("key", "name", "header"),
    [
        (("", "user", "bob"), "bob", "acme: prototype for user bob"),
        (("alice", "team", "t1"), "t1", "acme: prototype for team t1 when alice creates"),
    ],
)
def test_how_it_is_named(key: tuple[str, ...], name: str, header: str) -> None:
    assert names(change("create", "prototype", *key)) == (name, header)


# --- carrying out ---------------------------------------------------------------------------------


def test_a_doubled_one_becomes_one(registry: Registry) -> None:
    registry.one({"name": "acme", "robots": [{"name": "ci"}]})
    rule = {"role": "write", "delegate": {"name": "acme+ci", "kind": "user"}}
    for _ in range(3):
        registry.client().send("POST", "organization/acme/prototypes", rule)
    entry = {"name": "acme", "prototypes": [{"name": "acme+ci", "role": "write"}]}
    assert done(registry.one(entry)) == ["delete prototype  user acme+ci"] * 2
    assert done(registry.one(entry)) == []


# --- two at once ----------------------------------------------------------------------------------


def test_another_caller_removes_the_robot(registry: Registry) -> None:
    """It is declared, so it is made again."""
    robot = {"name": "acme", "robots": [{"name": "ci", "description": "CI"}]}
    both = {"name": "acme", "robots": [{"name": "ci"}], "prototypes": [{"name": "acme+ci", "role": "write"}]}
    the_other_removes(registry, robot, both, "POST", "prototypes", "organization/acme/robots/ci")
