# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wrong with the form of ``quay_organizations`` and ``quay_users``. Pure.

No text that is made here holds a value of ``quay_users``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.quayops.quay.plugins.plugin_utils.project_entries import OVERRIDES


def problems(organizations: Any, users: Any) -> list[str]:
    """Return everything that is wrong with the form of ``quay_organizations`` and ``quay_users``."""
    return [*_problems_of_organizations(organizations), *_problems_of_users(users)]


def _problems_of_organizations(organizations: Any) -> Iterator[str]:
    if not isinstance(organizations, Mapping):
        rule = "must be a dictionary from user to a list of organizations"
        yield f"quay_organizations {rule}, not {_kind(organizations)}"
        return
    for user, listed in organizations.items():
        place = f"quay_organizations.{user}"
        if not isinstance(user, str) or not user or "/" in user:
            yield f"{place}: the name of a user must be a string without '/'"
        elif listed is None:
            continue
        elif isinstance(listed, str) or not isinstance(listed, Sequence):
            yield f"{place} must be a list of organizations, not {_kind(listed)}"
        else:
            yield from _problems_of_list(place, listed)


def _problems_of_list(place: str, listed: Sequence[Any]) -> Iterator[str]:
    names = []
    for index, one in enumerate(listed):
        if not isinstance(one, Mapping):
            yield f"{place}[{index}] must be a dictionary with at least a name, not {_kind(one)}"
        elif one.get("name") in (None, "") or isinstance(one["name"], (bool, Mapping, list)):
            yield f"{place}[{index}] has no name"
        else:
            names.append(str(one["name"]))
            yield from _problems_of_overrides(f"organization {one['name']!s} of {place}", one)
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{place}: organization {name} is in the list {count} times"


def _problems_of_overrides(place: str, organization: Mapping[str, Any]) -> Iterator[str]:
    for key in OVERRIDES:
        value = organization.get(key)
        if value is True or isinstance(value, (Mapping, list)):
            yield f"{key} of {place} must be a text, or false to do without, not {_kind(value)}"


def _problems_of_users(users: Any) -> Iterator[str]:
    if not isinstance(users, Mapping):
        yield f"quay_users must be a dictionary from user to settings, not {_kind(users)}"
        return
    for user, settings in users.items():
        if settings is None:
            continue
        if not isinstance(settings, Mapping):
            yield f"quay_users.{user} must be a dictionary, not {_kind(settings)}"
            continue
        for key in ("token", "password"):
            value = settings.get(key)
            # Not "is no str": what is encrypted in place has a class of its own before ansible-core 2.19.
            if isinstance(value, (bool, int, float, Mapping, list, tuple)):
                yield f"quay_users.{user}.{key} must be a string, not {_kind(value)}; put it in quotes"


def _kind(value: Any) -> str:
    """Return what a value is, without the value."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, Mapping):
        return "a dictionary"
    if isinstance(value, str):
        return "a string"
    return "a number" if isinstance(value, (int, float)) else "a list"
