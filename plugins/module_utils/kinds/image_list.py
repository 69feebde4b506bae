# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Manifests as Quay shows them (facts A10), and what is in a list of images for several platforms. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

# By this docker buildx tells how it built an image: an entry of the list that is none itself.
_ATTESTATION = "vnd.docker.reference.type"


class Listed(NamedTuple):
    """An image of a list; ``platform`` is such as "linux/arm64/v8"."""

    platform: str
    digest: str


def is_list(view: Mapping[str, Any]) -> bool:
    """Tell whether Quay's view of a manifest, or of a tag, is about a list of images."""
    return bool(view.get("is_manifest_list"))


def listed_images(view: Mapping[str, Any]) -> list[Listed]:
    """Return the images of which a manifest that is a list consists, in its order."""
    found = []
    for entry in json.loads(view["manifest_data"]).get("manifests", []):
        if _ATTESTATION in (entry.get("annotations") or {}):
            continue
        platform = entry.get("platform") or {}
        parts = [platform.get(name) for name in ("os", "architecture", "variant")]
        found.append(Listed("/".join(part for part in parts if part), entry["digest"]))
    return found


def layers_of(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the layers of a manifest, the top one first; none of a list."""
    return sorted(view.get("layers") or [], key=lambda layer: int(layer["index"]), reverse=True)
