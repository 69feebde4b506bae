# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Policies by which Quay makes tags immutable in all repositories of an organization, or of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call
from ..engine.values import Place, Step
from ..engine.words import Change, Entry, Export, Exporting, Flat, Item, Kind, Question, Spec
from ..http.client import Client
from ..http.connection import segment
from .immutability import (
    FIELDS,
    creation,
    deletion,
    entries_of,
    flat_options,
    policies_at,
    policy_options,
    shown,
    take_policy,
    update,
)
from .offered import if_offered


def _flat_options() -> Spec:
    namespace = {"type": "str", "required": True, "aliases": ["organization"]}
    return {"namespace": namespace, **flat_options()}


def _take(entry: Entry, notes: Notes) -> None:
    take_policy(IMMUTABILITY, entry, notes)


def immutability_policies_of(client: Client, place: Place) -> list[Item]:
    """Return all policies of the namespace."""
    return policies_at(client, _path(place), IMMUTABILITY, ())


def _lists(client: Client, question: Question) -> list[Call]:
    return [partial(immutability_policies_of, client, question.current.place)]


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield from creation(client, _path(place), change)


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield from update(client, _path(place), change)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield from deletion(client, _path(place), change)


def _path(place: Place) -> str:
    # A user's own namespace has them under the same path.
    return f"organization/{segment(place.name)}/immutabilitypolicy/"


def _export_lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return {IMMUTABILITY.plural: partial(if_offered, partial(immutability_policies_of, client, place))}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]] | None]:
    yield from ()
    items = exporting.parts[IMMUTABILITY.plural]
    return None if items is None else entries_of(items)


IMMUTABILITY = Kind(
    "immutability_policy",
    "immutability",
    12,
    FIELDS,
    personal=True,
    nested=True,
    options=policy_options,
    flat=Flat(
        _flat_options,
        lambda params, report: {},
        entry=lambda params, client: (str(params["namespace"]), params),
    ),
    take=_take,
    lists=_lists,
    create=_create,
    update=_update,
    delete=_delete,
    describe=lambda key: f"immutability policy {key[0]}",
    show=shown,
    export=Export(_export_lists, _entries),
)
