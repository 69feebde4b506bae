# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Service keys, by which the parts of an installation know each other (facts A14).

Quay makes up the identifier (kid) of a key, and lets several of a service share a name. The key of an item is
(service, "", name), or ("", kid, name) where the declaration says the kid. Quay tells the private part only
to who has it made.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Call
from ..engine.options import state_option
from ..engine.placeholder import placeholder
from ..engine.report import Report, answers_with
from ..engine.values import Field, Place, Step
from ..engine.words import Change, Current, Desired, Entry, Flat, Item, Key, Kind, Question, Spec
from ..errors import InvalidDeclaration, InvalidRequest, Unconfirmed
from ..http.client import Client
from ..http.connection import segment
from .moments import NEVER, answered_moment, moment, moment_text
from .registry import REGISTRY

_SERVICE = re.compile(r"[a-z0-9_]+")
_NAME = re.compile(r"[\s a-zA-Z0-9\-_:/]*")
_PATH = "superuser/keys"
# What check mode returns is as long as what Quay makes up.
_KID_LENGTH, _PEM_LENGTH = 43, 64

# What the user writes


def _options() -> Spec:
    return {
        "service": {"type": "str"},
        "name": {"type": "str"},
        "kid": {"type": "str"},
        "new_name": {"type": "str"},
        "expiration": {"type": "str"},
        "metadata": {"type": "dict"},
        "approve": {"type": "bool", "default": False},
        "notes": {"type": "str"},
        **state_option(),
    }


def desired_key(params: Entry) -> Desired:
    """Return what is desired of one service key; ``params`` has the options of quay_service_key."""
    notes = Notes("registry")
    _take(params, notes)
    return notes.desired(REGISTRY)


def _take(entry: Entry, notes: Notes) -> None:
    kid = entry.get("kid") or ""
    service, name = ("", "") if kid else (entry.get("service") or "", entry.get("name") or "")
    if not kid and not _SERVICE.fullmatch(service):
        notes.wrong.append(f"service {service!r} is not allowed: lower-case letters, digits and _")
    for text in (name, entry.get("new_name") or ""):
        if not _NAME.fullmatch(text):
            notes.wrong.append(f"name {text!r} is not allowed: letters, digits, blanks and any of - _ : /")
    fields: dict[str, Any] = {}
    if entry.get("state") != "absent":
        fields = {
            "name": entry.get("new_name"),
            "expiration": _expiration(entry, notes),
            "metadata": entry.get("metadata"),
            "approved": True if entry.get("approve") else None,
        }
    notes.add(entry, SERVICE_KEY, (service, kid, name), fields, facts={"notes": entry.get("notes") or ""})


def _expiration(entry: Entry, notes: Notes) -> str | None:
    if entry.get("expiration") is None:
        return None
    try:
        return moment_text(moment(str(entry["expiration"])))
    except InvalidDeclaration as error:
        notes.wrong.append(error.message.rstrip("."))
        return None


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    if params["state"] == "absent":
        return {}
    made = any(change.action == "create" for change in report.changes)
    if made and report.check_mode:
        halves = dict.fromkeys(("public_key", "private_key"), placeholder(_PEM_LENGTH))
        return {"kid": placeholder(_KID_LENGTH), **halves}
    answers = answers_with(report, "private_key")
    if answers:
        return {name: answers[0][name] for name in ("kid", "public_key", "private_key")}
    there = report.current.of(SERVICE_KEY) if report.current is not None else []
    return {"kid": there[0].ident} if there else {}


# What is there


def _there(client: Client, desired: Desired) -> list[Item]:
    """Return the keys that the declaration means: one by its kid, or those of that service and name."""
    key = desired.named(SERVICE_KEY)[0]
    wanted = next((item.fields for item in desired.of(SERVICE_KEY)), {})
    service, kid, _name = key
    if kid:
        view = client.find(f"{_PATH}/{segment(kid)}")
        items = [] if view is None else [_item(view, wanted)]
        return [_by_kid(item, named=not desired.of(SERVICE_KEY)) for item in items]
    items = [_item(view, wanted) for view in client.get(_PATH)["keys"]]
    return [item for item in items if item.key in (key, (service, "", wanted.get("name")))]


