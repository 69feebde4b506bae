# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The mirror of one repository (facts A18); a part of the repository.

Quay has no request to remove one. What makes a repository a mirror is its state MIRROR, so that one whose
state is another is none; its settings stay, and count again once it is a mirror.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, all_of, one
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
from .mirror_settings import (
    FIELDS,
    ROBOT_NAME,
    common_fields,
    common_options,
    common_view,
    given_password,
    shown_mirror,
    written_mirror,
)
from .mirror_source import declared_source
from .offered import known_keys
from .permission import PERMISSION
from .repository_mirror_requests import SCHEMA, create, delete, mirror_path, unknown_to, update
from .repository_parts import (
    Part,
    declares_repositories,
    entry_of_part,
    exported_parts,
    held_by,
    looked_up,
    missing_repository,
    repository_name,
    repository_of,
)

MIRROR = "MIRROR"
ARCHITECTURES = ["amd64", "arm64", "ppc64le", "s390x"]
_NEEDED = ("external_reference", ROBOT_NAME, "image_tags")
_TIMEOUTS = (300, 43200)  # seconds: Quay's own least, and how long it lets a synchronization run
_KEYS = "mirror_keys"

# What the user writes


def _options() -> Spec:
    return {
        "external_reference": {"type": "str"},
        "image_tags": {"type": "list", "elements": "str"},
        "unsigned_images": {"type": "bool"},
        "architecture_filter": {"type": "list", "elements": "str", "choices": ARCHITECTURES},
        **common_options(),
    }


def _flat_options() -> Spec:
    return {"name": {"type": "str", "required": True, "aliases": ["repository"]}, **_options()}


def _entry(params: Entry, client: Client) -> tuple[str, Entry]:
    return entry_of_part({**params, "repository": params["name"]}, client)


def _take_flat(entry: Entry, notes: Notes) -> None:
    _take(entry, notes, repository_name(notes, str(entry["repository"])))


def _take(entry: Entry, notes: Notes, repository: str) -> None:
    fields: dict[str, Any] = {}
    if entry.get("state") != "absent":
        fields = _declared(entry, notes, _described((repository,)))
    notes.add(entry, REPOSITORY_MIRROR, (repository,), fields)


def _declared(entry: Entry, notes: Notes, what: str) -> dict[str, Any]:
    tags, architectures = entry.get("image_tags"), entry.get("architecture_filter")
    if tags is not None and not [tag for tag in tags if str(tag).strip()]:
        notes.wrong.append(f"{what}: image_tags is empty; write '*' for all tags")
    return {
        "external_reference": declared_source(entry, notes, what),
        "image_tags": None if tags is None else tuple(sorted({str(tag).strip() for tag in tags})),
        "unsigned_images": entry.get("unsigned_images"),
        "architecture_filter": None if architectures is None else tuple(sorted(set(architectures))),
        # 0 is possible in Quay, but ends each synchronization with an error.
        **common_fields(entry, notes, what, 1, _TIMEOUTS),
        "repo_state": MIRROR,
    }


def check_state(entry: Entry, notes: Notes, repository: str) -> None:
    """Note where the entry of a repository says of its state something else than of its mirror."""
    mirror, state = entry.get(MIRROR_PART.option), entry.get("repo_state")
    if mirror is None or state is None:
        return
    is_mirror = mirror.get("state") != "absent"
    if is_mirror and state != MIRROR:
        notes.wrong.append(
            f"repository {repository!r} has a mirror, but repo_state {state}: leave that out, and stop the "
            "mirror with is_enabled: false or state: absent"
        )
    if not is_mirror and state == MIRROR:
        notes.wrong.append(f"repository {repository!r} has repo_state {MIRROR}, but its mirror is absent")


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    written = params["name"].strip("/")
    return {"name": f"{report.namespace}/{written.partition('/')[2] or written}"}


# What is there


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    """Return ``current`` with the mirrors that the declaration speaks of.

    Each takes a request, and one about the repository where that is not declared along. To end one, its
    settings need not be known.
    """
    current, states = yield from _states(client, desired, current)
    wanted = {item.key[0]: item.fields for item in desired.of(REPOSITORY_MIRROR)}
    asked = [name for name in sorted(states) if name in wanted]
    read = [partial(mirror_of, client, current.place, name, wanted[name]) for name in asked]
    found = yield from all_of(read)
    managed = {item.key[0] for item in desired.present if "repo_state" in item.fields and _is_whole(item)}
    items = [
        replace(item, fields={**item.fields, "repo_state": MIRROR if name in managed else states[name]})
        for name, items in zip(asked, found)
        for item in items
    ]
    items += [
        Item(REPOSITORY_MIRROR, (name,), {"repo_state": state})
        for name, state in states.items()
        if name not in wanted and state == MIRROR and name not in managed
    ]
    current = replace(current, items=(*current.items, *items))
    new = [fields for name, fields in wanted.items() if (name,) not in {item.key for item in items}]
    if any(unknown_to(frozenset(), fields) for fields in new):
        keys = yield from one(partial(known_keys, client, SCHEMA))
        current = replace(current, facts={**current.facts, _KEYS: keys})
    return current


