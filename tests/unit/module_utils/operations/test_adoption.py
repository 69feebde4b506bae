# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reading a registry into the form in which it is declared, and handing it back."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import Forbidden
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Token
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import (
    KINDS_TO_READ,
    Adopted,
    adopt,
)
from tests.unit.module_utils.conftest import Registry

RICH: dict[str, Any] = {
    "name": "acme",
    "email": "acme@example.com",
    "time_machine_expiration": "1w",
    "robots": [
        {"name": "ci", "description": "CI"},
        {"name": "keyless", "federations": [{"issuer": "https://issuer.example.com", "subject": "s"}]},
    ],
    "teams": [
        {"name": "creators", "role": "creator", "description": "d", "members": ["acme+ci", "alice"]},
        {"name": "readers"},
    ],
    "prototypes": [
        {"name": "acme+ci", "role": "write"},
        {"name": "readers", "type": "team", "role": "read", "creator": "alice"},
    ],
    "repositories": [
        {"name": "app", "visibility": "public", "description": "The app", "repo_state": "READ_ONLY"},
        {
            "name": "deep/nested",
            "perms": [
                {"name": "bob", "role": "read"},
                {"name": "acme+keyless", "role": "admin"},
                {"name": "readers", "type": "team", "role": "write"},
            ],
        },
    ],
    "quota": {"quota": "10GiB", "warning_pct": 80},
    "proxy_cache": {"registry": "quay.io/acme", "expiration": "2d"},
    "applications": [{"name": "auto", "description": "d", "application_uri": "https://app.example.com"}],
}


def read(registry: Registry, **options: Any) -> Adopted:
    (adopted,) = adopt(registry.client(), ["acme"], **options)
    return adopted


def entry_of(registry: Registry, **options: Any) -> dict[str, Any]:
    adopted = read(registry, **options)
    assert adopted.error is None
    assert adopted.entry is not None
    return adopted.entry


def test_what_was_read_handed_back_changes_nothing(registry: Registry) -> None:
    registry.one(RICH)
    entry = entry_of(registry)
    registry.writes()
    everything = ["robots", "teams", "members", "prototypes", "repositories", "permissions", "applications"]
    assert registry.one(entry, purge=everything, purge_limit=0).changes == []
    assert registry.writes() == []


def test_what_was_read_makes_the_same_elsewhere(
    registry: Registry, make_registry: Callable[..., Registry]
) -> None:
    registry.one(RICH)
    other = make_registry()
    other.one(entry_of(registry))
    assert other.one(RICH).changes == []
    assert entry_of(other) == entry_of(registry)


def test_the_entry(registry: Registry) -> None:
    registry.one(RICH)
    entry = entry_of(registry)
    assert (entry["email"], entry["time_machine_expiration"]) == ("acme@example.com", "604800")
    assert entry["robots"] == [
        {"name": "ci", "description": "CI", "federations": []},
        {
            "name": "keyless",
            "description": "",
            "federations": [{"issuer": "https://issuer.example.com", "subject": "s"}],
        },
    ]
    assert {team["name"]: team["members"] for team in entry["teams"]} == {
        "owners": ["admin"],
        "creators": ["acme+ci", "alice"],
        "readers": [],
    }
    nested = next(one for one in entry["repositories"] if one["name"] == "deep/nested")
    assert {(one["type"], one["name"]): one["role"] for one in nested["perms"]} == {
        ("user", "admin"): "admin",
        ("user", "bob"): "read",
        ("user", "acme+ci"): "write",
        ("user", "acme+keyless"): "admin",
        ("team", "readers"): "write",
    }


@pytest.mark.parametrize("kind", KINDS_TO_READ)
def test_only_what_is_asked_for(registry: Registry, kind: str) -> None:
    registry.one(RICH)
    entry = entry_of(registry, kinds=[kind])
    within_repositories = {
        "permissions",
        "notifications",
        "repository_auto_prune",
        "repository_immutability",
        "repository_mirror",
        # It mirrors nothing: only an empty organization can.
        "mirror",
    }
    assert set(entry) - {"name", "email", "time_machine_expiration"} == {kind} - within_repositories
    assert not any(
        {"perms", "notifications"} & set(repository) for repository in entry.get("repositories", [])
    )


def test_no_secrets(registry: Registry) -> None:
    registry.one(RICH)
    text = repr(read(registry))
    token = registry.client().get("organization/acme/robots/ci")["token"]
    secret = registry.client().get("organization/acme/applications")["applications"][0]["client_secret"]
    assert token not in text
    assert secret not in text


def test_robots_of_other_organizations_are_members_like_others(registry: Registry) -> None:
    registry.one({"name": "other", "robots": [{"name": "ci"}]})
    registry.one({"name": "acme", "teams": [{"name": "creators"}]})
    registry.client().send("PUT", "organization/acme/team/creators/members/other+ci")
    adopted = read(registry)
    assert list(adopted.warnings) == []
    assert adopted.entry is not None
    members = {team["name"]: team["members"] for team in adopted.entry["teams"]}
    assert members == {"creators": ["other+ci"], "owners": ["admin"]}
    assert registry.one(adopted.entry).changes == []


def test_a_missing_organization_has_no_entry(registry: Registry) -> None:
    assert read(registry) == Adopted("acme")


def test_an_organization_of_others_is_an_error(registry: Registry) -> None:
    registry.one({"name": "acme"})
    client = registry.client(Token(registry.simulator.token("bob")))
    (adopted,) = adopt(client, ["acme"])
    assert isinstance(adopted.error, Forbidden)


def test_a_token_without_user_admin_reads_the_roles_of_robots_too(registry: Registry) -> None:
    registry.one(RICH)
    registry.one({"name": "acme", "teams": [{"name": "owners", "members": ["alice"]}]})
    client = registry.client(Token(registry.simulator.token("alice", "org:admin repo:admin user:read")))
    (adopted,) = adopt(client, ["acme"])
    assert (adopted.error, adopted.entry) == (None, entry_of(registry))


def test_a_state_that_only_quay_gives_is_left_out(registry: Registry) -> None:
    registry.one({"name": "acme", "repositories": [{"name": "app"}]})
    row = registry.simulator.store.repositories.first()
    registry.simulator.store.repositories.update(row, state="ORG_MIRROR")
    entry = entry_of(registry)
    assert "repo_state" not in entry["repositories"][0]
    assert registry.one(entry).changes == []
