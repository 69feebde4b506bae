# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a policy says by which Quay itself removes tags (facts A16); a namespace or a repository has it.

A policy of Quay has no name. What it says is its key: two policies that say the same, one of them with
``1w`` and the other with ``7d``, are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.options import append_option, state_option
from ..engine.placeholder import SOME_ID
from ..engine.report import Report, answers_with
from ..engine.values import Field, Step
from ..engine.words import Change, Desired, Entry, Item, Key, Kind, Spec
from ..errors import FeatureOff, InvalidDeclaration
from ..http.client import Client
from ..http.connection import segment
from .offered import known_keys
from .spans import SECONDS, parse_span, span_text

DATE, TAGS = "date", "tags"
# What the option says, and what Quay calls it.
METHODS = {DATE: "creation_date", TAGS: "number_of_tags"}

# As Quay keeps a time span.
_QUAYS = re.compile(r"([1-9][0-9]{0,8})([smhdwy])")
_YEAR = 365 * SECONDS["d"]
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_SCHEMA = "AutoPrunePolicyConfig"

FIELDS = (Field("method"), Field("value"), Field("tag_pattern"), Field("tag_pattern_matches"))

# What the user writes


def policy_options() -> Spec:
    """Return the options of one policy."""
    return {
        "method": {"type": "str", "choices": [DATE, TAGS], "required": True},
        "value": {"type": "str", "required": True},
        "tag_pattern": {"type": "str"},
        "tag_pattern_matches": {"type": "bool", "default": True},
        **append_option(),
        **state_option(),
    }


def take_policy(kind: Kind, entry: Entry, notes: Notes, parent: Key = ()) -> None:
    """Note one policy, of the kind and below the parent that are given."""
    try:
        key, fields = said(entry)
    except InvalidDeclaration as error:
        notes.wrong.append(error.message.rstrip("."))
        return
    if notes.add(entry, kind, (*parent, *key), fields):
        notes.complete_below(entry, kind, parent)


def said(entry: Entry) -> tuple[Key, dict[str, Any]]:
    """Return key and fields of the policy that an entry declares. Raises InvalidDeclaration."""
    pattern = str(entry.get("tag_pattern") or "").strip()
    matches = entry.get("tag_pattern_matches") is not False
    return _said(entry["method"], checked_value(entry["method"], str(entry["value"])), pattern, matches)


def checked_value(method: str, value: str) -> str:
    """Return the value of a policy, written in one way only. Raises InvalidDeclaration."""
    if method == TAGS:
        text = "".join(value.split())
        if not _COUNT.fullmatch(text):
            raise InvalidDeclaration(f"value {value!r} is not a number of tags, at least 1.")
        return text
    found = parse_span("value", value, bare=None)
    # With far longer ones Quay fails.
    if not 0 < found <= 100 * _YEAR:
        raise InvalidDeclaration(f"value {value!r} must be more than nothing, and a hundred years at most.")
    return span_text(found)


def canonical(value: str) -> str:
    """Return a value that Quay has, written in one way only; what is no time span stays as it is."""
    match = _QUAYS.fullmatch("".join(value.split()))
    if match is None:
        return value
    return span_text(int(match[1]) * {**SECONDS, "y": _YEAR}[match[2]])


def _said(method: str, value: str, pattern: str, matches: bool) -> tuple[Key, dict[str, Any]]:
    """Return key and fields, whose ``method`` is written as in the option and ``value`` in one way only."""
    fields: dict[str, Any] = {"method": method, "value": value}
    word = ""
    if pattern:
        word = "of tags that match" if matches else "of tags that do not match"
        fields.update(tag_pattern=pattern, tag_pattern_matches=matches)
    return (METHODS.get(method, method), value, word, pattern), fields


def identifier(kind: Kind, report: Report, key: Key) -> dict[str, Any]:
    """Return Quay's id of the policy with that key as a result."""
    answers = answers_with(report, "uuid")
    if any(change.action == "create" for change in report.changes):
        return {"id": str(answers[0]["uuid"]) if answers else SOME_ID}
    policies = report.current.of(kind) if report.current is not None else []
    return next(({"id": item.ident} for item in policies if item.key[-len(key) :] == key), {})


# What is there


def policies_at(client: Client, path: str, kind: Kind, parent: Key, with_pattern: bool) -> list[Item]:
    """Return all policies that Quay has below a path.

    ``with_pattern``: one with a pattern is declared. Raises FeatureOff where Quay would pass the
    pattern over in silence, so that the policy would be about all tags.
    """
    views = client.get(path)["policies"]
    if with_pattern and not any("tagPattern" in view for view in views):
        _check_patterns(client)
    return sorted((_item(kind, parent, view) for view in views), key=lambda item: (item.key, item.ident))


def names_pattern(desired: Desired, kind: Kind) -> bool:
    """Tell whether a policy with a pattern is to be there."""
    return any(item.fields.get("tag_pattern") for item in desired.of(kind))


def _check_patterns(client: Client) -> None:
    known = known_keys(client, _SCHEMA)
    if known is not None and "tagPattern" not in known:
        raise FeatureOff(
            "This Quay knows no tag_pattern (Quay 3.13 does) and would not say so: the policy would "
            "prune all tags. Nothing was changed."
        )


def _item(kind: Kind, parent: Key, view: Mapping[str, Any]) -> Item:
    word = next((word for word, name in METHODS.items() if name == view["method"]), view["method"])
    value = str(view["value"])
    key, fields = _said(
        word,
        value if word == TAGS else canonical(value),
        view.get("tagPattern") or "",
        view.get("tagPatternMatches") is not False,
    )
    return Item(kind, (*parent, *key), fields, ident=view["uuid"])


# What changes. A policy that says something else is another one, so there is no update.


def creation(client: Client, path: str, change: Change) -> Step:
    """Return the step that makes a policy below a path."""
    return Step(change.fields, partial(client.send, "POST", path, _body(change)))


def deletion(client: Client, path: str, change: Change) -> Step:
    """Return the step that removes a policy below a path."""
    return Step((), partial(client.send, "DELETE", path + segment(change.ident)))


def _body(change: Change) -> dict[str, Any]:
    """Return a policy as Quay takes it: a number of tags as a number, and no pattern rather than null."""
    method, value, pattern = (change.value(name) for name in ("method", "value", "tag_pattern"))
    body: dict[str, Any] = {
        "method": METHODS.get(method, method),
        "value": int(value) if method == TAGS else value,
    }
    if pattern:
        body.update(tagPattern=pattern, tagPatternMatches=change.value("tag_pattern_matches"))
    return body


# How it is shown, and written down


def words(key: Key) -> str:
    """Return what a policy says in words."""
    return " ".join(part for part in key if part)


def entries_of(items: Iterable[Item], where: str, warnings: list[str]) -> list[dict[str, Any]]:
    """Return policies as they are declared, each once; add a warning for what cannot be declared."""
    found: dict[Key, dict[str, Any]] = {}
    for item in items:
        try:
            if item.fields["method"] not in METHODS or said(item.fields)[0] != item.key[-4:]:
                raise InvalidDeclaration("")
        except InvalidDeclaration:
            warnings.append(f"{where}: auto-prune policy {words(item.key)} cannot be declared.")
            continue
        found.setdefault(item.key, dict(item.fields))
    return list(found.values())
