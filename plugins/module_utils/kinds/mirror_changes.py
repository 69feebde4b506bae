# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How a mirror is changed: Quay passes changes over while it synchronizes, and answers all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.values import Step
from ..engine.words import Change
from ..errors import Busy
from ..http.client import Client
from .mirror import ACTIONS

_TRIES = 5
_PASSWORD = "external_registry_password"

Values = Mapping[str, Any]


def changed(
    client: Client,
    path: str,
    change: Change,
    body_of: Callable[[frozenset[str], Values], dict[str, Any]],
    values_of: Callable[[Values, Values], Values],
) -> Iterator[Step]:
    """Yield the steps that change the mirror at a path, or do with it what is wanted.

    ``body_of`` makes a body of names of fields and their values; ``values_of`` reads them out of what Quay
    shows, in the words of what is wanted. Both hold what is wanted in ``change.facts["wanted"]``.
    """
    wanted = change.facts["wanted"]
    lasting = {name for name in change.fields if name not in ACTIONS}
    if "cancel" in change.fields:
        yield Step(("cancel",), partial(client.send, "POST", f"{path}/sync-cancel"))
    if lasting:
        if _PASSWORD in wanted:
            lasting.add(_PASSWORD)
        body = body_of(frozenset(lasting), {**change.facts, **wanted})
        told = {name: wanted[name] for name in lasting - {_PASSWORD}}
        read = partial(_read, client, path, wanted, values_of)
        yield Step(tuple(sorted(lasting)), partial(_put, client, path, body, told, read))
    if "sync" in change.fields:
        yield Step(("sync",), partial(client.send, "POST", f"{path}/sync-now"))


def _read(client: Client, path: str, wanted: Values, values_of: Callable[[Values, Values], Values]) -> Values:
    return values_of(client.get(path), wanted)


def _put(
    client: Client, path: str, body: Mapping[str, Any], told: Values, read: Callable[[], Values]
) -> None:
    """Send a change, and look if Quay has taken it. Of new proxies it drops the first; all are sent again."""
    tries = 0
    while True:
        tries += 1
        client.send("PUT", path, body)
        there = read()
        left = sorted(name for name, value in told.items() if there[name] != value)
        if not left:
            return
        if tries >= _TRIES:
            raise Busy(
                f"Quay has not taken {', '.join(left)}: it does not change a mirror while it synchronizes. "
                "Run the task again, or cancel the synchronization (cancel_sync)."
            )
        client.pause(tries, Busy("Quay is synchronizing the mirror."))
