# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Notifications as they are declared, without what is secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ..engine.lanes import Batch, all_of
from ..engine.words import Exporting
from ..visible import visible
from .notification_config import ABOUT, EVENTS, SECRETS, fields_of
from .notification_requests import list_path

# What an entry holds of one notification.
Entries = list[dict[str, Any]]


def exported_notifications(exporting: Exporting) -> Batch[dict[str, Entries]]:
    """Return the notifications of each repository as they are declared; a request for each.

    What cannot be declared, or not be told apart, is left out with a warning.
    """
    client, place = exporting.client, exporting.place
    names = sorted(item.key[0] for item in exporting.parts["repositories"])
    answers = yield from all_of([partial(client.get, list_path(place, name)) for name in names])
    found = {name: answer["notifications"] for name, answer in zip(names, answers)}
    entries = {name: _entries(views) for name, views in found.items()}
    for name, views in found.items():
        left_out = len(views) - len(entries[name])
        if left_out:
            exporting.warnings.append(
                visible(
                    f"{place.name}: of the {len(views)} notifications of repository {name}, {left_out} are "
                    "left out: without a title, with that of another one, or of an event of namespaces."
                )
            )
    if any(set(SECRETS) & set(view.get("config") or {}) for views in found.values() for view in views):
        exporting.warnings.append(
            f"{place.name}: URLs and tokens of notifications are left out: they are secret."
        )
    return entries


def _entries(views: Iterable[Mapping[str, Any]]) -> Entries:
    by_title: dict[str, dict[str, Any]] = {}
    for view in views:
        if view.get("title") and view["event"] in EVENTS:
            by_title.setdefault(view["title"], _entry(view))
    return [entry for _title, entry in sorted(by_title.items())]


def _entry(view: Mapping[str, Any]) -> dict[str, Any]:
    fields = fields_of(view)
    entry = {name: fields[name] for name in ("title", "event", "method")}
    entry.update({name: fields[name] for name in ABOUT if name in fields})
    config: dict[str, Any] = {
        name: fields[name] for name in ("email", "room_id", "template") if name in fields
    }
    if "target" in fields:
        config["type"], config["name"] = fields["target"]
    return {**entry, "config": config} if config else entry
