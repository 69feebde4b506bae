# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Teams that follow a group of a directory: to begin with that, to follow another one, and none."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report, diffs
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Flat
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration, NotFound
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single
from ansible_collections.quayops.quay.plugins.module_utils.kinds.team_sync import LDAP, OIDC, TEAM_SYNC
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import adopt
from tests.simulator import Fault
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.plans import change, names
from tests.unit.module_utils.runs import done, reads

DEVS, OPS = "cn=devs,ou=groups", "cn=ops,ou=groups"
SYNCING = "organization/acme/team/devs/syncing"
MEMBERS = "organization/acme/team/devs/members"

Make = Callable[..., Registry]


def team(**options: Any) -> dict[str, Any]:
    return {"name": "acme", "teams": [{"name": "devs", **options}]}


@pytest.fixture
def ldap(make_registry: Make) -> Registry:
    """A registry whose users come from LDAP, with an organization that has a team."""
    return with_team(make_registry, "LDAP", directory_groups=[DEVS, OPS])


def with_team(make: Make, kind: str, flag: bool = True, **settings: Any) -> Registry:
    registry = make(features={"TEAM_SYNCING": flag}, authentication_type=kind, **settings)
    registry.one({"name": "acme", "robots": [{"name": "ci"}], "teams": [{"name": "devs"}]})
    registry.requests()
    return registry


def alone(registry: Registry, way: Flat = LDAP, check_mode: bool = False, **params: Any) -> Report:
    """Run the module for one team."""
    options, declare, _describe = single(TEAM_SYNC, way)
    defaults = {name: option.get("default") for name, option in options.items()}
    client = registry.client()
    given = {**defaults, "organization": "acme", "name": "devs", **params}
    (report,) = reconcile(client, [declare(given, client)], check_mode)
    return report


def followed(registry: Registry) -> Any:
    view = registry.client().get(MEMBERS)
    registry.requests()
    return view["synced"]["config"] if "synced" in view else None


def users(registry: Registry) -> list[str]:
    found = sorted(member["name"] for member in registry.client().get(MEMBERS)["members"])
    registry.requests()
    return found


# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sync", "members", "message"),
    [
        ({}, [], "team 'devs': sync names one group, by one of group_dn, group_name, group_id"),
        ({"group_dn": DEVS, "group_name": "devs"}, [], "sync names one group"),
        ({"group_dn": ""}, [], "sync names one group"),
        (
            {"group_dn": DEVS},
            ["bob", "acme+ci", "alice"],
            "only robots can be members beside sync, not alice, bob",
        ),
    ],
)
def test_bad_input_names_the_value_and_the_rule(
    sync: dict[str, Any], members: list[str], message: str
) -> None:
    assert message in wrong(entry(teams=[{"name": "devs", "sync": sync, "members": members}]))


@pytest.mark.parametrize(
    ("params", "message"),
    [({"group_dn": ""}, "names one group"), ({"group_dn": DEVS, "name": "Devs"}, "'Devs' is not allowed")],
)
def test_bad_input_of_the_module_for_one(ldap: Registry, params: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidDeclaration, match=message):
        alone(ldap, **params)
    assert ldap.requests() == []


def test_how_it_is_named() -> None:
    change_of_it = change("create", "team_sync", "devs")
    assert names(change_of_it) == ("devs", "acme: synchronization of team devs")


# --- carrying out ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "group"),
    [("LDAP", {"group_dn": DEVS}), ("OIDC", {"group_name": "devs"}), ("Keystone", {"group_id": "0815"})],
)
def test_the_whole_life(make_registry: Make, kind: str, group: dict[str, str]) -> None:
    registry = with_team(make_registry, kind)
    declared = team(members=["acme+ci"], append=False, sync=group)
    assert done(registry.one(declared, check_mode=True)) == done(registry.one(declared))
    assert registry.writes() == [f"POST {SYNCING}", f"PUT {MEMBERS}/acme+ci"]
    assert followed(registry) == group
    assert done(registry.one(declared)) == []
    assert done(registry.one(team(sync={"state": "absent"}))) == ["delete team_sync devs"]
    assert registry.writes() == [f"DELETE {SYNCING}"]
    assert done(registry.one(team(sync={"state": "absent"}))) == []


