# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Pieces that many answers share."""

from __future__ import annotations

import hashlib
import time
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from .store import Row

_COLORS = (
    "#969696",
    "#aec7e8",
    "#ff7f0e",
    "#ffbb78",
    "#2ca02c",
    "#98df8a",
    "#d62728",
    "#ff9896",
    "#9467bd",
    "#c5b0d5",
)


@lru_cache(maxsize=65536)
def _look(name: str) -> tuple[str, str]:
    value = hashlib.sha256(name.encode("utf-8")).hexdigest()
    return value, _COLORS[int(value[:4], 16) % len(_COLORS)]


def avatar(name: str, kind: str) -> dict[str, str]:
    """The picture of a user, robot, team, org or app."""
    value, color = _look(name)
    return {"name": name, "hash": value, "color": color, "kind": kind}


def user_avatar(user: Row) -> dict[str, str]:
    """The picture of an account; where Quay takes an organization for a user its kind is ``user``, too."""
    return avatar(user.username, "robot" if user.robot else "user")


def rfc2822(moment: float | None) -> str | None:
    """A date as most answers spell it."""
    return None if moment is None else formatdate(moment)


def iso(moment: float | None) -> str | None:
    """A date as application tokens and mirrors spell it."""
    if moment is None:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def permission_view(visibility: str, repository: str, role: str) -> dict[str, Any]:
    """A permission as teams and robots list it: the repository goes by its short name."""
    return {"repository": {"name": repository, "is_public": visibility == "public"}, "role": role}
