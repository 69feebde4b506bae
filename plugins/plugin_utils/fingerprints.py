# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What tells that something has changed, and nothing of what it is. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from ansible_collections.quayops.quay.plugins.plugin_utils.plain_values import plain


def fingerprint(parts: Any, key: str) -> str:
    """Return 16 hexadecimal digits that change with the parts, and tell nothing of them without the key."""
    if not key:
        raise ValueError("A fingerprint needs a key that is not empty.")
    text = json.dumps(plain(parts), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key.encode("utf-8"), text.encode("ascii"), hashlib.sha256).hexdigest()[:16]
