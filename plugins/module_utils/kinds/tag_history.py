# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The history of a repository's tags as Quay lists it (facts A9). Pure.

Quay never changes where a row of the history points to: moving a tag ends the row in force and starts
a new one, deleting it only ends the row. A row that ends in the future belongs to a tag that expires.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

# Quay moves an expiration into these bounds, counted from the start of the row in force, without
# notice (LABELED_EXPIRATION_MINIMUM and LABELED_EXPIRATION_MAXIMUM; these are their defaults). Seconds.
SHORTEST_LIFETIME = 3600
LONGEST_LIFETIME = 104 * 7 * 86400


class Tag(NamedTuple):
    """One row of the history. ``start`` and ``end`` are seconds since the epoch.

    ``position`` counts from the newest row of the listing. Quay sorts by milliseconds and shows seconds, so
    that of two rows with the same ``start`` only this tells the newer one.
    """

    name: str
    digest: str
    start: int
    end: int | None = None
    immutable: bool = False
    position: int = 0

    @property
    def row(self) -> Tag:
        """The row by itself: its position moves with whatever is pushed after it."""
        return self._replace(position=0)


def tag_of(view: Mapping[str, Any], position: int = 0) -> Tag:
    """Return a row from Quay's view of it, and from where in the listing that was."""
    return Tag(
        view["name"],
        view["manifest_digest"],
        int(view["start_ts"]),
        None if view.get("end_ts") is None else int(view["end_ts"]),
        bool(view.get("immutable")),
        position,
    )


def in_force(rows: Iterable[Tag], now: float) -> Tag | None:
    """Return the row that is in force at ``now`` (seconds since the epoch) of one tag's history."""
    return next((row for row in rows if row.end is None or row.end > now), None)


def possible_end(start: int, moment: int) -> int:
    """Return when a row that began at ``start`` ends if its expiration is set to ``moment``."""
    return min(max(moment, start + SHORTEST_LIFETIME), start + LONGEST_LIFETIME)
