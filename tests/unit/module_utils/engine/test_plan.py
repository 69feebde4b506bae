# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tables for the planner: what is desired, what is current, what has to change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.plan import plan
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import (
    Item,
)
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    InvalidDeclaration,
    NotFound,
    PurgeRefused,
)
from tests.unit.module_utils.named_kinds import KINDS, scope
from tests.unit.module_utils.plans import (
    GRANT,
    MEMBER,
    REPO,
    ROBOT,
    RULE,
    TEAM,
    current,
    desired,
    item,
    label,
    labels,
    missing,
)

ONE_OBJECT = [
    # name, desired, current, changes
    ("default is not sent", [item("robot", "ci", description="")], [], ["create robot ci"]),
    ("team is made", [item("team", "t1", role="creator")], [], ["create team t1 role"]),
    ("what is left out is not compared", [item("team", "creators")], [TEAM], []),
    ("role changes", [item("team", "creators", role="member")], [TEAM], ["update team creators role"]),
    (
        "description is emptied",
        [item("team", "creators", description="")],
        [TEAM],
        ["update team creators description"],
    ),
]


@pytest.mark.parametrize(
    ("wanted", "there", "changes"), [row[1:] for row in ONE_OBJECT], ids=[r[0] for r in ONE_OBJECT]
)
def test_one_object(wanted: list[Item], there: list[Item], changes: list[str]) -> None:
    found = labels(desired(*wanted), current(*there))
    assert found == [" ".join(text.split(" ")).rstrip() for text in changes]


def test_order_is_by_rank_and_deletions_go_the_other_way() -> None:
    wanted = desired(
        GRANT,
        item("repository", "app"),
        RULE,
        MEMBER,
        item("team", "creators"),
        item("robot", "ci"),
        item("organization"),
        absent=(("robot", ("old",)), ("team", ("gone",)), ("repository", ("dead",))),
    )
    old = [
        item("robot", "old", description=""),
        item("team", "gone", role="member"),
        item("repository", "dead"),
    ]
    assert [text.split(" ")[:2] for text in labels(wanted, current(*old))] == [
        ["create", "robot"],
        ["create", "team"],
        ["create", "member"],
        ["create", "prototype"],
        ["create", "repository"],
        ["create", "permission"],
        ["delete", "repository"],
        ["delete", "team"],
        ["delete", "robot"],
    ]


def test_what_is_in_the_way_goes_first_and_in_the_way_that_is_said() -> None:
    wanted = replace(
        desired(TEAM, MEMBER, absent=(("team_sync", ("creators",)), ("robot", ("old",)))),
        manners={(KINDS["team_sync"], ("creators",)): {"keep_users": False}},
    )
    followed = replace(item("team_sync", "creators", group_dn="cn=x"), facts={"users": ["bob"]})
    changes = plan(wanted, current(TEAM, followed, item("robot", "old"))).changes
    assert [f"{one.action} {one.kind.name}" for one in changes] == [
        "delete team_sync",
        "create member",
        "delete robot",
    ]
    assert changes[0].facts == {"users": ["bob"], "group_dn": "cn=x", "keep_users": False}


def test_the_plan_of_what_was_planned_is_empty() -> None:
    wanted = [ROBOT, TEAM, MEMBER, item("prototype", "", "user", "acme+ci", role="write"), REPO, GRANT]
    assert labels(desired(*wanted), current(*wanted)) == []


class TestMissingOrganization:
    def test_is_made_where_it_is_declared(self) -> None:
        wanted = desired(item("organization", email="a@example.com"), item("robot", "ci"))
        assert labels(wanted, missing()) == ["create organization  email", "create robot ci"]

    def test_is_an_error_where_it_is_not_declared(self) -> None:
        with pytest.raises(NotFound, match="Organization 'acme' does not exist"):
            plan(desired(item("robot", "ci")), missing())

    def test_is_foreseen_in_check_mode(self) -> None:
        assert labels(desired(item("robot", "ci")), missing(), check_mode=True) == ["create robot ci"]

    def test_has_nothing_that_could_be_absent(self) -> None:
        assert labels(desired(absent=(("robot", ("ci",)),)), missing()) == []

    def test_is_absent_already(self) -> None:
        assert labels(desired(absent=(("organization", ()),)), missing()) == []

    def test_is_deleted_whole(self) -> None:
        wanted = desired(absent=(("organization", ()),))
        assert labels(wanted, current(ROBOT, TEAM)) == ["delete organization"]


