# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Policies by which Quay itself removes tags, of an organization or of the caller (facts A16).

A policy of Quay has no name. What it says is its key: two policies that say the same, one of them with
``1w`` and the other with ``7d``, are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes, declared
from ..engine.lanes import Call
from ..engine.options import append_option, state_option
from ..engine.report import Report, answers_with
from ..engine.values import Field, Place, Step
from ..engine.words import Change, Desired, Entry, Flat, Item, Key, Kind, Question, Spec
from ..errors import FeatureOff, InvalidDeclaration
from ..http.client import Client
from ..http.connection import segment
from .names import home_path
from .organization import ORGANIZATION

DATE, TAGS = "date", "tags"
# What the option says, and what Quay calls it.
METHODS = {DATE: "creation_date", TAGS: "number_of_tags"}

_SPAN = re.compile(r"([1-9][0-9]{0,8})([smhdwy])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_SCHEMA = "AutoPrunePolicyConfig"

# What the user writes


def _options() -> Spec:
    return {
        "namespace": {"type": "str", "required": True, "aliases": ["organization"]},
        "method": {"type": "str", "choices": [DATE, TAGS], "required": True},
        "value": {"type": "str", "required": True},
        "tag_pattern": {"type": "str"},
        "tag_pattern_matches": {"type": "bool", "default": True},
        **append_option(),
        **state_option(),
    }


def desired_auto_prune(params: Entry) -> Desired:
    """Return what is desired of one policy; ``params`` has the options of quay_organization_prune."""
    entry = {"name": str(params["namespace"]), AUTO_PRUNE.plural: [params]}
    return declared(ORGANIZATION, entry, [AUTO_PRUNE], with_home=False)


def _take(entry: Entry, notes: Notes) -> None:
    try:
        item = _declared(entry)
    except InvalidDeclaration as error:
        notes.wrong.append(error.message.rstrip("."))
        return
    if notes.add(entry, AUTO_PRUNE, item.key, item.fields):
        notes.complete_below(entry, AUTO_PRUNE)
    elif not entry.get("append", True):
        notes.wrong.append("append=false is about what shall be there; it has no use with absent")


def _declared(entry: Entry) -> Item:
    pattern = str(entry.get("tag_pattern") or "").strip()
    matches = entry.get("tag_pattern_matches") is not False
    return _policy(entry["method"], checked_value(entry["method"], str(entry["value"])), pattern, matches)


def checked_value(method: str, value: str) -> str:
    """Return the value of a policy, written in one way only. Raises InvalidDeclaration."""
    text = "".join(value.split())
    if method == TAGS and not _COUNT.fullmatch(text):
        raise InvalidDeclaration(f"value {value!r} is not a number of tags, at least 1.")
    if method == DATE and not _is_span(text):
        raise InvalidDeclaration(
            f"value {value!r} is not an age: write a number with s, m, h, d or w behind it, such as 30d; "
            "a hundred years at most."
        )
    return canonical(text) if method == DATE else text


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


def _policy(method: str, value: str, pattern: str = "", matches: bool = True, uuid: str = "") -> Item:
    """Return a policy, whose ``method`` is written as in the option and ``value`` in one way only."""
    fields: dict[str, Any] = {"method": method, "value": value}
    word = ""
    if pattern:
        word = "of tags that match" if matches else "of tags that do not match"
        fields.update(tag_pattern=pattern, tag_pattern_matches=matches)
    return Item(AUTO_PRUNE, (METHODS.get(method, method), value, word, pattern), fields, ident=uuid)


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    if params["state"] == "absent":
        return {}
    found = _identifier(report, _declared(params).key)
    return {} if found is None else {"id": found}


def _identifier(report: Report, key: Key) -> str | None:
    """Return Quay's id of the policy with that key; None where check mode would make it."""
    answers = answers_with(report, "uuid")
    if any(change.action == "create" for change in report.changes):
        return str(answers[0]["uuid"]) if answers else None
    policies = report.current.of(AUTO_PRUNE) if report.current is not None else []
    return next((item.ident for item in policies if item.key == key), None)


# What is there


def policies_of(client: Client, place: Place, with_pattern: bool = False) -> list[Item]:
    """Return all policies of the namespace.

    ``with_pattern``: one with a pattern is declared. Raises FeatureOff where Quay would pass the
    pattern over in silence, so that the policy would be about all tags.
    """
    views = client.get(f"{home_path(place)}/autoprunepolicy/")["policies"]
    if with_pattern and not any("tagPattern" in view for view in views):
        _check_patterns(client)
    return sorted((_item(view) for view in views), key=lambda item: (item.key, item.ident))


def _check_patterns(client: Client) -> None:
    described = (client.get("discovery").get("definitions") or {}).get(_SCHEMA)
    if described is not None and "tagPattern" not in described.get("properties", {}):
        raise FeatureOff(
            "This Quay knows no tag_pattern (Quay 3.13 does) and would not say so: the policy would "
            "prune all tags of the organization. Nothing was changed."
        )


def _item(view: Mapping[str, Any]) -> Item:
    word = next((word for word, name in METHODS.items() if name == view["method"]), view["method"])
    value = str(view["value"])
    return _policy(
        word,
        value if word == TAGS else canonical(value),
        view.get("tagPattern") or "",
        view.get("tagPatternMatches") is not False,
        view["uuid"],
    )


def _lists(client: Client, question: Question) -> list[Call]:
    with_pattern = any(item.fields.get("tag_pattern") for item in question.desired.of(AUTO_PRUNE))
    return [partial(policies_of, client, question.current.place, with_pattern)]


# What changes. A policy that says something else is another one, so there is no update.


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step(change.fields, partial(client.send, "POST", _path(place), _body(change)))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", _path(place) + segment(change.ident)))


def _path(place: Place) -> str:
    return f"{home_path(place)}/autoprunepolicy/"


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


def _words(key: Key) -> str:
    return " ".join(part for part in key if part)


AUTO_PRUNE = Kind(
    "auto_prune_policy",
    "auto_prune_policies",
    9,
    (Field("method"), Field("value"), Field("tag_pattern"), Field("tag_pattern_matches")),
    unique=False,
    personal=True,
    flat=Flat(_options, _describe, declare=desired_auto_prune),
    take=_take,
    lists=_lists,
    create=_create,
    delete=_delete,
    describe=lambda key: f"auto-prune policy {_words(key)}",
    title=lambda namespace, key: _words(key),
)
