# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Where objects are: in the organization that a task names, else in the caller's own namespace."""

from __future__ import annotations

from ..engine.values import Place
from ..errors import InvalidDeclaration, NotFound
from ..http.client import Client
from ..kinds.image_lookup import split_image_name, split_repository_name
from ..kinds.image_names import is_digest, is_tag


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


def split_image(client: Client, text: str) -> tuple[Place, str, str]:
    """Return where an image is, the name of its repository there, and its digest or its tag.

    The tag is ``latest`` where neither is written. Raises InvalidDeclaration with what is wrong.
    """
    namespace, repository, name = split_image_name(client, text)
    digest, tag = name.digest[1:], name.tag[1:] or "latest"
    check_reference(f"image {text!r}: ", digest or None, tag)
    return (Place(namespace) if namespace else own_place(client)), repository, digest or tag


def check_reference(where: str, digest: str | None, tag: str | None) -> None:
    """Raise InvalidDeclaration for what is no digest, or cannot be a tag; ``where`` begins the message."""
    if digest is not None and not is_digest(digest):
        raise InvalidDeclaration(f"{where}digest {digest!r} is not sha256: and 64 hexadecimal digits.")
    if tag is not None and not is_tag(tag):
        raise InvalidDeclaration(f"{where}tag {tag!r} is not the name of a tag.")


def missing(place: Place) -> NotFound:
    """Return the error for an organization that is not there."""
    return NotFound(f"Organization {place.name!r} does not exist, or its name is not written as Quay has it.")
