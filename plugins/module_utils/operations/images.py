# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay knows of one image: its layers, and how often it was pulled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.words import Spec
from ..errors import NotFound
from ..http.client import Client
from ..kinds.manifest import digest_of, manifest_of, platforms_of, pulls_of_image, pulls_of_tag
from .namespaces import check_reference, split_image, split_repository
from .operation import Operation

Params = Mapping[str, Any]


def layer_info_options() -> Spec:
    """Return the options of quay_layer_info."""
    return {"image": {"type": "str", "required": True}}


def layers(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the layers of an image, the topmost first; one that is not there has none.

    A request, two with a tag. A list of images has none either, and names its images.
    """
    del check_mode
    place, repository, reference = split_image(client, params["image"])
    try:
        digest = digest_of(client, place, repository, reference)
        manifest = manifest_of(client, place, repository, digest)
    except NotFound:
        return Operation(values={"layers": []})
    found = sorted(manifest.get("layers") or [], key=lambda layer: layer["index"], reverse=True)
    values: dict[str, Any] = {"digest": digest, "layers": found}
    if manifest.get("is_manifest_list"):
        values["platforms"] = platforms_of(manifest)
    else:
        values["size"] = sum(layer.get("compressed_size") or 0 for layer in found)
    return Operation(values=values)


def pull_stat_info_options() -> Spec:
    """Return the options of quay_pull_stat_info."""
    return {
        "repository": {"type": "str", "required": True},
        "tag": {"type": "str"},
        "digest": {"type": "str"},
    }


def pulls(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return how often an image was pulled, by its tag or by its digest. One request."""
    del check_mode
    digest, tag = params["digest"], params["tag"]
    check_reference("", digest, tag)
    place, repository = split_repository(client, params["repository"])
    if digest is not None:
        return Operation(values=pulls_of_image(client, place, repository, digest))
    found = pulls_of_tag(client, place, repository, tag or "latest")
    named = {("manifest_digest" if key == "current_manifest_digest" else key): found[key] for key in found}
    return Operation(values=named)
