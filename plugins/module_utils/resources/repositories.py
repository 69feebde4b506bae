# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Repositories: existence, visibility, description, state, star (facts A7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..client import Client
from ..connection import repository_path
from ..errors import NotFound
from ..state import REPOSITORY, Change, Item
from .base import Place, Step, value_of


class Repositories:
    kind = REPOSITORY

    def all(self, client: Client, place: Place) -> list[Item]:
        """Return all repositories of the namespace; 100 a request."""
        return [self._item(view) for view in self.views(client, {"namespace": place.name})]

    def views(self, client: Client, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return Quay's views of the repositories that a query asks for; 100 a request."""
        return client.listing("repository", "repositories", query)

    def find(self, client: Client, place: Place, name: str) -> list[Item]:
        """Return one repository, or an empty list."""
        # Without its tags, which may be many. (Quay counts the log of 92 days all the same.)
        view = client.find(repository_path(place.name, name), {"includeTags": "false"})
        return [] if view is None else [self._item(view)]

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        body = {
            "namespace": place.name,
            "repository": change.key[0],
            "visibility": value_of(change, "visibility"),
            "description": value_of(change, "description"),
            "repo_kind": "image",
        }
        yield Step(("visibility", "description"), lambda: client.send("POST", "repository", body))
        yield from self._set(client, place, change, ("repo_state", "star"))

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield from self._set(client, place, change, change.fields)

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield Step((), lambda: client.send("DELETE", repository_path(place.name, change.key[0])))

    def _set(self, client: Client, place: Place, change: Change, names: tuple[str, ...]) -> Iterator[Step]:
        """Yield one step for each field: Quay has a request of its own for every one."""
        name = change.key[0]
        path = repository_path(place.name, name)
        for field in names:
            if field not in change.fields:
                continue
            value = value_of(change, field)
            if field == "visibility":
                call = partial(_existing, client, "POST", f"{path}/changevisibility", {field: value})
                yield Step((field,), call)
            elif field == "description":
                yield Step((field,), partial(client.send, "PUT", path, {field: value}))
            elif field == "repo_state":
                yield Step((field,), partial(client.send, "PUT", f"{path}/changestate", {"state": value}))
            elif field == "star" and value:
                body = {"namespace": place.name, "repository": name}
                yield Step((field,), partial(_existing, client, "POST", "user/starred", body))
            elif field == "star":
                starred = f"user/starred/{path.partition('/')[2]}"
                yield Step((field,), partial(client.send, "DELETE", starred))

    def _item(self, view: Mapping[str, Any]) -> Item:
        fields = {
            "visibility": "public" if view["is_public"] else "private",
            "description": view.get("description") or "",
            "repo_state": view.get("state") or "NORMAL",
            "star": bool(view.get("is_starred")),
        }
        return Item(REPOSITORY.name, (view["name"],), fields)


def _existing(client: Client, method: str, path: str, body: Mapping[str, Any]) -> Any:
    """Send a request that Quay answers with 200 and null where the repository is missing."""
    answer = client.send(method, path, body)
    if answer is None:
        raise NotFound(f"{method} {path}: the repository does not exist.")
    return answer
