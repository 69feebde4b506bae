# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The log of actions, of which only some are kept here: what makes organizations and what is in them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..store import Row, Store

# A test against the time of a row, and its kind.
Wanted = Callable[[Row], bool]


def add(
    store: Store,
    kind: str,
    namespace: Row | None,
    performer: Row | None,
    metadata: dict[str, Any],
    repository: Row | None = None,
    moment: float | None = None,
) -> Row:
    """Notes an action in a namespace, or of the registry."""
    return store.logs.insert(
        kind=kind,
        namespace=None if namespace is None else namespace.id,
        performer=None if performer is None else performer.id,
        repository=None if repository is None else repository.id,
        metadata=metadata,
        moment=time.time() if moment is None else moment,
    )


def newest_first(rows: list[Row], start: float, end: float, wanted: Wanted) -> list[Row]:
    """The rows of a span that are wanted, newest first."""
    found = [row for row in rows if start <= row.moment <= end and wanted(row)]
    return sorted(found, key=lambda row: (-row.moment, -row.id))
