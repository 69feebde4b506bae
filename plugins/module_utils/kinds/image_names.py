# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Names of repositories as people have them at hand: with host, tag or digest, as an image is pulled.

A host cannot always be told from an organization or from a part of a repository's name: all may have dots.
It is taken for one where Quay could not have such a name, where it is the registry's own, or where the
namespace follows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ..errors import InvalidDeclaration
from ..http.client import Client
from ..http.connection import base_url, segment


@dataclass(frozen=True)
class ImageName:
    """The parts of an image's name, each "" where it is not there: ``tag`` with ':', ``digest`` with '@'."""

    scheme: str
    host: str
    repository: str
    tag: str
    digest: str

    def surplus(self, *allowed: str) -> str:
        """Say which parts there are besides the repository and those that are ``allowed``; "" if none."""
        parts = [
            f"{part} {getattr(self, part)!r}"
            for part in ("scheme", "host", "tag", "digest")
            if part not in allowed and getattr(self, part)
        ]
        return " and ".join(parts)


def image_name(text: str, namespace: str = "", hosts: tuple[str, ...] = ()) -> ImageName:
    """Return the parts of a name; ``hosts`` are the names of the registry that is asked."""
    scheme, separator, rest = text.rpartition("://")
    rest, at, digest = rest.partition("@")
    path, slash, last = rest.rpartition("/")
    last, colon, tag = last.partition(":")
    repository, host = f"{path}{slash}{last}", ""
    first, slash, others = repository.partition("/")
    in_front = bool(namespace) and others.startswith(f"{namespace}/") and first != namespace
    if others and (separator or ":" in first or first in hosts or (in_front and _may_be_host(first))):
        host, repository = first, others
    return ImageName(scheme + separator, host, repository, colon + tag, at + digest)


def check_repository_name(text: str, namespace: str) -> str | None:
    """Return what is wrong where a repository of the namespace is named with more; None if it is not."""
    name = image_name(text, namespace)
    too_much = name.surplus()
    if not too_much or not name.repository:
        return None
    return f"repository name {text!r} has too much: {too_much}; write {name.repository!r}"


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
    if name.host or "/" not in rest or not _may_be_host(first):
        return name
    if any(client.find(f"{kind}/{segment(first)}") is not None for kind in ("organization", "users")):
        return name
    return replace(name, host=first, repository=rest)


def _may_be_host(first: str) -> bool:
    return "." in first.strip(".") or first == "localhost"
