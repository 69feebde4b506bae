# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is pruned: one job for each policy of each organization. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.quayops.quay.plugins.plugin_utils.pruner_variables import (
    WHOSE,
    listed,
    names_of,
    organizations_of,
)

# Lists that a policy adds to, rather than replaces.
ADDED = ("keep_names", "keep_patterns", "keep_digests", "keep_files")
Job = dict[str, Any]


def jobs(
    organizations: Mapping[str, Any], policies: Sequence[Mapping[str, Any]], common: Mapping[str, Any]
) -> list[Job]:
    """Return one entry for each policy of each organization: organization, place and options.

    ``common`` holds options for all policies. A policy adds to its keep-lists and overrides the others.
    """
    found = []
    for user, organization in organizations_of(organizations):
        if organization.get("prune_days") not in (None, "") and organization.get("state") != "absent":
            place = f"quay_organizations.{user}: {organization['name']}"
            options = _merged(common, {"older_than": f"{organization['prune_days']}d"})
            found.append({"organization": str(organization["name"]), "place": place, "options": options})
    for index, policy in enumerate(policies):
        place = f"quay_pruner_policies[{index}]"
        options = _merged(common, {name: value for name, value in policy.items() if name not in WHOSE})
        for name in names_of(policy):
            found.append({"organization": name, "place": f"{place}: {name}", "options": options})
    return found


def _merged(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    options = {**common, **{name: value for name, value in own.items() if value is not None}}
    for name in ADDED:
        lists = [listed(common.get(name)), listed(own.get(name))]
        options[name] = list(dict.fromkeys(entry for entries in lists for entry in entries))
    return {name: value for name, value in options.items() if value not in (None, "", [])}


def config_jobs(found: Sequence[Job]) -> list[dict[str, Any]]:
    """Return the policies as the configuration of quay-pruner has them."""
    return [
        {"organization": job["organization"], "credential": job["organization"], "options": job["options"]}
        for job in found
    ]
