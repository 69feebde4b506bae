# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Service keys, by which services such as builders prove to a registry who they are (facts A14).

Quay makes the pair and keeps the public part only: the private one is in the answer that made it, and nowhere
else. Several keys may have the same name. The key says which is meant: (name, service, "") or ("", "", id).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Call
from ..engine.options import state_option
from ..engine.report import Report, answers_with
from ..engine.values import Field, Place, Step
from ..engine.words import Change, Current, Desired, Entry, Flat, Item, Key, Kind, Question, Spec
from ..errors import InvalidDeclaration
from ..http.client import Client
from ..http.connection import segment
from .dates import date_of, quays_date
from .registry import REGISTRY
from .tag_history import NEVER

# Quay's own rules.
_SERVICE = re.compile(r"[a-z0-9_]+")
_NAME = re.compile(r"[\sa-zA-Z0-9\-_:/]*")
# What is compared of a key that never expires; None would mean that the field is not managed.
_FOR_EVER = 0

# What the user writes


def _options() -> Spec:
    return {
        "name": {"type": "str"},
        "service": {"type": "str"},
        "kid": {"type": "str"},
        "expiration": {"type": "str"},
        "approved": {"type": "bool"},
        "notes": {"type": "str"},
        "metadata": {"type": "dict"},
        **state_option(),
    }


def desired_key(params: Entry) -> Desired:
    """Return what is desired of one service key; ``params`` has the options of quay_service_key."""
    notes = Notes("registry")
    _take(params, notes)
    return notes.desired(REGISTRY, unambiguous=True)


def _take(entry: Entry, notes: Notes) -> None:
    kid, name, service = (entry.get(option) or "" for option in ("kid", "name", "service"))
    if not kid and not (name and service):
        notes.wrong.append("which key must be said: with kid, or with name and service")
    if service and not _SERVICE.fullmatch(service):
        notes.wrong.append(f"service {service!r} is not of lower-case letters, digits and '_'")
    if name and not _NAME.fullmatch(name):
        notes.wrong.append(f"name {name!r} is not of letters, digits, blanks, '-', '_', ':' and '/'")
    if entry.get("approved") is False:
        notes.wrong.append("an approval cannot be taken back; state: absent deletes the key")
    key = ("", "", kid) if kid else (name, service, "")
    fields = {
        "friendly_name": name or None if kid else None,
        "expiration": _expiration(entry, notes),
        "approved": entry.get("approved"),
        "metadata": entry.get("metadata"),
    }
    notes.add(entry, SERVICE_KEY, key, fields, facts={"notes": entry.get("notes") or ""})


def _expiration(entry: Entry, notes: Notes) -> int | None:
    """Return the declared moment in seconds since the epoch, None if it is not managed."""
    text = entry.get("expiration")
    if text is None or entry.get("state") == "absent":
        return None
    if not text or text.lower() == NEVER:
        return _FOR_EVER
    try:
        moment = date_of("expiration", text, advice=f" The word {NEVER} lifts it.")
    except InvalidDeclaration as error:
        notes.wrong.append(error.message.rstrip("."))
        return None
    if moment <= datetime.now(timezone.utc):
        notes.wrong.append(f"expiration {text!r} is in the past")
    return int(moment.timestamp())


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    """Return the key, and its private part where it was made."""
    if params["state"] == "absent":
        return {}
    made = answers_with(report, "private_key")
    if made:
        answer = made[-1]
        return {name: answer.get(name) for name in ("kid", "name", "service", "public_key", "private_key")}
    there = report.current.of(SERVICE_KEY) if report.current is not None else []
    key = next(iter(desired_key(params).named(SERVICE_KEY)))
    view = next((item.facts["view"] for item in there if item.key == key), None)
    if view is None:
        return {name: params[name] for name in ("name", "service")}
    name = params["name"] if params["kid"] and params["name"] else view.get("name")
    return {"kid": view["kid"], "name": name, "service": view["service"]}


# What is there


