# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay's own policies can express of a retention policy, and what they cannot. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...errors import InvalidDeclaration
from ...kinds.auto_prune import DATE, TAGS, canonical, checked_value
from .retention import parse_age

# What the expressions of Python and of Quay's database have in common; of "(?…)" only these.
_OTHER_GROUPS = re.compile(r"(?<!\\)\(\?(?![:=!])")

# Options of a retention policy that Quay's own policies have nothing for, and why that matters.
INEXPRESSIBLE: Mapping[str, str] = {
    "keep_names": "Quay has no keep-list, and would not spare other tags of a kept image",
    "keep_patterns": "Quay has no keep-list, and would not spare other tags of a kept image",
    "keep_digests": "Quay has no keep-list",
    "keep_files": "Quay has no keep-list",
    "dlrn_endpoints": "Quay does not ask DLRN which images are promoted",
    "promotions": "Quay does not ask DLRN which images are promoted",
    "group_by": "Quay counts all tags of a repository, not those of each group",
    "grace": "Quay deletes at once; only the time machine brings a tag back",
    "max_expire": "Quay has no limit for a run",
    "max_expire_percent": "Quay has no limit for a run",
    "repositories": "a policy is for all repositories of the organization",
    "matching": "a policy is for all repositories of the organization",
    "skip": "a policy is for all repositories of the organization",
    "report_path": "Quay writes no report; its log of actions names the tags",
}


def translated(options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a retention policy (options of quay_tag_prune) as options of quay_organization_prune.

    The second value says which of its options Quay's auto-prune cannot express; then the first is empty.
    Options that are None or empty are not given.
    """
    given = {name: value for name, value in options.items() if value not in (None, [], (), "", {})}
    problems = [f"{name}: {why}" for name, why in INEXPRESSIBLE.items() if name in given]
    if "older_than" in given and "keep_newest" in given:
        problems.append(
            "older_than with keep_newest: Quay prunes what either of two policies names, not what both do"
        )
    if not problems and not given.get("allow_empty_keeplist"):
        problems.append(
            "allow_empty_keeplist: Quay has no keep-list; it must be true to say that none is meant"
        )
    include = str(given.get("include") or "")
    if _OTHER_GROUPS.search(include):
        problems.append(f"include {include!r}: Quay's database knows no (?…) but (?:…), (?=…) and (?!…)")
    if problems:
        return {}, problems
    return {**_method(given), **({"tag_pattern": f"^(?:{include})$"} if include else {})}, []


def _method(given: Mapping[str, Any]) -> dict[str, Any]:
    if "older_than" in given:
        seconds = parse_age("older_than", str(given["older_than"]))
        return {"method": DATE, "value": canonical(f"{seconds}s")}
    if "keep_newest" in given:
        return {"method": TAGS, "value": checked_value(TAGS, str(given["keep_newest"]))}
    raise InvalidDeclaration("A policy needs older_than or keep_newest.")
