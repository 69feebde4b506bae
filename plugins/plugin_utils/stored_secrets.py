# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The secrets that a registry keeps: which stay, which are replaced, and which are made. No files.

Pure, but for the random numbers of new secrets. Wrong input raises ValueError, whose text names the secret
and the rule, and never a value.
"""

from __future__ import annotations

import base64
import re
import secrets as randomness
import string
from collections.abc import Mapping, Sequence
from typing import Any

_ALPHANUMERIC = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 32
_KEY_LENGTH = 48
_PSK_BYTES = 32
# What encrypts in the database; another one makes what is stored unreadable.
_PERMANENT = "database_secret_key"


def decide_secrets(
    stored: Any,
    given: Any,
    wanted: Sequence[str],
    force: Sequence[str] = (),
    never_new: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the secrets to use, which of them are new, and which differ from the stored ones.

    What is given wins over what is stored, and that over what is made. What is stored and not wanted now
    is kept. The key of the database cannot be replaced unless it is named in ``force``; a name in
    ``never_new`` is not made up, because something that exists needs the one that is lost.
    """
    old, own = _texts("stored", stored), _texts("given", given)
    values = dict(old)
    generated, changed, lost = [], [], []
    for name in wanted:
        if name in own:
            if name in old and old[name] != own[name]:
                _refuse_replacement(name, force)
                changed.append(name)
            values[name] = own[name]
        elif name not in old:
            if name in never_new:
                lost.append(name)
            else:
                generated.append(name)
                values[name] = generate(name)
    if lost:
        raise ValueError(
            f"There is data that needs {', '.join(lost)}, which is neither stored nor given. New ones would "
            "not fit. Restore the file of secrets from a backup, or set the variables to the former values."
        )
    return {"values": values, "generated": generated, "changed": changed}


def _texts(what: str, values: Any) -> dict[str, str]:
    """Return the secrets that are not empty, as texts."""
    if not isinstance(values, Mapping):
        raise ValueError(f"The {what} secrets must be a dictionary.")
    found = {}
    for name, value in values.items():
        if isinstance(value, (bool, Mapping, list, tuple)):
            raise ValueError(f"{name} must be a text; put it in quotes.")
        text = "" if value is None else str(value)
        if any(character in text for character in "\n\r\0"):
            raise ValueError(f"{name} must not hold a line break.")
        if text:
            found[str(name)] = text
    return found


def _refuse_replacement(name: str, force: Sequence[str]) -> None:
    if name.lower().endswith(_PERMANENT) and name not in force:
        raise ValueError(
            f"{name} is not the one with which this registry was set up. Another one makes the tokens of all "
            "robots and applications unreadable. Leave the variable out to keep the stored one. If the "
            "database is empty, or was restored from a registry with the given key, set "
            "quay_database_secret_key_force: true for one run."
        )


def generate(name: str) -> str:
    """Return a new secret, of the form that its name asks for.

    A pre-shared key is 32 random bytes in base64, a password 32 letters and digits, any other key 48
    characters that need no encoding, of which Quay uses the first 32.
    """
    plain = name.lower()
    if "psk" in plain:
        return base64.b64encode(randomness.token_bytes(_PSK_BYTES)).decode("ascii")
    if re.search(r"password|passwd|passphrase", plain):
        return "".join(randomness.choice(_ALPHANUMERIC) for _index in range(_PASSWORD_LENGTH))
    return randomness.token_urlsafe(_KEY_LENGTH)[:_KEY_LENGTH]
