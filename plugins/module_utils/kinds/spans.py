# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Time spans as users write them."""

from __future__ import annotations

import re

from ..errors import InvalidDeclaration

_DURATION = re.compile(r"(\d+)\s*([smhdw]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def seconds(value: str) -> int:
    """Return a time span, written as seconds or with a unit (2w, 1d, 12h, 30m, 90s), in seconds."""
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise InvalidDeclaration(
            f"time_machine_expiration {value!r} is not a time span; write seconds, or a number with "
            "s, m, h, d or w, such as 2w."
        )
    return int(match.group(1)) * _SECONDS[match.group(2)]
