# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The proxy cache of an organization (facts A17).

Quay tells neither username nor password, and has no update: one that says something else takes the place of
the one that is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call
from ..engine.options import state_option
from ..engine.values import Field, Place, Secret, Step
from ..engine.words import (
    Change,
    Current,
    Desired,
    Entry,
    Export,
    Exporting,
    Flat,
    Item,
    Kind,
    Question,
    Spec,
)
from ..errors import FeatureOff, InvalidDeclaration
from ..http.client import Client
from .proxy_replacement import Settings, cache_path, made, replaced
from .spans import parse_span

_LONGEST = 2**31 - 1  # seconds: Quay's database holds a number of 32 bits
_WRITTEN_ONLY = (Field("username"), Field("password"))

# What the user writes


def _options() -> Spec:
    return {
        "registry": {"type": "str", "default": "quay.io"},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "insecure": {"type": "bool"},
        "expiration": {"type": "str"},
        "validate": {"type": "bool", "default": True},
        "force": {"type": "bool", "default": False},
        **state_option(),
    }


def _take(entry: Entry, notes: Notes) -> None:
    fields: dict[str, Any] = {}
    if entry.get("state") != "absent":
        username, password = entry.get("username") or None, entry.get("password") or None
        if (username is None) is not (password is None):
            notes.wrong.append("proxy cache: Quay uses username and password together, or neither of them")
        fields = {
            "registry": _registry(str(entry.get("registry") or "quay.io"), notes),
            "expiration": _expiration(entry, notes),
            "insecure": entry.get("insecure"),
            "username": username,
            "password": None if password is None else Secret(str(password), bool(entry.get("force"))),
        }
    notes.add(entry, PROXY_CACHE, (), fields, facts={"validate": entry.get("validate") is not False})


def _registry(text: str, notes: Notes) -> str:
    registry = text.strip().rstrip("/")
    if "://" in registry or registry.startswith("/") or not registry:
        notes.wrong.append(f"registry {text!r} is not written as host, host:port or host:port/namespace")
    return registry


def _expiration(entry: Entry, notes: Notes) -> int | None:
    if entry.get("expiration") is None:
        return None
    try:
        span = parse_span("expiration", str(entry["expiration"]))
    except InvalidDeclaration as error:
        notes.wrong.append(error.message.rstrip("."))
        return None
    if span > _LONGEST:
        notes.wrong.append(f"expiration {entry['expiration']!r} is more than {_LONGEST} seconds")
    return span


# What is there


def _there(client: Client, place: Place, wanted: Mapping[str, Any]) -> list[Item]:
    """Return the proxy cache, or an empty list.

    Nobody can tell if username and password are the ``wanted`` ones. They count as such, unless they are to
    be sent in any case.
    """
    view = client.get(cache_path(place.name))
    if not view.get("upstream_registry"):
        return []
    fields: dict[str, Any] = {
        "registry": view["upstream_registry"],
        "expiration": view.get("expiration_s"),
        "insecure": bool(view.get("insecure")),
        **{one.name: wanted[one.name] for one in _WRITTEN_ONLY if one.name in wanted},
    }
    if "password" in wanted and wanted["password"].compared:
        fields["password"] = Secret("")
    return [Item(PROXY_CACHE, (), fields)]


def _lists(client: Client, question: Question) -> list[Call]:
    wanted = next((item.fields for item in question.desired.of(PROXY_CACHE)), {})
    return [partial(_there, client, question.current.place, wanted)]


def _check(desired: Desired, current: Current, changes: list[Change]) -> list[str]:
    replaces = any(change.kind is PROXY_CACHE and change.action == "update" for change in changes)
    if not replaces or any("password" in item.fields for item in desired.of(PROXY_CACHE)):
        return []
    return [
        "Quay has no update of a proxy cache, and does not tell its username and password: the new one has "
        "none, since none are declared."
    ]


# What changes


def _settings(change: Change, *sides: Mapping[str, Any]) -> Settings:
    values = {name: value for side in (change.facts, *sides) for name, value in side.items()}
    return {field.name: values.get(field.name) for field in PROXY_CACHE.fields}


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    new = _settings(change, change.after or {})
    names = tuple(field.name for field in PROXY_CACHE.fields)
    yield Step(names, partial(made, client, place.name, new, bool(change.facts.get("validate"))))


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    new = _settings(change, change.after or {})
    old = _settings(change, change.before or {}, {one.name: None for one in _WRITTEN_ONLY})
    validate = bool(change.facts.get("validate"))
    yield Step(change.fields, partial(replaced, client, place.name, old, new, validate))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", cache_path(place.name)))


# How it is written down


def _exported(client: Client, place: Place) -> list[Item]:
    try:
        return _there(client, place, {})
    except FeatureOff:
        return []


def _export_lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return {"proxy_cache": partial(_exported, client, place)}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    yield from ()
    items = exporting.parts["proxy_cache"]
    found = [{**item.fields, "expiration": str(item.fields["expiration"])} for item in items]
    if found:
        text = "Quay does not tell whether the proxy cache has a username and a password; they are left out."
        exporting.warnings.append(f"{exporting.place.name}: {text}")
    return found


PROXY_CACHE = Kind(
    "proxy_cache",
    "proxy_cache",
    15,
    (Field("registry", "quay.io"), Field("expiration", 86400), Field("insecure", False), *_WRITTEN_ONLY),
    nested=True,
    single=True,
    options=_options,
    flat=Flat(
        lambda: {"organization": {"type": "str", "required": True}, **_options()},
        lambda params, report: {"organization": report.namespace},
    ),
    take=_take,
    lists=_lists,
    manner=lambda item: dict(item.facts),
    check=_check,
    create=_create,
    update=_update,
    delete=_delete,
    describe=lambda key: "proxy cache",
    export=Export(_export_lists, _entries),
)
