# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""JSON web tokens that are signed with a shared key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from typing import Any

_LEEWAY = 15.0  # seconds
_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(key: bytes, claims: dict[str, Any]) -> str:
    """A token with HS256, the way Quay signs it."""
    parts = [_encode(json.dumps(part).encode("utf-8")) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signature = hmac.new(key, ".".join(parts).encode("ascii"), hashlib.sha256).digest()
    return ".".join([*parts, _encode(signature)])


def is_valid(token: str, key: bytes, issuers: Iterable[str], now: float | None = None) -> bool:
    """Whether a token has the right signature, is in force, and comes from one of the issuers."""
    now = time.time() if now is None else now
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(_decode(head)), json.loads(_decode(body))
        algorithm = _HASHES[header["alg"]]
        given = _decode(signature)
        expected = hmac.new(key, f"{head}.{body}".encode("ascii"), algorithm).digest()
        if not hmac.compare_digest(given, expected):
            return False
        in_force = (
            claims.get("exp", now) + _LEEWAY >= now
            and claims.get("nbf", now) - _LEEWAY <= now
            and claims.get("iat", now) - _LEEWAY <= now
        )
        return in_force and claims.get("iss") in tuple(issuers)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        return False
