# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Organizations: settings, and the teams that come along with them (facts A1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..client import Client
from ..connection import segment
from ..errors import AuthenticationFailed, Conflict, FeatureOff, Forbidden, NotFound
from ..state import ORGANIZATION, TEAM, Change, Item
from .base import Place, Step, email_of, value_of


class Organizations:
    kind = ORGANIZATION

    def find(self, client: Client, name: str, as_admin: bool = True) -> Mapping[str, Any] | None:
        """Return Quay's view of the organization, None if there is none.

        To whoever does not administer it, and to a token that is not valid, Quay shows less, with the
        same status 200. Raises AuthenticationFailed in the latter case, and with ``as_admin`` Forbidden
        in the former.
        """
        view: Mapping[str, Any] | None = client.find(f"organization/{segment(name)}")
        if view is None or view.get("is_admin") or (view.get("is_member") and not as_admin):
            return view
        # The view does not tell why. This request does: 401 for a token that is not valid, 403 for
        # a right or a scope that is missing.
        try:
            client.get(f"organization/{segment(name)}/robots", {"token": "false"})
        except Forbidden:
            if as_admin:
                raise
            return view
        raise Forbidden(
            f"The account does not administer organization {name!r}: it is in none of its teams with role "
            "admin, or its token lacks the scope org:admin.",
            403,
        )

    def check_existence(self, client: Client, name: str) -> None:
        """Raise NotFound where there is no such organization, which a listing of what is in it does not tell.

        The caller's own namespace is one, too.
        """
        if client.find(f"organization/{segment(name)}") is not None:
            return
        try:
            own = client.get("user/")["username"]
        except (AuthenticationFailed, Forbidden):
            own = None
        if name != own:
            raise NotFound(
                f"Organization {name!r} does not exist, or its name is not written as Quay has it."
            )

    def names(self, client: Client) -> list[str]:
        """Return the names of all organizations that the caller sees: a superuser all, others their own."""
        user = client.get("user/")
        if user.get("super_user"):
            found = client.listing("superuser/organizations/", "organizations", {"limit": "100"})
        else:
            found = user.get("organizations", [])
        return sorted(entry["name"] for entry in found)

    def items(self, view: Mapping[str, Any]) -> list[Item]:
        """Return the organization and its teams as items."""
        fields = {"email": email_of(view.get("email")), "tag_expiration_s": view.get("tag_expiration_s")}
        found = [Item(ORGANIZATION.name, (), fields)]
        for name, team in view.get("teams", {}).items():
            fields = {"role": team.get("role"), "description": team.get("description") or ""}
            facts = {
                "member_count": team.get("member_count"),
                "repo_count": team.get("repo_count"),
                "synced": bool(team.get("is_synced")),
            }
            found.append(Item(TEAM.name, (name,), fields, facts=facts))
        return found

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        body = {"name": place.name}
        if value_of(change, "email"):
            body["email"] = value_of(change, "email")
        yield Step(("email",), lambda: self._post(client, body))
        if "tag_expiration_s" in change.fields:
            yield from self._put(client, place, {"tag_expiration_s": value_of(change, "tag_expiration_s")})

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        if "name" in change.fields:
            new_name = {"name": value_of(change, "name")}
            path = f"superuser/organizations/{segment(place.name)}"
            yield Step(("name",), lambda: client.send("PUT", path, new_name))
            return
        yield from self._put(client, place, {name: value_of(change, name) for name in change.fields})

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]:
        yield Step((), lambda: client.send("DELETE", place.path))

    def _post(self, client: Client, body: Mapping[str, Any]) -> Any:
        try:
            return client.send("POST", "organization/", body)
        except Conflict as error:
            # Seen only where no organization of that name was found before.
            raise Conflict(
                f"{error.message} The name {body['name']!r} belongs to a user, or to an organization made "
                "at the same time: users and organizations share their names.",
                error.status,
            ) from error

    def _put(self, client: Client, place: Place, body: Mapping[str, Any]) -> Iterator[Step]:
        yield Step(tuple(body), lambda: _confirmed(client.send("PUT", place.path, body), body))


def _confirmed(view: Any, body: Mapping[str, Any]) -> Any:
    """Return Quay's answer to new settings; raise FeatureOff where it passed one over in silence."""
    wanted = body.get("tag_expiration_s")
    if wanted is not None and isinstance(view, Mapping) and view.get("tag_expiration_s", wanted) != wanted:
        raise FeatureOff(
            "Quay did not change time_machine_expiration and did not say so: FEATURE_CHANGE_TAG_EXPIRATION "
            "is off in its config.yaml."
        )
    return view
