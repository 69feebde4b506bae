# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reading the users of a registry."""

from __future__ import annotations

from typing import Any, Callable, Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import Forbidden
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.users import users
from tests.unit.module_utils.conftest import Registry

ALICE = {
    "username": "alice",
    "email": "alice@example.com",
    "verified": True,
    "enabled": True,
    "superuser": False,
    "readonly_superuser": False,
    "size": 0,
}


def read(
    registry: Registry,
    username: Optional[str] = None,
    enabled: Optional[bool] = None,
    robots: bool = False,
    **options: Any,
) -> list[dict[str, Any]]:
    client = registry.client(**options)
    params = {"username": username, "enabled": enabled, "robots": robots}
    found: list[dict[str, Any]] = users(params, client, False).values["users"]
    return found


def names(found: list[dict[str, Any]]) -> list[str]:
    return [user["username"] for user in found]


def test_all_of_them(registry: Registry) -> None:
    registry.one({"name": "acme", "robots": [{"name": "ci"}]})
    registry.requests()
    found = read(registry)
    assert names(found) == ["admin", "alice", "bob"]
    assert found[1] == ALICE
    assert found[0]["superuser"] is True
    assert registry.requests() == ["GET superuser/users/?limit=100&disabled=true"]


def test_one_of_them(registry: Registry) -> None:
    assert read(registry, "alice") == [ALICE]
    assert registry.requests() == ["GET superuser/users/alice"]
    assert read(registry, "nobody") == []


def test_who_may_sign_in(registry: Registry) -> None:
    registry.client().send("PUT", "superuser/users/bob", {"enabled": False})
    assert names(read(registry, enabled=True)) == ["admin", "alice"]
    assert names(read(registry, enabled=False)) == ["bob"]
    assert read(registry, "bob", enabled=True) == []


def test_many_pages(registry: Registry) -> None:
    for number in range(120):
        registry.simulator.add_user(f"user{number}")
    registry.requests()
    assert len(read(registry)) == 123
    assert len(registry.requests()) == 2


def test_their_robots(registry: Registry) -> None:
    alice = registry.client(Token(registry.simulator.token("alice")))
    alice.send("PUT", "user/robots/laptop", {"description": "Mine"})
    registry.requests()
    found = {user["username"]: user["robots"] for user in read(registry, robots=True)}
    (robot,) = found["alice"]
    assert (robot["name"], robot["description"], robot["last_accessed"]) == ("alice+laptop", "Mine", None)
    assert found["bob"] == []
    assert len(registry.requests()) == 4


def test_without_full_access_robots_are_not_shown(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"SUPERUSERS_FULL_ACCESS": False})
    assert names(read(registry)) == ["admin", "alice", "bob"]
    with pytest.raises(Forbidden, match="superusers with FEATURE_SUPERUSERS_FULL_ACCESS"):
        read(registry, "alice", robots=True)


def test_who_is_no_superuser(registry: Registry) -> None:
    with pytest.raises(Forbidden, match="lacks the scope super:user"):
        read(registry, credentials=Token(registry.simulator.token("alice")))


def test_where_quotas_are_off(make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(features={"QUOTA_MANAGEMENT": False})
    assert read(registry, "alice") == [{**ALICE, "size": None}]
