# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the role quay_pruner makes of its variables."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.command.pruner_config import settings_of
from ansible_collections.quayops.quay.plugins.plugin_utils import pruner

ORGANIZATIONS = {
    "alice": [{"name": "acme", "token": "", "prune_days": 7}, {"name": "beta"}],
    "bob": [
        {"name": "gamma", "token": "token-of-gamma", "prune_days": "30"},
        {"name": "gone", "state": "absent", "prune_days": 7},
    ],
    "carol": None,
}
COMMON = {"keep_names": ["stable"], "allow_empty_keeplist": False}
WHERE = {"directory": "/data", "host": "registry", "address": "https://registry.example.com"}
SECRET = "planted-token"


def jobs(policies: Any = (), common: Any = None) -> list[dict[str, Any]]:
    return pruner.jobs(ORGANIZATIONS, policies, COMMON if common is None else common)


def problems(
    organizations: Any = None, users: Any = None, policies: Any = (), common: Any = None, auth: Any = None
) -> list[str]:
    return pruner.problems(
        ORGANIZATIONS if organizations is None else organizations,
        {} if users is None else users,
        list(policies) if isinstance(policies, tuple) else policies,
        COMMON if common is None else common,
        {} if auth is None else auth,
    )


# Policies


def test_each_organization_with_days_is_a_policy() -> None:
    assert [(job["organization"], job["options"]["older_than"]) for job in jobs()] == [
        ("acme", "7d"),
        ("gamma", "30d"),
    ]
    assert jobs()[0]["options"] == {
        "older_than": "7d",
        "keep_names": ["stable"],
        "allow_empty_keeplist": False,
    }


def test_each_organization_of_a_policy_is_a_policy() -> None:
    found = jobs([{"organizations": ["acme", "delta"], "keep_newest": 5, "token": SECRET, "user": "x"}])[2:]
    assert [job["organization"] for job in found] == ["acme", "delta"]
    assert found[0]["options"] == {"keep_newest": 5, "keep_names": ["stable"], "allow_empty_keeplist": False}
    assert found[0]["place"] == "quay_pruner_policies[0]: acme"


def test_a_policy_adds_to_what_is_kept_and_overrides_the_rest() -> None:
    common = {"keep_names": ["stable"], "keep_patterns": "v.*", "max_expire": 10, "grace": "2d"}
    own = {"organization": "acme", "older_than": "1d", "keep_names": "latest, stable", "max_expire": 5}
    (found,) = pruner.jobs({}, [own], common)
    assert found["options"] == {
        "older_than": "1d",
        "keep_names": ["stable", "latest"],
        "keep_patterns": ["v.*"],
        "max_expire": 5,
        "grace": "2d",
    }


def test_the_configuration_is_one_that_the_command_takes() -> None:
    found = pruner.config_jobs(jobs([{"organization": "delta", "older_than": 3, "keep_newest": "2"}]))
    settings = settings_of({"quay": {"host": "https://registry.example.com"}, "jobs": found})
    assert [(job.organization, job.credential) for job in settings.jobs] == [
        ("acme", "acme"),
        ("gamma", "gamma"),
        ("delta", "delta"),
    ]
    assert settings.jobs[2].options["older_than"] == "3"


# Checks


def test_nothing_is_wrong() -> None:
    assert problems(auth={"auth_method": "kerberosAuth", "sso_username": "u", "sso_password": SECRET}) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"organizations": {"alice": [{"name": "acme", "prune_days": "x"}]}},
            "prune_days of organization acme",
        ),
        ({"organizations": {"alice": [{"name": "acme", "prune_days": 0}]}}, "at least 1"),
        ({"organizations": {"alice": [{"name": "acme", "prune_days": True}]}}, "at least 1"),
        ({"organizations": []}, "must be a dictionary from user"),
        ({"organizations": {"alice": [{}]}}, "has no name"),
        ({"users": {"alice": {"token": 7}}}, "quay_users.alice.token"),
        ({"policies": {}}, "must be a list"),
        ({"policies": ["acme"]}, "policies[0] must be a dictionary"),
        ({"policies": [{"older_than": "1d"}]}, "has neither organization nor organizations"),
        ({"policies": [{"organization": "a", "report_path": "/x"}]}, "report_path is what the role sets"),
        ({"policies": [{"organization": "a", "older": "1d"}]}, "no option 'older'"),
        ({"policies": [{"organization": "a", "older_than": "soon"}]}, "older_than 'soon' is not an age"),
        ({"policies": [{"organization": "a"}]}, "give older_than, keep_newest"),
        ({"policies": [{"organization": "a", "keep_newest": 0}]}, "keep_newest is 0"),
        (
            {"policies": [{"organization": "a", "older_than": "1d", "include": "("}]},
            "not a regular expression",
        ),
        (
            {"policies": [{"organization": "a", "older_than": "1d", "keep_names": ["a b"]}]},
            "cannot be a tag's name",
        ),
        ({"common": {}}, "nothing is on a keep-list"),
        ({"common": {"dlrn_endpoints": ["master"]}}, "quay_pruner_dlrn_endpoints needs"),
        ({"auth": ["x"]}, "quay_pruner_auth must be a dictionary"),
        ({"auth": {"password": SECRET}}, "quay_pruner_auth has password"),
        ({"auth": {"sso_username": "u"}}, "belong together"),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, Any], words: str) -> None:
    found = problems(**given)
    assert any(words in text for text in found), found
    assert SECRET not in " ".join(found)


