# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The log of what was done. Of all that Quay logs, three kinds are kept here: see who calls ``log``."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ..store import Row, Store

if TYPE_CHECKING:
    from ..call import Call


def log(call: Call, kind: str, namespace: Row, made: Row | None = None, /, **metadata: Any) -> None:
    """Notes that the caller did something in a namespace, which may have been to make a repository."""
    if call.token is not None:
        application = call.store.applications.get(call.token.application)
        metadata["oauth_token_id"] = call.token.id
        metadata["oauth_token_application_id"] = application.client_id
        metadata["oauth_token_application"] = application.name
    call.store.log_entries.insert(
        kind=kind,
        namespace=namespace.id,
        repository=None if made is None else made.id,
        performer=call.me.id,
        metadata=metadata,
        ip=call.request.remote_addr or "127.0.0.1",
        moment=time.time(),
    )


def entries(store: Store, start: float, end: float, **criteria: Any) -> list[Row]:
    """What was done from ``start`` to before ``end``, newest first."""
    found = [row for row in store.log_entries.find(**criteria) if start <= row.moment < end]
    return sorted(found, key=lambda row: (-row.moment, -row.id))


def counts(rows: list[Row]) -> dict[tuple[str, float], int]:
    """How often each kind of action is among the rows on each day, by kind and start of the day."""
    found: dict[tuple[str, float], int] = {}
    for row in rows:
        day = datetime.fromtimestamp(row.moment, timezone.utc).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        key = (row.kind, day.timestamp())
        found[key] = found.get(key, 0) + 1
    return found
