# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Variables of the role quay_pruner, for the tests of its filters."""

from __future__ import annotations

from typing import Any

from ansible_collections.quayops.quay.plugins.plugin_utils import pruner_jobs

ORGANIZATIONS = {
    "alice": [{"name": "acme", "token": "", "prune_days": 7}, {"name": "beta"}],
    "bob": [
        {"name": "gamma", "token": "token-of-gamma", "prune_days": "30"},
        {"name": "gone", "state": "absent", "prune_days": 7},
    ],
    "carol": None,
}
COMMON = {"keep_names": ["stable"], "allow_empty_keeplist": False}
SECRET = "planted-token"


def jobs(policies: Any = (), common: Any = None) -> list[dict[str, Any]]:
    return pruner_jobs.jobs(ORGANIZATIONS, policies, COMMON if common is None else common)
