# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reads whole organizations and writes them down in the form in which they are declared.

What comes out can be handed to quay_organizations, which then finds nothing to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..engine.lanes import Batch, Call, all_of, one, run
from ..engine.values import Place
from ..engine.words import Exporting
from ..errors import QuayError
from ..http.client import Client
from ..kinds.catalog import CATALOG
from ..kinds.organization import ORGANIZATION, find_organization, organization_items

# What can be written down, by the names of the options.
KINDS_TO_READ = tuple(kind.plural for kind in CATALOG if kind.export is not None)


@dataclass
class Adopted:
    """One organization as an entry of quay_organizations, or why it could not be read."""

    name: str
    entry: dict[str, Any] | None = None
    warnings: list[str] = field(default_factory=list)
    error: QuayError | None = None


def adopt(client: Client, names: Iterable[str], kinds: Iterable[str] = KINDS_TO_READ) -> Iterator[Adopted]:
    """Read the named organizations in parallel and yield them in the given order."""
    wanted = frozenset(kinds)
    return run((_lane(client, name, wanted) for name in names), client.connection.parallel, client.observer)


def _lane(client: Client, name: str, kinds: frozenset[str]) -> Batch[Adopted]:
    adopted = Adopted(name)
    try:
        view = yield from one(partial(find_organization, client, name))
        if view is not None:
            adopted.entry = yield from _entry(client, view, kinds, adopted.warnings)
    except QuayError as error:
        adopted.error = error
    return adopted


def _entry(
    client: Client, view: Mapping[str, Any], wanted: frozenset[str], warnings: list[str]
) -> Batch[Any]:
    place = Place(view["name"])
    items = organization_items(view)
    (settings,) = [item.fields for item in items if item.kind is ORGANIZATION]
    entry: dict[str, Any] = {"name": place.name, "email": settings["email"]}
    if settings["tag_expiration_s"] is not None:
        entry["time_machine_expiration"] = str(settings["tag_expiration_s"])
    exports = {kind.plural: kind.export for kind in CATALOG if kind.export and kind.plural in wanted}
    calls: dict[str, Call] = {}
    for export in exports.values():
        calls.update(export.lists(client, place, wanted))
    found = yield from all_of(list(calls.values()))
    exporting = Exporting(client, place, items, dict(zip(calls, found)), wanted, warnings)
    for plural, export in exports.items():
        if export.entries is not None:
            entry[plural] = yield from export.entries(exporting)
    return entry
