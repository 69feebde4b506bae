# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Secrets in the database that were made with another DATABASE_SECRET_KEY, and so cannot be read."""

from __future__ import annotations

from typing import Any

from .errors import ServerFault


class Unreadable(str):
    """A secret as it is stored; it equals no secret that anybody presents."""

    __slots__ = ()


def readable(value: Any) -> Any:
    """The value; as Quay, which lets the failure pass, an answer of 500 when it cannot be read."""
    if isinstance(value, Unreadable):
        raise ServerFault()
    return value
