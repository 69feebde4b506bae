# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Prototypes, that is default permissions for new repositories (facts A6).

Quay lets the same rule exist many times; the planner makes one of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call
from ..engine.options import state_option
from ..engine.report import Report
from ..engine.values import Field, Place, Step
from ..engine.words import Change, Entry, Export, Exporting, Flat, Item, Key, Kind, Question, Reference, Spec
from ..http.client import Client
from ..http.connection import segment
from .account import account
from .names import check_name, check_robot, home_path, is_robot
from .roles import ROLES
from .team import TEAM

# What the user writes


def _options() -> Spec:
    return {
        "name": {"type": "str", "required": True},
        "type": {"type": "str", "choices": ["user", "team"], "default": "user"},
        "role": {"type": "str", "choices": ROLES},
        "creator": {"type": "str"},
        **state_option(),
    }


def _take(entry: Entry, notes: Notes) -> None:
    kind, name, creator = entry.get("type") or "user", str(entry["name"]), entry.get("creator") or ""
    if kind == "team":
        check_name(notes, "team", name)
    elif is_robot(name):
        # Of any namespace: Quay refuses others only where a permission is given on one repository.
        check_robot(notes, name, "prototype")
    if is_robot(creator):
        notes.wrong.append(f"prototype for {name!r}: creator {creator!r} is a robot; it must be a user")
    notes.add(entry, PROTOTYPE, (creator, kind, name), {"role": entry.get("role")})


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {"name": params["name"], "organization": report.namespace}


# What is there


def prototypes_of(client: Client, place: Place) -> list[Item]:
    """Return all prototypes; the key is (creating user or "", kind of delegate, its name)."""
    items = [_item(view) for view in client.get(f"{home_path(place)}/prototypes")["prototypes"]]
    return sorted(items, key=lambda item: (item.key, item.ident))


def _item(view: Mapping[str, Any]) -> Item:
    creator = (view.get("activating_user") or {}).get("name", "")
    delegate = view["delegate"]
    key = (creator, delegate["kind"], delegate["name"])
    return Item(PROTOTYPE, key, {"role": view["role"]}, ident=view["id"])


def _lists(client: Client, question: Question) -> list[Call]:
    return [partial(prototypes_of, client, question.current.place)]


def _references(namespace: str, item: Item) -> Iterator[Reference]:
    creator, kind, name = item.key
    yield Reference(TEAM, (name,), name) if kind == "team" else account(namespace, name)
    if creator:
        yield account(namespace, creator)


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    creator, kind, name = change.key
    body: dict[str, Any] = {
        "role": change.value("role"),
        "delegate": {"kind": kind, "name": name},
    }
    if creator:
        # Left out for "anyone"; Quay refuses null.
        body["activating_user"] = {"name": creator}
    yield Step(("role",), partial(client.send, "POST", f"{home_path(place)}/prototypes", body))


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    body = {"role": change.value("role")}
    yield Step(("role",), partial(client.send, "PUT", _path(place, change), body))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", _path(place, change)))


def _path(place: Place, change: Change) -> str:
    return f"{home_path(place)}/prototypes/{segment(change.ident)}"


# How it is shown, and written down


def _described(key: Key) -> str:
    creator = f" when {key[0]} creates" if key[0] else ""
    return f"prototype for {key[1]} {key[2]}{creator}"


def _export_lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return {"prototypes": partial(prototypes_of, client, place)}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    yield from ()
    entries: dict[Key, dict[str, Any]] = {}
    for item in exporting.parts["prototypes"]:
        creator, kind, name = item.key
        entry = {"name": name, "type": kind, "role": item.fields["role"]}
        if creator:
            entry["creator"] = creator
        entries.setdefault(item.key, entry)
    return list(entries.values())


PROTOTYPE = Kind(
    "prototype",
    "prototypes",
    5,
    (Field("role", "read"),),
    unique=False,
    aliases=("default_perms",),
    nested=True,
    options=_options,
    flat=Flat(lambda: {**_options(), "organization": {"type": "str", "required": True}}, _describe),
    take=_take,
    lists=_lists,
    references=_references,
    create=_create,
    update=_update,
    delete=_delete,
    describe=_described,
    title=lambda namespace, key: key[2],
    export=Export(_export_lists, _entries),
)
