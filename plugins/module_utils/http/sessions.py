# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who speaks to Quay: an OAuth token, or one sign-in that all threads share.

A request with a token costs Quay a bcrypt check (about 190 ms of its CPU), one with the cookie of a
sign-in about 30 ms. Signing out would end every session of that user, so it is never done.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Callable, Union

from ..errors import InvalidDeclaration, QuayError


@dataclass(frozen=True)
class Token:
    """An OAuth access token."""

    value: str

    def __post_init__(self) -> None:
        if not self.value.strip():
            raise InvalidDeclaration("quay_token is empty.")
        if not self.value.isascii() or any(ch.isspace() for ch in self.value):
            raise InvalidDeclaration(
                "quay_token contains a blank, a line end or a character outside ASCII. A token is 40 letters "
                "and digits; a line end often comes from reading it out of a file."
            )

    def __repr__(self) -> str:
        return "Token(…)"


@dataclass(frozen=True)
class Password:
    """A user name and its password, exchanged for a session by signing in."""

    username: str
    value: str

    def __post_init__(self) -> None:
        if not self.username or not self.value:
            raise InvalidDeclaration("quay_username and quay_password must both be given, and not be empty.")

    def __repr__(self) -> str:
        return f"Password({self.username!r}, …)"


Credentials = Union[Token, Password, None]


@dataclass(frozen=True)
class SignedIn:
    """What a sign-in left behind: the cookies, and the CSRF token that writes must carry."""

    cookies: Any = field(repr=False)
    csrf_token: str = field(repr=False)


class Sessions:
    """Hands each thread its own ``requests.Session``, all of them the same caller.

    ``new_session`` makes a bare session; ``sign_in`` exchanges a password for a session with it.
    """

    def __init__(
        self,
        credentials: Credentials,
        new_session: Callable[[], Any],
        sign_in: Callable[[Any, Password], SignedIn],
    ) -> None:
        self._credentials = credentials
        self._new_session = new_session
        self._sign_in = sign_in
        self._lock = threading.Lock()
        self._local = threading.local()
        self._signed_in: SignedIn | None = None
        self._refused: QuayError | None = None
        self._generation = 0

    @property
    def with_token(self) -> bool:
        return isinstance(self._credentials, Token)

    @property
    def with_password(self) -> bool:
        return isinstance(self._credentials, Password)

    def current(self) -> tuple[Any, int]:
        """Return this thread's session and the number of the sign-in that it belongs to.

        Raises the error of a sign-in that was refused, to every thread that asks.
        """
        with self._lock:
            if isinstance(self._credentials, Password) and self._signed_in is None:
                self._signed_in = self._sign_in_once(self._credentials)
            generation, signed_in = self._generation, self._signed_in
        if getattr(self._local, "generation", None) != generation:
            self._local.session = self._dress(self._new_session(), signed_in)
            self._local.generation = generation
        return self._local.session, generation

    def renew(self, generation: int) -> None:
        """Forget the sign-in number ``generation``, unless another thread has renewed it already."""
        with self._lock:
            if self._generation == generation:
                self._generation += 1
                self._signed_in = None

    def _sign_in_once(self, password: Password) -> SignedIn:
        """Sign in, unless that was refused before: each wrong password locks the user for longer."""
        if self._refused is not None:
            raise self._refused
        try:
            return self._sign_in(self._new_session(), password)
        except QuayError as error:
            self._refused = error
            raise

    def _dress(self, session: Any, signed_in: SignedIn | None) -> Any:
        if isinstance(self._credentials, Token):
            # As an auth callable, not a plain header: requests would let ~/.netrc replace the header.
            token = self._credentials.value
            # A cookie would make Quay take the request for one of a session, which needs a CSRF token.
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.auth = lambda request: _with_header(request, "Authorization", f"Bearer {token}")
        elif signed_in is not None:
            csrf_token = signed_in.csrf_token
            session.cookies = signed_in.cookies.copy()
            session.auth = lambda request: _with_header(request, "X-CSRF-Token", csrf_token)
        return session


def _with_header(request: Any, name: str, value: str) -> Any:
    request.headers[name] = value
    return request
