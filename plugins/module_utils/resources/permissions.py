# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Permissions of users, robots and teams on one repository (facts A8)."""

from __future__ import annotations

from collections.abc import Iterator

from ..client import Client
from ..connection import repository_path, segment
from ..state import PERMISSION, Change, Item
from .base import Place, Step, value_of


class Permissions:
    kind = PERMISSION

    def of_repository(self, client: Client, place: Place, repository: str, kind: str) -> list[Item]:
        """Return the direct permissions of one kind ("user", robots included, or "team")."""
        path = f"{repository_path(place.name, repository)}/permissions/{kind}/"
        return [
            permission(repository, kind, name, entry["role"])
            for name, entry in client.get(path)["permissions"].items()
        ]

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        body = {"role": value_of(change, "role")}
        yield Step(("role",), lambda: client.send("PUT", self._path(place, change), body))

    # Quay's PUT creates and updates.
    update = create

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield Step((), lambda: client.send("DELETE", self._path(place, change)))

    def _path(self, place: Place, change: Change) -> str:
        repository, kind, name = change.key
        return f"{repository_path(place.name, repository)}/permissions/{kind}/{segment(name)}"


def permission(repository: str, kind: str, name: str, role: str) -> Item:
    """Return a permission as an item."""
    return Item(PERMISSION.name, (repository, kind, name), {"role": role})
