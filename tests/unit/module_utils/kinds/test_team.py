# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Teams: their role and description, and owners, the team that is always there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.named_kinds import scope
from tests.unit.module_utils.plans import TEAM, current, desired, item, labels, missing
from tests.unit.module_utils.rivals import (
    both_create,
    both_create_and_the_database_refuses,
    the_other_removes,
)
from tests.unit.module_utils.runs import done

CREATORS = {"name": "acme", "teams": [{"name": "creators", "role": "creator"}]}

# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (entry(teams=[{"name": "Team"}]), "team name 'Team' is not allowed"),
        (
            entry(teams=[{"name": "owners", "state": "absent"}]),
            "team 'owners' cannot go: it is the team of those who own the organization; declare its members",
        ),
        (entry(teams=[{"name": "t1"}, {"name": "t1", "state": "absent"}]), "team 't1' is declared 2 times"),
    ],
)
def test_bad_input_names_the_value_and_the_rule(bad: dict[str, Any], message: str) -> None:
    assert message in wrong(bad)


# --- planning -------------------------------------------------------------------------------------


def test_a_new_organization_gets_owners_with_the_caller_from_quay() -> None:
    wanted = desired(item("organization"), item("team", "owners"), item("member", "owners", "admin"))
    assert labels(wanted, missing(caller="admin")) == ["create organization"]


def test_a_purge_never_removes_owners() -> None:
    wanted = desired(scopes=(scope("team", (), limited=True),))
    assert labels(wanted, current(TEAM)) == ["delete team creators"]


# --- carrying out ---------------------------------------------------------------------------------


def test_one_with_role_admin_is_demoted_before_it_is_deleted(registry: Registry) -> None:
    registry.one({"name": "acme", "teams": [{"name": "bosses", "role": "admin"}]})
    registry.writes()
    registry.one({"name": "acme", "teams": [{"name": "bosses", "state": "absent"}]})
    assert registry.writes() == [
        "PUT organization/acme/team/bosses",
        "DELETE organization/acme/team/bosses",
    ]


def test_owners_of_a_new_organization_are_not_made_twice(registry: Registry) -> None:
    entry = {"name": "acme", "teams": [{"name": "owners", "role": "admin", "members": ["admin", "bob"]}]}
    assert done(registry.one(entry)) == ["create organization", "create member owners bob"]


# --- two at once ----------------------------------------------------------------------------------


def test_another_caller_makes_it_first(registry: Registry) -> None:
    both_create(registry, CREATORS, "PUT", "team/creators")


def test_another_caller_makes_it_first_and_the_database_refuses(registry: Registry) -> None:
    both_create_and_the_database_refuses(registry, CREATORS, "PUT", "team/creators$")


def test_another_caller_removes_it_first(registry: Registry) -> None:
    gone = {"name": "acme", "teams": [{"name": "creators", "state": "absent"}]}
    the_other_removes(registry, CREATORS, gone, "DELETE", "team/creators", "organization/acme/team/creators")
