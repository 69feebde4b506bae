# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who is in a team: humans and robots, by invitation or by a group; a list of them that is complete."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.plan import plan
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Item
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.named_kinds import scope
from tests.unit.module_utils.plans import MEMBER, REPO, TEAM, change, current, desired, item, labels, names
from tests.unit.module_utils.rivals import (
    against,
    both_create,
    both_create_and_the_database_refuses,
    the_other_removes,
)
from tests.unit.module_utils.runs import done

CREATORS = {"name": "acme", "teams": [{"name": "creators", "role": "creator"}]}
ALICE = {"name": "acme", "teams": [{"name": "creators", "members": ["alice"]}]}

# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            entry(teams=[{"name": "creators", "members": ["+ci"]}]),
            "team 'creators': robot '+ci' has no namespace in front of its '+'",
        ),
        (
            entry(teams=[{"name": "creators", "members": ["other+CI"]}]),
            "team 'creators': robot name 'CI' is not allowed",
        ),
        (entry(teams=[{"name": "creators", "members": [""]}]), "the name of a member is empty"),
    ],
)
def test_bad_input_names_the_value_and_the_rule(bad: dict[str, Any], message: str) -> None:
    assert message in wrong(bad)


# --- planning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "there", "changes"),
    [
        ([MEMBER], [TEAM, MEMBER], []),
        ([MEMBER], [TEAM], ["create member creators alice"]),
    ],
)
def test_what_changes(wanted: list[Item], there: list[Item], changes: list[str]) -> None:
    assert labels(desired(*wanted), current(*there)) == changes


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            item("member", "creators", "nobody"),
            "member nobody of team creators: user 'nobody' does not exist",
        ),
        (item("member", "creators", "acme+nope"), "robot 'acme+nope' does not exist"),
    ],
)
def test_references_to_what_does_not_exist_are_refused(wanted: Item, message: str) -> None:
    unknown = frozenset({"nobody", "acme+nope"})
    with pytest.raises(InvalidDeclaration, match=message.replace("+", r"\+")):
        plan(desired(TEAM, REPO, wanted), current(unknown=unknown))


def test_a_human_cannot_be_added_to_a_synchronized_team() -> None:
    with pytest.raises(InvalidDeclaration, match="synchronized with a group"):
        plan(desired(TEAM, MEMBER), current(TEAM, synced=frozenset({"creators"})))


def test_a_human_of_a_synchronized_team_may_be_declared() -> None:
    assert labels(desired(TEAM, MEMBER), current(TEAM, MEMBER, synced=frozenset({"creators"}))) == []


def test_the_humans_of_a_synchronized_team_stay() -> None:
    there = current(
        TEAM,
        item("member", "creators", "bob"),
        item("member", "creators", "acme+old"),
        synced=frozenset({"creators"}),
    )
    wanted = desired(TEAM, scopes=(scope("member", ("creators",)),))
    assert labels(wanted, there) == ["delete member creators acme+old"]


def test_an_invited_user_is_not_invited_again() -> None:
    result = plan(desired(TEAM, MEMBER), current(TEAM, invited=frozenset({("creators", "alice")})))
    assert not result.changes
    assert result.warnings == ("alice is invited to team creators and has not accepted yet.",)


def test_how_it_is_named() -> None:
    assert names(change("create", "member", "t1", "bob")) == ("t1/bob", "acme: member bob of team t1")


# --- carrying out ---------------------------------------------------------------------------------


def test_a_complete_list(registry: Registry) -> None:
    team = {"name": "creators", "members": ["alice", "acme+ci"]}
    registry.one({"name": "acme", "robots": [{"name": "ci"}], "teams": [team]})
    exact = {"name": "acme", "teams": [{"name": "creators", "members": ["bob"], "append": False}]}
    assert done(registry.one(exact)) == [
        "create member creators bob",
        "delete member creators acme+ci",
        "delete member creators alice",
    ]
    assert done(registry.one(exact)) == []


def test_the_caller_stays_in_owners(registry: Registry) -> None:
    registry.one({"name": "acme"})
    exact = {"name": "acme", "teams": [{"name": "owners", "members": ["bob"], "append": False}]}
    assert done(registry.one(exact)) == ["create member owners bob"]
    assert sorted(registry.state("acme")["teams"]["owners"]["members"]) == ["admin", "bob"]


def test_invitations_are_sent_once(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"MAILING": True, "REQUIRE_TEAM_INVITE": True})
    entry = {
        "name": "acme",
        "email": "a@example.com",
        "teams": [{"name": "creators", "members": ["alice"]}],
    }
    assert "create member creators alice" in done(registry.one(entry))
    again = registry.one(entry)
    assert done(again) == []
    assert again.warnings == ["alice is invited to team creators and has not accepted yet."]


def test_an_unknown_member_is_found_before_anything_is_written(registry: Registry) -> None:
    entry = {"name": "acme", "teams": [{"name": "creators", "members": ["nobody"]}]}
    (report,) = registry.reconcile(entry)
    assert isinstance(report.error, InvalidDeclaration)
    assert "user 'nobody' does not exist" in str(report.error)
    assert registry.writes() == []


def test_robots_of_other_organizations_are_found_in_complete_teams(registry: Registry) -> None:
    registry.one({"name": "other", "robots": [{"name": "ci"}]})
    registry.one({"name": "acme", "teams": [{"name": "creators"}]})
    registry.client().send("PUT", "organization/acme/team/creators/members/other+ci")
    exact = {"name": "acme", "teams": [{"name": "creators", "members": [], "append": False}]}
    assert done(registry.one(exact)) == ["delete member creators other+ci"]


# --- two at once ----------------------------------------------------------------------------------


def test_another_caller_adds_it_first(registry: Registry) -> None:
    both_create(registry, ALICE, "PUT", "members/alice")


def test_another_caller_adds_it_first_and_the_database_refuses(registry: Registry) -> None:
    both_create_and_the_database_refuses(registry, ALICE, "PUT", "members/alice")


def test_another_caller_removes_it_first(registry: Registry) -> None:
    nobody = {"name": "acme", "teams": [{"name": "creators", "members": [], "append": False}]}
    path = "organization/acme/team/creators/members/alice"
    the_other_removes(registry, ALICE, nobody, "DELETE", "members/alice", path)


def test_another_caller_removes_the_team(registry: Registry) -> None:
    """It is declared, so it is made again."""
    both = {"name": "acme", "teams": [{"name": "creators", "role": "creator", "members": ["alice"]}]}
    the_other_removes(registry, CREATORS, both, "PUT", "members/alice", "organization/acme/team/creators")


def test_another_caller_removes_the_account(registry: Registry) -> None:
    registry.one(CREATORS)
    client = against(
        registry, "PUT", "members/alice", lambda other: other.send("DELETE", "superuser/users/alice")
    )
    (report,) = registry.reconcile(ALICE, client=client)
    assert "user 'alice' does not exist" in str(report.error)
