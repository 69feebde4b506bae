# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How a team comes to follow a group of a directory, another group, or none (facts A5).

Quay has no update: a team must stop to follow one group before it follows another.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..engine.values import Place, Step
from ..engine.words import Change
from ..errors import Conflict, InvalidRequest, NotFound, QuayError, Unconfirmed
from ..http.client import Client
from ..http.connection import segment
from .directory import DIRECTORIES
from .names import team_path


def follow(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Yield the request by which a team begins to follow its group."""
    yield Step(change.fields, partial(client.send, "POST", _path(place, change), _body(change)))


def follow_another(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Yield the requests by which a team follows another group than the ``config`` in the facts."""
    yield Step(change.fields, partial(_replace, client, _path(place, change), change))


def follow_none(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Yield the requests by which a team stops to follow a group.

    Without ``keep_users`` in the facts, the ``users`` there leave the team.
    """
    yield Step((), partial(client.send, "DELETE", _path(place, change)))
    if not change.facts.get("keep_users", True):
        for name in change.facts["users"]:
            path = f"{team_path(place, change.key[0])}/members/{segment(name)}"
            yield Step((), partial(_remove, client, path, name, change))


def _replace(client: Client, path: str, change: Change) -> Any:
    client.send("DELETE", path)
    try:
        return client.send("POST", path, _body(change))
    except (Conflict, NotFound, Unconfirmed):
        # Another caller was first, or nobody knows: what is there is read, and planned again.
        raise
    except QuayError as error:
        raise _put_back(client, path, change, error) from error


def _put_back(client: Client, path: str, change: Change, error: QuayError) -> QuayError:
    """Have the team follow its old group again, and return the error that says what is left."""
    team = f"Team {change.key[0]!r}"
    try:
        client.send("POST", path, change.facts["config"])
    except QuayError as again:
        why = again.cause if isinstance(again, Unconfirmed) else again
        left = f"{team} follows no group now; its old one could not be put back: {why.message}"
    else:
        left = f"{team} follows the group that it followed before."
    return InvalidRequest(f"{error.message} {left}", error.status)


def _remove(client: Client, path: str, name: str, change: Change) -> Any:
    """Take a user out of the team.

    A failure ends the run: the next one would not see that anything is left to do.
    """
    try:
        return client.send("DELETE", path)
    except NotFound:
        return None
    except QuayError as error:
        cause = error.cause if isinstance(error, Unconfirmed) else error
        raise InvalidRequest(
            f"{cause.message} Team {change.key[0]!r} follows no group any more, but {name!r} and others may "
            "still be in it. quay_team with append=false removes whoever is not declared.",
            cause.status,
        ) from error


def _path(place: Place, change: Change) -> str:
    return f"{team_path(place, change.key[0])}/syncing"


def _body(change: Change) -> dict[str, Any]:
    return {name: change.value(name) for name in DIRECTORIES if change.value(name)}
