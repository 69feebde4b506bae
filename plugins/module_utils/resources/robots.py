# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Robot accounts (facts A4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..client import Client
from ..connection import segment
from ..state import ROBOT, Change, Item, split_robot
from .base import Place, Step, value_of

Federations = tuple[tuple[str, str], ...]


class Robots:
    kind = ROBOT

    def all(self, client: Client, place: Place, with_teams: bool) -> list[Item]:
        """Return all robots; ``with_teams``: with their teams and repositories as facts, without tokens."""
        views = self.views(client, place, with_token=False, with_teams=with_teams)
        return sorted((self._item(view) for view in views), key=lambda item: item.key)

    def views(
        self, client: Client, place: Place, with_token: bool, with_teams: bool = True
    ) -> list[dict[str, Any]]:
        """Return Quay's views of all robots, sorted by name."""
        query = {
            "permissions": "true" if with_teams else "false",
            "token": "true" if with_token else "false",
        }
        answer = client.get(f"{place.path}/robots", query)
        found = [view for view in answer["robots"] if self._belongs(place, view)]
        return sorted(found, key=lambda view: str(view["name"]))

    def find(self, client: Client, place: Place, short: str) -> list[Item]:
        """Return the robot, with its token as a fact, or an empty list."""
        view = client.find(f"{place.path}/robots/{segment(short)}")
        return [] if view is None else [self._item(view)]

    def federations(self, client: Client, place: Place, short: str) -> Federations:
        """Return the (issuer, subject) pairs of a robot, sorted."""
        answer = client.get(f"{place.path}/robots/{segment(short)}/federation")
        return tuple(sorted((entry["issuer"], entry["subject"]) for entry in answer or ()))

    def permissions(self, client: Client, place: Place, short: str) -> dict[str, str]:
        """Return the robot's role for each repository of its namespace on which it has one."""
        return roles_by_repository(client.get(f"{place.path}/robots/{segment(short)}/permissions"))

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        path = self._path(place, change)
        body = {"description": value_of(change, "description") or ""}
        yield Step(("description",), lambda: client.send("PUT", path, body))
        if "federations" in change.fields:
            yield self._federate(client, path, change)

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        path = self._path(place, change)
        if "federations" in change.fields:
            yield self._federate(client, path, change)
        if "regenerate" in change.fields:
            yield Step(("regenerate",), lambda: client.send("POST", f"{path}/regenerate", {}))

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        path = self._path(place, change)
        yield Step((), lambda: client.send("DELETE", path))

    def _federate(self, client: Client, path: str, change: Change) -> Step:
        pairs = [
            {"issuer": issuer, "subject": subject} for issuer, subject in value_of(change, "federations")
        ]
        if pairs:
            return Step(("federations",), lambda: client.send("POST", f"{path}/federation", pairs))
        return Step(("federations",), lambda: client.send("DELETE", f"{path}/federation"))

    def _path(self, place: Place, change: Change) -> str:
        return f"{place.path}/robots/{segment(change.key[0])}"

    def _belongs(self, place: Place, view: Mapping[str, Any]) -> bool:
        """Tell the namespace's robots from others: Quay matches its name as a pattern (_ is any letter)."""
        return split_robot(view["name"])[0] == place.name

    def _item(self, view: Mapping[str, Any]) -> Item:
        facts: dict[str, Any] = {
            "teams": tuple(team["name"] for team in view.get("teams") or ()),
            "repositories": tuple(view.get("repositories") or ()),
        }
        if view.get("token"):
            facts["token"] = view["token"]
        fields = {"description": view.get("description") or ""}
        return Item(ROBOT.name, (split_robot(view["name"])[1],), fields, facts=facts)


def roles_by_repository(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return repository name to role from the permissions of one robot or team."""
    return {entry["repository"]["name"]: entry["role"] for entry in answer["permissions"]}
