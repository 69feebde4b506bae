# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Images as Quay has them: manifests, found by digest, or by the tag that leads to them (facts A10)."""

from __future__ import annotations

from typing import Any

from ..engine.values import Place
from ..errors import TagMissing
from ..http.client import Client
from ..http.connection import manifest_path
from .image_names import is_digest
from .tag import find_tag


def digest_of(client: Client, place: Place, repository: str, reference: str) -> str:
    """Return the digest of an image by its tag, which takes a request, or by the digest itself.

    Raises NotFound where there is no such repository, TagMissing where it has no such tag.
    """
    if is_digest(reference):
        return reference
    tag = find_tag(client, place, repository, reference)
    if tag is None:
        raise TagMissing(f"There is no tag {reference!r} in {place.name}/{repository}.")
    return str(tag["manifest_digest"])


def labels_of(client: Client, place: Place, repository: str, digest: str) -> list[dict[str, Any]]:
    """Return Quay's view of the labels of an image, of which several may have the same key."""
    views: list[dict[str, Any]] = client.get(f"{manifest_path(place.name, repository, digest)}/labels")[
        "labels"
    ]
    return views
