# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who is in a team: robots of other organizations, and the caller, who stays."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidRequest, NotFound
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.runs import done


def devs(*members: str, append: bool = True, name: str = "devs") -> dict[str, Any]:
    return {"name": "acme", "teams": [{"name": name, "members": list(members), "append": append}]}


@pytest.fixture
def other(registry: Registry) -> Registry:
    """An organization with a robot, and acme with a team."""
    registry.one({"name": "other", "robots": [{"name": "ci"}]})
    registry.one({"name": "acme", "robots": [{"name": "ci"}], "teams": [{"name": "devs"}]})
    registry.requests()
    return registry


class TestRobotsOfOtherOrganizations:
    def test_are_added_once_and_removed(self, other: Registry) -> None:
        assert done(other.one(devs("other+ci"), check_mode=True)) == ["create member devs other+ci"]
        assert other.writes() == []
        assert done(other.one(devs("other+ci"))) == ["create member devs other+ci"]
        assert other.writes() == ["PUT organization/acme/team/devs/members/other+ci"]
        assert done(other.one(devs("other+ci"))) == []
        assert done(other.one(devs("other+ci", "acme+ci"))) == ["create member devs acme+ci"]
        assert done(other.one(devs("other+ci", "acme+ci", append=False))) == []
        assert done(other.one(devs("acme+ci", append=False))) == ["delete member devs other+ci"]

    def test_by_an_owner_who_is_no_superuser(self, other: Registry) -> None:
        other.one(devs("alice", name="owners"))
        client = other.client(Token(other.simulator.token("alice")))
        (report,) = other.reconcile(devs("other+ci"), client=client)
        assert report.error is None
        assert other.state("acme")["teams"]["devs"]["members"] == ["other+ci"]
        (again,) = other.reconcile(devs("other+ci"), client=client)
        assert again.changes == []

    def test_of_a_user(self, other: Registry) -> None:
        client = other.client(Token(other.simulator.token("bob")))
        client.send("PUT", "user/robots/laptop", {"description": ""})
        assert done(other.one(devs("bob+laptop"))) == ["create member devs bob+laptop"]
        assert done(other.one(devs("bob+laptop"))) == []

    def test_only_the_team_in_question_is_asked(self, other: Registry) -> None:
        other.one(devs("other+ci"))
        other.requests()
        other.one(devs("other+ci"))
        assert [line for line in other.requests() if "/team/" in line] == [
            "GET organization/acme/team/devs/members?includePending=true"
        ]

    def test_that_do_not_exist_are_named(self, other: Registry) -> None:
        (report,) = other.reconcile(devs("other+none"))
        assert isinstance(report.error, NotFound)
        assert "Quay answered 400 \"Unknown user\". Is there a robot 'other+none'?" in str(report.error)
        assert other.state("acme")["teams"]["devs"]["members"] == []

    def test_are_refused_where_quay_refuses_them(self, make_registry: Callable[..., Registry]) -> None:
        registry = make_registry(features={"MAILING": True, "REQUIRE_TEAM_INVITE": True})
        registry.one({"name": "other", "email": "o@example.com", "robots": [{"name": "ci"}]})
        registry.one({"name": "acme", "email": "a@example.com"})
        (report,) = registry.reconcile(devs("other+ci"))
        assert isinstance(report.error, InvalidRequest)
        for words in (
            "Cannot add the specified robot to this team, as it is not a member of the organization",
            "FEATURE_MAILING and FEATURE_REQUIRE_TEAM_INVITE are both on",
        ):
            assert words in str(report.error)

    def test_may_be_named_by_a_prototype(self, other: Registry) -> None:
        entry = {"name": "acme", "prototypes": [{"name": "other+ci", "role": "read"}]}
        assert done(other.one(entry)) == ["create prototype  user other+ci"]
        assert done(other.one(entry)) == []


class TestTheCallerStays:
    @pytest.mark.parametrize("check_mode", [True, False])
    def test_in_owners_and_that_is_said(self, registry: Registry, check_mode: bool) -> None:
        registry.one({"name": "acme"})
        report = registry.one(devs(append=False, name="owners"), check_mode=check_mode)
        assert report.changes == []
        assert len(report.warnings) == 1
        assert "member admin of team owners is not declared and stays" in report.warnings[0]
        assert "Quay keeps it in the last team through which it administers" in report.warnings[0]
        assert registry.state("acme")["teams"]["owners"]["members"] == ["admin"]

    def test_in_owners_of_a_new_organization(self, registry: Registry) -> None:
        report = registry.one(devs("alice", append=False, name="owners"))
        assert [text for text in report.warnings if "member admin of team owners" in text] == report.warnings
        assert len(report.warnings) == 1

    def test_in_a_team_without_rights(self, registry: Registry) -> None:
        registry.one(devs("admin"))
        report = registry.one(devs(append=False))
        assert report.changes == []
        assert "member admin of team devs is not declared and stays" in report.warnings[0]
        assert "never removed from a team" in report.warnings[0]

    def test_when_purged(self, registry: Registry) -> None:
        registry.one({"name": "acme"})
        report = registry.one(devs(name="owners"), purge=["members"])
        assert "member admin of team owners is not declared and stays" in report.warnings[0]

    def test_and_nothing_is_said_where_it_is_declared_or_not_there(self, registry: Registry) -> None:
        registry.one(devs("alice"))
        assert registry.one(devs("admin", append=False, name="owners")).warnings == []
        assert registry.one(devs("alice", append=False)).warnings == []
        assert registry.one(devs("alice", name="owners")).warnings == []


def test_a_team_without_members_is_made(registry: Registry) -> None:
    """One that is declared with an empty list, or with none, comes into being all the same."""
    entry = {"name": "acme", "teams": [{"name": "empty", "members": [], "append": False}, {"name": "bare"}]}
    assert done(registry.one(entry)) == ["create organization", "create team bare", "create team empty"]
    assert sorted(registry.state("acme")["teams"]) == ["bare", "empty", "owners"]
    assert done(registry.one(entry)) == []


def test_a_robot_in_teams_without_repositories(registry: Registry) -> None:
    """Its teams and repositories are told apart from those of a robot that has none of either."""
    registry.one({"name": "acme", "robots": [{"name": "ci"}, {"name": "idle"}]})
    assert done(registry.one(devs("acme+ci"))) == ["create team devs", "create member devs acme+ci"]
    assert done(registry.one(devs("acme+ci"))) == []
    assert done(registry.one(devs("acme+idle", append=False))) == [
        "create member devs acme+idle",
        "delete member devs acme+ci",
    ]
