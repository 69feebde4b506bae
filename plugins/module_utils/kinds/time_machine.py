# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How long Quay keeps deleted tags of an organization (facts A1): what is declared, and what is allowed.

Quay takes it only of an organization that is there, so that a new one would be left with another time; what
it allows it tells everybody.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, one
from ..engine.words import Current, Desired, Entry, Item
from ..errors import InvalidDeclaration
from ..http.client import Client
from .offered import settings_told
from .spans import parse_span

FIELD = "tag_expiration_s"
_OPTION = "time_machine_expiration"
_FACT = "time_machine"


def declared_time_machine(entry: Entry, notes: Notes) -> int | None:
    """Return the declared time in seconds, None where there is none; note what is wrong with it."""
    if entry.get(_OPTION) is None:
        return None
    try:
        return parse_span(_OPTION, str(entry[_OPTION]))
    except InvalidDeclaration as error:
        notes.wrong.append(error.message.rstrip("."))
        return None


def what_is_allowed(client: Client, desired: Desired, present: Any) -> Batch[dict[str, Any]]:
    """Return as facts what the registry tells of the time machine, where it would be changed.

    ``present`` is what the organization has, None for a new one.
    """
    declared = next((item.fields.get(FIELD) for item in desired.of(desired.home)), None)
    if declared is None or declared == present:
        return {}
    return {_FACT: (yield from one(partial(settings_told, client)))}


def refused_time_machine(item: Item, current: Current) -> list[str]:
    """Return why the registry would not take the declared time: nothing where it would, or does not tell."""
    settings, declared = current.facts.get(_FACT), item.fields.get(FIELD)
    if settings is None or declared is None:
        return []
    if (settings.get("features") or {}).get("CHANGE_TAG_EXPIRATION") is False:
        return [f"{_OPTION} cannot be changed: FEATURE_CHANGE_TAG_EXPIRATION is off in Quay's config.yaml"]
    options = (settings.get("config") or {}).get("TAG_EXPIRATION_OPTIONS") or []
    if not options or declared in map(_seconds, options):
        return []
    allowed = ", ".join(map(str, options))
    return [f"{_OPTION}: this registry allows {allowed} (TAG_EXPIRATION_OPTIONS in its config.yaml)"]


def _seconds(option: Any) -> int | None:
    try:
        return parse_span(_OPTION, str(option))
    except InvalidDeclaration:
        return None
