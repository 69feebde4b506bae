# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Teams and their members (facts A5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..client import Client
from ..connection import segment
from ..state import MEMBER, TEAM, Change, Item, Key
from .base import Place, Step, value_of
from .robots import roles_by_repository


class Teams:
    kind = TEAM

    def permissions(self, client: Client, place: Place, team: str) -> dict[str, str]:
        """Return the team's role for each repository of the organization on which it has one."""
        return roles_by_repository(client.get(f"{_team_path(place, team)}/permissions"))

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield from self._put(client, place, change)

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield from self._put(client, place, change)

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        path = _team_path(place, change.key[0])
        if (change.before or {}).get("role") == "admin":
            # Quay fails (500) when a superuser who is in no admin team deletes a team with role admin.
            yield Step((), lambda: client.send("PUT", path, {"role": "member"}))
        yield Step((), lambda: client.send("DELETE", path))

    def _put(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        # The role is required; a description that is left out stays.
        body = {"role": value_of(change, "role") or change.facts.get("role") or "member"}
        if "description" in change.fields:
            body["description"] = value_of(change, "description")
        path = _team_path(place, change.key[0])
        yield Step(("role", "description"), lambda: client.send("PUT", path, body))


class Members:
    kind = MEMBER

    def of_team(self, client: Client, place: Place, team: str) -> tuple[list[Item], set[Key]]:
        """Return the members of one team, and the (team, user) pairs that are invited."""
        answer = client.get(f"{_team_path(place, team)}/members", {"includePending": "true"})
        items: list[Item] = []
        invited: set[Key] = set()
        for member in answer["members"]:
            name = member.get("name") or member.get("email") or ""
            if member.get("invited"):
                invited.add((team, name))
            else:
                items.append(Item(MEMBER.name, (team, name)))
        return items, invited

    def humans(self, client: Client, place: Place) -> list[dict[str, Any]]:
        """Return the organization's human members, each with ``teams`` and ``repositories``."""
        found: list[dict[str, Any]] = client.get(f"{place.path}/members")["members"]
        return found

    def collaborators(self, client: Client, place: Place) -> list[dict[str, Any]]:
        """Return who is in no team but has a right on a repository, each with ``repositories``."""
        found: list[dict[str, Any]] = client.get(f"{place.path}/collaborators")["collaborators"]
        return found

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield Step((), lambda: client.send("PUT", self._path(place, change)))

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        """A membership has no properties."""
        yield from ()

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield Step((), lambda: client.send("DELETE", self._path(place, change)))

    def _path(self, place: Place, change: Change) -> str:
        team, name = change.key
        return f"{_team_path(place, team)}/members/{segment(name)}"


def _team_path(place: Place, team: str) -> str:
    return f"{place.path}/team/{segment(team)}"
