# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which token prunes each organization."""

from __future__ import annotations

import base64
from typing import Any

from ansible_collections.quayops.quay.plugins.plugin_utils import pruner_tokens
from tests.unit.plugin_utils.declared_for_pruning import ORGANIZATIONS, SECRET, jobs

WHERE = {"directory": "/data", "host": "registry", "address": "https://registry.example.com"}


def read(user: str, text: str) -> dict[str, Any]:
    return {"item": user, "content": base64.b64encode(text.encode()).decode()}


def test_whose_files_are_read() -> None:
    assert pruner_tokens.token_users(jobs(), ORGANIZATIONS, {}, []) == ["alice"]
    assert pruner_tokens.token_users(jobs(), ORGANIZATIONS, {"alice": {"token": SECRET}}, []) == []
    policies = [{"organization": "delta", "user": "dora"}, {"organization": "epsilon", "token": SECRET}]
    assert pruner_tokens.token_users(jobs(policies), ORGANIZATIONS, None, policies) == ["alice", "dora"]
    assert pruner_tokens.token_users([], ORGANIZATIONS, {}, [], ["beta"]) == ["alice"]


def test_the_organizations_own_token_comes_first() -> None:
    users = {"alice": {"token": "token-of-alice"}, "bob": {"token": "token-of-bob"}}
    policies = [{"organization": "delta", "token": "token-of-delta", "older_than": "1d"}]
    found = pruner_tokens.tokens(jobs(policies), ORGANIZATIONS, users, policies, [], WHERE)
    assert found == {
        "tokens": {"acme": "token-of-alice", "gamma": "token-of-gamma", "delta": "token-of-delta"},
        "problems": [],
    }


def test_the_users_file_comes_last() -> None:
    reads = [read("alice", "export USER_PASSWORD=x\nexport ADMIN_TOKEN=from-the-file\n")]
    found = pruner_tokens.tokens(jobs(), ORGANIZATIONS, {}, [], reads, WHERE)
    assert found["tokens"]["acme"] == "from-the-file"


def test_a_missing_token_is_one_message_that_names_the_organization() -> None:
    policies = [{"organization": "delta", "older_than": "1d"}]
    reads = [{"item": "alice", "msg": "file not found: /data/alice_token"}]
    found = pruner_tokens.tokens(jobs(policies), ORGANIZATIONS, {}, policies, reads, WHERE)
    acme, delta = found["problems"]
    assert acme.startswith("Organization acme has no token of its own.")
    assert "/data/alice_token" in acme and "does not exist" in acme
    assert "Organization delta is in no list" in delta
