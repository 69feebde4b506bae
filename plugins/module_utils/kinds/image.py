# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One image of a repository, as a task names it: by a tag that leads to it, or by its digest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..engine.values import Place
from ..errors import InvalidDeclaration, NotFound, TagMissing
from ..http.client import Client
from ..http.connection import repository_path, segment
from .image_lookup import split_image_name
from .tag import find_tag

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_DEFAULT_TAG = "latest"


@dataclass(frozen=True)
class Image:
    """``digest`` is "" where the image is named by ``tag``, and the other way round."""

    namespace: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def place(self) -> Place:
        return Place(self.namespace)

    @property
    def where(self) -> str:
        """The full name of its repository."""
        return f"{self.namespace}/{self.repository}"

    @property
    def short(self) -> str:
        """How it is written within its namespace."""
        return f"{self.repository}{f'@{self.digest}' if self.digest else f':{self.tag}'}"


def is_tag(text: str) -> bool:
    """Tell whether Quay allows a tag of that name."""
    return _TAG.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """Tell whether a text is the digest of an image."""
    return _DIGEST.fullmatch(text) is not None


def check_image_parts(**options: str | None) -> None:
    """Raise InvalidDeclaration where an option is not what its name says: a tag, or a ``digest``."""
    wrong = []
    for option, text in options.items():
        if not text:
            continue
        if option == "digest":
            if not is_digest(text):
                wrong.append(f"digest {text!r} is not sha256: and 64 hexadecimal digits")
        elif not is_tag(text):
            wrong.append(f"{option} {text!r} is not the name of a tag")
    if wrong:
        raise InvalidDeclaration("; ".join(wrong) + ".")


def image_of(client: Client, text: str) -> Image:
    """Return the image that one text names; without tag and digest it is the tag ``latest``.

    Without a namespace it is one of the caller's own, who is asked for. Raises InvalidDeclaration where the
    text is no such name.
    """
    namespace, repository, name = split_image_name(client, text)
    tag, digest = name.tag[1:], name.digest[1:]
    check_image_parts(tag=tag, digest=digest)
    return Image(namespace or client.caller(), repository, tag or ("" if digest else _DEFAULT_TAG), digest)


def digest_of(client: Client, image: Image) -> str:
    """Return the digest of an image: in one request where a tag names it, in none where it does itself.

    Raises as ``tag_of`` does.
    """
    return image.digest or str(tag_of(client, image)["manifest_digest"])


def tag_of(client: Client, image: Image) -> dict[str, Any]:
    """Return Quay's view of the tag that names an image. One request.

    Raises TagMissing where no such tag is in force, NotFound where there is no such repository.
    """
    try:
        view = find_tag(client, image.place, image.repository, image.tag)
    except NotFound as error:
        raise NotFound(f"Repository {image.where!r} does not exist.") from error
    if view is None:
        raise TagMissing(f"There is no tag {image.tag!r} in {image.where}.")
    return view


def manifest_path(image: Image, digest: str) -> str:
    """Return the path of the manifest with that digest in the image's repository."""
    return f"{repository_path(image.namespace, image.repository)}/manifest/{segment(digest)}"


def tag_path(image: Image) -> str:
    """Return the path of the tag that names an image."""
    return f"{repository_path(image.namespace, image.repository)}/tag/{segment(image.tag)}"


def missing_manifest(image: Image, digest: str) -> NotFound:
    """Return the error for a manifest that Quay does not find."""
    return NotFound(
        f"There is no image {digest} in {image.where}, or no tag leads to it any more; or there is no such "
        "repository."
    )
