# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Messages that Quay shows to everybody on each page of its web interface (facts A22).

A message has no name, and Quay keeps the same one many times; the planner makes one of it. The key says by
what they are told apart: (by what, text, severity that they must have or "").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Call
from ..engine.options import state_option
from ..engine.report import Report
from ..engine.values import Field, Place, Step
from ..engine.words import Change, Current, Desired, Entry, Flat, Item, Key, Kind, Question, Spec
from ..http.client import Client
from ..http.connection import segment
from .registry import REGISTRY

_CONTENT, _REGEXP, _PART = "content", "regexp", "search_string"
_SEVERITIES = ["info", "warning", "error"]
_LONGEST_NAME = 40

# What the user writes


def _options() -> Spec:
    return {
        "content": {"type": "str"},
        "severity": {"type": "str", "choices": _SEVERITIES},
        "format": {"type": "str", "choices": ["markdown", "plain"], "aliases": ["media_type"]},
        "regexp": {"type": "str", "aliases": ["regex"]},
        "search_string": {"type": "str"},
        "search_severity": {"type": "str", "choices": _SEVERITIES},
        **state_option(),
    }


def desired_message(params: Entry) -> Desired:
    """Return what is desired of one message, or of those that are looked for."""
    notes = Notes("registry")
    _take(params, notes)
    return notes.desired(REGISTRY)


def _take(entry: Entry, notes: Notes) -> None:
    how = next((how for how in (_PART, _REGEXP, _CONTENT) if entry.get(how) is not None), None)
    text, severity = "" if how is None else str(entry[how]), entry.get("search_severity") or ""
    if how is None and not severity:
        notes.wrong.append(
            "which message must be said: with content, search_string, regexp or search_severity"
        )
    if how == _REGEXP and not _is_regexp(text):
        notes.wrong.append(f"regexp {text!r} is not a regular expression")
    fields = {name: entry.get(name) for name in ("content", "severity", "format")}
    notes.add(entry, MESSAGE, (how or _PART, text, severity), fields)


def _is_regexp(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {}


# What is there


def messages_of(client: Client, desired: Desired) -> list[Item]:
    """Return all messages, those that the declaration means under the key by which it names them."""
    items = [_item(view) for view in client.get("messages")["messages"]]
    keys = {item.key: item.fields.get("content") for item in desired.of(MESSAGE)}
    keys.update({key: None for key in desired.named(MESSAGE) if key not in keys})
    return [_as_declared(one, keys) for one in items]


def _item(view: Mapping[str, Any]) -> Item:
    fields = {"content": view["content"], "severity": view["severity"]}
    fields["format"] = view["media_type"].rpartition("/")[2]
    return Item(MESSAGE, (_CONTENT, view["content"], ""), fields, ident=view["uuid"])


def _as_declared(item: Item, keys: Mapping[Key, str | None]) -> Item:
    meant = (key for key, content in keys.items() if _means(key, content, item))
    return replace(item, key=next(meant, item.key))


def _means(key: Key, content: str | None, item: Item) -> bool:
    """Tell whether the key means the message, or it is already what it is to become (``content``)."""
    how, text, severity = key
    there = item.fields["content"]
    if content is not None and there == content and how != _CONTENT:
        return True
    if severity and item.fields["severity"] != severity:
        return False
    if how == _CONTENT:
        return bool(there == text)
    return text in there if how == _PART else re.search(text, there) is not None


def _lists(client: Client, question: Question) -> list[Call]:
    return [partial(messages_of, client, question.desired)]


def _trouble(item: Item, current: Current) -> list[str]:
    if "content" in item.fields or any(one.key == item.key for one in current.of(MESSAGE)):
        return []
    return [f"{_described(item.key)}: there is none yet, so that it needs content"]


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield from _post(client, change, {})


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Quay has no request for it: the new message is there before the old one goes."""
    yield from _post(client, change, change.facts)
    yield from _delete(client, place, change)


def _post(client: Client, change: Change, there: Mapping[str, Any]) -> Iterator[Step]:
    values = {**there, **(change.after or {})}
    message = {"content": values["content"], "severity": values["severity"]}
    message["media_type"] = f"text/{values['format']}"
    yield Step(change.fields, partial(client.send, "POST", "messages", {"message": message}))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", f"message/{segment(change.ident)}"))


# How it is shown


def _described(key: Key) -> str:
    how, text, severity = key
    words = {_CONTENT: "message", _PART: "message with", _REGEXP: "message that matches"}
    return " ".join(filter(None, (severity, words[how], repr(_short(text)) if text else "any text")))


def _short(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST_NAME else f"{line[:_LONGEST_NAME]}…"


MESSAGE = Kind(
    "message",
    "messages",
    1,
    (Field("content"), Field("severity", "info"), Field("format", "plain")),
    unique=False,
    within="",
    options=_options,
    flat=Flat(_options, _describe, declare=desired_message),
    take=_take,
    lists=_lists,
    trouble=_trouble,
    create=_create,
    update=_update,
    delete=_delete,
    describe=_described,
    title=lambda namespace, key: _short(key[1] or key[2]),
)
