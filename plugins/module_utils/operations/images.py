# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What one image is: its labels.

Each operation takes the options of the module of that name. An image that does not exist has nothing; one
that the caller may not see is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.words import Spec
from ..errors import NotFound
from ..http.client import Client
from ..kinds.image import image_of
from ..kinds.manifest_label import labels_of
from .operation import Operation

Params = Mapping[str, Any]


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
