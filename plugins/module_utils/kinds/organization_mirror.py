# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The mirror of a whole organization (facts A19): Quay copies all repositories of one elsewhere into it.

While there is one, Quay alone makes repositories there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call
from ..engine.values import Field, Place, Step
from ..engine.words import (
    Change,
    Current,
    Desired,
    Entry,
    Export,
    Exporting,
    Flat,
    Item,
    Kind,
    Question,
    Reference,
    Spec,
)
from ..errors import FeatureOff, InvalidDeclaration
from ..http.client import Client
from ..http.connection import segment
from .account import account
from .dates import now_text
from .mirror_settings import (
    FIELDS,
    IDLE,
    PASSWORD,
    ROBOT_NAME,
    RUNNING,
    START,
    SYNC,
    cancelled,
    common_body,
    common_fields,
    common_options,
    common_view,
    given_password,
    shown_mirror,
    started,
    written_mirror,
)
from .namespace_immutability import IMMUTABILITY
from .proxy_cache import PROXY_CACHE
from .repository import REPOSITORY

_WHAT = "mirror of the organization"
_NEEDED = ("external_registry_type", "external_registry_url", "external_namespace", ROBOT_NAME)
_TIMEOUTS = (30, 3600)  # seconds
_SHORTEST = 60  # seconds
# Settings that are sent as they are, under their own names.
_PLAIN = ("external_registry_type", "external_registry_url", "external_namespace", "visibility")
# What Quay refuses while there is a mirror, and where it is there already refuses a mirror.
_EXCLUDED = (REPOSITORY, IMMUTABILITY, PROXY_CACHE)

# What the user writes


def _options() -> Spec:
    return {
        "external_registry_type": {"type": "str", "choices": ["quay", "harbor"]},
        "external_registry_url": {"type": "str"},
        "external_namespace": {"type": "str"},
        "visibility": {"type": "str", "choices": ["public", "private"]},
        "repository_filters": {"type": "list", "elements": "str"},
        **common_options(),
    }


def _take(entry: Entry, notes: Notes) -> None:
    fields: dict[str, Any] = {}
    if entry.get("state") != "absent":
        filters = entry.get("repository_filters")
        fields = {
            "external_registry_type": entry.get("external_registry_type"),
            "external_registry_url": _url(entry, notes),
            "external_namespace": _namespace(entry, notes),
            "visibility": entry.get("visibility"),
            "repository_filters": None if filters is None else tuple(sorted({str(one) for one in filters})),
            **common_fields(entry, notes, _WHAT, _SHORTEST, _TIMEOUTS),
        }
    notes.add(entry, ORGANIZATION_MIRROR, (), fields)


def _url(entry: Entry, notes: Notes) -> str | None:
    if entry.get("external_registry_url") is None:
        return None
    url = str(entry["external_registry_url"]).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or bool(parts.username)
    except ValueError:
        wrong = True
    if wrong:
        # A password may be in it.
        notes.wrong.append(
            f"{_WHAT}: external_registry_url is not written as https://host, or has a user before the host"
        )
    return url


def _namespace(entry: Entry, notes: Notes) -> str | None:
    if entry.get("external_namespace") is None:
        return None
    name = str(entry["external_namespace"]).strip()
    if not 0 < len(name) <= 255:
        notes.wrong.append(f"{_WHAT}: external_namespace must have 1 to 255 characters")
    return name


# What is there


def mirror_path(name: str) -> str:
    """Return the path of the mirror of an organization."""
    return f"organization/{segment(name)}/mirror"


def organization_mirror(client: Client, place: Place, wanted: Mapping[str, Any]) -> list[Item]:
    """Return the mirror of an organization, or an empty list; ``wanted``: see common_view."""
    view = client.find(mirror_path(place.name))
    if view is None:
        return []
    fields, facts = common_view(view, wanted)
    fields.update(
        {name: view[name] for name in _PLAIN},
        repository_filters=tuple(sorted(view["repository_filters"])),
        skopeo_timeout=view["skopeo_timeout"],
    )
    if _is_copying(view):
        fields[SYNC] = RUNNING
    return [Item(ORGANIZATION_MIRROR, (), fields, facts=facts)]


def _is_copying(view: Mapping[str, Any]) -> bool:
    """Tell whether repositories that were found are still being copied; what is cancelled ends by itself."""
    counts = view.get("repo_sync_status_counts") or {}
    return view["sync_status"] != "CANCEL" and any(
        counts.get(state) for state in ("SYNCING", "SYNC_NOW", "NEVER_RUN")
    )


