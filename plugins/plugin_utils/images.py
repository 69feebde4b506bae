# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Images of containers: the reference, the version that it tells, and the family of interfaces. Pure.

What is no image raises ValueError, whose text says what one is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

FAMILIES = ("sclorg", "official")
# Below this name the images of the sclorg family are kept, and others that have their interface.
_SCLORG_HOSTS = (
    "registry.redhat.io",
    "registry.access.redhat.com",
    "registry.fedoraproject.org",
    "registry.centos.org",
)
_SCLORG_WORD = re.compile(r"sclorg|rhscl|fedora|rhel\d*|centos\d*|c\d+s|ubi\d*")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)(?=$|[-_+])")
_BARE_VERSION = re.compile(r"v?\d+(?:\.\d+)+(?:[-_+][\w.+-]*)?")
_DIGEST = re.compile(r"[A-Za-z0-9]+:[0-9a-fA-F]{32,}")
_WHITE = re.compile(r"\s")


def reference(entry: Any) -> str:
    """Return the full reference of an image: a string as it is, of a dictionary name with digest or tag.

    The digest wins. A tag or digest in the name is replaced.
    """
    if isinstance(entry, Mapping):
        name, tag, digest = (_field(entry, key) for key in ("name", "tag", "digest"))
        unknown = sorted(set(map(str, entry)) - {"name", "tag", "digest"})
        if unknown:
            raise ValueError(f"An image has name, tag and digest, not {', '.join(unknown)}.")
        if digest and not _DIGEST.fullmatch(digest):
            raise ValueError(f"The digest of an image must be like sha256:..., not {digest!r}.")
        if digest or tag:
            name = _name_and_tag(name)[0]
        text = f"{name}@{digest}" if digest else f"{name}:{tag}" if tag else name
    else:
        text = "" if entry is None else str(entry)
    if not text or text[0] in ":@" or _WHITE.search(text):
        raise ValueError(
            "An image must be a text such as quay.io/projectquay/quay:3.17.1, or a dictionary with name, tag "
            f"and digest, not {text!r}."
        )
    return text


def _field(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return "" if value is None else str(value)


def _name_and_tag(text: str) -> tuple[str, str]:
    """Return a reference's name and its tag. A colon in front of a slash is that of a port."""
    text = text.partition("@")[0]
    front, slash, last = text.rpartition("/")
    name, _colon, tag = last.partition(":")
    return f"{front}{slash}{name}", tag


def version(image: Any) -> str:
    """Return the version that an image's tag tells, such as 3.17.1; empty if it tells none."""
    if isinstance(image, Mapping):
        tag = _field(image, "tag") or _name_and_tag(_field(image, "name"))[1]
    else:
        text = "" if image is None else str(image)
        tag = text if _BARE_VERSION.fullmatch(text) else _name_and_tag(text)[1]
    found = _VERSION.match(tag)
    return found.group(1) if found else ""


def image_family(image: Any, override: str = "") -> str:
    """Return which interface an image of PostgreSQL or Redis has: ``override``, else what its name tells.

    "sclorg" is that of the images of Red Hat, Fedora and CentOS; whose name says nothing is "official".
    """
    if override:
        if override not in FAMILIES:
            raise ValueError(f"The family of an image is {' or '.join(FAMILIES)}, not {override!r}.")
        return override
    name = _name_and_tag(reference(image))[0].lower()
    host, slash, path = name.partition("/")
    if host in _SCLORG_HOSTS:
        return "sclorg"
    # The first part is a registry only if it looks like one.
    words = path if slash and ("." in host or ":" in host or host == "localhost") else name
    found = any(_SCLORG_WORD.fullmatch(word) for word in re.split(r"[^a-z0-9]+", words))
    return "sclorg" if found else "official"
