# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What check mode returns in place of what Quay would make up: a value of the same shape that is none of its.

So tasks that take it up can be checked as well. Pure.
"""

from __future__ import annotations

from typing import Any

_MARK = "PLACEHOLDER0"


class Placeholder(str):
    """A value that stands for one that Quay would answer."""


# In place of a UUID.
SOME_ID = Placeholder("00000000-0000-0000-0000-000000000000")


def placeholder(length: int) -> Placeholder:
    """Return capitals and digits in place of a token or an identifier of that many characters."""
    return Placeholder(_MARK.ljust(length, "0"))


def is_placeholder(text: str) -> bool:
    """Tell whether a text is a token or an identifier that check mode returned."""
    return text.startswith(_MARK)


def marked(result: dict[str, Any]) -> dict[str, Any]:
    """Return a module's result, where need be with ``placeholders``: the names of what stands for another."""
    names = sorted(name for name, value in result.items() if isinstance(value, Placeholder))
    return {**result, "placeholders": names} if names else result