def _lists(client: Client, question: Question) -> list[Call]:
    wanted = next((item.fields for item in question.desired.of(ORGANIZATION_MIRROR)), {})
    return [partial(organization_mirror, client, question.current.place, wanted)]


# What else it is about


def _references(namespace: str, item: Item) -> Iterator[Reference]:
    robot = item.fields.get(ROBOT_NAME)
    if robot is not None:
        yield account(namespace, robot)


def _trouble(item: Item, current: Current) -> list[str]:
    lacks = [name for name in _NEEDED if name not in item.fields]
    if not lacks or current.of(ORGANIZATION_MIRROR):
        return []
    return [f"{_WHAT}: there is none yet, so that it needs {', '.join(lacks)}"]


def _check(desired: Desired, current: Current, changes: list[Change]) -> list[str]:
    """Raise InvalidDeclaration where Quay would refuse a part of what is declared, once others are made."""
    mirror = next((change for change in changes if change.kind is ORGANIZATION_MIRROR), None)
    made = {change.kind for change in changes if change.action == "create"}
    there = {item.kind for item in (*desired.present, *current.items)}
    if mirror is not None and mirror.action == "create":
        hinder = [kind.plural for kind in _EXCLUDED if kind in there]
        if hinder:
            raise InvalidDeclaration(
                f"{_WHAT}: Quay makes one only where there are no {', '.join(hinder)}; they are declared, or "
                "there already."
            )
    if mirror is not None and mirror.action == "delete":
        too_early = [kind.plural for kind in _EXCLUDED if kind in made]
        if too_early:
            raise InvalidDeclaration(
                f"{_WHAT}: it is removed after everything else, and until then Quay refuses new "
                f"{', '.join(too_early)}. Remove it in a run of its own first."
            )
    return []


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    path = mirror_path(place.name)
    names = tuple(name for name in change.fields if name != SYNC)
    every = [name for name in (change.after or {}) if name != PASSWORD]
    body = {START: now_text(), **_body(change, every)}
    yield Step(names, partial(client.send, "POST", path, body))
    if change.value(SYNC) == RUNNING:
        yield started(client, path, change)


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    path = mirror_path(place.name)
    if change.value(SYNC) == IDLE:
        yield cancelled(client, path, change)
    names = tuple(name for name in change.fields if name != SYNC)
    if names:
        yield Step(names, partial(client.send, "PUT", path, _body(change, list(names))))
    if change.value(SYNC) == RUNNING:
        yield started(client, path, change)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", mirror_path(place.name)))


def _body(change: Change, names: list[str]) -> dict[str, Any]:
    body = common_body(change, names, "skopeo_timeout")
    body.update({name: change.value(name) for name in names if name in _PLAIN})
    if "repository_filters" in names:
        body["repository_filters"] = list(change.value("repository_filters"))
    return body


# How it is written down


def _exported(client: Client, place: Place) -> list[Item]:
    try:
        return organization_mirror(client, place, {})
    except FeatureOff:
        return []


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    yield from ()
    found = [written_mirror(item.fields) for item in exporting.parts["organization_mirror"]]
    if any(entry["external_registry_username"] for entry in found):
        exporting.warnings.append(
            f"{exporting.place.name}: the password of its mirror is left out: Quay does not tell it."
        )
    return found


ORGANIZATION_MIRROR = Kind(
    "organization_mirror",
    "mirror",
    16,
    (
        Field(
            "external_registry_type",
            fixed="Removing the mirror and making it again takes an organization without repositories.",
        ),
        Field("external_registry_url"),
        Field("external_namespace"),
        Field("visibility", "public"),
        Field("repository_filters", ()),
        Field("is_enabled", True),
        *FIELDS,
    ),
    nested=True,
    single=True,
    options=_options,
    flat=Flat(
        lambda: {"organization": {"type": "str", "required": True}, **_options()},
        lambda params, report: {"organization": report.namespace},
    ),
    take=_take,
    lists=_lists,
    references=_references,
    trouble=_trouble,
    manner=lambda item: given_password(item.fields),
    check=_check,
    create=_create,
    update=_update,
    delete=_delete,
    describe=lambda key: "mirror",
    show=shown_mirror,
    export=Export(
        lambda client, place, wanted: {"organization_mirror": partial(_exported, client, place)}, _entries
    ),
)
