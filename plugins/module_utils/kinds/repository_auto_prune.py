# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Policies by which Quay itself removes tags in one repository (facts A16); parts of the repository."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch
from ..engine.report import Report
from ..engine.values import Place, Step
from ..engine.words import Change, Current, Desired, Entry, Export, Exporting, Flat, Item, Key, Kind, Spec
from ..http.client import Client
from ..http.connection import repository_path
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
    take_policy(REPOSITORY_AUTO_PRUNE, entry, notes, (repository,))


def _flat_options() -> Spec:
    return {"repository": {"type": "str", "required": True}, **policy_options()}


def _take_flat(entry: Entry, notes: Notes) -> None:
    _take(entry, notes, repository_name(notes, str(entry["repository"])))


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {} if params["state"] == "absent" else identifier(REPOSITORY_AUTO_PRUNE, report, said(params)[0])


def repository_policies(
    client: Client, place: Place, repository: str, with_pattern: bool = False
) -> list[Item]:
    """Return all policies of a repository; see policies_at. Raises NotFound where there is no repository."""
    path = _path(place, (repository,))
    return policies_at(client, path, REPOSITORY_AUTO_PRUNE, (repository,), with_pattern)


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    read = partial(repository_policies, with_pattern=names_pattern(desired, REPOSITORY_AUTO_PRUNE))
    return (yield from with_parts(REPOSITORY_AUTO_PRUNE, read, client, desired, current))


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield creation(client, _path(place, change.key), change)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield deletion(client, _path(place, change.key), change)


def _path(place: Place, key: Key) -> str:
    return f"{repository_path(place.name, key[0])}/autoprunepolicy/"


def _exported(exporting: Exporting) -> Batch[dict[str, list[dict[str, Any]]]]:
    """Return the policies by repository, as they are declared; nothing where the registry has none."""
    found = yield from exported_parts(repository_policies, exporting)
    place, warnings = exporting.place, exporting.warnings
    return {
        name: entries_of(items, f"{place.name}/{name}", warnings) for name, items in (found or {}).items()
    }


REPOSITORY_AUTO_PRUNE = Kind(
    "repository_auto_prune_policy",
    "repository_auto_prune",
    11,
    FIELDS,
    parent_length=1,
    unique=False,
    personal=True,
    for_admins=False,
    flat=Flat(_flat_options, _describe, entry=entry_of_part),
    take=_take_flat,
    details=_details,
    references=repository_of,
    missing=missing_repository,
    create=_create,
    delete=_delete,
    describe=lambda key: f"auto-prune policy {words(key[1:])} of repository {key[0]}",
    title=lambda namespace, key: f"{key[0]}:{words(key[1:])}",
    export=Export(lambda client, place, wanted: {}, on_request=True),
)

AUTO_PRUNE_PART = Part(REPOSITORY_AUTO_PRUNE, "auto_prune", policy_options, _take, _exported)
