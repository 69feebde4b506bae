# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Keeps the rows of the simulator in PostgreSQL. The only file that imports psycopg."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg

from .store import Row

_CREATE = (
    "CREATE TABLE IF NOT EXISTS simulator_rows "
    "(kind text NOT NULL, id bigint NOT NULL, fields jsonb NOT NULL, PRIMARY KEY (kind, id))"
)
_UPSERT = (
    "INSERT INTO simulator_rows (kind, id, fields) VALUES (%s, %s, %s) "
    "ON CONFLICT (kind, id) DO UPDATE SET fields = EXCLUDED.fields"
)
_DELETE = "DELETE FROM simulator_rows WHERE kind = %s AND id = %s"


class PostgresBackend:
    """One table that holds every row as JSON; one transaction for each request that changed something."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(_CREATE)

    def load(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """All rows, each with the name of its table."""
        yield from self._connection.execute(
            "SELECT kind, fields FROM simulator_rows ORDER BY kind, id"
        ).fetchall()

    def save(self, changed: dict[tuple[str, int], Row | None]) -> None:
        """Writes what one request changed."""
        kept = [(kind, row_id, json.dumps(row)) for (kind, row_id), row in changed.items() if row is not None]
        gone = [key for key, row in changed.items() if row is None]
        with self._connection.transaction(), self._connection.cursor() as cursor:
            if kept:
                cursor.executemany(_UPSERT, kept)
            if gone:
                cursor.executemany(_DELETE, gone)

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