def test_requests(ldap: Registry) -> None:
    declared = team(sync={"group_dn": DEVS})
    assert reads(ldap, declared) == ["GET organization/acme", "GET /config"]
    assert reads(ldap, declared) == ["GET organization/acme", f"GET {MEMBERS}"]
    ldap.one(team(sync={"state": "absent"}))
    assert reads(ldap, team(sync={"state": "absent"})) == ["GET organization/acme"]
    assert reads(ldap, team()) == ["GET organization/acme"]


def test_a_team_that_is_made_along(ldap: Registry) -> None:
    declared = {"name": "new", "teams": [{"name": "devs", "sync": {"group_dn": DEVS}}]}
    assert done(ldap.one(declared)) == [
        "create organization",
        "create team devs",
        "create team_sync devs",
    ]
    assert done(ldap.one(declared)) == []


def test_another_group_takes_its_place(ldap: Registry) -> None:
    ldap.one(team(sync={"group_dn": DEVS}))
    ldap.writes()
    report = ldap.one(team(sync={"group_dn": OPS}))
    assert done(report) == ["update team_sync devs"]
    assert [(one["before"], one["after"]) for one in diffs(report)] == [
        ({"group_dn": DEVS}, {"group_dn": OPS})
    ]
    assert ldap.writes() == [f"DELETE {SYNCING}", f"POST {SYNCING}"]
    assert followed(ldap) == {"group_dn": OPS}


def test_a_group_that_quay_refuses_leaves_the_old_one(ldap: Registry) -> None:
    ldap.one(team(sync={"group_dn": DEVS}))
    report = alone(ldap, group_dn="cn=nobody")
    assert "Group does not exist or is empty" in str(report.error)
    assert "follows the group that it followed before" in str(report.error)
    assert report.changes == []
    assert followed(ldap) == {"group_dn": DEVS}


def test_a_group_that_cannot_be_put_back_is_told(ldap: Registry) -> None:
    ldap.one(team(sync={"group_dn": DEVS}))
    ldap.simulator.settings.directory_groups = []
    report = alone(ldap, group_dn=OPS)
    assert "follows no group now; its old one could not be put back" in str(report.error)


def test_users_leave_a_team_that_begins_to_follow_a_group(ldap: Registry) -> None:
    """Quay takes them out, and would refuse it if we did."""
    ldap.one(team(members=["alice"]))
    report = ldap.one(team(members=["acme+ci"], append=False, sync={"group_dn": DEVS}))
    assert done(report) == ["create team_sync devs", "create member devs acme+ci"]


def test_users_can_be_declared_when_it_ends(ldap: Registry) -> None:
    ldap.one(team(members=["alice"]))
    ldap.one(team(sync={"group_dn": DEVS}))
    report = ldap.one(team(members=["bob"], append=False, sync={"state": "absent"}))
    assert done(report) == ["delete team_sync devs", "create member devs bob", "delete member devs alice"]
    assert users(ldap) == ["bob"]


# --- one team by its module -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keep", "left"), [(True, ["acme+ci", "admin", "alice"]), (False, ["acme+ci", "admin"])]
)
def test_whether_users_stay_when_it_ends(ldap: Registry, keep: bool, left: list[str]) -> None:
    ldap.one(team(members=["alice", "admin", "acme+ci"]))
    alone(ldap, group_dn=DEVS)
    report = alone(ldap, sync=False, keep_users=keep)
    assert done(report) == ["delete team_sync devs"]
    assert users(ldap) == left
    assert (
        [text.partition(":")[0] for text in report.warnings] == [] if keep else ["admin stays in team devs"]
    )
    # Those who are in it later are nobody's business.
    ldap.one(team(members=["bob"]))
    assert done(alone(ldap, sync=False, keep_users=keep)) == []
    assert users(ldap) == sorted([*left, "bob"])


def test_a_user_who_cannot_be_removed_is_told(ldap: Registry) -> None:
    ldap.one(team(members=["alice", "bob"]))
    alone(ldap, group_dn=DEVS)
    ldap.simulator.faults.add(Fault("500", "DELETE", "members/alice"))
    report = alone(ldap, sync=False, keep_users=False)
    assert "follows no group any more, but 'alice' and others may still be in it" in str(report.error)


def test_ending_needs_neither_team_nor_organization(ldap: Registry) -> None:
    assert done(alone(ldap, name="nobody", sync=False)) == []
    report = alone(ldap, organization="nowhere", sync=False)
    assert (done(report), report.error) == ([], None)


