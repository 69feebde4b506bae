# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reads the tags of an organization's repositories, and decides about them as they come in.

A repository whose listing is not complete is one that failed: nothing about it is concluded.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Callable

from ...engine.lanes import Batch
from ...engine.values import Place
from ...engine.words import Item
from ...errors import FeatureOff, Forbidden, InvalidDeclaration, NotFound, QuayError
from ...http.client import Client
from ...http.connection import segment
from ...kinds.organization import check_existence
from ...kinds.repository import repositories_of
from ...kinds.selection import Selection, choose
from ...kinds.tag import tag_rows
from ...kinds.tag_history import tag_of
from .report import Namespace, Pruned
from .retention import Policy, decide, left_alone


@dataclass(frozen=True)
class Task:
    """What is decided by: the ``policy``, at the moment ``now`` for all repositories alike.

    ``now`` is in seconds since the epoch; ``clock`` tells how much later it is meanwhile.
    """

    policy: Policy
    now: int
    clock: Callable[[], float] = time.time


def read_namespace(client: Client, name: str, selection: Selection, task: Task) -> Batch[Namespace]:
    """Return what becomes of the tags of all chosen repositories of one organization.

    Requests: one for each 100 repositories and each 100 tags, and one or two for the organization. Raises
    InvalidDeclaration where a repository is chosen by name that does not exist.
    """
    place = Place(name)
    outcomes = yield [partial(repositories_of, client, place), partial(_is_proxy_cache, client, name)]
    error = next((outcome.error for outcome in outcomes if outcome.error is not None), None)
    if error is None and not outcomes[0].value:
        (existing,) = yield [partial(check_existence, client, name)]
        error = existing.error
    if error is not None:
        return Namespace(name, error=str(error))
    there: Mapping[str, Item] = {item.key[0]: item for item in outcomes[0].value}
    found = [_opened(place, there[one], outcomes[1].value) for one in _chosen(name, selection, there)]
    open_ones = [one for one in found if one.left is None]
    read = yield [partial(read_tags, client, one, task) for one in open_ones]
    done = {outcome.value.repository: outcome.value for outcome in read}
    return Namespace(name, [done.get(one.repository, one) for one in found])


def read_tags(client: Client, one: Pruned, task: Task) -> Pruned:
    """Return the repository with what becomes of its tags; a failure is its error, and stops no other."""
    found = Pruned(one.organization, one.repository, read_at=task.clock())
    try:
        rows = tag_rows(client, Place(one.organization), one.repository, {"onlyActiveTags": "true"})
        found.decisions = decide(map(tag_of, rows, count()), task.policy, task.now)
    except NotFound:
        found.left = "vanished"
    except QuayError as error:
        found.error = str(error)
    return found


def _opened(place: Place, item: Item, proxied: bool) -> Pruned:
    return Pruned(place.name, item.key[0], left=left_alone(str(item.fields["repo_state"]), proxied))


def _chosen(name: str, selection: Selection, there: Mapping[str, Item]) -> list[str]:
    try:
        return choose(selection, there)
    except InvalidDeclaration as error:
        raise InvalidDeclaration(f"{name}: {error} Nothing was changed.") from error


def _is_proxy_cache(client: Client, name: str) -> bool:
    """Tell whether the organization is a proxy cache. Raises AuthenticationFailed for a bad token.

    To a token that is not valid Quay lists repositories as to anybody: the public ones only.
    """
    organization = f"organization/{segment(name)}"
    try:
        view = client.get(f"{organization}/proxycache")
    except FeatureOff:
        try:
            # Where there are no proxy caches this tells a bad token (401) from a missing right (403).
            client.get(f"{organization}/robots", {"token": "false"})
        except (Forbidden, NotFound):
            pass
        return False
    except (Forbidden, NotFound):
        # Only its members may know. Tags of a proxy cache nearly always expire by themselves, and are left
        # for that; one that does not comes back from its origin when it is pulled.
        return False
    return bool(view.get("upstream_registry"))
