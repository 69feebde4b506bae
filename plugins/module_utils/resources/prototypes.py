# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Prototypes, that is default permissions for new repositories (facts A6).

Quay lets the same rule exist many times; the planner makes one of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..client import Client
from ..connection import segment
from ..state import PROTOTYPE, Change, Item
from .base import Place, Step, value_of


class Prototypes:
    kind = PROTOTYPE

    def all(self, client: Client, place: Place) -> list[Item]:
        """Return all prototypes; the key is (creating user or "", kind of delegate, its name)."""
        items = [self._item(view) for view in client.get(f"{place.path}/prototypes")["prototypes"]]
        return sorted(items, key=lambda item: (item.key, item.ident))

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        creator, kind, name = change.key
        body: dict[str, Any] = {
            "role": value_of(change, "role"),
            "delegate": {"kind": kind, "name": name},
        }
        if creator:
            # Left out for "anyone"; Quay refuses null.
            body["activating_user"] = {"name": creator}
        yield Step(("role",), lambda: client.send("POST", f"{place.path}/prototypes", body))

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        body = {"role": value_of(change, "role")}
        yield Step(("role",), lambda: client.send("PUT", self._path(place, change), body))

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield Step((), lambda: client.send("DELETE", self._path(place, change)))

    def _path(self, place: Place, change: Change) -> str:
        return f"{place.path}/prototypes/{segment(change.ident)}"

    def _item(self, view: Mapping[str, Any]) -> Item:
        creator = (view.get("activating_user") or {}).get("name", "")
        delegate = view["delegate"]
        key = (creator, delegate["kind"], delegate["name"])
        return Item(PROTOTYPE.name, key, {"role": view["role"]}, ident=view["id"])
