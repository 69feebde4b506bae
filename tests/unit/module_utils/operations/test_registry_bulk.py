# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What belongs to the registry as a whole, in one task."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.bulk import registry as operate
from ansible_collections.quayops.quay.plugins.module_utils.operations.operation import Operation
from tests.unit.module_utils.conftest import Registry

SUNDAY = {"content": "Down on Sunday", "severity": "warning"}
CAROL = {"username": "carol", "email": "carol@example.com", "password": "a-password-of-carol"}


def run(registry: Registry, check_mode: bool = False, client: Any = None, **params: Any) -> Operation:
    whole = {"users": None, "messages": None, "purge": [], "purge_limit": 10, **params}
    return operate(whole, client or registry.client(), check_mode)


def changes(operation: Operation) -> list[str]:
    return [f"{one['action']} {one['kind']} {one['name']}" for one in operation.values["changes"]]


def contents(registry: Registry) -> list[str]:
    return sorted(one["content"] for one in registry.client().get("messages")["messages"])


def test_users_and_messages(registry: Registry) -> None:
    wanted = {"users": [CAROL, {"username": "bob", "enabled": False}], "messages": [SUNDAY]}
    expected = ["create message Down on Sunday", "create user carol", "update user bob"]
    assert sorted(changes(run(registry, check_mode=True, **wanted))) == expected
    assert registry.writes() == []
    assert sorted(changes(run(registry, **wanted))) == expected
    registry.requests()
    again = run(registry, **wanted)
    assert (again.changed, again.error) == (False, None)
    assert sorted(registry.requests()) == [
        "GET messages",
        "GET superuser/users/bob",
        "GET superuser/users/carol",
    ]


def test_what_is_not_declared_is_not_read(registry: Registry) -> None:
    registry.requests()
    assert not run(registry, purge=["messages"]).changed
    assert not run(registry, users=[]).changed
    assert registry.requests() == []


def test_messages_are_purged(registry: Registry) -> None:
    run(registry, messages=[SUNDAY, {"content": "old"}])
    assert contents(registry) == ["Down on Sunday", "old"]
    assert changes(run(registry, messages=[SUNDAY])) == []
    limited = run(registry, messages=[], purge=["messages"], purge_limit=1)
    assert "purge_limit" in str(limited.error)
    assert changes(run(registry, messages=[SUNDAY], purge=["messages"])) == ["delete message old"]
    assert contents(registry) == ["Down on Sunday"]


def test_a_password_that_quay_makes_up(registry: Registry) -> None:
    done = run(
        registry,
        users=[
            {"username": "carol", "email": "carol@example.com"},
            CAROL | {"username": "dan", "email": "d@example.com"},
        ],
    )
    assert list(done.values["passwords"]) == ["carol"]
    assert "passwords" not in run(registry, users=[{"username": "carol"}]).values


def test_one_that_fails_does_not_keep_the_others(registry: Registry) -> None:
    taken = {**CAROL, "username": "dan", "email": "alice@example.com"}
    registry.client().send("PUT", "superuser/users/alice", {"email": "alice@example.com"})
    done = run(registry, users=[taken, CAROL], messages=[SUNDAY])
    assert sorted(changes(done)) == ["create message Down on Sunday", "create user carol"]
    assert "1 of 3 users and parts of the registry failed:\ndan: " in str(done.error)


def test_who_is_no_superuser(registry: Registry) -> None:
    client = registry.client(Token(registry.simulator.token("alice")))
    done = run(registry, client=client, users=[CAROL], messages=[SUNDAY])
    assert "superuser" in str(done.error)
    assert done.values["changes"] == []


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"users": [CAROL, CAROL]}, ["user 'carol' is in the list 2 times"]),
        (
            {"users": [{"username": "A"}, {**CAROL, "password": "short"}], "messages": [{}]},
            ["'A'", "the password must have", "which message must be said"],
        ),
        ({"messages": [SUNDAY, SUNDAY]}, ["declared 2 times"]),
        ({"purge_limit": -1}, ["purge_limit is -1"]),
    ],
)
def test_all_that_is_wrong_is_said_before_a_request(
    registry: Registry, params: dict[str, Any], words: list[str]
) -> None:
    registry.requests()
    with pytest.raises(InvalidDeclaration) as error:
        run(registry, **params)
    assert [word for word in words if word not in str(error.value)] == []
    assert registry.requests() == []
