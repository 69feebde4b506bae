# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is asked and sent for the members of teams, whole, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.kinds.member import MEMBER
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_of
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry
from tests.unit.module_utils.runs import done, reads, sends, written_down

PATH = "organization/acme/team/devs/members"
ROBOTS = "GET organization/acme/robots?permissions=true&token=false"
HUMANS = "GET organization/acme/members"


def devs(*members: str, append: bool = True) -> dict[str, Any]:
    return entry(teams=[{"name": "devs", "members": list(members), "append": append}])


@pytest.fixture
def acme(registry: Registry) -> Registry:
    """A team with a human and a robot."""
    registry.one(entry(robots=[{"name": "ci"}, {"name": "new"}]))
    registry.one(devs("alice", "acme+ci"))
    registry.requests()
    return registry


def test_each_name_is_a_member_once() -> None:
    assert [item.key for item in desired_of(devs("bob", "acme+ci", "bob")).of(MEMBER)] == [
        ("devs", "acme+ci"),
        ("devs", "bob"),
    ]


@pytest.mark.parametrize(
    ("members", "append", "sent"),
    [
        ([], True, []),
        (["alice"], True, []),
        (["alice", "acme+ci"], False, []),
        (["bob"], True, [("PUT", f"{PATH}/bob", None)]),
        (["acme+new"], True, [("PUT", f"{PATH}/acme%2Bnew", None)]),
        (["alice"], False, [("DELETE", f"{PATH}/acme%2Bci", None)]),
        (["acme+ci"], False, [("DELETE", f"{PATH}/alice", None)]),
        (
            ["bob"],
            False,
            [
                ("PUT", f"{PATH}/bob", None),
                ("DELETE", f"{PATH}/acme%2Bci", None),
                ("DELETE", f"{PATH}/alice", None),
            ],
        ),
    ],
)
def test_what_is_sent(acme: Registry, members: list[str], append: bool, sent: list[Any]) -> None:
    assert sends(acme, devs(*members, append=append)) == sent


@pytest.mark.parametrize(
    ("members", "append", "asked"),
    [
        ([], True, []),
        (["alice"], True, [HUMANS]),
        (["acme+ci"], True, [ROBOTS]),
        (["alice", "acme+ci"], True, [HUMANS, ROBOTS]),
        (["alice", "acme+ci"], False, [HUMANS, ROBOTS, "GET user/"]),
    ],
)
def test_no_more_lists_are_read_than_are_needed(
    acme: Registry, members: list[str], append: bool, asked: list[str]
) -> None:
    found = reads(acme, devs(*members, append=append))
    assert sorted(found) == ["GET organization/acme", *asked]


def test_a_human_who_is_missing_may_be_invited_so_the_team_is_asked(acme: Registry) -> None:
    found = reads(acme, devs("bob"), check_mode=True)
    assert f"GET {PATH}?includePending=true" in found


def test_those_that_are_not_declared_are_purged_within_the_limit(acme: Registry) -> None:
    (refused,) = acme.reconcile(devs(), purge=["members"], purge_limit=1)
    assert "would remove 2 of them, more than purge_limit (1)" in str(refused.error)
    assert done(acme.one(devs(), purge=["members"])) == [
        "delete member devs acme+ci",
        "delete member devs alice",
    ]


def test_they_are_written_down_in_their_teams(acme: Registry) -> None:
    members = {team["name"]: team["members"] for team in written_down(acme, ["teams", "members"])["teams"]}
    assert members == {"devs": ["acme+ci", "alice"], "owners": ["admin"]}
    assert [one for one in acme.requests() if "/team/" in one] == [], "the lists tell it all"
