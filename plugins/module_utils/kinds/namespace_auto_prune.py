# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Policies by which Quay itself removes tags in all repositories of an organization, or of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call
from ..engine.report import Report
from ..engine.values import Place, Step
from ..engine.words import Change, Entry, Export, Exporting, Flat, Item, Kind, Question, Spec
from ..http.client import Client
from .auto_prune import (
    FIELDS,
    creation,
    deletion,
    entries_of,
    identifier,
    names_pattern,
    policies_at,
    policy_options,
    said,
    take_policy,
    words,
)
from .names import home_path
from .offered import if_offered


def _flat_options() -> Spec:
    namespace = {"type": "str", "required": True, "aliases": ["organization"]}
    return {"namespace": namespace, **policy_options()}


def _take(entry: Entry, notes: Notes) -> None:
    take_policy(AUTO_PRUNE, entry, notes)


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {} if params["state"] == "absent" else identifier(AUTO_PRUNE, report, said(params)[0])


def policies_of(client: Client, place: Place, with_pattern: bool = False) -> list[Item]:
    """Return all policies of the namespace; see policies_at."""
    return policies_at(client, _path(place), AUTO_PRUNE, (), with_pattern)


def _lists(client: Client, question: Question) -> list[Call]:
    with_pattern = names_pattern(question.desired, AUTO_PRUNE)
    return [partial(policies_of, client, question.current.place, with_pattern)]


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield creation(client, _path(place), change)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield deletion(client, _path(place), change)


def _path(place: Place) -> str:
    return f"{home_path(place)}/autoprunepolicy/"


def _export_lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return {AUTO_PRUNE.plural: partial(if_offered, partial(policies_of, client, place))}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]] | None]:
    yield from ()
    items = exporting.parts[AUTO_PRUNE.plural]
    return None if items is None else entries_of(items, exporting.place.name, exporting.warnings)


AUTO_PRUNE = Kind(
    "auto_prune_policy",
    "auto_prune",
    10,
    FIELDS,
    unique=False,
    personal=True,
    nested=True,
    options=policy_options,
    flat=Flat(_flat_options, _describe, entry=lambda params, client: (str(params["namespace"]), params)),
    take=_take,
    lists=_lists,
    create=_create,
    delete=_delete,
    describe=lambda key: f"auto-prune policy {words(key)}",
    title=lambda namespace, key: words(key),
    export=Export(_export_lists, _entries),
)
