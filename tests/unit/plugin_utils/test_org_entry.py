# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the variables of the role quay_org declare."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils.org_entry import org_entry

DEFAULTS = {
    "quay_org_name": "acme",
    "quay_org_cache_insecure": False,
    "quay_org_cache_expiration": "86400",
    "quay_org_cache_validate": False,
}


@pytest.mark.parametrize(
    ("variables", "entry"),
    [
        ({}, {}),
        ({"quay_org_email": None, "quay_org_robots": None}, {}),
        ({"quay_org_robots": []}, {"robots": []}),
        (
            {"quay_org_teams": [{"name": "a", "members": []}, {"name": "b"}, {"name": "c", "members": None}]},
            {
                "teams": [
                    {"append": False, "name": "a", "members": []},
                    {"name": "b"},
                    {"name": "c", "members": None},
                ]
            },
        ),
        (
            {"quay_org_robots": [{"name": "ci", "federations": [{"issuer": "i"}]}]},
            {"robots": [{"append": False, "name": "ci", "federations": [{"issuer": "i"}]}]},
        ),
        ({"quay_org_prune": [{"method": "tags"}]}, {"auto_prune": [{"method": "tags"}]}),
        ({"quay_org_default_perms": [{"name": "a"}]}, {"prototypes": [{"name": "a"}]}),
        (
            {"quay_org_quota": "10GiB", "quay_org_reject_pct": 90},
            {"quota": {"quota": "10GiB", "reject_pct": 90}},
        ),
        (
            {"quay_org_cache_registry": "quay.io", "quay_org_cache_username": "u"},
            {
                "proxy_cache": {
                    "registry": "quay.io",
                    "username": "u",
                    "insecure": False,
                    "expiration": "86400",
                    "validate": False,
                }
            },
        ),
        ({"quay_org_cache_registry": ""}, {}),
        (
            {"quay_org_repositories": [{"name": "a", "prune": [], "star": True}, {"name": "b"}]},
            {"repositories": [{"name": "a", "auto_prune": [], "star": True}, {"name": "b"}]},
        ),
    ],
)
def test_an_entry(variables: dict[str, Any], entry: dict[str, Any]) -> None:
    assert org_entry({**DEFAULTS, **variables}) == {"name": "acme", **entry}