def test_beginning_needs_both(ldap: Registry) -> None:
    assert "there is no team 'nobody' in acme" in str(alone(ldap, name="nobody", group_dn=DEVS).error)
    assert isinstance(alone(ldap, organization="nowhere", group_dn=DEVS).error, NotFound)
    checked = alone(ldap, check_mode=True, name="later", group_dn=DEVS)
    assert done(checked) == ["create team_sync later"]
    assert "there is no team 'later'" in checked.warnings[0]


def test_a_team_that_follows_a_group_of_another_directory(make_registry: Make) -> None:
    """The registry got another directory since then."""
    registry = with_team(make_registry, "LDAP")
    alone(registry, group_dn=DEVS)
    registry.simulator.settings.authentication_type = "OIDC"
    for group in (DEVS, OPS):
        text = str(alone(registry, group_dn=group).error)
        assert "synchronization of team devs: this registry does not follow groups of LDAP (group_dn)" in text
    assert followed(registry) == {"group_dn": DEVS}
    report = alone(registry, OIDC, group_name="devs")
    assert done(report) == ["update team_sync devs"]
    assert followed(registry) == {"group_name": "devs"}


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "flag"), [("LDAP", False), ("Database", True), ("OIDC", True)])
@pytest.mark.parametrize("organization", ["acme", "new"])
def test_a_registry_that_does_not_follow_such_groups(
    make_registry: Make, kind: str, flag: bool, organization: str
) -> None:
    registry = with_team(make_registry, kind, flag)
    declared = {**team(role="creator", sync={"group_dn": DEVS}), "name": organization}
    for check_mode in (True, False):
        (report,) = registry.reconcile(declared, check_mode=check_mode)
        assert "does not follow groups of LDAP (group_dn): that takes FEATURE_TEAM_SYNCING" in str(
            report.error
        )
    assert registry.writes() == []


def test_who_is_no_superuser_does_not_see_the_group(ldap: Registry) -> None:
    ldap.one(team(sync={"group_dn": DEVS}))
    ldap.one({"name": "acme", "teams": [{"name": "owners", "members": ["alice"]}]})
    ldap.writes()
    alice = ldap.client(Token(ldap.simulator.token("alice")))
    (report,) = ldap.reconcile(team(sync={"group_dn": DEVS}), client=alice)
    assert "only to superusers (a token needs the scope super:user)" in str(report.error)
    (report,) = ldap.reconcile(team(sync={"state": "absent"}), client=alice)
    assert "FEATURE_NONSUPERUSER_TEAM_SYNCING_SETUP is off" in str(report.error)
    ldap.simulator.settings.features["NONSUPERUSER_TEAM_SYNCING_SETUP"] = True
    (report,) = ldap.reconcile(team(sync={"group_dn": OPS}), client=alice)
    assert done(report) == ["update team_sync devs"]


# --- two at once, and failures --------------------------------------------------------------------


def test_an_answer_that_is_lost(ldap: Registry) -> None:
    """Quay has no answer for a second request but a failure, so none is sent."""
    ldap.simulator.faults.add(Fault("reset_after", "POST", "syncing", times=1))
    assert done(ldap.one(team(sync={"group_dn": DEVS}))) == ["create team_sync devs"]
    assert ldap.writes() == [f"POST {SYNCING}"]


# --- writing down ---------------------------------------------------------------------------------


def test_it_is_read_in_the_form_in_which_it_is_declared(ldap: Registry) -> None:
    ldap.one(team(members=["alice", "acme+ci"]))
    ldap.one(team(sync={"group_dn": DEVS}))
    (adopted,) = adopt(ldap.client(), ["acme"])
    assert adopted.entry is not None
    assert adopted.entry["teams"][0] == {
        "name": "devs",
        "role": "member",
        "description": "",
        "members": ["acme+ci"],
        "sync": {"group_dn": DEVS},
    }
    assert done(ldap.one(adopted.entry)) == []


def test_a_group_that_is_not_told_is_left_out(ldap: Registry) -> None:
    ldap.one(team(sync={"group_dn": DEVS}))
    ldap.one({"name": "acme", "teams": [{"name": "owners", "members": ["alice"]}]})
    (adopted,) = adopt(ldap.client(Token(ldap.simulator.token("alice"))), ["acme"], ["teams"])
    assert adopted.entry is not None
    assert "sync" not in adopted.entry["teams"][0]
    assert adopted.warnings == [
        "acme: Quay does not tell which groups these teams follow, so their sync is left out: devs."
    ]
