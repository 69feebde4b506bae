# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The users of a registry, and the registry at a glance."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import FeatureOff, Forbidden
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password
from ansible_collections.quayops.quay.plugins.module_utils.operations.registry import (
    _trigger,
    overview,
    registry_info_options,
)
from ansible_collections.quayops.quay.plugins.module_utils.operations.users import user_info_options, users
from tests.unit.module_utils.conftest import Registry

ALICE = Password("alice", "alice-password")


def read(where: Registry, credentials: Any = None, **given: Any) -> list[dict[str, Any]]:
    options = {name: option.get("default") for name, option in user_info_options().items()}
    found = users({**options, **given}, where.client(credentials), False).values["users"]
    return list(found)


def names(where: Registry, **given: Any) -> list[str]:
    return [user["username"] for user in read(where, **given)]


# Users


def test_all_users_with_one_request(registry: Registry) -> None:
    assert names(registry) == ["admin", "alice", "bob"]
    assert registry.requests() == ["GET superuser/users/?limit=100"]


def test_more_users_than_a_page_has(registry: Registry) -> None:
    for number in range(150):
        registry.simulator.add_user(f"user{number:03}", password="a-long-password")
    assert len(names(registry)) == 153
    assert len(registry.requests()) == 2


def test_one_user(registry: Registry) -> None:
    (alice,) = read(registry, username="alice")
    assert alice == {
        "username": "alice",
        "email": alice["email"],
        "enabled": True,
        "superuser": False,
        "verified": True,
        "used_bytes": 0,
        "quota_bytes": None,
    }
    assert registry.requests() == ["GET superuser/users/alice"]
    assert read(registry, username="nobody") == []


def test_which_users(registry: Registry) -> None:
    registry.client().send("PUT", "superuser/users/bob", {"enabled": False})
    assert names(registry, superusers=True) == ["admin"]
    assert names(registry, superusers=False, disabled=False) == ["alice"]
    assert names(registry, disabled=True) == ["bob"]


def test_the_robots_of_users(registry: Registry) -> None:
    registry.client(ALICE).send("PUT", "user/robots/ci", {"description": "Pushes"})
    found = {user["username"]: user["robots"] for user in read(registry, robots=True)}
    (robot,) = found.pop("alice")
    assert (robot["name"], robot["description"], robot["last_accessed"]) == ("alice+ci", "Pushes", None)
    assert "token" not in robot
    assert found == {"admin": [], "bob": []}


def test_oneself_and_others(registry: Registry) -> None:
    (alice,) = read(registry, credentials=ALICE, username="alice")
    assert (alice["username"], alice["enabled"], alice["superuser"]) == ("alice", True, False)
    for given in ({"username": "bob"}, {}):
        with pytest.raises(Forbidden, match="not a superuser"):
            read(registry, credentials=ALICE, **given)


# The registry


def look(where: Registry, credentials: Any = None, **given: Any) -> dict[str, Any]:
    options = {name: option.get("default") for name, option in registry_info_options().items()}
    return dict(overview({**options, **given}, where.client(credentials), False).values)


def test_at_a_glance(registry: Registry) -> None:
    found = look(registry)
    assert len(registry.requests()) == 3
    assert found["features"]["AUTO_PRUNE"] is True and "quotas" not in found and "triggers" not in found
    assert found["version"][0].isdigit()
    assert found["capabilities"]["mirror_architectures"]
    assert found["size"] == {"bytes": 0, "computed": None, "pending": False}
    registry.client().send("POST", "superuser/registrysize/")
    assert look(registry)["size"]["pending"] is True


def test_what_is_used(registry: Registry) -> None:
    registry.one({"name": "acme", "quota": {"quota": "1 MiB"}})
    registry.requests()
    found = look(registry, include=["quotas"])
    assert len(registry.requests()) == 3
    assert [(one["kind"], one["name"], one["quota_bytes"]) for one in found["quotas"]] == [
        ("organization", "acme", 1048576),
        ("user", "admin", None),
        ("user", "alice", None),
        ("user", "bob", None),
    ]


def test_an_old_registry_has_no_capabilities(make_registry: Callable[..., Registry]) -> None:
    assert look(make_registry(version="3.16.0"), include=["capabilities"])["capabilities"] is None


def test_what_needs_no_superuser(registry: Registry) -> None:
    assert look(registry, credentials=ALICE, include=[])["features"]
    with pytest.raises(Forbidden, match="not a superuser"):
        look(registry, credentials=ALICE)


def test_without_superusers(make_registry: Callable[..., Registry]) -> None:
    with pytest.raises(FeatureOff, match=r"FEATURE_SUPER_USERS is off.*older than Quay 3\.9"):
        look(make_registry(features={"SUPER_USERS": False}))


def test_build_triggers(registry: Registry) -> None:
    registry.one({"name": "acme", "repositories": [{"name": "a"}, {"name": "b"}]})
    registry.requests()
    assert look(registry, include=[], triggers_of="acme")["triggers"] == []
    assert {one for one in registry.requests() if "trigger" in one} == {
        "GET repository/acme/a/trigger/",
        "GET repository/acme/b/trigger/",
    }


def test_a_trigger_is_shown_without_its_configuration() -> None:
    view = {
        "id": "1",
        "service": "custom-git",
        "enabled": True,
        "config": {"credentials": [{"value": "https://$token:secret@example.com"}]},
        "pull_robot": {"name": "acme+ci"},
    }
    shown = _trigger("acme/a", view)
    assert "secret" not in str(shown)
    assert (shown["repository"], shown["service"], shown["pull_robot"]) == ("acme/a", "custom-git", "acme+ci")
