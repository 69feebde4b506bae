# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Accounts to which objects refer: users, and robots."""

from __future__ import annotations

from ..engine.words import Reference
from .names import is_robot, split_robot
from .robot import ROBOT
from .user import USER


def account(namespace: str, name: str) -> Reference:
    """Return the reference to an account; only the namespace's own robots can be among what is read."""
    if not is_robot(name):
        return Reference(USER, (name,), name)
    owner, short = split_robot(name)
    return Reference(ROBOT, (short,) if owner == namespace else (owner, short), name)