def _item(view: Mapping[str, Any], wanted: Mapping[str, Any]) -> Item:
    """Return a key; of its metadata, to which Quay adds its own, what is ``wanted`` of it."""
    metadata = view.get("metadata") or {}
    expires = answered_moment(view.get("expiration_date"))
    fields = {
        "expiration": moment_text(expires),
        "metadata": {name: metadata[name] for name in wanted.get("metadata", {}) if name in metadata},
        "approved": view.get("approval") is not None,
    }
    key = (str(view["service"]), "", str(view.get("name") or ""))
    expired = expires is not None and expires <= time.time()
    return Item(SERVICE_KEY, key, fields, ident=str(view["kid"]), facts={"expired": expired})


def _by_kid(item: Item, named: bool) -> Item:
    """Return the key as one that is declared by its kid; ``named``: only named, as what is to be absent."""
    return replace(item, key=("", item.ident, "" if named else item.key[2]))


def _lists(client: Client, question: Question) -> list[Call]:
    return [partial(_there, client, question.desired)]


def _expand(item: Item, desired: Desired, current: Current) -> Item:
    """Return the item with the name that the key has which is declared by its kid."""
    found = next((one for one in current.of(SERVICE_KEY) if one.ident == item.key[1]), None)
    return item if found is None else replace(item, key=found.key)


# What else it is about


def _trouble(item: Item, current: Current) -> list[str]:
    if not item.key[1] or current.of(SERVICE_KEY):
        return []
    return [
        f"{_described(item.key)} does not exist; Quay makes up the kid of a new one: give service and name"
    ]


def _check(desired: Desired, current: Current, changes: list[Change]) -> list[str]:
    """Return a warning where the key has expired; raise InvalidDeclaration where several can be meant."""
    found = current.of(SERVICE_KEY)
    if len(found) > 1:
        kids = ", ".join(sorted(item.ident for item in found))
        raise InvalidDeclaration(
            f"{len(found)} keys of the service {found[0].key[0]!r} fit the name: {kids}. Quay lets them "
            "share it. Say which is meant, with kid. None was changed."
        )
    renewed = any("expiration" in change.fields for change in changes)
    if renewed or not desired.of(SERVICE_KEY) or not any(item.facts["expired"] for item in found):
        return []
    text = f"expired at {found[0].fields['expiration']}, and Quay forgets it a week later"
    return [f"{_described(found[0].key)} {text}. Give it a later expiration, or delete it."]


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    service, _kid, name = change.key
    body = {
        "service": service,
        "name": name,
        "expiration": _sent(change.value("expiration")),
        "metadata": change.value("metadata") or {},
        "notes": change.facts.get("notes", ""),
    }
    yield Step(change.fields, partial(_made, client, body))


def _made(client: Client, body: Mapping[str, Any]) -> Any:
    try:
        return client.send("POST", _PATH, body)
    except Unconfirmed as error:
        views = client.get(_PATH)["keys"]
        lost = [one["kid"] for one in views if all(one[name] == body[name] for name in ("service", "name"))]
        if not lost:
            raise
        raise InvalidRequest(
            f"{error.message} The key {', '.join(lost)} is there, and its private part was lost with the "
            "answer. Delete it, with kid and state=absent, and run again.",
            error.status,
        ) from error


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    if "approved" in change.fields:
        body = {"notes": change.facts.get("notes", "")}
        path = f"superuser/approvedkeys/{segment(change.ident)}"
        yield Step(("approved",), partial(client.send, "POST", path, body))
    names = tuple(name for name in change.fields if name != "approved")
    if names:
        values = {name: change.value(name) for name in names}
        if "expiration" in values:
            values["expiration"] = _sent(values["expiration"])
        yield Step(names, partial(client.send, "PUT", f"{_PATH}/{segment(change.ident)}", values))


def _sent(expiration: str | None) -> int | None:
    return None if expiration in (None, NEVER) else answered_moment(expiration)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", f"{_PATH}/{segment(change.ident)}"))


# How it is shown


def _described(key: Key) -> str:
    service, kid, name = key
    return f"service key {kid}" if kid else f"service key {name!r} of {service}"


SERVICE_KEY = Kind(
    "service_key",
    "service_keys",
    1,
    (Field("name"), Field("expiration", NEVER), Field("metadata"), Field("approved", True)),
    unique=False,
    repairable=False,
    within="",
    options=_options,
    flat=Flat(_options, _describe, declare=desired_key),
    take=_take,
    lists=_lists,
    expand=_expand,
    trouble=_trouble,
    check=_check,
    manner=lambda item: dict(item.facts),
    create=_create,
    update=_update,
    delete=_delete,
    describe=_described,
    title=lambda namespace, key: key[1] or f"{key[0]}/{key[2]}",
)
