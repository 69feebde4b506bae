# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is in a list of images."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.kinds.image_list import (
    is_list,
    layers_of,
    listed_images,
)


def manifest(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"is_manifest_list": True, "manifest_data": json.dumps({"manifests": entries}), "layers": None}


def test_platforms_are_named_with_their_variant() -> None:
    view = manifest(
        {"digest": "sha256:1", "platform": {"os": "linux", "architecture": "amd64"}},
        {"digest": "sha256:2", "platform": {"os": "linux", "architecture": "arm", "variant": "v7"}},
        {"digest": "sha256:3"},
    )
    assert is_list(view)
    assert listed_images(view) == [
        ("linux/amd64", "sha256:1"),
        ("linux/arm/v7", "sha256:2"),
        ("", "sha256:3"),
    ]


def test_an_attestation_is_no_image() -> None:
    annotations = {"vnd.docker.reference.type": "attestation-manifest"}
    platform = {"os": "unknown", "architecture": "unknown"}
    assert (
        listed_images(manifest({"digest": "sha256:1", "platform": platform, "annotations": annotations}))
        == []
    )


def test_the_top_layer_is_the_first() -> None:
    assert layers_of({"layers": [{"index": 0}, {"index": 1}]}) == [{"index": 1}, {"index": 0}]
    assert layers_of(manifest()) == []
