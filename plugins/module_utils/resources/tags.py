# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tags (facts A9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..client import Client
from ..connection import repository_path, segment
from ..state import TAG, Change
from .base import Place, Step, value_of

# The most that Quay gives at once.
_PAGE = 100


class Tags:
    kind = TAG

    def listing(
        self, client: Client, place: Place, repository: str, query: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Return Quay's view of the tags of a repository, newest first; 100 a request.

        That is the whole history; with ``onlyActiveTags`` in the query what is in force. Raises
        NotFound where there is no such repository, IncompleteListing rather than returning a part.
        """
        return client.numbered_listing(
            f"{repository_path(place.name, repository)}/tag/", "tags", {"limit": str(_PAGE), **(query or {})}
        )

    def history(self, client: Client, place: Place, repository: str, tag: str) -> list[dict[str, Any]]:
        """Return the history of one tag, newest first."""
        return self.listing(client, place, repository, {"specificTag": tag})

    def find(self, client: Client, place: Place, repository: str, tag: str) -> dict[str, Any] | None:
        """Return Quay's view of a tag that is in force, or None."""
        query = {"specificTag": tag, "onlyActiveTags": "true"}
        rows = self.listing(client, place, repository, query)
        return rows[0] if rows else None

    def has_manifest(self, client: Client, place: Place, repository: str, digest: str) -> bool:
        """Tell whether a tag of the repository still leads to a manifest of that digest."""
        path = f"{repository_path(place.name, repository)}/manifest/{segment(digest)}"
        return client.find(path) is not None

    def expire(self, client: Client, place: Place, repository: str, tag: str, moment: int | None) -> Any:
        """Set when a tag ends, in seconds since the epoch; None lets it live on."""
        return client.send("PUT", _path(place, repository, tag), {"expiration": moment})

    def point(self, client: Client, place: Place, repository: str, tag: str, digest: str) -> Any:
        """Let a tag point to a manifest; that starts a new row of its history, even with the same digest."""
        return client.send("PUT", _path(place, repository, tag), {"manifest_digest": digest})

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield from self._set(client, place, change)

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield from self._set(client, place, change)

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield Step((), partial(client.send, "DELETE", _path(place, *change.key)))

    def _set(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        """Yield one step for each field: in one request an expiration is lost when the tag moves.

        An immutable tag takes nothing else, so a lock is opened first and closed last.
        """
        path = _path(place, *change.key)
        after = change.after or {}
        unlock = after.get("immutable") is False
        order = ["manifest_digest", "expiration"]
        for name in ["immutable", *order] if unlock else [*order, "immutable"]:
            if name not in change.fields:
                continue
            body = {name: value_of(change, name)}
            if name == "manifest_digest" and change.facts.get("restore"):
                # Only this finds a manifest to which no tag leads any more.
                yield Step((name,), partial(client.send, "POST", f"{path}/restore", body))
            else:
                yield Step((name,), partial(client.send, "PUT", path, body))


def _path(place: Place, repository: str, tag: str) -> str:
    return f"{repository_path(place.name, repository)}/tag/{segment(tag)}"
