# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a registry offers, and what to do where it does not: it is too old, or the feature is off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.lanes import Call
from ..errors import FeatureOff, Forbidden, NotFound
from ..http.client import Client


def if_offered(call: Call) -> Any:
    """Return what a call returns, None where the registry does not offer it."""
    try:
        return call()
    except FeatureOff:
        return None


def settings_told(client: Client) -> Mapping[str, Any]:
    """Return what the registry tells everybody of its settings (see Client.settings); maybe nothing."""
    try:
        return client.settings()
    except (Forbidden, NotFound):
        # A proxy in front may let pass only the API.
        return {}
