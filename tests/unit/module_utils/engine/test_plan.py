# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tables for the planner: what is desired, what is current, what has to change."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.plan import plan
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import (
    Change,
    Current,
    Desired,
    Item,
    Scope,
)
from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    InvalidDeclaration,
    NotFound,
    PurgeRefused,
)
from tests.unit.module_utils.named_kinds import KINDS, scope

ORG = Item(KINDS["organization"], (), {"email": "", "tag_expiration_s": 1209600})
OWNERS = Item(KINDS["team"], ("owners",), {"role": "admin", "description": ""})


def item(kind: str, *key: str, append: bool = True, ident: str = "", **fields: Any) -> Item:
    return Item(KINDS[kind], key, fields, append=append, ident=ident)


def current(*items: Item, **options: Any) -> Current:
    facts = {name: options.pop(name) for name in ("synced", "invited") if name in options}
    return Current("acme", exists=True, items=(ORG, OWNERS, *items), facts=facts, **options)


def missing(**options: Any) -> Current:
    return Current("acme", exists=False, **options)


def desired(*items: Item, scopes: tuple[Scope, ...] = (), absent: Any = (), **options: Any) -> Desired:
    gone = tuple((KINDS[kind], key) for kind, key in absent)
    home = KINDS["organization"]
    return Desired("acme", home, present=items, scopes=frozenset(scopes), absent=gone, **options)


def label(change: Change) -> str:
    fields = ",".join(change.fields)
    return (
        f"{change.action} {change.kind.name} {' '.join(change.key)}{' ' + fields if fields else ''}".rstrip()
    )


def labels(wanted: Desired, there: Current, **options: Any) -> list[str]:
    return [label(change) for change in plan(wanted, there, **options).changes]


ROBOT = item("robot", "ci", description="CI", federations=())
TEAM = item("team", "creators", role="creator", description="d")
MEMBER = item("member", "creators", "alice")
RULE = item("prototype", "", "user", "acme+ci", ident="p1", role="write")
REPO = item("repository", "app", visibility="private", description="", repo_state="NORMAL", star=False)
GRANT = item("permission", "app", "user", "alice", role="read")

ONE_OBJECT = [
    # name, desired, current, changes
    ("robot is made", [item("robot", "ci", description="CI")], [], ["create robot ci description"]),
    ("default is not sent", [item("robot", "ci", description="")], [], ["create robot ci"]),
    ("robot is there", [item("robot", "ci", description="CI")], [ROBOT], []),
    ("description of a robot stays", [item("robot", "ci", description="other")], [ROBOT], []),
    ("new token", [item("robot", "ci", regenerate=True)], [ROBOT], ["update robot ci regenerate"]),
    ("a new robot has a new token", [item("robot", "ci", regenerate=True)], [], ["create robot ci"]),
    ("team is made", [item("team", "t1", role="creator")], [], ["create team t1 role"]),
    ("what is left out is not compared", [item("team", "creators")], [TEAM], []),
    ("role changes", [item("team", "creators", role="member")], [TEAM], ["update team creators role"]),
    (
        "description is emptied",
        [item("team", "creators", description="")],
        [TEAM],
        ["update team creators description"],
    ),
    ("member is there", [MEMBER], [TEAM, MEMBER], []),
    ("member is added", [MEMBER], [TEAM], ["create member creators alice"]),
    ("prototype is there", [item("prototype", "", "user", "acme+ci", role="write")], [ROBOT, RULE], []),
    ("prototype without a role is there", [item("prototype", "", "user", "acme+ci")], [ROBOT, RULE], []),
    (
        "the role of a prototype changes",
        [item("prototype", "", "user", "acme+ci", role="read")],
        [ROBOT, RULE],
        ["update prototype  user acme+ci role"],
    ),
    (
        "another creator is another prototype",
        [item("prototype", "bob", "user", "acme+ci", role="write")],
        [ROBOT, RULE],
        ["create prototype bob user acme+ci role"],
    ),
    (
        "repository changes what differs",
        [item("repository", "app", visibility="public", description="", star=True)],
        [REPO],
        ["update repository app visibility,star"],
    ),
    ("permission is there", [GRANT], [REPO, GRANT], []),
    (
        "permission changes",
        [item("permission", "app", "user", "alice", role="admin")],
        [REPO, GRANT],
        ["update permission app user alice role"],
    ),
    ("settings are there", [item("organization", email="", tag_expiration_s=1209600)], [], []),
    (
        "settings change",
        [item("organization", tag_expiration_s=86400)],
        [],
        ["update organization  tag_expiration_s"],
    ),
]


@pytest.mark.parametrize(
    ("wanted", "there", "changes"), [row[1:] for row in ONE_OBJECT], ids=[r[0] for r in ONE_OBJECT]
)
def test_one_object(wanted: list[Item], there: list[Item], changes: list[str]) -> None:
    found = labels(desired(*wanted), current(*there))
    assert found == [" ".join(text.split(" ")).rstrip() for text in changes]


