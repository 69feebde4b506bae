# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The passwords of the users of the role quay. Pure, but for the random numbers of new ones."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.exports import exported

GENERATED_PASSWORD = 32
_ALPHABET = string.ascii_letters + string.digits


def passwords(
    users: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str], directory: str
) -> dict[str, str]:
    """The password of each user: the given one, else that of the user's file, else a new one.

    ``texts`` has what the files hold, by path. A user whose file holds a token but no password keeps it
    that way: nothing is made up for an account that exists already, and the value is empty.
    """
    return {name: _password(user, texts.get(f"{directory}/{name}_token")) for name, user in users.items()}


def _password(user: Mapping[str, Any], text: str | None) -> str:
    if user.get("password"):
        return str(user["password"])
    if text is not None:
        return str(exported(text, "USER_PASSWORD") or "")
    return "".join(secrets.choice(_ALPHABET) for dummy in range(GENERATED_PASSWORD))
