# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Permissions on a repository: of users, robots and teams, read with the fewest requests."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.plan import plan
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Item
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from tests.unit.module_utils.conftest import Registry
from tests.unit.module_utils.declarations import entry, wrong
from tests.unit.module_utils.named_kinds import scope
from tests.unit.module_utils.plans import (
    GRANT,
    REPO,
    TEAM,
    change,
    current,
    desired,
    item,
    labels,
    names,
)
from tests.unit.module_utils.rivals import (
    both_create,
    both_create_and_the_database_refuses,
    the_other_removes,
)
from tests.unit.module_utils.runs import done, reads

PERMISSION = {
    "name": "acme",
    "repositories": [{"name": "app", "perms": [{"name": "alice", "role": "write"}]}],
}

# --- declaring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            entry(repositories=[{"name": "app", "perms": [{"name": "other+ci"}]}]),
            "repository 'app': robot 'other+ci' belongs to 'other'; only robots of 'acme' can be here, "
            "says Quay (Cannot add robot other+ci under namespace acme); "
            "a team may hold it, and have the role",
        ),
        (
            entry(
                repositories=[{"name": "app", "perms": [{"name": "bob"}, {"name": "bob", "role": "admin"}]}]
            ),
            "permission 'app user bob' is declared 2 times",
        ),
    ],
)
def test_bad_input_names_the_value_and_the_rule(bad: dict[str, Any], message: str) -> None:
    assert message in wrong(bad)


# --- planning -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "there", "changes"),
    [
        ([GRANT], [REPO, GRANT], []),
        (
            [item("permission", "app", "user", "alice", role="admin")],
            [REPO, GRANT],
            ["update permission app user alice role"],
        ),
    ],
)
def test_what_changes(wanted: list[Item], there: list[Item], changes: list[str]) -> None:
    assert labels(desired(*wanted), current(*there)) == changes


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (item("permission", "app", "team", "nope", role="read"), "there is no team 'nope' in acme"),
    ],
)
def test_references_to_what_does_not_exist_are_refused(wanted: Item, message: str) -> None:
    unknown = frozenset({"nobody", "acme+nope"})
    with pytest.raises(InvalidDeclaration, match=message.replace("+", r"\+")):
        plan(desired(TEAM, REPO, wanted), current(unknown=unknown))


@pytest.mark.parametrize(("complete", "again"), [(True, True), (False, False)])
def test_a_new_repository_with_complete_permissions_is_looked_at_again(complete: bool, again: bool) -> None:
    scopes = (scope("permission", ("app",)),) if complete else ()
    assert plan(desired(REPO, GRANT, scopes=scopes), current()).look_again is again


def test_how_it_is_named() -> None:
    assert names(change("create", "permission", "app", "user", "bob")) == (
        "app:bob",
        "acme: permission of user bob on repository app",
    )


# --- reading and carrying out ---------------------------------------------------------------------


def test_a_complete_list_on_a_new_repository(registry: Registry) -> None:
    """What the prototype adds by itself goes; the creator's own right stays."""
    entry = {
        "name": "acme",
        "robots": [{"name": "ci"}],
        "prototypes": [{"name": "acme+ci", "role": "write"}],
        "repositories": [{"name": "app", "perms": [{"name": "bob", "role": "read"}], "append": False}],
    }
    registry.one(entry)
    assert registry.state("acme")["repositories"]["app"]["permissions"]["user"] == {
        "admin": "admin",
        "bob": "read",
    }
    assert done(registry.one(entry)) == []


def test_they_are_read_by_team_where_that_is_less(registry: Registry) -> None:
    repositories = [
        {"name": f"app{number}", "perms": [{"name": "creators", "type": "team", "role": "read"}]}
        for number in range(5)
    ]
    entry = {"name": "acme", "teams": [{"name": "creators"}], "repositories": repositories}
    registry.one(entry)
    assert reads(registry, entry) == [
        "GET organization/acme",
        "GET repository?namespace=acme",
        "GET organization/acme/team/creators/permissions",
    ]


def test_they_are_read_by_robot_where_that_is_less(registry: Registry) -> None:
    repositories = [{"name": f"app{n}", "perms": [{"name": "acme+ci", "role": "write"}]} for n in range(5)]
    entry = {"name": "acme", "robots": [{"name": "ci"}], "repositories": repositories}
    registry.one(entry)
    assert "GET organization/acme/robots/ci/permissions" in reads(registry, entry)


def test_a_token_without_user_admin_reads_them_by_repository(registry: Registry) -> None:
    repositories = [{"name": f"app{n}", "perms": [{"name": "acme+ci", "role": "write"}]} for n in range(3)]
    entry = {"name": "acme", "robots": [{"name": "ci"}], "repositories": repositories}
    registry.one(entry)
    registry.simulator.add_user("owner")
    registry.one({"name": "acme", "teams": [{"name": "owners", "members": ["owner"]}]})
    token = registry.simulator.token("owner", "org:admin repo:admin repo:create user:read")
    asked = reads(registry, entry, client=registry.client(Token(token)))
    assert "GET repository/acme/app2/permissions/user/" in asked


# --- two at once ----------------------------------------------------------------------------------


def test_another_caller_gives_it_first(registry: Registry) -> None:
    both_create(registry, PERMISSION, "PUT", "permissions/user/alice")


def test_another_caller_gives_it_first_and_the_database_refuses(registry: Registry) -> None:
    both_create_and_the_database_refuses(registry, PERMISSION, "PUT", "permissions/user/alice")


def test_another_caller_takes_it_first(registry: Registry) -> None:
    nobody = {"name": "acme", "repositories": [{"name": "app", "perms": [], "append": False}]}
    path = "repository/acme/app/permissions/user/alice"
    the_other_removes(registry, PERMISSION, nobody, "DELETE", "permissions/user/alice", path)


def test_another_caller_removes_the_team(registry: Registry) -> None:
    """It is declared, so it is made again."""
    team = {"name": "acme", "teams": [{"name": "creators", "role": "creator"}]}
    both = {
        "name": "acme",
        "teams": [{"name": "creators"}],
        "repositories": [{"name": "app", "perms": [{"name": "creators", "type": "team"}]}],
    }
    the_other_removes(
        registry, team, both, "PUT", "permissions/team/creators", "organization/acme/team/creators"
    )
