# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What of a configuration of Quay is secret, and what can be shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.deployment import masking
from ansible_collections.quayops.quay.plugins.plugin_utils.plain_values import plain


def split_secrets(config: Any) -> dict[str, dict[str, Any]]:
    """Return ``config`` and ``secrets`` of a configuration, as the module quay_config takes them."""
    if not isinstance(config, Mapping):
        raise ValueError("A configuration must be a dictionary.")
    encrypted: set[masking.Path] = set()
    shown, secret = masking.split(plain(config, encrypted, ()), encrypted)
    return {"config": shown, "secrets": secret}
