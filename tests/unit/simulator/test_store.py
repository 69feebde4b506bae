# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Tables, their indexes, and what is handed to a backend."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.store import Row, Store


class Memory:
    """A backend that remembers what it was given."""

    def __init__(self, rows: list[tuple[str, dict[str, Any]]] | None = None) -> None:
        self.rows = rows or []
        self.saved: list[dict[tuple[str, int], Row | None]] = []

    def load(self) -> list[tuple[str, dict[str, Any]]]:
        return self.rows

    def save(self, changed: dict[tuple[str, int], Row | None]) -> None:
        self.saved.append(dict(changed))

    def close(self) -> None:
        pass


def test_indexes_follow_changes() -> None:
    teams = Store().teams
    first = teams.insert(organization=1, name="a")
    second = teams.insert(organization=1, name="b")
    assert teams.find(organization=1) == [first, second]
    teams.update(second, organization=2)
    assert teams.find(organization=1) == [first]
    assert teams.first(organization=2, name="b") is second
    teams.delete(first)
    assert teams.find(organization=1) == []
    assert teams.count(organization=2) == 1
    assert teams.ids(organization=2) == [2]


def test_rows_are_changed_by_their_table_alone() -> None:
    row = Store().teams.insert(name="a")
    with pytest.raises(AttributeError):
        row.name = "b"
    with pytest.raises(AttributeError):
        row.missing  # noqa: B018


def test_commit_hands_over_what_changed() -> None:
    backend = Memory()
    store = Store(backend)
    row = store.teams.insert(name="a")
    store.commit()
    store.commit()
    store.teams.delete(row)
    store.commit()
    assert backend.saved == [{("teams", 1): row}, {("teams", 1): None}]


def test_ids_go_on_after_a_load() -> None:
    store = Store(Memory([("teams", {"id": 7, "name": "old"})]))
    assert store.teams.first(name="old")["id"] == 7
    assert store.teams.insert(name="new")["id"] == 8


def test_deleting_twice_does_nothing() -> None:
    backend = Memory()
    store = Store(backend)
    row = store.teams.insert(name="a")
    store.teams.delete(row)
    store.commit()
    store.teams.delete(row)
    store.commit()
    assert len(backend.saved) == 1