def service_keys_of(client: Client, desired: Desired) -> list[Item]:
    """Return all service keys, those that the declaration means under the key by which it names them."""
    wanted = {item.key: item.fields.get("metadata") or {} for item in desired.of(SERVICE_KEY)}
    keys = [*wanted, *(key for key in desired.named(SERVICE_KEY) if key not in wanted)]
    views = client.get("superuser/keys")["keys"]
    return [_item(view, keys, wanted) for view in views]


def _item(view: Mapping[str, Any], keys: list[Key], wanted: Mapping[Key, Mapping[str, Any]]) -> Item:
    name, service, kid = view.get("name") or "", view["service"], view["kid"]
    meant = (key for key in keys if key in ((name, service, ""), ("", "", kid)))
    key = next(meant, (name, service, kid))
    expiration = quays_date(view.get("expiration_date") or "")
    metadata = view.get("metadata") or {}
    fields = {
        "friendly_name": name,
        "expiration": _FOR_EVER if expiration is None else int(expiration.timestamp()),
        "approved": view.get("approval") is not None,
        # Quay adds what is sent to what is there, and notes more by itself.
        "metadata": {one: metadata[one] for one in wanted.get(key, {}) if one in metadata},
    }
    return Item(SERVICE_KEY, key, fields, ident=kid, facts={"view": view})


def _lists(client: Client, question: Question) -> list[Call]:
    return [partial(service_keys_of, client, question.desired)]


def _trouble(item: Item, current: Current) -> list[str]:
    """Say why a key cannot be made, where there is none yet."""
    if item.key[0] or any(one.key == item.key for one in current.of(SERVICE_KEY)):
        return []
    return [f"there is no service key with the id {item.key[2]!r}; a new one needs name and service"]


# What changes


def _path(change: Change) -> str:
    return f"superuser/keys/{segment(change.ident)}"


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """A key that is made so is approved, too."""
    name, service, _kid = change.key
    values = change.after or {}
    body = {
        "name": name,
        "service": service,
        "expiration": values.get("expiration") or None,
        "notes": change.facts.get("notes", ""),
        "metadata": values.get("metadata") or {},
    }
    yield Step(change.fields, partial(client.send, "POST", "superuser/keys", body))


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    named = {"friendly_name": "name", "expiration": "expiration", "metadata": "metadata"}
    body = {sent: change.value(name) for name, sent in named.items() if name in change.fields}
    if "expiration" in body:
        body["expiration"] = body["expiration"] or None
    if body:
        done = tuple(name for name in change.fields if name in named)
        yield Step(done, partial(client.send, "PUT", _path(change), body))
    if "approved" in change.fields:
        path = f"superuser/approvedkeys/{segment(change.ident)}"
        notes = {"notes": change.facts.get("notes", "")}
        yield Step(("approved",), partial(client.send, "POST", path, notes))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", _path(change)))


# How it is shown


def _described(key: Key) -> str:
    name, service, kid = key
    return f"service key {kid}" if kid and not name else f"service key {name!r} of {service}"


def _show(values: dict[str, Any]) -> dict[str, Any]:
    shown = dict(values)
    if shown.get("expiration") is not None:
        moment = shown["expiration"]
        text = datetime.fromtimestamp(moment, timezone.utc).isoformat() if moment else NEVER
        shown["expiration"] = text
    return {name: value for name, value in shown.items() if value not in (None, {})}


SERVICE_KEY = Kind(
    "service_key",
    "service keys",
    1,
    (
        Field("friendly_name"),
        Field("expiration", _FOR_EVER),
        Field("approved", True),
        Field("metadata"),
    ),
    unique=False,
    within="",
    options=_options,
    flat=Flat(_options, _describe, declare=desired_key),
    take=_take,
    lists=_lists,
    trouble=_trouble,
    manner=lambda item: dict(item.facts),
    create=_create,
    update=_update,
    delete=_delete,
    describe=_described,
    title=lambda namespace, key: key[0] or key[2],
    show=_show,
)
