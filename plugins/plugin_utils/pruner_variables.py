# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The variables of the role quay_pruner, entry by entry. Pure.

``quay_organizations`` is a dictionary from user to a list of organizations, of which name, token and
prune_days are used here. A policy of ``quay_pruner_policies`` has options of quay_tag_prune, and says
with token or user whose token is used where the organization is not among those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Of a policy, but no options of quay_tag_prune.
WHOSE = ("organization", "organizations", "token", "user")


def organizations_of(organizations: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Return each organization of ``quay_organizations``, with its user in front."""
    for user, entries in organizations.items():
        for organization in entries or ():
            yield user, organization


def names_of(policy: Mapping[str, Any]) -> list[str]:
    """Return the organizations that a policy is for."""
    return [str(name) for key in ("organization", "organizations") for name in listed(policy.get(key))]


def listed(value: Any) -> list[Any]:
    """Return a list, also of nothing and of a text with commas."""
    if value is None:
        return []
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else list(value)
