# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Service keys: how they come, and when Quay forgets them."""

from __future__ import annotations

import re
import time
from typing import Any

from ..errors import ModelError
from ..names import random_token
from ..store import Row, Store

_SERVICE = re.compile(r"^[a-z0-9_]+$")
_KID_LENGTH = 43
# How long Quay keeps keys that nobody approved, and keys that have expired; seconds.
_UNAPPROVED_TTL, _EXPIRED_TTL = 86400, 7 * 86400


def add(store: Store, service: str, name: str, metadata: dict[str, Any], expiration: float | None) -> Row:
    """A key that waits for approval. Making one takes stale ones of the service away."""
    if not _SERVICE.match(service):
        raise ModelError("")  # ServiceNameInvalid says nothing.
    for row in list(store.service_keys.find(service=service)):
        if is_stale(row) or (row.approval is None and row.created <= time.time() - _UNAPPROVED_TTL):
            store.service_keys.delete(row)
    return store.service_keys.insert(
        kid=random_token(_KID_LENGTH),
        name=name,
        service=service,
        metadata=metadata,
        created=time.time(),
        expiration=expiration,
        approval=None,
    )


def approve(store: Store, row: Row, approver: Row, notes: str) -> None:
    """Approves a key, if nobody did; once more changes nothing."""
    if row.approval is None:
        approval = {"approver": approver.id, "date": time.time(), "notes": notes}
        store.service_keys.update(row, approval=approval)


def is_stale(row: Row) -> bool:
    """Whether it has expired so long ago that it is not shown any more."""
    return row.expiration is not None and row.expiration <= time.time() - _EXPIRED_TTL
