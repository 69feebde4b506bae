# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a user's file of credentials holds. Pure: it gets the text."""

from __future__ import annotations

from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.exports import exported


def token_file(text: Any) -> dict[str, str]:
    """Return ADMIN_TOKEN and USER_PASSWORD of a user's file, as far as they are in it."""
    values = {name: exported(str(text or ""), name) for name in ("ADMIN_TOKEN", "USER_PASSWORD")}
    return {name: value for name, value in values.items() if value}
