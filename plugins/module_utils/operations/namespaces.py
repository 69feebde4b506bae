# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Where objects are: in the organization that a task names, else in the caller's own namespace."""

from __future__ import annotations

from ..engine.values import Place
from ..errors import InvalidDeclaration, NotFound
from ..http.client import Client
from ..kinds.image_lookup import split_repository_name


def own_place(client: Client) -> Place:
    """Return the caller's own namespace. Raises AuthenticationFailed also where the scope user:read lacks."""
    return Place(client.caller(), personal=True)


def place_of(client: Client, organization: str | None) -> Place:
    """Return the organization, or where none is named the caller's own namespace.

    Raises InvalidDeclaration for an empty name, which is more likely a mistake than one's own namespace.
    """
    if organization is None:
        return own_place(client)
    if not organization:
        raise InvalidDeclaration("organization must not be empty.")
    return Place(organization)


def split_repository(client: Client, text: str) -> tuple[Place, str]:
    """Return where a repository is, and its name there. Without a slash it is the caller's own.

    Raises InvalidDeclaration where a part is empty, or too much.
    """
    namespace, name = split_repository_name(client, text.strip("/"))
    parts = text.strip("/").split("/")
    if "" in parts or ("/" in text and len(parts) == 1):
        raise InvalidDeclaration(f"repository {text!r} is not organization/repository.")
    return (Place(namespace) if namespace else own_place(client)), name


def missing(place: Place) -> NotFound:
    """Return the error for an organization that is not there."""
    return NotFound(f"Organization {place.name!r} does not exist, or its name is not written as Quay has it.")
