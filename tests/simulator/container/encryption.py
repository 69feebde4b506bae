# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Values that only the owner of DATABASE_SECRET_KEY can read, in the form in which Quay keeps them."""

from __future__ import annotations

import base64
import itertools
import os
import uuid
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from ..sealed import Unreadable

_PREFIX = "v0$$"
_NONCE = 13  # bytes
_FIELDS = {
    "users": ("robot_token",),
    "app_tokens": ("code",),
    "applications": ("client_secret",),
    "mirrors": ("username", "password"),
    "org_mirrors": ("username", "password"),
    "proxy_caches": ("username", "password"),
}


def derive_key(text: str) -> bytes:
    """The 32 bytes that Quay makes of DATABASE_SECRET_KEY: a number, a UUID, or characters of Latin-1."""
    raw = _as_number(text) or _as_uuid(text) or text.encode("latin-1")
    return bytes(itertools.islice(itertools.cycle(raw), 32))


def _as_number(text: str) -> bytes | None:
    try:
        return bytes.fromhex(f"{int(text):02x}")
    except ValueError:  # no number, or one with an odd number of hexadecimal digits
        return None


def _as_uuid(text: str) -> bytes | None:
    try:
        return uuid.UUID(text).bytes
    except ValueError:
        return None


class Vault:
    """Encrypts what is written to the database, and decrypts what is read from it."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESCCM(derive_key(secret))

    def seal(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a row as they are stored."""
        names = _FIELDS.get(kind, ())
        return {name: self._encrypt(value) if name in names else value for name, value in fields.items()}

    def open(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a row as they are used. What another key has encrypted becomes Unreadable."""
        names = _FIELDS.get(kind, ())
        return {name: self._decrypt(value) if name in names else value for name, value in fields.items()}

    def _encrypt(self, value: Any) -> Any:
        if not isinstance(value, str) or isinstance(value, Unreadable):
            return value if value is None else str(value)
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, value.encode("utf-8"), None)
        return _PREFIX + base64.b64encode(sealed).decode("ascii")

    def _decrypt(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not value.startswith(_PREFIX):
            return Unreadable(value)
        sealed = base64.b64decode(value[len(_PREFIX) :])
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode("utf-8")
        except (InvalidTag, UnicodeDecodeError, ValueError):
            return Unreadable(value)
