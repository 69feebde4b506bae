# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Images as Quay has them: manifests, found by digest, or by the tag that leads to them (facts A10)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from ..engine.values import Place
from ..errors import TagMissing
from ..http.client import Client
from ..http.connection import manifest_path, repository_path, segment
from .image_names import is_digest
from .offered import get_offered
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


def manifest_of(client: Client, place: Place, repository: str, digest: str) -> dict[str, Any]:
    """Return Quay's view of an image with its layers, or of a list of images."""
    found: dict[str, Any] = client.get(manifest_path(place.name, repository, digest))
    return found


def platforms_of(manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return platform and digest of each image in a list of images; none of what is no list.

    What a build says about itself lies beside the images, under a platform that is unknown: it is left out.
    """
    if not manifest.get("is_manifest_list"):
        return []
    try:
        entries = json.loads(manifest.get("manifest_data") or "{}").get("manifests") or []
        found = [
            {"platform": _platform(one.get("platform") or {}), "digest": one["digest"]} for one in entries
        ]
    except (ValueError, AttributeError, KeyError, TypeError):
        return []
    return [one for one in found if not one["platform"].startswith("unknown")]


def _platform(entry: Mapping[str, Any]) -> str:
    return "/".join(str(entry[part]) for part in ("os", "architecture", "variant") if entry.get(part))


def scan_of(client: Client, place: Place, repository: str, digest: str) -> dict[str, Any]:
    """Return what Quay's scanner says of an image: {status, data}. Raises FeatureOff where there is none."""
    path = f"{manifest_path(place.name, repository, digest)}/security"
    found: dict[str, Any] = get_offered(
        client, path, partial(manifest_of, client, place, repository, digest), {"vulnerabilities": "true"}
    )
    return found


def pulls_of_image(client: Client, place: Place, repository: str, digest: str) -> dict[str, Any]:
    """Return how often an image was pulled by its digest. Raises FeatureOff where Quay does not count."""
    path = f"{manifest_path(place.name, repository, digest)}/pull_statistics"
    found: dict[str, Any] = get_offered(client, path, partial(manifest_of, client, place, repository, digest))
    return found


def pulls_of_tag(client: Client, place: Place, repository: str, tag: str) -> dict[str, Any]:
    """Return how often a tag was pulled, and its image. Raises FeatureOff where Quay does not count."""
    path = f"{repository_path(place.name, repository)}/tag/{segment(tag)}/pull_statistics"
    found: dict[str, Any] = get_offered(client, path, partial(digest_of, client, place, repository, tag))
    return found
