# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Policies by which Quay makes tags immutable in one repository (facts A11); parts of the repository."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch
from ..engine.values import Place, Step
from ..engine.words import Change, Current, Desired, Entry, Export, Exporting, Flat, Item, Key, Kind, Spec
from ..http.client import Client
from ..http.connection import repository_path
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
from .repository_parts import (
    Part,
    entry_of_part,
    exported_parts,
    missing_repository,
    repository_name,
    repository_of,
    with_parts,
)


def _take(entry: Entry, notes: Notes, repository: str) -> None:
    take_policy(REPOSITORY_IMMUTABILITY, entry, notes, (repository,))


def _flat_options() -> Spec:
    return {"repository": {"type": "str", "required": True}, **flat_options()}


def _take_flat(entry: Entry, notes: Notes) -> None:
    _take(entry, notes, repository_name(notes, str(entry["repository"])))


def repository_immutability_policies(client: Client, place: Place, repository: str) -> list[Item]:
    """Return all policies of a repository. Raises NotFound where there is no repository."""
    return policies_at(client, _path(place, (repository,)), REPOSITORY_IMMUTABILITY, (repository,))


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    read = repository_immutability_policies
    return (yield from with_parts(REPOSITORY_IMMUTABILITY, read, client, desired, current))


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield from creation(client, _path(place, change.key), change)


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield from update(client, _path(place, change.key), change)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield from deletion(client, _path(place, change.key), change)


def _path(place: Place, key: Key) -> str:
    return f"{repository_path(place.name, key[0])}/immutabilitypolicy/"


def _exported(exporting: Exporting) -> Batch[dict[str, list[dict[str, Any]]]]:
    """Return the policies by repository, as they are declared; nothing where the registry has none."""
    found = yield from exported_parts(repository_immutability_policies, exporting)
    return {name: entries_of(items) for name, items in (found or {}).items()}


REPOSITORY_IMMUTABILITY = Kind(
    "repository_immutability_policy",
    "repository_immutability",
    13,
    FIELDS,
    parent_length=1,
    personal=True,
    for_admins=False,
    flat=Flat(_flat_options, lambda params, report: {}, entry=entry_of_part),
    take=_take_flat,
    details=_details,
    references=repository_of,
    missing=missing_repository,
    create=_create,
    update=_update,
    delete=_delete,
    describe=lambda key: f"immutability policy {key[1]} of repository {key[0]}",
    title=lambda namespace, key: f"{key[0]}:{key[1]}",
    show=shown,
    export=Export(lambda client, place, wanted: {}, on_request=True),
)

IMMUTABILITY_PART = Part(REPOSITORY_IMMUTABILITY, "immutability", policy_options, _take, _exported)
