# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The mirror of a repository (facts A18); a part of the repository, which has one at most.

Quay has no request to remove one: it is switched off, or goes with its repository.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch
from ..engine.report import Report
from ..engine.values import Field, Place
from ..engine.words import (
    Current,
    Desired,
    Entry,
    Export,
    Exporting,
    Flat,
    Item,
    Key,
    Kind,
    Reference,
    Spec,
)
from ..http.client import Client
from .account import account
from .image_lookup import split_repository_name
from .mirror import ACTIONS, FIELDS, check_span, common_fields, common_options
from .permission import PERMISSION
from .repository_mirror_requests import create, mirror_path, update, values_of
from .repository_parts import (
    Part,
    exported_parts,
    missing_repository,
    repository_name,
    repository_of,
    with_parts,
)

_ARCHITECTURES = ["amd64", "arm64", "ppc64le", "s390x"]
_NEEDED = ("external_reference", "robot_username", "image_tags")
# Seconds
_TIMEOUTS = (300, 43200)
_LONGEST_INTERVAL = 2**31 - 1

_OWN = (
    Field("external_reference"),
    Field("image_tags"),
    Field("unsigned_images", False),
    Field("architectures", ()),
)
# What the user writes


def _options() -> Spec:
    return {
        "external_reference": {"type": "str"},
        "image_tags": {"type": "list", "elements": "str"},
        "unsigned_images": {"type": "bool"},
        "architectures": {
            "type": "list",
            "elements": "str",
            "choices": _ARCHITECTURES,
            "aliases": ["architecture_filter"],
        },
        **common_options(),
    }


def _flat_options() -> Spec:
    return {"name": {"type": "str", "required": True, "aliases": ["repository"]}, **_options()}


def _entry(params: Entry, client: Client) -> tuple[str, Entry]:
    namespace, name = split_repository_name(client, str(params["name"]).strip("/"))
    return namespace or client.caller(), {**params, "name": name}


def _take_flat(entry: Entry, notes: Notes) -> None:
    _take(entry, notes, repository_name(notes, str(entry["name"])))


def _take(entry: Entry, notes: Notes, repository: str) -> None:
    what = _described((repository,))
    fields = common_fields(entry, notes, what)
    check_span(fields, "sync_interval", 0, _LONGEST_INTERVAL, notes, what)
    check_span(fields, "skopeo_timeout", *_TIMEOUTS, notes, what)
    fields.update(
        external_reference=_reference(entry, notes, what),
        image_tags=_tags(entry, notes, what),
        unsigned_images=entry.get("unsigned_images"),
        architectures=None if entry.get("architectures") is None else tuple(sorted(entry["architectures"])),
    )
    # Quay gives the repository the state MIRROR; it has the last word, where the entry declares another.
    state = entry.get("repo_state")
    notes.add({}, REPOSITORY_MIRROR, (repository,), fields, facts={"repo_state": state})


def _reference(entry: Entry, notes: Notes, what: str) -> str | None:
    if entry.get("external_reference") is None:
        return None
    written = str(entry["external_reference"]).strip()
    host, _slash, path = written.partition("/")
    if not host or not path or "://" in written or ":" in path or "@" in path or " " in written:
        notes.wrong.append(
            f"{what}: external_reference {written!r} is not a repository with its host, and without scheme, "
            "tag and digest, such as quay.io/projectquay/quay"
        )
    return written


def _tags(entry: Entry, notes: Notes, what: str) -> tuple[str, ...] | None:
    if entry.get("image_tags") is None:
        return None
    tags = tuple(sorted({str(tag).strip() for tag in entry["image_tags"]}))
    if not tags or not all(tags):
        notes.wrong.append(f"{what}: image_tags must name at least one tag; '*' stands for all")
    return tags


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {"name": f"{report.namespace}/{params['name'].strip('/').rpartition(report.namespace + '/')[2]}"}


# What is there


def mirror_of(client: Client, place: Place, repository: str, wanted: Mapping[str, Any]) -> list[Item]:
    """Return the mirror of a repository, or an empty list: also where there is no such repository."""
    view = client.find(mirror_path(place, repository))
    return [] if view is None else [Item(REPOSITORY_MIRROR, (repository,), values_of(view, wanted))]


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    wanted = {item.key[0]: item.fields for item in desired.of(REPOSITORY_MIRROR)}

    def read(client: Client, place: Place, repository: str) -> list[Item]:
        return mirror_of(client, place, repository, wanted.get(repository, {}))

    return (yield from with_parts(REPOSITORY_MIRROR, read, client, desired, current, tells_missing=False))


# What the declaration means


def _references(namespace: str, item: Item) -> Iterator[Reference]:
    yield from repository_of(namespace, item)
    robot = item.fields.get("robot_username")
    if robot is not None:
        yield account(namespace, robot)
        # Quay lets the robot write, which the mirror needs: a complete list of permissions spares it.
        yield Reference(PERMISSION, (item.key[0], "user", robot), robot)


def _trouble(item: Item, current: Current) -> list[str]:
    if any(one.key == item.key for one in current.of(REPOSITORY_MIRROR)):
        return []
    lacks = [name for name in _NEEDED if not item.fields.get(name)]
    return (
        [f"{_described(item.key)}: there is none yet, so that it needs {', '.join(lacks)}"] if lacks else []
    )


# How it is shown, and written down


def _described(key: Key) -> str:
    return f"mirror of repository {key[0]}"


def _exported(exporting: Exporting) -> Batch[dict[str, Any]]:
    """Return the mirrors by repository, as they are declared; without those that have none."""
    found = yield from exported_parts(partial(mirror_of, wanted={}), exporting)
    entries = {name: _entry_of(items[0]) for name, items in (found or {}).items() if items}
    if any(entry.get("external_registry_username") for entry in entries.values()):
        text = "Quay does not tell the passwords of mirrors; they are left out."
        exporting.warnings.append(f"{exporting.place.name}: {text}")
    return entries


def _entry_of(item: Item) -> dict[str, Any]:
    left_out = {*ACTIONS, "sync_start_date"}
    entry = {name: value for name, value in item.fields.items() if name not in left_out and value is not None}
    for name in ("image_tags", "architectures"):
        entry[name] = list(entry[name])
    return {**entry, "sync_interval": str(entry["sync_interval"])}


REPOSITORY_MIRROR = Kind(
    "repository_mirror",
    "repository_mirror",
    15,
    (*_OWN, *FIELDS),
    parent_length=1,
    personal=True,
    for_admins=False,
    single=True,
    flat=Flat(_flat_options, _describe, entry=_entry),
    take=_take_flat,
    details=_details,
    references=_references,
    missing=missing_repository,
    trouble=_trouble,
    manner=lambda item: {"wanted": dict(item.fields), **item.facts},
    create=create,
    update=update,
    describe=_described,
    export=Export(lambda client, place, wanted: {}, on_request=True),
)

MIRROR_PART = Part(REPOSITORY_MIRROR, "mirror", _options, _take, _exported, context=("repo_state",))
