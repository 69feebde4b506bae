# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The policies by which Quay itself removes tags: how they are declared, and what they can express. Pure.

A policy of Quay has no name. What it says is its key: two policies that say the same, one of them with
``1w`` and the other with ``7d``, are one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .declaration import desired_of
from .errors import InvalidDeclaration
from .retention import parse_age
from .state import AUTO_PRUNE, Desired, Item, Scope

DATE, TAGS = "date", "tags"
# What the option says, and what Quay calls it.
METHODS = {DATE: "creation_date", TAGS: "number_of_tags"}

_SPAN = re.compile(r"([1-9][0-9]{0,8})([smhdwy])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
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


def desired_auto_prune(entry: Mapping[str, Any]) -> Desired:
    """Return what is desired of one policy; the entry has the options of quay_organization_prune."""
    namespace = str(entry["namespace"])
    desired = desired_of({"name": namespace}, declares_organization=False)
    pattern = str(entry.get("tag_pattern") or "").strip()
    matches = entry.get("tag_pattern_matches") is not False
    item = policy_item(entry["method"], _value(entry["method"], str(entry["value"])), pattern, matches)
    if entry.get("state") == "absent":
        if not entry.get("append", True):
            raise InvalidDeclaration("append=false is about what shall be there; it has no use with absent.")
        return replace(desired, absent=((AUTO_PRUNE.name, item.key),))
    scopes = frozenset() if entry.get("append", True) else frozenset({Scope(AUTO_PRUNE.name)})
    return replace(desired, present=(item,), scopes=scopes)


def policy_item(method: str, value: str, pattern: str = "", matches: bool = True, uuid: str = "") -> Item:
    """Return a policy, whose ``method`` is written as in the option and ``value`` in one way only."""
    fields: dict[str, Any] = {"method": method, "value": value}
    word = ""
    if pattern:
        word = "of tags that match" if matches else "of tags that do not match"
        fields.update(tag_pattern=pattern, tag_pattern_matches=matches)
    return Item(AUTO_PRUNE.name, (METHODS.get(method, method), value, word, pattern), fields, ident=uuid)


def _is_span(text: str) -> bool:
    """Tell whether Quay can count with a time span: with far longer ones it fails."""
    match = _SPAN.fullmatch(text)
    return match is not None and int(match[1]) * _SECONDS[match[2]] <= 100 * _SECONDS["y"]


def canonical(value: str) -> str:
    """Return a time span in the largest unit, up to days, that holds it; what is none stays as it is."""
    match = _SPAN.fullmatch("".join(value.split()))
    if match is None:
        return value
    found = int(match[1]) * _SECONDS[match[2]]
    unit = next(unit for unit in ("d", "h", "m", "s") if found % _SECONDS[unit] == 0)
    return f"{found // _SECONDS[unit]}{unit}"


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
        return {"method": TAGS, "value": _value(TAGS, str(given["keep_newest"]))}
    raise InvalidDeclaration("A policy needs older_than or keep_newest.")


def _value(method: str, value: str) -> str:
    text = "".join(value.split())
    if method == TAGS and not _COUNT.fullmatch(text):
        raise InvalidDeclaration(f"value {value!r} is not a number of tags, at least 1.")
    if method == DATE and not _is_span(text):
        raise InvalidDeclaration(
            f"value {value!r} is not an age: write a number with s, m, h, d or w behind it, such as 30d; "
            "a hundred years at most."
        )
    return canonical(text) if method == DATE else text
