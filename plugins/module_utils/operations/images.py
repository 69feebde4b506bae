# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What one image is: its labels, its layers, how often it was pulled.

Each operation takes the options of the module of that name. An image that does not exist has nothing; one
that the caller may not see is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..engine.lanes import all_of, run
from ..engine.words import Spec
from ..errors import NotFound
from ..http.client import Client
from ..kinds.image import Image, check_image_parts, digest_of, image_of, manifest_path, tag_path
from ..kinds.image_list import is_list, layers_of, listed_images
from ..kinds.manifest_label import labels_of
from ..kinds.offered import below_repository
from .namespaces import split_repository
from .operation import Operation

Params = Mapping[str, Any]

# Labels


def label_info_options() -> Spec:
    """Return the options of quay_manifest_label_info."""
    # A label's key is none that opens anything.
    return {"image": {"type": "str", "required": True}, "key": {"type": "str", "no_log": False}}


def labels(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the labels of an image, or those with one key, sorted."""
    del check_mode
    image = image_of(client, params["image"])
    try:
        found = labels_of(client, image)
    except NotFound:
        found = []
    if params["key"] is not None:
        found = [label for label in found if label["key"] == params["key"]]
    return Operation(values={"labels": sorted(found, key=lambda label: (label["key"], label["value"]))})


# Layers


def layer_info_options() -> Spec:
    """Return the options of quay_layer_info."""
    return {"image": {"type": "str", "required": True}}


def layers(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the layers of an image, the top one first; of a list, those of each platform."""
    del check_mode
    image = image_of(client, params["image"])
    nothing: dict[str, Any] = {"layers": [], "platforms": [], "digest": None, "size": None}
    try:
        digest = digest_of(client, image)
    except NotFound:
        return Operation(values=nothing)
    view = client.find(manifest_path(image, digest))
    if view is None:
        return Operation(values=nothing)
    found = {"digest": digest, "layers": layers_of(view), "size": view.get("layers_compressed_size")}
    if not is_list(view):
        return Operation(values={**found, "platforms": []})
    return Operation(values={**found, "size": None, "platforms": _platforms(client, image, view)})


def _platforms(client: Client, image: Image, view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the layers of each image of a list; of one that the registry does not hold there are none."""
    images = listed_images(view)
    calls = [partial(client.find, manifest_path(image, one.digest)) for one in images]
    (views,) = run([all_of(calls)], client.parallel, client.observer)
    return [
        {
            "platform": one.platform,
            "digest": one.digest,
            "size": (there or {}).get("layers_compressed_size"),
            "layers": layers_of(there or {}),
        }
        for one, there in zip(images, views)
    ]


# Pulls


def pull_stat_options() -> Spec:
    """Return the options of quay_pull_stat_info."""
    return {
        "repository": {"type": "str", "required": True},
        "tag": {"type": "str"},
        "digest": {"type": "str"},
    }


def pulls(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return how often an image was pulled, and when last; nothing of one that does not exist."""
    del check_mode
    check_image_parts(tag=params["tag"], digest=params["digest"])
    place, name = split_repository(client, params["repository"])
    digest = params["digest"] or ""
    image = Image(place.name, name, "" if digest else params["tag"] or "latest", digest)
    path = manifest_path(image, digest) if digest else tag_path(image)
    try:
        found = dict(below_repository(client, f"{path}/pull_statistics"))
    except NotFound:
        return Operation()
    # Of a tag that moved it may be the image that was pulled last by it.
    if "current_manifest_digest" in found:
        found["manifest_digest"] = found.pop("current_manifest_digest")
    return Operation(values=found)
