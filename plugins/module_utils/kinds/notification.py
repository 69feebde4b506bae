# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Notifications of one repository (facts A20).

Quay lets several have the same title, and has no request to change one: a changed one is made anew, before
the old one is deleted. The key says how they are told apart: (repository, by what, text).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, all_of
from ..engine.options import state_option
from ..engine.placeholder import SOME_ID
from ..engine.report import Report, answers_with
from ..engine.values import Field, Place, Secret
from ..engine.words import Current, Desired, Entry, Export, Flat, Item, Key, Kind, Reference, Spec
from ..http.client import Client
from .account import account
from .notification_choice import (
    ACTIONS,
    REGEXP,
    TITLE,
    answers,
    described,
    for_all,
    is_about_all,
    is_regexp,
    named_by,
)
from .notification_config import (
    ABOUT,
    EVENTS,
    LEVELS,
    METHODS,
    SECRETS,
    config_fields,
    config_options,
    event_fields,
    fields_of,
    lacking,
)
from .notification_export import exported_notifications
from .notification_requests import create, delete, list_path, update
from .repository_parts import (
    Part,
    declares_repositories,
    entry_of_part,
    held_by,
    looked_for,
    missing_repository,
    repository_of,
)
from .team import TEAM

# What the user writes


def _options() -> Spec:
    return {
        "title": {"type": "str"},
        "event": {"type": "str", "choices": EVENTS},
        "method": {"type": "str", "choices": METHODS},
        "config": {"type": "dict", "options": config_options()},
        "vulnerability_level": {"type": "str", "choices": LEVELS},
        "image_expiry_days": {"type": "int", "default": 7},
        "ref_regexp": {"type": "str"},
        "reset_failcount": {"type": "bool", "default": False},
        "test": {"type": "bool", "default": False},
        **state_option(),
    }


def _flat_options() -> Spec:
    return {
        "repository": {"type": "str", "required": True},
        **_options(),
        "regexp": {"type": "str", "aliases": ["regex"]},
        "search_string": {"type": "str"},
    }


def _nested_options() -> Spec:
    options = _options()
    return {**options, "title": {**options["title"], "required": True}}


def _take(entry: Entry, notes: Notes) -> None:
    _note(entry, notes, str(entry["repository"]))


def _note(entry: Entry, notes: Notes, repository: str) -> None:
    how, text = named_by(entry)
    key = (repository, how, text)
    what = described(key)
    if not text:
        notes.wrong.append(f"{what}: which of them must be said: with title, or with event or method")
    if how == REGEXP and not is_regexp(text):
        notes.wrong.append(f"{what}: the regular expression cannot be read")
    fields: dict[str, Any] = {}
    if entry.get("state") != "absent":
        fields = {name: entry.get(name) for name in (TITLE, "event", "method")}
        fields.update(config_fields(entry, notes, what), **event_fields(entry))
        fields.update(number_of_failures=0 if entry.get("reset_failcount") else None)
        fields.update(test=entry.get("test") or None)
    notes.add(entry, NOTIFICATION, key, fields)


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    written = params["repository"].strip("/")
    found = {"repository": f"{report.namespace}/{written.partition('/')[2] or written}"}
    ident = None if params["state"] == "absent" else _identifier(report)
    return found if ident is None else {**found, "id": ident}


def _identifier(report: Report) -> str | None:
    """Return Quay's id of the notification, None where there is none."""
    made = answers_with(report, "uuid")
    if made:
        return str(made[-1]["uuid"])
    there = report.current.of(NOTIFICATION) if report.current is not None else []
    if any(change.action == "create" for change in report.changes):
        return SOME_ID
    return next((item.ident for item in there), None)


# What is there


def notifications_of(client: Client, place: Place, repository: str) -> list[Item]:
    """Return all notifications of a repository; their secrets are in ``facts`` only."""
    views = client.get(list_path(place, repository))["notifications"]
    return [_item(repository, view) for view in views]


def _item(repository: str, view: Mapping[str, Any]) -> Item:
    fields = fields_of(view)
    return Item(
        NOTIFICATION, (repository, TITLE, fields[TITLE]), fields, ident=view["uuid"], facts={"view": view}
    )


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    """Return ``current`` with the notifications of the repositories that the declaration speaks of."""
    names = held_by(desired, current, NOTIFICATION)
    found = yield from all_of([partial(notifications_of, client, current.place, name) for name in names])
    if not declares_repositories(desired, NOTIFICATION):
        declared = {item.key[0] for item in desired.of(NOTIFICATION)}
        empty = {name for name, items in zip(names, found) if not items}
        current = yield from looked_for(client, current, declared & empty)
    items = _as_declared(desired, [item for part in found for item in part])
    return replace(current, items=(*current.items, *items))


