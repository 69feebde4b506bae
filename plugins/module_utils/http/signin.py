# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Signing in: a user name and a password become a session.

Never signs out, since that would end all sessions of the user.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Callable

from ..errors import (
    AccountInactive,
    AuthenticationFailed,
    NotFound,
    NotQuay,
    QuayError,
    RateLimited,
    Unreachable,
)
from .answers import Answer, error_text, not_quay, refusal
from .connection import API
from .sessions import Password, SignedIn
from .transport import Transport

# What can be sent in a header.
_TOKEN = re.compile(r"[!-~]+")

# Runs one exchange, again where it failed in a passing way.
Patiently = Callable[[Callable[[], Answer]], Answer]


def sign_in(transport: Transport, patiently: Patiently, session: Any, password: Password) -> SignedIn:
    """Exchange ``password`` for a session; ``session`` takes the cookies.

    Raises AuthenticationFailed where Quay does not accept the password; its subclass AccountInactive
    where only the account is not in order.
    """
    csrf = _csrf_token(transport, patiently, session)
    if transport.plain and any(cookie.secure for cookie in session.cookies):
        # It would not be sent back, and Quay would miss it without saying so.
        raise Unreachable(
            "The registry marks the cookie of its sessions as secure (PREFERRED_URL_SCHEME is https), so "
            "signing in works over https:// only: write https:// in quay_host, or use quay_token."
        )
    answer = patiently(
        lambda: transport.exchange(
            session,
            "POST",
            "signin",
            f"{API}/signin",
            headers={"X-CSRF-Token": csrf},
            json={"username": password.username, "password": password.value},
        )
    )
    if answer.status != 200 or not isinstance(answer.body, Mapping) or not answer.body.get("success"):
        raise _refused(answer, password.username)
    return SignedIn(session.cookies.copy(), answer.headers.get("X-Next-CSRF-Token") or csrf)


def _csrf_token(transport: Transport, patiently: Patiently, session: Any) -> str:
    answer = patiently(lambda: transport.exchange(session, "GET", "csrf_token", "/csrf_token"))
    if answer.status == 200 and isinstance(answer.body, Mapping):
        given = answer.body.get("csrf_token")
        if isinstance(given, str) and _TOKEN.fullmatch(given):
            return given
    # Quay before 3.8 has no such address, but writes the token into its front page.
    answer = patiently(lambda: transport.exchange(session, "GET", "/", "/"))
    page = answer.body if isinstance(answer.body, str) else ""
    found = re.search(r"""__token\s*=\s*['"]([!#-&(-~]+)['"]""", page)
    if found is None:
        if answer.status >= 300:
            raise refusal(answer, with_token=False)
        raise not_quay(answer)
    return found.group(1)


def _refused(answer: Answer, username: str) -> QuayError:
    text = error_text(answer.body)
    if answer.status == 403 and isinstance(answer.body, Mapping) and "invalidCredentials" in answer.body:
        advice = f'Quay did not sign in {username!r}: "{text}". Check quay_username and quay_password'
        if answer.body.get("needsEmailVerification"):
            advice += "; the account is disabled or its e-mail address is not verified"
        # Quay looks at either only after the password was right.
        inactive = bool(answer.body.get("needsEmailVerification")) or "has been disabled" in text
        return (AccountInactive if inactive else AuthenticationFailed)(advice + ".", 403)
    if answer.status == 429:
        message = f"Quay does not sign in {username!r} for now: too many wrong passwords. Wait some minutes."
        return RateLimited(message, 429)
    if 200 <= answer.status < 300:
        return not_quay(answer)
    error = refusal(answer, with_token=False)
    if isinstance(error, NotFound):
        return NotQuay(error.message, answer.status)
    return error