def test_an_empty_keep_list_may_be_meant() -> None:
    assert problems(common={"allow_empty_keeplist": True}) == []


# Tokens


def read(user: str, text: str) -> dict[str, Any]:
    return {"item": user, "content": base64.b64encode(text.encode()).decode()}


def test_whose_files_are_read() -> None:
    assert pruner.token_users(jobs(), ORGANIZATIONS, {}, []) == ["alice"]
    assert pruner.token_users(jobs(), ORGANIZATIONS, {"alice": {"token": SECRET}}, []) == []
    policies = [{"organization": "delta", "user": "dora"}, {"organization": "epsilon", "token": SECRET}]
    assert pruner.token_users(jobs(policies), ORGANIZATIONS, None, policies) == ["alice", "dora"]
    assert pruner.token_users([], ORGANIZATIONS, {}, [], ["beta"]) == ["alice"]


def test_the_organizations_own_token_comes_first() -> None:
    users = {"alice": {"token": "token-of-alice"}, "bob": {"token": "token-of-bob"}}
    policies = [{"organization": "delta", "token": "token-of-delta", "older_than": "1d"}]
    found = pruner.tokens(jobs(policies), ORGANIZATIONS, users, policies, [], WHERE)
    assert found == {
        "tokens": {"acme": "token-of-alice", "gamma": "token-of-gamma", "delta": "token-of-delta"},
        "problems": [],
    }


def test_the_users_file_comes_last() -> None:
    reads = [read("alice", "export USER_PASSWORD=x\nexport ADMIN_TOKEN=from-the-file\n")]
    found = pruner.tokens(jobs(), ORGANIZATIONS, {}, [], reads, WHERE)
    assert found["tokens"]["acme"] == "from-the-file"


def test_a_missing_token_is_one_message_that_names_the_organization() -> None:
    policies = [{"organization": "delta", "older_than": "1d"}]
    reads = [{"item": "alice", "msg": "file not found: /data/alice_token"}]
    found = pruner.tokens(jobs(policies), ORGANIZATIONS, {}, policies, reads, WHERE)
    acme, delta = found["problems"]
    assert acme.startswith("Organization acme has no token of its own.")
    assert "/data/alice_token" in acme and "does not exist" in acme
    assert "Organization delta is in no list" in delta


# Quay's own auto-prune


def test_what_quay_is_given() -> None:
    common = {"allow_empty_keeplist": True}
    policies = [
        {"organization": "acme", "keep_newest": 5, "include": "pr-.*"},
        {"organization": "acme", "older_than": "1w"},
    ]
    assert pruner.server_policies(pruner.jobs(ORGANIZATIONS, policies, common)) == {
        "policies": [
            {"namespace": "acme", "method": "date", "value": "7d"},
            {"namespace": "gamma", "method": "date", "value": "30d"},
            {"namespace": "acme", "method": "tags", "value": "5", "tag_pattern": "^(?:pr-.*)$"},
        ],
        "problems": [],
    }


def test_what_quay_cannot_express_is_named_with_its_place() -> None:
    found = pruner.server_policies(jobs())
    assert found["policies"] == []
    assert found["problems"][0].startswith("quay_organizations.alice: acme: keep_names: ")
    assert len(found["problems"]) == 2
