# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who is calling: OAuth tokens, sessions, and the CSRF check."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any

from flask import Request

from .errors import HelperAbort
from .store import Row, Store

CSRF_KEY = "_csrf_token"
CSRF_HEADER = "X-CSRF-Token"
NEXT_CSRF_HEADER = "X-Next-CSRF-Token"
_ACCESS_INTERVAL = 60  # seconds: Quay updates last_accessed at most this often


@dataclass
class Identity:
    """The caller, and how the caller proved who it is."""

    user: Row | None = None
    token: Row | None = None  # the OAuth token; None for a session or for nobody


def digest(secret: str) -> str:
    """What is kept of a token or password. Quay uses bcrypt, which a benchmark could not afford."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_csrf_token() -> str:
    """A CSRF token in Quay's format."""
    return base64.urlsafe_b64encode(secrets.token_bytes(48)).decode("ascii")


def bearer(request: Request) -> str | None:
    """The bearer token of a request, if it sent one."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip() else None


def identify(store: Store, request: Request, session: Any) -> Identity:
    """The caller. A token that is wrong, expired or a disabled user's is not an error: it counts as none."""
    presented = bearer(request)
    if presented is not None:
        token = valid_token(store, presented)
        if token is not None:
            return Identity(store.users.get(token.user), token)
    if CSRF_KEY in request.cookies:  # the session cookie has that name, too
        return Identity(session_user(store, session))
    return Identity()


def valid_token(store: Store, presented: str) -> Row | None:
    """The row of an OAuth token that is in force."""
    token = store.oauth_tokens.first(token_digest=digest(presented))
    if token is None or token.expires_at <= time.time():
        return None
    user = store.users.get(token.user)
    if user is None or not user.enabled:
        return None
    if token.last_accessed is None or token.last_accessed < time.time() - _ACCESS_INTERVAL:
        store.oauth_tokens.update(token, last_accessed=time.time())
    return token


def session_user(store: Store, session: Any) -> Row | None:
    """The user of a session. Ending all sessions gives the user a new uuid: older cookies name nobody."""
    user_uuid = session.get("_user_id")
    user = store.users.first(uuid=user_uuid) if user_uuid else None
    return user if user is not None and user.enabled and not user.organization else None


def sign_in(session: Any, user: Row, permanent: bool) -> dict[str, str]:
    """Starts a session; answers the header with the CSRF token that replaces the one before."""
    session["_user_id"] = user.uuid
    session["login_time"] = time.time()
    session.permanent = permanent
    session[CSRF_KEY] = new_csrf_token()
    return {NEXT_CSRF_HEADER: session[CSRF_KEY]}


def check_csrf(request: Request, session: Any, user: Row | None) -> None:
    """Raises the CSRF refusal, unless the request repeats the token of its session."""
    expected = str(session.get(CSRF_KEY, ""))
    found = str(request.values.get(CSRF_KEY, "")) or request.headers.get(CSRF_HEADER, "")
    if not expected or not found or not hmac.compare_digest(expected.encode(), found.encode()):
        text = "CSRF token was invalid or missing."
        if user is not None:
            text += f" (authorized: user {user.username})"
        raise HelperAbort(403, text)
