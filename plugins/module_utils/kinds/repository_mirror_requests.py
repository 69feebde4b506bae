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
from ..errors import Busy
from ..http.client import Client
from ..http.connection import repository_path
from .mirror import ACTIONS, FIELDS, as_wanted, common_body, common_values, config_body, first_date

_TRIES = 5
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
    path, wanted = mirror_path(place, change.key[0]), change.facts["wanted"]
    lasting = {name for name in change.fields if name not in ACTIONS}
    if "cancel" in change.fields:
        yield Step(("cancel",), partial(client.send, "POST", f"{path}/sync-cancel"))
    if lasting:
        if "external_registry_password" in wanted:
            lasting.add("external_registry_password")
        body = _body(lasting, {**change.facts, **wanted})
        yield Step(tuple(sorted(lasting)), partial(_put, client, path, body, change))
    if "sync" in change.fields:
        yield Step(("sync",), partial(client.send, "POST", f"{path}/sync-now"))


def _body(names: frozenset[str] | set[str], values: Mapping[str, Any]) -> dict[str, Any]:
    body = common_body(names, values, "skopeo_timeout_interval")
    if "external_reference" in names:
        body["external_reference"] = values["external_reference"]
    if "image_tags" in names:
        body["root_rule"] = {"rule_kind": "tag_glob_csv", "rule_value": list(values["image_tags"])}
    if "architectures" in names:
        body["architecture_filter"] = list(values["architectures"]) or None
    config = config_body(names, values)
    return {**body, "external_registry_config": config} if config else body


def _put(client: Client, path: str, body: Mapping[str, Any], change: Change) -> None:
    """Change a mirror, and look if Quay has: while it synchronizes it passes changes over and answers 201.

    It also drops the first of the proxies that a mirror gets, so that they are sent twice.
    """
    tries = 0
    while True:
        tries += 1
        client.send("PUT", path, body)
        there = values_of(client.get(path), change.facts["wanted"])
        told = set(change.fields) - ACTIONS - {"external_registry_password"}
        left = [name for name in told if there[name] != change.facts["wanted"][name]]
        if not left:
            return
        if tries >= _TRIES:
            raise Busy(
                f"Quay has not taken {', '.join(sorted(left))}: it does not change a mirror while it "
                "synchronizes. Run the task again, or cancel the synchronization (cancel_sync)."
            )
        client.pause(tries, Busy("Quay is synchronizing the repository."))


def mirror_path(place: Place, repository: str) -> str:
    """Return the path of the mirror of a repository."""
    return f"{repository_path(place.name, repository)}/mirror"
