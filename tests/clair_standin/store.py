# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Clair's database: one table for each of its parts."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import psycopg

_TABLES = {"indexer": "indexreport", "matcher": "vuln", "notifier": "notification"}
# As Clair's own migrations have it; who may not create the extension cannot migrate.
_EXTENSION = 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"'
_CREATE = "CREATE TABLE IF NOT EXISTS {0} (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), {1})"
_COLUMNS = {
    "indexer": "hash text UNIQUE NOT NULL, report jsonb NOT NULL",
    "matcher": "name text NOT NULL",
    "notifier": "receipt jsonb NOT NULL",
}


class StoreError(Exception):
    """The database cannot be used. The text holds no connection string."""


def _reason(error: psycopg.Error) -> str:
    code = getattr(error, "sqlstate", None)
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return f"{text} (SQLSTATE {code})" if code else text


def _prepare(part: str, text: str, migrations: bool) -> None:
    table = _TABLES[part]
    with psycopg.connect(text, autocommit=True, connect_timeout=10) as connection:
        if migrations:
            connection.execute(_EXTENSION)
            connection.execute(_CREATE.format(table, _COLUMNS[part]))
        # Clair reads its tables while it starts.
        connection.execute(f"SELECT count(*) FROM {table}")


def libpq(text: str) -> str:
    """A connection string without the parameters of Clair's own connection pool."""
    if text.startswith(("postgresql://", "postgres://")):
        return text
    return " ".join(word for word in text.split() if not word.startswith("pool_"))


class Store:
    """The databases that the configuration names."""

    def __init__(self, databases: Mapping[str, tuple[str, bool]]) -> None:
        self._texts = {part: libpq(text) for part, (text, _migrations) in databases.items()}
        self._lock = threading.Lock()
        for part, (_text, migrations) in databases.items():
            try:
                _prepare(part, self._texts[part], migrations)
            except psycopg.Error as error:
                raise StoreError(f"failed to initialize {part}: {_reason(error)}") from None

    def _indexer(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._texts["indexer"], autocommit=True, connect_timeout=10)

    def put_report(self, digest: str, report: Mapping[str, Any]) -> None:
        """Keeps an index report. Raises StoreError."""
        with self._lock:
            try:
                with self._indexer() as connection:
                    connection.execute(
                        "INSERT INTO indexreport (hash, report) VALUES (%s, %s) "
                        "ON CONFLICT (hash) DO UPDATE SET report = EXCLUDED.report",
                        (digest, json.dumps(report)),
                    )
            except psycopg.Error as error:
                raise StoreError(_reason(error)) from None

    def report(self, digest: str) -> Any:
        """An index report, or None. Raises StoreError."""
        try:
            with self._indexer() as connection:
                row = connection.execute(
                    "SELECT report FROM indexreport WHERE hash = %s", (digest,)
                ).fetchone()
        except psycopg.Error as error:
            raise StoreError(_reason(error)) from None
        return row[0] if row else None

    def delete(self, digest: str) -> None:
        """Forgets an index report. Raises StoreError."""
        try:
            with self._indexer() as connection:
                connection.execute("DELETE FROM indexreport WHERE hash = %s", (digest,))
        except psycopg.Error as error:
            raise StoreError(_reason(error)) from None
