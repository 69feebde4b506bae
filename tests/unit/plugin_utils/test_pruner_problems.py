# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wrong with the variables of the role quay_pruner."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils import pruner_problems
from tests.unit.plugin_utils.declared_for_pruning import COMMON, ORGANIZATIONS, SECRET


def problems(
    organizations: Any = None, users: Any = None, policies: Any = (), common: Any = None, auth: Any = None
) -> list[str]:
    return pruner_problems.problems(
        ORGANIZATIONS if organizations is None else organizations,
        {} if users is None else users,
        list(policies) if isinstance(policies, tuple) else policies,
        COMMON if common is None else common,
        {} if auth is None else auth,
    )


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
