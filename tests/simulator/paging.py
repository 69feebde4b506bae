# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Page tokens, and cutting lists into pages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any, TypeVar

from itsdangerous import BadData, URLSafeTimedSerializer

from .store import Row, Table

_LIFETIME = 2 * 86400  # seconds
Item = TypeVar("Item")


class PageTokens:
    """Makes and reads page tokens. As in Quay, one that is invalid or too old counts as none."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="page token")

    def make(self, position: int) -> str:
        """A token for the page that starts at a position (an id, or an offset)."""
        return str(self._serializer.dumps({"start": position}))

    def read(self, token: str | None) -> int:
        """The position of a token; 0 without a valid one."""
        if not token:
            return 0
        try:
            return int(self._serializer.loads(token, max_age=_LIFETIME)["start"])
        except (BadData, KeyError, TypeError, ValueError):
            return 0


def page_by_id(
    table: Table, ids: list[int], start: int, size: int, wanted: Callable[[Row], bool] | None = None
) -> tuple[list[Row], int | None]:
    """One page of the rows whose (ascending) ids are given, and the id at which the next page starts."""
    rows: list[Row] = []
    for position in range(bisect_left(ids, start), len(ids)):
        row = table.get(ids[position])
        if row is None or (wanted is not None and not wanted(row)):
            continue
        if len(rows) == size:
            return rows, row["id"]
        rows.append(row)
    return rows, None


def page_by_offset(items: list[Item], start: int, size: int) -> tuple[list[Item], int | None]:
    """One page of a list, and the offset at which the next page starts."""
    end = start + size
    return items[start:end], (end if len(items) > end else None)


def with_next_page(body: dict[str, Any], tokens: PageTokens, position: int | None) -> dict[str, Any]:
    """Adds the key next_page, which is absent on the last page."""
    if position is not None:
        body["next_page"] = tokens.make(position)
    return body
