# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The organization of the role quay_org, as the module quay_organizations takes it. Pure.

The role has a variable for each part of one organization, under the names that users of
infra.quay_configuration know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PREFIX = "quay_org_"
# Variables that are parts of an entry, and what an entry calls them.
_PARTS = {
    "name": "name",
    "email": "email",
    "auto_prune_method": "auto_prune_method",
    "auto_prune_value": "auto_prune_value",
    "prune": "auto_prune",
    "immutability": "immutability",
    "robots": "robots",
    "teams": "teams",
    "default_perms": "prototypes",
    "applications": "applications",
}
_QUOTA = {"quota": "quota", "warning_pct": "warning_pct", "reject_pct": "reject_pct"}
_CACHE = {
    "cache_registry": "registry",
    "cache_username": "username",
    "cache_password": "password",
    "cache_insecure": "insecure",
    "cache_expiration": "expiration",
    "cache_validate": "validate",
}


def org_entry(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry that the variables of the role declare; one that is null or missing is left out."""
    entry = _named(variables, _PARTS)
    # In the role these lists are complete where they are given.
    for part, held in (("teams", "members"), ("robots", "federations")):
        if part in entry:
            entry[part] = [_complete(one, held) for one in entry[part]]
    if variables.get(f"{_PREFIX}repositories") is not None:
        entry["repositories"] = [_repository(one) for one in variables[f"{_PREFIX}repositories"]]
    quota = _named(variables, _QUOTA)
    if quota:
        entry["quota"] = quota
    # All that has a default says nothing without the registry.
    if variables.get(f"{_PREFIX}cache_registry"):
        entry["proxy_cache"] = _named(variables, _CACHE)
    return entry


def _named(variables: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    found = {option: variables.get(f"{_PREFIX}{name}") for name, option in names.items()}
    return {option: value for option, value in found.items() if value is not None}


def _complete(declared: Mapping[str, Any], held: str) -> dict[str, Any]:
    return dict(declared) if declared.get(held) is None else {"append": False, **declared}


def _repository(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return a repository; its policies are called ``prune`` in the role."""
    return {"auto_prune" if name == "prune" else name: value for name, value in declared.items()}
