# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reads the tags that a declaration speaks of: one request for each, whatever else is in the repository."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from .client import Client
from .errors import NotFound
from .expansion import digests_to_check
from .lanes import Batch, Outcome
from .resources.base import Place
from .resources.registry import TAGS
from .state import TAG, Current, Desired, Item, Key
from .tag_history import Tag, in_force, tag_of


def read_tags(client: Client, desired: Desired) -> Batch[Current]:
    """Return the tags that are declared, and those to which others are to point, with their history.

    ``exists`` is false where there is no such repository.
    """
    place = Place(desired.namespace)
    keys = _keys(desired)
    restored = {item.key for item in desired.of(TAG) if "restore" in item.facts}
    outcomes = yield [partial(_rows, client, place, key, key in restored) for key in keys]
    if any(isinstance(outcome.error, NotFound) for outcome in outcomes):
        return Current(desired.namespace, exists=False)
    histories = dict(zip(keys, _values(outcomes)))
    items = tuple(item for key, rows in histories.items() for item in _item(key, rows))
    asked = digests_to_check(desired.of(TAG), {item.key: item for item in items})
    outcomes = yield [
        partial(TAGS.has_manifest, client, place, repository, digest) for repository, digest in asked
    ]
    unknown = {digest for (_name, digest), found in zip(asked, _values(outcomes)) if not found}
    return Current(
        desired.namespace, exists=True, items=items, unknown=frozenset(unknown), histories=histories
    )


def _keys(desired: Desired) -> list[Key]:
    keys = {item.key for item in desired.of(TAG)} | {key for kind, key in desired.absent if kind == TAG.name}
    keys |= {(item.key[0], item.facts["source"]) for item in desired.of(TAG) if "source" in item.facts}
    return sorted(keys)


def _rows(client: Client, place: Place, key: Key, with_history: bool) -> tuple[Tag, ...]:
    if with_history:
        return tuple(tag_of(view) for view in TAGS.history(client, place, *key))
    view = TAGS.find(client, place, *key)
    return () if view is None else (tag_of(view),)


def _values(outcomes: list[Outcome]) -> list[Any]:
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return [outcome.value for outcome in outcomes]


def _item(key: Key, rows: tuple[Tag, ...]) -> list[Item]:
    row = in_force(rows, time.time())
    if row is None:
        return []
    fields = {"manifest_digest": row.digest, "expiration": row.end, "immutable": row.immutable}
    return [Item(TAG.name, key, fields, facts={"start": row.start})]
