# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Takes the name of a repository or an image apart, with the registry's help where the name is not enough."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from ..errors import InvalidDeclaration
from ..http.client import Client
from ..http.connection import base_url, segment
from .image_names import ImageName, image_name, may_be_host


def split_repository_name(client: Client, text: str) -> tuple[str, str]:
    """Return namespace, "" where none is written, and name of the repository that one text names.

    Raises InvalidDeclaration with what the text has too much.
    """
    name = _known_host(client, image_name(text, hosts=_hosts(client)))
    if name.surplus() and name.repository:
        raise InvalidDeclaration(
            f"repository name {text!r} has too much: {name.surplus()}; write {name.repository!r}."
        )
    namespace, slash, repository = text.partition("/")
    return (namespace, repository) if slash else ("", text)


def split_image_name(client: Client, text: str) -> tuple[str, str, ImageName]:
    """Return namespace, "" where none is written, and name of the repository of an image, and all its parts.

    Raises InvalidDeclaration with what the text has too much; a tag or a digest may be there.
    """
    name = _known_host(client, image_name(text.strip("/"), hosts=_hosts(client)))
    if name.tag and name.digest:
        raise InvalidDeclaration(f"image {text!r} has too much: tag {name.tag!r} or digest {name.digest!r}.")
    too_much = name.surplus("tag", "digest")
    if too_much:
        short = name.repository + name.tag + name.digest
        raise InvalidDeclaration(f"image {text!r} has too much: {too_much}; write {short!r}.")
    if not name.repository or ":" in name.repository or name.tag == ":" or name.digest == "@":
        raise InvalidDeclaration(f"image {text!r} is not organization/repository:tag.")
    namespace, slash, repository = name.repository.partition("/")
    return (namespace, repository, name) if slash else ("", name.repository, name)


def _hosts(client: Client) -> tuple[str, ...]:
    """Return how the registry's host is written in front of an image, with a port and without."""
    parts = urlsplit(base_url(client.connection.host))
    return parts.netloc, parts.hostname or ""


def _known_host(client: Client, name: ImageName) -> ImageName:
    """Return the name with its first part as host where it looks like one and Quay has no such namespace.

    That is asked, in two requests, only of a name of three parts: of two, the first is the namespace.
    """
    first, _slash, rest = name.repository.partition("/")
    if name.host or "/" not in rest or not may_be_host(first):
        return name
    if any(client.find(f"{kind}/{segment(first)}") is not None for kind in ("organization", "users")):
        return name
    return replace(name, host=first, repository=rest)