def _is_whole(item: Item) -> bool:
    return REPOSITORY_MIRROR in item.kind.parts


def _states(client: Client, desired: Desired, current: Current) -> Batch[tuple[Current, dict[str, str]]]:
    """Return the states of the repositories with a declared mirror, as far as these exist."""
    names = held_by(desired, current, REPOSITORY_MIRROR)
    if declares_repositories(desired, REPOSITORY_MIRROR):
        there = {item.key[0]: item.fields["repo_state"] for item in current.wholes(REPOSITORY_MIRROR)}
        return current, {name: there[name] for name in names}
    current, views = yield from looked_up(client, current, names)
    return current, {name: view.get("state") or "NORMAL" for name, view in views.items()}


def mirror_of(client: Client, place: Place, repository: str, wanted: Mapping[str, Any]) -> list[Item]:
    """Return the settings by which a repository is mirrored, or was; an empty list where it never was one.

    ``wanted`` are the declared fields; see common_view.
    """
    view = client.find(mirror_path(place, repository))
    if view is None:
        return []
    fields, facts = common_view(view, wanted)
    config = view.get("external_registry_config") or {}
    fields.update(
        external_reference=view["external_reference"],
        image_tags=tuple(sorted(view["root_rule"]["rule_value"])),
        unsigned_images=bool(config.get("unsigned_images")),
        skopeo_timeout=view.get("skopeo_timeout_interval", 300),
        architecture_filter=tuple(sorted(view.get("architecture_filter") or ())),
    )
    return [Item(REPOSITORY_MIRROR, (repository,), fields, facts={**facts, _KEYS: frozenset(view)})]


# What else it is about


def _references(namespace: str, item: Item) -> Iterator[Reference]:
    yield from repository_of(namespace, item)
    robot = item.fields.get(ROBOT_NAME)
    if robot is not None:
        yield account(namespace, robot)
        # Quay lets the robot write, which the mirror needs.
        yield Reference(PERMISSION, (item.key[0], "user", robot), robot)


def _trouble(item: Item, current: Current) -> list[str]:
    what = _described(item.key)
    there = next((one for one in current.of(REPOSITORY_MIRROR) if one.key == item.key), None)
    lacks = [name for name in _NEEDED if name not in item.fields]
    if there is None and lacks:
        return [f"{what}: there is none yet, so that it needs {', '.join(lacks)}"]
    keys = current.facts.get(_KEYS) if there is None else there.facts[_KEYS]
    return [f"{what}: {text}" for text in unknown_to(keys, item.fields)]


# How it is shown, and written down


def _described(key: Key) -> str:
    return f"mirror of repository {key[0]}"


def _exported(exporting: Exporting) -> Batch[dict[str, dict[str, Any]]]:
    """Return the mirrors by repository; a request for each repository that is one."""
    found = yield from exported_parts(
        partial(mirror_of, wanted={}), exporting, lambda item: item.fields["repo_state"] == MIRROR
    )
    mirrors = {name: items[0].fields for name, items in (found or {}).items() if items}
    if any(fields["external_registry_username"] for fields in mirrors.values()):
        exporting.warnings.append(
            f"{exporting.place.name}: passwords of mirrors are left out: Quay does not tell them."
        )
    return {name: written_mirror(fields) for name, fields in mirrors.items()}


REPOSITORY_MIRROR = Kind(
    "repository_mirror",
    "repository_mirror",
    15,
    (
        Field("external_reference"),
        Field("image_tags"),
        Field("is_enabled", False),
        Field("unsigned_images", False),
        Field("architecture_filter", ()),
        *FIELDS,
        Field("repo_state", MIRROR),
    ),
    parent_length=1,
    personal=True,
    for_admins=False,
    single=True,
    options=_options,
    flat=Flat(_flat_options, _describe, entry=_entry),
    take=_take_flat,
    details=_details,
    references=_references,
    missing=missing_repository,
    trouble=_trouble,
    manner=lambda item: given_password(item.fields),
    create=create,
    update=update,
    delete=delete,
    describe=_described,
    show=shown_mirror,
    export=Export(lambda client, place, wanted: {}, on_request=True),
)

MIRROR_PART = Part(REPOSITORY_MIRROR, "mirror", _options, _take, _exported)
