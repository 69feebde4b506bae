# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The mirror of a namespace of another registry that fills a whole organization (facts A19); one at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call
from ..engine.options import state_option
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
from .mirror import (
    ACTIONS,
    FIELDS,
    as_wanted,
    check_span,
    common_body,
    common_fields,
    common_options,
    common_values,
    config_body,
    first_date,
)
from .mirror_changes import changed
from .namespace_immutability import IMMUTABILITY
from .proxy_cache import PROXY_CACHE
from .repository import REPOSITORY

_WHAT = "mirror of the organization"
_OWN = (
    Field("external_registry_type", fixed="Remove the mirror, and make another."),
    Field("external_registry_url"),
    Field("external_namespace"),
    Field("repository_filters", ()),
    Field("visibility", "private"),
)
# Quay itself switches a new one on.
_COMMON = tuple(Field("is_enabled", True) if field.name == "is_enabled" else field for field in FIELDS)
_FIELDS = (*_OWN, *_COMMON)
_NAMES = frozenset(field.name for field in _FIELDS) - ACTIONS
# What Quay refuses while there is a mirror, and where it is there already refuses a mirror.
_EXCLUDED = (REPOSITORY, IMMUTABILITY, PROXY_CACHE)
_NEEDED = ("external_registry_type", "external_registry_url", "external_namespace", "robot_username")
_CONFIG = frozenset(("verify_tls", "http_proxy", "https_proxy", "no_proxy"))
# Seconds
_INTERVALS = (60, 2**31 - 1)
_TIMEOUTS = (30, 3600)

# What the user writes


def _options() -> Spec:
    return {
        "external_registry_type": {"type": "str", "choices": ["quay", "harbor"]},
        "external_registry_url": {"type": "str"},
        "external_namespace": {"type": "str"},
        "repository_filters": {"type": "list", "elements": "str"},
        "visibility": {"type": "str", "choices": ["public", "private"]},
        **common_options(),
        **state_option(),
    }


def _take(entry: Entry, notes: Notes) -> None:
    if entry.get("state") == "absent":
        notes.add(entry, ORGANIZATION_MIRROR, (), {})
        return
    fields = common_fields(entry, notes, _WHAT)
    check_span(fields, "sync_interval", *_INTERVALS, notes, _WHAT)
    check_span(fields, "skopeo_timeout", *_TIMEOUTS, notes, _WHAT)
    url = entry.get("external_registry_url")
    if url is not None and not str(url).startswith(("https://", "http://")):
        notes.wrong.append(f"{_WHAT}: external_registry_url {url!r} does not begin with https:// or http://")
    filters = entry.get("repository_filters")
    fields.update({name: entry.get(name) for name in ("external_registry_type", "visibility")})
    fields.update(
        external_registry_url=None if url is None else str(url).rstrip("/"),
        external_namespace=entry.get("external_namespace"),
        repository_filters=None if filters is None else tuple(sorted({str(one) for one in filters})),
    )
    notes.add(entry, ORGANIZATION_MIRROR, (), fields)


# What is there


def _there(client: Client, place: Place, wanted: Mapping[str, Any]) -> list[Item]:
    view = client.find(mirror_path(place))
    return [] if view is None else [Item(ORGANIZATION_MIRROR, (), _values_of(view, wanted))]


def _values_of(view: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        **common_values(view),
        **{name: view[name] for name in ("external_registry_type", "external_namespace", "visibility")},
        "external_registry_url": str(view["external_registry_url"]).rstrip("/"),
        "repository_filters": tuple(sorted(view.get("repository_filters") or ())),
        "skopeo_timeout": view.get("skopeo_timeout"),
    }
    return as_wanted(values, wanted, datetime.now(timezone.utc))


def _lists(client: Client, question: Question) -> list[Call]:
    wanted = next((item.fields for item in question.desired.of(ORGANIZATION_MIRROR)), {})
    return [partial(_there, client, question.current.place, wanted)]


# What the declaration means


def _references(namespace: str, item: Item) -> Iterator[Reference]:
    if "robot_username" in item.fields:
        yield account(namespace, item.fields["robot_username"])


def _trouble(item: Item, current: Current) -> list[str]:
    if current.of(ORGANIZATION_MIRROR):
        return []
    lacks = [name for name in _NEEDED if not item.fields.get(name)]
    return [f"{_WHAT}: there is none yet, so that it needs {', '.join(lacks)}"] if lacks else []


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
    wanted = {**(change.after or {}), **change.facts["wanted"]}
    body = _body(_NAMES - {"sync_start_date"}, wanted)
    body["sync_start_date"] = first_date(wanted, datetime.now(timezone.utc))
    body["external_registry_type"] = wanted["external_registry_type"]
    yield Step(tuple(sorted(_NAMES)), partial(client.send, "POST", mirror_path(place), body))
    if wanted.get("sync"):
        yield Step(("sync",), partial(client.send, "POST", f"{mirror_path(place)}/sync-now"))


def _update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield from changed(client, mirror_path(place), change, _changed_body, _values_of)


def _changed_body(names: frozenset[str], values: Mapping[str, Any]) -> dict[str, Any]:
    # Quay replaces all of how the other registry is reached.
    return _body(names | _CONFIG if names & _CONFIG else names, values)


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", mirror_path(place)))


def _body(names: frozenset[str], values: Mapping[str, Any]) -> dict[str, Any]:
    body = common_body(names, values, "skopeo_timeout")
    plain = ("external_registry_url", "external_namespace", "visibility")
    body.update({name: values[name] for name in plain if name in names})
    if "repository_filters" in names:
        body["repository_filters"] = list(values["repository_filters"])
    config = config_body(names, values)
    return {**body, "external_registry_config": config} if config else body


def mirror_path(place: Place) -> str:
    """Return the path of the mirror of an organization."""
    return f"organization/{segment(place.name)}/mirror"


# How it is written down


def _exported(client: Client, place: Place) -> list[Item]:
    try:
        return _there(client, place, {})
    except FeatureOff:
        return []


def _export_lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return {"mirror": partial(_exported, client, place)}


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    yield from ()
    left_out = {*ACTIONS, "sync_start_date"}
    found = []
    for item in exporting.parts["mirror"]:
        entry = {
            name: value for name, value in item.fields.items() if name not in left_out and value is not None
        }
        entry["repository_filters"] = list(entry["repository_filters"])
        found.append(
            {
                **entry,
                "sync_interval": str(entry["sync_interval"]),
                "skopeo_timeout": str(entry["skopeo_timeout"]),
            }
        )
        if entry["external_registry_username"]:
            text = "Quay does not tell the password of the mirror; it is left out."
            exporting.warnings.append(f"{exporting.place.name}: {text}")
    return found


ORGANIZATION_MIRROR = Kind(
    "organization_mirror",
    "mirror",
    16,
    _FIELDS,
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
    check=_check,
    manner=lambda item: {"wanted": dict(item.fields)},
    create=_create,
    update=_update,
    delete=_delete,
    describe=lambda key: _WHAT,
    export=Export(_export_lists, _entries),
)
