# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""OAuth applications of an organization (facts A2). Their names are not unique in Quay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..client import Client
from ..connection import segment
from ..state import APPLICATION, Change, Item
from .base import Place, Step, value_of


class Applications:
    kind = APPLICATION

    def all(self, client: Client, place: Place) -> list[Item]:
        """Return all applications, in Quay's order; their secrets are facts."""
        return [self._item(view) for view in client.get(f"{place.path}/applications")["applications"]]

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        body = self._body(change.key[0], {name: value_of(change, name) for name in self._names()})
        yield Step(tuple(self._names()), lambda: client.send("POST", f"{place.path}/applications", body))

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        # Quay empties what a PUT leaves out, so everything is sent.
        values = {
            name: value_of(change, name) if name in change.fields else change.facts.get(name)
            for name in ("name", *self._names())
        }
        body = self._body(values["name"] or change.key[0], values)
        yield Step(change.fields, lambda: client.send("PUT", self._path(place, change), body))

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield Step((), lambda: client.send("DELETE", self._path(place, change)))

    def _path(self, place: Place, change: Change) -> str:
        return f"{place.path}/applications/{segment(change.ident)}"

    def _names(self) -> list[str]:
        return [field.name for field in self.kind.fields if field.name != "name"]

    def _body(self, name: str, values: Mapping[str, Any]) -> dict[str, str]:
        body = {"name": name, **{one: values.get(one) or "" for one in self._names()}}
        if not body["avatar_email"]:
            # Left out it is emptied; an empty text would be stored as an address.
            del body["avatar_email"]
        return body

    def _item(self, view: Mapping[str, Any]) -> Item:
        fields = {name: view.get(name) or "" for name in self._names()}
        facts = {"client_secret": view.get("client_secret")}
        return Item(APPLICATION.name, (view["name"],), fields, ident=view["client_id"], facts=facts)