@pytest.mark.parametrize(
    ("there", "wanted", "append", "result"),
    [
        ((), ("b",), True, ("b",)),
        (("a",), ("b",), True, ("a", "b")),
        (("a", "b"), ("b",), True, None),
        (("a", "b"), ("b",), False, ("b",)),
        (("a",), (), False, ()),
        (("a",), (), True, None),
    ],
)
def test_federations_are_added_or_replaced(there: Any, wanted: Any, append: bool, result: Any) -> None:
    def pairs(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        return tuple((f"https://{name}.example.com", "s") for name in names)

    robot = item("robot", "ci", append=append, federations=pairs(wanted))
    changes = plan(
        desired(robot), current(item("robot", "ci", description="", federations=pairs(there)))
    ).changes
    assert [change.after for change in changes] == (
        [] if result is None else [{"federations": pairs(result)}]
    )


def test_a_description_that_cannot_be_changed_is_a_warning() -> None:
    result = plan(desired(item("robot", "ci", description="other")), current(ROBOT))
    assert not result.changes
    assert "robot ci: its description differs, and Quay cannot change it" in result.warnings[0]


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

    def test_gets_owners_with_the_caller_from_quay(self) -> None:
        wanted = desired(item("organization"), item("team", "owners"), item("member", "owners", "admin"))
        assert labels(wanted, missing(caller="admin")) == ["create organization"]

    def test_is_deleted_whole(self) -> None:
        wanted = desired(absent=(("organization", ()),))
        assert labels(wanted, current(ROBOT, TEAM)) == ["delete organization"]


class TestDuplicates:
    TWICE = (RULE, item("prototype", "", "user", "acme+ci", ident="p2", role="write"))

    def test_of_a_prototype_become_one(self) -> None:
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

    def test_of_an_application_are_left_alone(self) -> None:
        both = [item("application", "auto", ident=ident, description="") for ident in ("a", "b")]
        result = plan(desired(item("application", "auto", description="x")), current(*both))
        assert [(change.action, change.ident) for change in result.changes] == [("update", "a")]
        assert "2 applications are named auto" in result.warnings[0]


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

    def test_never_removes_owners(self) -> None:
        wanted = desired(scopes=(scope("team", (), limited=True),))
        assert labels(wanted, current(TEAM)) == ["delete team creators"]

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

    def test_leaves_the_humans_of_a_synchronized_team(self) -> None:
        there = current(
            TEAM,
            item("member", "creators", "bob"),
            item("member", "creators", "acme+old"),
            synced=frozenset({"creators"}),
        )
        wanted = desired(TEAM, scopes=(scope("member", ("creators",)),))
        assert labels(wanted, there) == ["delete member creators acme+old"]


class TestReferences:
    @pytest.mark.parametrize(
        ("wanted", "message"),
        [
            (
                item("member", "creators", "nobody"),
                "member nobody of team creators: user 'nobody' does not exist",
            ),
            (item("permission", "app", "team", "nope", role="read"), "there is no team 'nope' in acme"),
            (item("prototype", "", "team", "nope", role="read"), "there is no team 'nope' in acme"),
            (item("prototype", "nobody", "team", "owners", role="read"), "user 'nobody' does not exist"),
            (item("member", "creators", "acme+nope"), "robot 'acme+nope' does not exist"),
        ],
    )
    def test_to_what_does_not_exist_are_refused(self, wanted: Item, message: str) -> None:
        unknown = frozenset({"nobody", "acme+nope"})
        with pytest.raises(InvalidDeclaration, match=message.replace("+", r"\+")):
            plan(desired(TEAM, REPO, wanted), current(unknown=unknown))

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

    def test_a_human_cannot_be_added_to_a_synchronized_team(self) -> None:
        with pytest.raises(InvalidDeclaration, match="synchronized with a group"):
            plan(desired(TEAM, MEMBER), current(TEAM, synced=frozenset({"creators"})))

    def test_a_human_of_a_synchronized_team_may_be_declared(self) -> None:
        assert labels(desired(TEAM, MEMBER), current(TEAM, MEMBER, synced=frozenset({"creators"}))) == []


def test_an_invited_user_is_not_invited_again() -> None:
    result = plan(desired(TEAM, MEMBER), current(TEAM, invited=frozenset({("creators", "alice")})))
    assert not result.changes
    assert result.warnings == ("alice is invited to team creators and has not accepted yet.",)


@pytest.mark.parametrize(("complete", "again"), [(True, True), (False, False)])
def test_a_new_repository_with_complete_permissions_is_looked_at_again(complete: bool, again: bool) -> None:
    scopes = (scope("permission", ("app",)),) if complete else ()
    assert plan(desired(REPO, GRANT, scopes=scopes), current()).look_again is again
