# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The requests about the mirror of a repository (facts A18), and what Quay shows of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Any

from ..engine.values import Place, Step
from ..engine.words import Change
from ..http.client import Client
from ..http.connection import repository_path
from .mirror import ACTIONS, FIELDS, as_wanted, common_body, common_values, config_body, first_date
from .mirror_changes import changed

_OWN = ("external_reference", "image_tags", "unsigned_images", "architectures")
# What a mirror is like, by which Quay makes one.
_NAMES = frozenset((*_OWN, *(field.name for field in FIELDS))) - ACTIONS


def values_of(view: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields out of what Quay shows, in the words of what is ``wanted`` where it is the same."""
    values = {
        **common_values(view),
        "external_reference": view["external_reference"],
        "image_tags": tuple(sorted(view["root_rule"]["rule_value"])),
        "unsigned_images": bool((view.get("external_registry_config") or {}).get("unsigned_images")),
        "architectures": tuple(sorted(view.get("architecture_filter") or ())),
        "skopeo_timeout": view.get("skopeo_timeout_interval"),
    }
    return as_wanted(values, wanted, datetime.now(timezone.utc))


def create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Make a mirror, and synchronize it if that is wanted."""
    path, repository = mirror_path(place, change.key[0]), change.key[0]
    wanted = {**(change.after or {}), **change.facts["wanted"]}
    body = _body(_NAMES - {"sync_start_date", "architectures"}, wanted)
    body["sync_start_date"] = first_date(wanted, datetime.now(timezone.utc))
    if wanted.get("architectures"):
        body["architecture_filter"] = list(wanted["architectures"])
    yield Step(tuple(sorted(_NAMES)), partial(client.send, "POST", path, body))
    state = change.facts["repo_state"]
    if state not in (None, "MIRROR"):
        changed = {"state": state}
        yield Step(
            (),
            partial(client.send, "PUT", f"{repository_path(place.name, repository)}/changestate", changed),
        )
    if wanted.get("sync"):
        yield Step(("sync",), partial(client.send, "POST", f"{path}/sync-now"))


def update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Change a mirror, or do with it what is wanted."""
    yield from changed(client, mirror_path(place, change.key[0]), change, _body, values_of)


def _body(names: frozenset[str], values: Mapping[str, Any]) -> dict[str, Any]:
    body = common_body(names, values, "skopeo_timeout_interval")
    if "external_reference" in names:
        body["external_reference"] = values["external_reference"]
    if "image_tags" in names:
        body["root_rule"] = {"rule_kind": "tag_glob_csv", "rule_value": list(values["image_tags"])}
    if "architectures" in names:
        body["architecture_filter"] = list(values["architectures"]) or None
    config = config_body(names, values)
    return {**body, "external_registry_config": config} if config else body


def mirror_path(place: Place, repository: str) -> str:
    """Return the path of the mirror of a repository."""
    return f"{repository_path(place.name, repository)}/mirror"
