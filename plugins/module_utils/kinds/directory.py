# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The directory from which a registry has its users, as far as teams follow its groups (facts A5)."""

from __future__ import annotations

from functools import partial

from ..engine.lanes import Batch, one
from ..engine.values import Run
from ..engine.words import Current, Desired, Kind, Reference
from .offered import settings_told

# The types of directories whose groups Quay knows, by the option and key under which it takes a group.
DIRECTORIES = {"group_dn": "LDAP", "group_name": "OIDC", "group_id": "Keystone"}


def directory_of(option: str) -> Reference:
    """Return the reference to the directory to which the group of an option belongs."""
    return Reference(DIRECTORY, (DIRECTORIES[option],), DIRECTORIES[option])


def why_not_followed(option: str, current: Current, service: str | None = None) -> list[str]:
    """Return why teams cannot follow such groups: nothing where they can, or where nobody knows.

    ``service`` is what a team tells of it in Quay's words, such as ``ldap``.
    """
    kind = DIRECTORIES[option]
    if kind not in current.unknown and service in (None, kind.lower()):
        return []
    return [
        f"this registry does not follow groups of {kind} ({option}): that takes FEATURE_TEAM_SYNCING, and "
        f"AUTHENTICATION_TYPE {kind}, in its config.yaml"
    ]


def _unknown(run: Run, desired: Desired, current: Current, used: list[Reference]) -> Batch[set[str]]:
    """Return those of the types whose groups the registry does not follow; it is asked once."""
    settings = yield from one(partial(settings_told, run.client))
    if not settings:
        return set()
    followed = (settings.get("features") or {}).get("TEAM_SYNCING") is not False
    kind = (settings.get("config") or {}).get("AUTHENTICATION_TYPE")
    return {one.name for one in used if not followed or kind not in (None, one.name)}


# It is only referred to: it is the registry's, whoever asks.
DIRECTORY = Kind("directory", "directories", 0, unknown=_unknown)
