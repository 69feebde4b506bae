# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Options that most kinds have."""

from __future__ import annotations

from typing import Any

from .words import Spec


def state_option() -> Spec:
    return {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}


def append_option() -> Spec:
    return {"append": {"type": "bool", "default": True}}


def list_of(options: Spec) -> dict[str, Any]:
    """Return an option that is a list of entries with these options."""
    return {"type": "list", "elements": "dict", "options": options}
