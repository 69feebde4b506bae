# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Keeps the rows of the simulator in PostgreSQL. The only file outside of container/ that imports psycopg."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import psycopg

from .store import BackendError, Row

_CREATE = (
    "CREATE TABLE IF NOT EXISTS simulator_rows "
    "(kind text NOT NULL, id bigint NOT NULL, fields jsonb NOT NULL, PRIMARY KEY (kind, id))",
    # Counts the writes, so that each process sees when another one wrote, or a backup was restored.
    "CREATE TABLE IF NOT EXISTS simulator_writes (number bigint NOT NULL)",
    "INSERT INTO simulator_writes SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM simulator_writes)",
)
_UPSERT = (
    "INSERT INTO simulator_rows (kind, id, fields) VALUES (%s, %s, %s) "
    "ON CONFLICT (kind, id) DO UPDATE SET fields = EXCLUDED.fields"
)
_DELETE = "DELETE FROM simulator_rows WHERE kind = %s AND id = %s"
_NUMBER = "SELECT number FROM simulator_writes"
_COUNT = "UPDATE simulator_writes SET number = number + 1 WHERE number = %s"

Result = TypeVar("Result")


class Vault(Protocol):
    """Makes secrets unreadable for who only has the database."""

    def seal(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a row as they are stored."""

    def open(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a row as they are used."""


class PostgresBackend:
    """One table that holds every row as JSON; one transaction for each request that changed something.

    A connection that broke is made anew by the next request. No text of an error holds the address, which may
    hold a password.
    """

    def __init__(self, url: str, vault: Vault | None = None, create: bool = True) -> None:
        self._url = url
        self._vault = vault
        self._connection: psycopg.Connection[Any] | None = None
        self._number = -1
        if create:
            self._do(create_tables)

    def load(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """All rows, each with the name of its table."""
        self._number, rows = self._do(_read)
        for kind, fields in rows:
            yield kind, self._vault.open(kind, fields) if self._vault is not None else fields

    def outdated(self) -> bool:
        """Whether another process wrote since the rows were loaded."""
        return self._do(_read_number) != self._number

    def check(self) -> None:
        """Raises BackendError unless the database answers."""
        self._do(_read_number)

    def save(self, changed: dict[tuple[str, int], Row | None]) -> None:
        """Writes what one request changed, unless another process wrote meanwhile."""
        kept = [
            (kind, row_id, self._text(kind, row))
            for (kind, row_id), row in changed.items()
            if row is not None
        ]
        gone = [key for key, row in changed.items() if row is None]

        def write(connection: psycopg.Connection[Any]) -> None:
            with connection.transaction(), connection.cursor() as cursor:
                if cursor.execute(_COUNT, (self._number,)).rowcount != 1:
                    raise BackendError("another process wrote to the database meanwhile")
                if kept:
                    cursor.executemany(_UPSERT, kept)
                if gone:
                    cursor.executemany(_DELETE, gone)

        self._do(write, again=False)
        self._number += 1

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _text(self, kind: str, row: Row) -> str:
        return json.dumps(row if self._vault is None else self._vault.seal(kind, dict(row)))

    def _do(self, work: Callable[[psycopg.Connection[Any]], Result], again: bool = True) -> Result:
        """Works on the connection; a read is tried again on a new one if the old one is broken."""
        try:
            if self._connection is None:
                self._connection, again = psycopg.connect(self._url, autocommit=True), False
            return work(self._connection)
        except psycopg.Error as error:
            self.close()
            if again:
                return self._do(work, again=False)
            raise BackendError(type(error).__name__) from None


def create_tables(connection: psycopg.Connection[Any]) -> None:
    """Makes the tables that are not there yet."""
    for statement in _CREATE:
        connection.execute(statement)


def _read_number(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(_NUMBER).fetchone()
    return int(row[0]) if row is not None else -1


def _read(connection: psycopg.Connection[Any]) -> tuple[int, list[Any]]:
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        number = _read_number(connection)
        rows = connection.execute("SELECT kind, fields FROM simulator_rows ORDER BY kind, id").fetchall()
    return number, rows
