# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Users (facts A12 and A14). A user is a place of its own: the name is that of the namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..client import Client
from ..connection import segment
from ..errors import Conflict, SuperuserProtected
from ..sessions import Password
from ..state import USER, Change, Item
from .base import Place, Step, email_of, value_of


class Users:
    kind = USER

    def find(self, client: Client, name: str) -> Item | None:
        """Return the user as a superuser sees it, None if there is none."""
        view = client.find(f"superuser/users/{segment(name)}")
        return None if view is None else self._item(view)

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        body = {"username": place.name}
        if value_of(change, "email"):
            body["email"] = value_of(change, "email")
        made: dict[str, Any] = {}
        yield Step(("email",), lambda: _noted(self._post(client, body), made))
        if "password" in change.fields:
            password = value_of(change, "password").value
            yield Step(("password",), lambda: self._replace_password(client, place, made, password))
        if "enabled" in change.fields:
            enabled = {"enabled": value_of(change, "enabled")}
            yield Step(("enabled",), lambda: client.send("PUT", self._path(place), enabled))

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        body = {name: value_of(change, name) for name in change.fields}
        if "password" in body:
            body["password"] = body["password"].value
        # A superuser is changed by nobody else, and so not by way of the panel of superusers.
        path = "user/" if change.facts.get("own") else self._path(place)
        yield Step(change.fields, lambda: client.send("PUT", path, body))

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        if not change.facts.get("enabled", True):
            # Quay answers that a disabled user was deleted, and does nothing.
            yield Step((), lambda: client.send("PUT", self._path(place), {"enabled": True}))
        yield Step((), lambda: client.send("DELETE", self._path(place)))

    def _post(self, client: Client, body: Mapping[str, Any]) -> Any:
        try:
            return client.send("POST", "superuser/users/", body)
        except Conflict as error:
            # Seen only where no user of that name was found before.
            raise Conflict(
                f"{error.message} The name {body['username']!r} belongs to an organization, or to a user "
                "made at the same time: users and organizations share their names.",
                error.status,
            ) from error

    def _replace_password(self, client: Client, place: Place, made: Mapping[str, Any], password: str) -> Any:
        """Give a new user a password in place of the one that Quay made up."""
        try:
            return client.send("PUT", self._path(place), {"password": password})
        except SuperuserProtected:
            # The name is in SUPER_USERS already, so that only the new user may do it.
            own = client.as_user(Password(place.name, str(made["password"])))
            return own.send("PUT", "user/", {"password": password})

    def _path(self, place: Place) -> str:
        return f"superuser/users/{segment(place.name)}"

    def _item(self, view: Mapping[str, Any]) -> Item:
        fields = {"email": email_of(view.get("email")), "enabled": bool(view.get("enabled", True))}
        return Item(USER.name, (), fields, facts={"superuser": bool(view.get("super_user"))})


def _noted(answer: Any, made: dict[str, Any]) -> Any:
    """Keep what Quay answered to the creation for the steps after it."""
    if isinstance(answer, Mapping):
        made.update(answer)
    return answer
