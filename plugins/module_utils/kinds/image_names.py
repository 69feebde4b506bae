# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Names of repositories as people have them at hand: with host, tag or digest, as an image is pulled.

A host cannot always be told from an organization or from a part of a repository's name: all may have dots.
It is taken for one where Quay could not have such a name, where it is the registry's own, or where the
namespace follows it. Pure; what has to be asked for that is in image_lookup.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


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
    if others and (separator or ":" in first or first in hosts or (in_front and may_be_host(first))):
        host, repository = first, others
    return ImageName(scheme + separator, host, repository, colon + tag, at + digest)


def check_repository_name(text: str, namespace: str) -> str | None:
    """Return what is wrong where a repository of the namespace is named with more; None if it is not."""
    name = image_name(text, namespace)
    too_much = name.surplus()
    if not too_much or not name.repository:
        return None
    return f"repository name {text!r} has too much: {too_much}; write {name.repository!r}"


def may_be_host(first: str) -> bool:
    """Tell whether the first part of a name looks like a host rather than an organization."""
    return "." in first.strip(".") or first == "localhost"


def is_tag(text: str) -> bool:
    """Tell whether a tag can have this name."""
    return _TAG.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """Tell whether a text is a digest, and not a tag."""
    return _DIGEST.fullmatch(text) is not None
