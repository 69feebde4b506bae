# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What to do where a registry does not offer something: it is too old, or the feature is off."""

from __future__ import annotations

from typing import Any

from ..engine.lanes import Call
from ..errors import FeatureOff
from ..http.client import Client


def if_offered(call: Call) -> Any:
    """Return what a call returns, None where the registry does not offer it."""
    try:
        return call()
    except FeatureOff:
        return None


def known_keys(client: Client, schema: str) -> frozenset[str] | None:
    """Return the keys that Quay knows in a body, None where its description of the API has no such body."""
    described = client.definitions().get(schema)
    return None if described is None else frozenset(described.get("properties", {}))
