# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The requests that make, replace, test and delete notifications.

Quay has none that changes one: it is made anew, before the old one is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.values import Place, Step
from ..engine.words import Change
from ..errors import NotFound, Unconfirmed
from ..http.client import Client
from ..http.connection import repository_path, segment
from .notification_choice import ACTIONS
from .notification_config import body_of

_TRIES = 3


def create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Make a notification, and test it if that is wanted."""
    yield from _made(client, place, change, {})


def update(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Replace a notification, or do with all that are meant what is wanted."""
    failures = change.facts.get("failures") or {change.ident: change.facts["number_of_failures"]}
    if set(change.fields) - ACTIONS:
        yield from _made(client, place, change, change.facts["view"])
        # A gap would lose events; two of them for a moment only tell twice.
        yield Step((), partial(_removed, client, list_path(place, change.key[0], change.ident)))
        return
    paths = {uuid: list_path(place, change.key[0], uuid) for uuid in failures}
    if "number_of_failures" in change.fields:
        for uuid in (uuid for uuid, count in failures.items() if count):
            yield Step(("number_of_failures",), partial(client.send, "POST", paths[uuid]))
    if "test" in change.fields:
        for path in paths.values():
            yield Step(("test",), partial(client.send, "POST", f"{path}/test"))


def _made(client: Client, place: Place, change: Change, there: Mapping[str, Any]) -> Iterator[Step]:
    """Make a notification anew, as it is wanted, and else as it was."""
    wanted: Mapping[str, Any] = change.facts["wanted"]
    made: dict[str, Any] = {}
    path = list_path(place, change.key[0])

    def post() -> Any:
        made.update(_posted(client, path, body_of(wanted, there), there))
        return made

    yield Step(tuple(name for name in change.fields if name != "test"), post)
    if wanted.get("test"):
        yield Step(("test",), lambda: client.send("POST", f"{path}{segment(made['uuid'])}/test"))


def _posted(client: Client, path: str, body: Mapping[str, Any], there: Mapping[str, Any]) -> Any:
    """Make a notification; where nobody knows whether it was made, look, for the old one is yet to go."""
    try:
        return client.send("POST", path, body)
    except Unconfirmed:
        views = client.get(path)["notifications"] if there else []
        new = {**body, "event_config": body["eventConfig"]}
        names = ("title", "event", "method", "config", "event_config")
        for view in views:
            if view["uuid"] != there["uuid"] and all(view[name] == new[name] for name in names):
                return view
        raise


def delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Delete a notification."""
    yield Step((), partial(client.send, "DELETE", list_path(place, change.key[0], change.ident)))


def _removed(client: Client, path: str) -> Any:
    """Delete a notification, which may be tried again: its id tells it from all others."""
    tries = 0
    while True:
        try:
            return client.send("DELETE", path)
        except NotFound:
            return None
        except Unconfirmed as error:
            tries += 1
            if tries >= _TRIES:
                raise
            client.pause(tries, error)


def list_path(place: Place, repository: str, uuid: str = "") -> str:
    """Return the path of the notifications of a repository, or of one of them."""
    return f"{repository_path(place.name, repository)}/notification/{segment(uuid) if uuid else ''}"