class TestPurge:
    EXTRA = tuple(item("robot", f"r{number:02}", description="") for number in range(12))

    def test_removes_what_is_not_declared(self) -> None:
        wanted = desired(ROBOT, scopes=(scope("robot", (), limited=True),))
        assert labels(wanted, current(ROBOT, *self.EXTRA[:2])) == ["delete robot r00", "delete robot r01"]

    def test_is_refused_beyond_its_limit_with_the_list(self) -> None:
        wanted = desired(ROBOT, scopes=(scope("robot", (), limited=True),))
        with pytest.raises(
            PurgeRefused, match=r"would remove 12 of them, more than purge_limit \(10\): robot r00, "
        ):
            plan(wanted, current(ROBOT, *self.EXTRA))

    def test_may_reach_its_limit(self) -> None:
        wanted = desired(ROBOT, scopes=(scope("robot", (), limited=True),), purge_limit=12)
        assert len(labels(wanted, current(ROBOT, *self.EXTRA))) == 12

    def test_does_not_count_what_is_declared_absent(self) -> None:
        wanted = desired(
            absent=(("robot", ("r00",)),), scopes=(scope("robot", (), limited=True),), purge_limit=1
        )
        assert labels(wanted, current(*self.EXTRA[:2])) == ["delete robot r00", "delete robot r01"]

    def test_has_no_limit_where_the_list_is_declared_to_be_complete(self) -> None:
        members = [item("member", "creators", f"u{number}") for number in range(20)]
        wanted = desired(TEAM, scopes=(scope("member", ("creators",)),))
        assert len(labels(wanted, current(TEAM, *members))) == 20

    def test_never_removes_the_rights_of_the_caller(self) -> None:
        there = current(
            TEAM,
            REPO,
            item("member", "creators", "admin"),
            item("member", "creators", "bob"),
            item("permission", "app", "user", "admin", role="admin"),
            item("permission", "app", "user", "bob", role="read"),
            caller="admin",
        )
        wanted = desired(TEAM, REPO, scopes=(scope("member", ("creators",)), scope("permission", ("app",))))
        assert labels(wanted, there) == ["delete permission app user bob", "delete member creators bob"]

    def test_leaves_what_the_declaration_refers_to(self) -> None:
        wanted = desired(
            TEAM, item("member", "creators", "acme+ci"), scopes=(scope("robot", (), limited=True),)
        )
        there = current(TEAM, ROBOT, item("robot", "old", description=""))
        assert labels(wanted, there) == ["create member creators acme+ci", "delete robot old"]

    def test_is_bounded_by_its_parent(self) -> None:
        there = current(TEAM, item("team", "other", role="member"), item("member", "other", "bob"))
        wanted = desired(TEAM, scopes=(scope("member", ("creators",)),))
        assert labels(wanted, there) == []


class TestReferences:
    def test_are_a_warning_in_check_mode_where_an_earlier_task_may_make_them(self) -> None:
        wanted = desired(TEAM, item("member", "creators", "acme+nope"))
        there = current(TEAM, unknown=frozenset({"acme+nope"}))
        result = plan(wanted, there, check_mode=True)
        assert [label(change) for change in result.changes] == ["create member creators acme+nope"]
        assert "robot 'acme+nope' does not exist. Check mode takes it" in result.warnings[0]

    def test_are_refused_in_check_mode_where_the_organization_is_declared_whole(self) -> None:
        wanted = desired(item("organization"), TEAM, item("member", "creators", "acme+nope"))
        with pytest.raises(InvalidDeclaration, match="does not exist"):
            plan(wanted, current(TEAM, unknown=frozenset({"acme+nope"})), check_mode=True)

    def test_to_what_is_declared_absent_are_refused(self) -> None:
        wanted = desired(TEAM, item("member", "creators", "acme+ci"), absent=(("robot", ("ci",)),))
        with pytest.raises(InvalidDeclaration, match="is declared absent"):
            plan(wanted, current(ROBOT))

    def test_to_what_is_declared_too_are_fine(self) -> None:
        wanted = desired(item("robot", "ci"), item("team", "t1"), item("member", "t1", "acme+ci"))
        assert labels(wanted, current()) == ["create robot ci", "create team t1", "create member t1 acme+ci"]

    def test_all_that_are_wrong_are_named(self) -> None:
        wanted = desired(TEAM, item("member", "creators", "x1"), item("member", "creators", "x2"))
        with pytest.raises(InvalidDeclaration, match=r"'x1' does not exist.*; .*'x2' does not exist"):
            plan(wanted, current(TEAM, unknown=frozenset({"x1", "x2"})))