def _as_declared(desired: Desired, items: Iterable[Item]) -> list[Item]:
    """Return the notifications under the keys by which the declaration names them.

    Where something is to be done with all that answer, one stands for them.
    """
    by_key: dict[Key, list[Item]] = defaultdict(list)
    selections = [key for key in desired.named(NOTIFICATION) if key[1] != TITLE]
    for item in items:
        chosen = [key for key in selections if answers(key, item)]
        for key in chosen or [item.key]:
            by_key[key].append(replace(item, key=key))
    for wanted in desired.of(NOTIFICATION):
        answering = by_key.get(wanted.key, [])
        if answering and is_about_all(wanted):
            by_key[wanted.key] = [for_all(answering)]
        else:
            by_key[wanted.key] = [_with_secrets(item, wanted) for item in answering]
    return [item for found in by_key.values() for item in found]


def _with_secrets(item: Item, wanted: Item) -> Item:
    """Return the notification with those of its secrets that are declared: equal to them, or unknown."""
    config = item.facts["view"].get("config") or {}
    fields = dict(item.fields)
    for name in SECRETS:
        if name in wanted.fields and name in config:
            same = config[name] == wanted.fields[name].value
            fields[name] = wanted.fields[name] if same else Secret("")
    return replace(item, fields=fields)


# What the declaration means


def _expand(item: Item, desired: Desired, current: Current) -> Item:
    """Return what is done with those that are there, where the declaration is about all that answer."""
    if not is_about_all(item) or not _there(item, current):
        return item
    return replace(item, fields={name: value for name, value in item.fields.items() if name in ACTIONS})


def _there(item: Item, current: Current) -> list[Item]:
    return [one for one in current.of(NOTIFICATION) if one.key == item.key]


def _references(namespace: str, item: Item) -> Iterator[Reference]:
    yield from repository_of(namespace, item)
    kind, name = item.fields.get("target", ("", ""))
    if kind == "team":
        yield Reference(TEAM, (name,), name)
    elif kind == "user":
        yield account(namespace, name)


def _trouble(item: Item, current: Current) -> list[str]:
    there = _there(item, current)
    wanted = {name: value for name, value in item.fields.items() if name not in ACTIONS}
    what = described(item.key)
    if there and not wanted:
        return []
    right = [one for one in there if all(one.fields.get(name) == value for name, value in wanted.items())]
    if len(there) > 1 and not right:
        sorts = ", ".join(sorted(f"{one.fields['event']} by {one.fields['method']}" for one in there))
        return [
            f"{what}: {len(there)} have that title ({sorts}), none as declared, and which is meant is open"
        ]
    lacks = lacking(wanted, there[0].facts["view"] if there else {})
    if not lacks:
        return []
    why = "its method changes" if there else "there is none yet"
    return [f"{what}: {why}, so that it needs {', '.join(lacks)}"]


# How it is shown


def _show(values: dict[str, Any]) -> dict[str, Any]:
    return {name: " ".join(value) if name == "target" and value else value for name, value in values.items()}


NOTIFICATION = Kind(
    "notification",
    "notifications",
    7,
    (
        *(Field(name) for name in (TITLE, "event", "method", "target", "email", "room_id", "template")),
        *(Field(name) for name in (*SECRETS, *ABOUT)),
        Field("number_of_failures", 0),
        Field("test", on_request=True),
    ),
    parent_length=1,
    unique=False,
    repairable=False,
    personal=True,
    for_admins=False,
    flat=Flat(_flat_options, _describe, entry=entry_of_part),
    take=_take,
    details=_details,
    expand=_expand,
    references=_references,
    missing=missing_repository,
    trouble=_trouble,
    manner=lambda item: {"wanted": dict(item.fields)},
    create=create,
    update=update,
    delete=delete,
    describe=described,
    title=lambda namespace, key: f"{key[0]}:{key[2]}",
    show=_show,
    export=Export(lambda client, place, wanted: {}, on_request=True),
)

NOTIFICATION_PART = Part(NOTIFICATION, NOTIFICATION.plural, _nested_options, _note, exported_notifications)
