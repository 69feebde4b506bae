# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tables of rows: the whole state of the simulator.

Rows are kept in memory; a backend (see postgres.py) may load them at the start and take what each request
changed. An index over any set of fields comes into being when it is first asked for, so that every look-up is
one of a dictionary.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

_NO_ROWS: dict[int, Row] = {}


class Row(dict):
    """One row. Fields are read as attributes, and written by Table.update, which keeps the indexes right."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"use Table.update to change {name}")

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)


class BackendError(Exception):
    """The rows cannot be read or written at present."""


class Backend(Protocol):
    """Where rows outlive the process. Each method may raise BackendError."""

    def load(self) -> Iterable[tuple[str, dict[str, Any]]]:
        """All rows, each with the name of its table, in the order of their ids."""

    def outdated(self) -> bool:
        """Whether somebody else changed rows since they were loaded."""

    def save(self, changed: dict[tuple[str, int], Row | None]) -> None:
        """Takes what one request changed, in one transaction; None is a deleted row."""

    def close(self) -> None:
        """Lets go of the database."""


class Table:
    """Rows of one kind, by id and by whatever fields were asked for."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self.name = name
        self._rows: dict[int, Row] = {}
        self._indexes: dict[tuple[str, ...], dict[tuple[Any, ...], dict[int, Row]]] = {}
        self._next_id = 1

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, row_id: int | None) -> Row | None:
        """The row of an id, or None."""
        return self._rows.get(row_id) if row_id is not None else None

    def insert(self, **fields: Any) -> Row:
        """A new row, with the next id."""
        row = Row(fields)
        dict.__setitem__(row, "id", self._next_id)
        self._add(row)
        self._store.touch(self.name, row["id"], row)
        return row

    def load(self, fields: dict[str, Any]) -> None:
        """A row that exists already in the backend."""
        self._add(Row(fields))

    def update(self, row: Row, **fields: Any) -> Row:
        """Changes fields of a row."""
        for names, index in self._indexes.items():
            if any(name in fields for name in names):
                self._unindex(names, index, row)
        dict.update(row, fields)
        for names, index in self._indexes.items():
            if any(name in fields for name in names):
                self._index(names, index, row)
        self._store.touch(self.name, row["id"], row)
        return row

    def delete(self, row: Row) -> None:
        """Removes a row; removing it again does nothing."""
        if self._rows.pop(row["id"], None) is None:
            return
        for names, index in self._indexes.items():
            self._unindex(names, index, row)
        self._store.touch(self.name, row["id"], None)

    def find(self, **criteria: Any) -> list[Row]:
        """The rows whose fields have these values, in the order in which they were made."""
        return list(self._bucket(criteria).values())

    def first(self, **criteria: Any) -> Row | None:
        """The oldest row whose fields have these values, or None."""
        return next(iter(self._bucket(criteria).values()), None)

    def count(self, **criteria: Any) -> int:
        """How many rows have these values."""
        return len(self._bucket(criteria))

    def ids(self, **criteria: Any) -> list[int]:
        """The ids of the rows that have these values, in ascending order."""
        return list(self._bucket(criteria))

    def delete_where(self, **criteria: Any) -> int:
        """Removes the rows that have these values; answers how many."""
        found = self.find(**criteria)
        for row in found:
            self.delete(row)
        return len(found)

    def clear(self) -> None:
        """Removes everything, and starts again with id 1."""
        for row in self:
            self.delete(row)
        self._next_id = 1

    def _add(self, row: Row) -> None:
        self._rows[row["id"]] = row
        self._next_id = max(self._next_id, row["id"] + 1)
        for names, index in self._indexes.items():
            self._index(names, index, row)

    def _bucket(self, criteria: dict[str, Any]) -> dict[int, Row]:
        names = tuple(sorted(criteria))
        index = self._indexes.get(names)
        if index is None:
            index = self._indexes[names] = {}
            for row in self._rows.values():
                self._index(names, index, row)
        return index.get(tuple(criteria[name] for name in names), _NO_ROWS)

    @staticmethod
    def _index(names: tuple[str, ...], index: dict[tuple[Any, ...], dict[int, Row]], row: Row) -> None:
        index.setdefault(tuple(row.get(name) for name in names), {})[row["id"]] = row

    @staticmethod
    def _unindex(names: tuple[str, ...], index: dict[tuple[Any, ...], dict[int, Row]], row: Row) -> None:
        key = tuple(row.get(name) for name in names)
        bucket = index.get(key)
        if bucket is not None:
            bucket.pop(row["id"], None)
            if not bucket:
                del index[key]


class Store:
    """All tables, the lock that guards them, and the way to the backend."""

    TABLES = (
        "users",
        "tombstones",
        "teams",
        "members",
        "invites",
        "team_syncs",
        "prototypes",
        "repositories",
        "permissions",
        "stars",
        "tags",
        "manifests",
        "labels",
        "applications",
        "oauth_tokens",
        "oauth_codes",
        "assignments",
        "app_tokens",
        "quotas",
        "quota_limits",
        "prune_policies",
        "immutability_policies",
        "proxy_caches",
        "mirrors",
        "org_mirrors",
        "notifications",
        "messages",
        "service_keys",
        "logs",
    )

    def __init__(self, backend: Backend | None = None) -> None:
        self.lock = threading.RLock()
        self._backend = backend
        self._changed: dict[tuple[str, int], Row | None] = {}
        self._tables = {name: Table(self, name) for name in self.TABLES}
        self._stale = False
        if backend is not None:
            self._load(backend)

    def __getattr__(self, name: str) -> Table:
        try:
            return self.__dict__["_tables"][name]
        except KeyError:
            raise AttributeError(name) from None

    def touch(self, table: str, row_id: int, row: Row | None) -> None:
        """Notes a change, for the backend."""
        if self._backend is not None:
            self._changed[(table, row_id)] = row

    def _load(self, backend: Backend) -> None:
        self._stale, self._changed = True, {}
        self._tables = {name: Table(self, name) for name in self.TABLES}
        for name, fields in backend.load():
            self._tables[name].load(fields)
        self._stale = False

    def refresh(self) -> None:
        """Loads all rows again if somebody else changed them, or a commit failed. Call it with the lock held.

        Raises BackendError while the backend cannot be reached: a registry without its database is no use.
        """
        if self._backend is not None and (self._backend.outdated() or self._stale):
            self._load(self._backend)

    def commit(self) -> None:
        """Hands what changed to the backend. Call it with the lock held.

        Raises BackendError when it was not taken; the next refresh then forgets it.
        """
        if self._backend is not None and self._changed:
            changed, self._changed = self._changed, {}
            try:
                self._backend.save(changed)
            except BackendError:
                self._stale = True
                raise

    def clear(self) -> None:
        """Removes every row of every table."""
        for table in self._tables.values():
            table.clear()

    def close(self) -> None:
        """Lets go of the backend."""
        if self._backend is not None:
            self._backend.close()
