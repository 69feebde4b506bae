# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""HTTP to Quay, and nothing else: credentials, retries, paging, errors.

The client decides nothing about objects. Reads are repeated when that may help. A write is sent
once: where its outcome is open, ``Unconfirmed`` tells the caller to read again.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Callable

from ..errors import (
    AnswerTooLarge,
    AuthenticationFailed,
    FeatureOff,
    FreshLoginRequired,
    IncompleteListing,
    NotFound,
    QuayError,
    RateLimited,
    ReadOnly,
    ServerFault,
    SessionLost,
    Unconfirmed,
    Unreachable,
)
from .answers import Answer, not_quay, refusal
from .connection import API, Connection
from .expected import mismatch
from .sessions import Password, Sessions, SignedIn
from .signin import sign_in
from .transport import Passing, Transport
from .waits import Waits

# A request is tried so often in all. A host that never answered is more likely named wrong than
# restarting, and should be reported soon.
TRIES = 10
FIRST_CONTACT_TRIES = 3
_PASSING = (502, 503, 504)
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 8.0
_LONGEST_RETRY_AFTER = 60.0
_IDENTITY = ("uuid", "id", "kid", "namespace", "name", "start_ts", "end_ts", "manifest_digest")


class Client:
    """Sends requests to one registry, from any number of threads.

    A successful answer that is returned has the shape that expected.py gives to it.

    ``adapter`` makes a ``requests`` transport adapter (tests mount the simulator with it);
    ``sleep`` waits between tries. ``first_contact_tries`` is how often a host is tried that has not
    answered yet. ``observer`` may be set to be told how many calls are known of and how many have ended
    (see lanes.py). ``waits`` takes note of what is waited for before something is tried again.
    """

    def __init__(
        self,
        connection: Connection,
        adapter: Callable[[], Any] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        first_contact_tries: int = FIRST_CONTACT_TRIES,
        waits: Waits | None = None,
    ) -> None:
        self.connection = connection
        self.observer: Callable[[int, int], None] | None = None
        self._adapter = adapter
        self._sleep = sleep
        self.waits = waits or Waits()
        self._first_contact_tries = first_contact_tries
        self._transport = Transport(connection, adapter)
        self._sessions = Sessions(connection.credentials, self._transport.new_session, self._sign_in)
        # Why no request can succeed: no answer ever, or a token that is not valid. Found out once for all.
        self._hopeless: QuayError | None = None
        # Whether something has answered that can be nothing but Quay's API.
        self._is_quay = False
        self._settings: Mapping[str, Any] | None = None
        self._settings_lock = threading.Lock()

    @property
    def parallel(self) -> int:
        """How many requests may be under way at a time."""
        return self.connection.parallel

    def caller(self) -> str:
        """Return the user name of who asks. One request.

        Raises AuthenticationFailed also where the scope user:read lacks.
        """
        return str(self.get("user/")["username"])

    @property
    def reached(self) -> bool:
        """Whether the host has answered anything yet."""
        return self._transport.reached

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """Return the decoded answer to a GET of ``path`` (relative to /api/v1).

        Raises the error of errors.py that fits; NotFound where the object is not there.
        """
        return self._call("GET", path, query=query)

    def find(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """As ``get``, but None where the object is not there."""
        try:
            return self.get(path, query)
        except NotFound:
            return None

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request that changes something, once, and return the decoded answer.

        Raises Unconfirmed where it is open whether Quay carried it out.
        """
        return self._call(method, path, body=body)

    def settings(self) -> Mapping[str, Any]:
        """Return what the registry tells everybody of itself; it is asked once.

        ``config`` has some of the settings of its config.yaml, ``features`` the flags without ``FEATURE_``,
        ``version_number`` is a text such as "Quay v3.18.0".
        """
        with self._settings_lock:
            if self._settings is None:
                self._settings = self._call("GET", "/config")
            return self._settings

    def submit(
        self, path: str, form: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a form to a page of the web interface, once, and return its answer.

        That may be a redirection, which is not followed. Raises Unconfirmed as ``send`` does.
        """
        answer: Answer = self._call("POST", path, query=query, form=form)
        return answer

    def sign_in(self) -> None:
        """Sign in now, rather than with the first request; without a password there is nothing to do.

        Raises AuthenticationFailed where Quay does not accept the password.
        """
        self._sessions.current()

    def as_user(self, password: Password) -> Client:
        """Return a client of the same registry for a user with this password."""
        connection = replace(self.connection, credentials=password)
        return Client(connection, self._adapter, self._sleep, self._first_contact_tries, self.waits)

    def pages(
        self,
        path: str,
        key: str,
        query: Mapping[str, str] | None = None,
        check: Callable[[Mapping[str, Any]], None] = lambda answer: None,
    ) -> Iterator[list[Any]]:
        """Yield each page's list under ``key`` of a listing with ``next_page`` tokens.

        ``check`` is given each answer, and raises where it is none to what was asked.
        Raises IncompleteListing rather than ending early or going round in circles: Quay answers a
        page token that it does not accept any more with the first page.
        """
        tokens: set[str] = set()
        firsts: set[str] = set()
        token = None
        while True:
            asked = dict(query or {})
            if token is not None:
                asked["next_page"] = token
            answer = self.get(path, asked)
            check(answer)
            items = answer[key]
            token = answer.get("next_page")
            first = _page_identity(items) if items else None
            if token in tokens or (first is not None and first in firsts):
                raise IncompleteListing(
                    f"GET {path}: the listing repeats a page, so it cannot be completed. Run again; "
                    "if it stays so, PAGE_TOKEN_KEY differs between the registry's instances."
                )
            yield items
            if not token:
                return
            tokens.add(token)
            if first is not None:
                firsts.add(first)

    def listing(self, path: str, key: str, query: Mapping[str, str] | None = None) -> list[Any]:
        """Return all entries of a listing, or raise."""
        return [item for page in self.pages(path, key, query) for item in page]

    def numbered_listing(self, path: str, key: str, query: Mapping[str, str] | None = None) -> list[Any]:
        """Return all entries of a listing whose pages have numbers.

        What changes meanwhile moves the pages' borders, so an entry that comes twice is taken once.
        Raises IncompleteListing where a page is not the one that was asked for, or the listing has no end.
        """
        found: dict[str, Any] = {}
        page = 1
        while True:
            answer = self.get(path, {**(query or {}), "page": str(page)})
            items = answer[key]
            if answer.get("page", page) != page or (answer.get("has_additional") and not items):
                raise IncompleteListing(f"GET {path}: page {page} of the listing is not what was asked for.")
            known = len(found)
            found.update((_identity(item), item) for item in items)
            if not answer.get("has_additional"):
                return list(found.values())
            if len(found) == known:
                raise IncompleteListing(f"GET {path}: page {page} of the listing holds nothing new.")
            page += 1

    def pause(self, tries: int, cause: QuayError) -> None:
        """Wait before something is tried again that has failed ``tries`` times, at last for ``cause``."""
        self._rest(cause.message, _wait(tries, None))

    def _rest(self, reason: str, seconds: float) -> None:
        self.waits.note(reason, seconds)
        self._sleep(seconds)

    def _sign_in(self, session: Any, password: Password) -> SignedIn:
        try:
            signed_in = sign_in(self._transport, self._patiently, session, password)
        except FeatureOff as error:
            raise self._truly_off(error) from error
        self._is_quay = True
        return signed_in

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Any:
        reading = method == "GET"
        signed_in_again = False
        tries = 0
        while True:
            tries += 1
            self._raise_if_hopeless()
            session, generation = self._sessions.current()
            try:
                return self._attempt(session, method, path, params=query, json=body, data=form)
            except (FreshLoginRequired, SessionLost):
                # Refused before anything was done, so the same request may be sent again.
                if signed_in_again or not self._sessions.with_password:
                    raise
                signed_in_again = True
                self._sessions.renew(generation)
            except Passing as trouble:
                if not (reading or trouble.refused):
                    raise Unconfirmed(trouble.cause, lasting=False) from trouble.cause
                self._wait_or_give_up(trouble, tries)
            except (ServerFault, AnswerTooLarge) as error:
                if reading:
                    raise
                raise Unconfirmed(error, lasting=True) from error

    def _raise_if_hopeless(self) -> None:
        """Spare a request that must fail as an earlier one did; a host may have answered meanwhile."""
        error = self._hopeless
        if error is not None and not (isinstance(error, Unreachable) and self._transport.reached):
            raise error

    def _attempt(self, session: Any, method: str, path: str, **kwargs: Any) -> Any:
        # Of the addresses outside the API only pages take a POST; they answer with text or a redirection.
        page = path.startswith("/")
        answer = self._transport.exchange(session, method, path, path if page else f"{API}/{path}", **kwargs)
        if page and method == "POST" and (answer.status < 300 or answer.status == 302):
            return answer
        if 200 <= answer.status < 300:
            return self._checked(answer)
        error = refusal(answer, self._sessions.with_token)
        if isinstance(error, RateLimited):
            raise Passing(error, refused=True, retry_after=_retry_after(answer))
        if answer.status in _PASSING and not isinstance(error, ReadOnly):
            raise Passing(error, refused=False, retry_after=_retry_after(answer))
        # What is asked at user/ may be refused for want of a scope, with a token that is valid.
        if isinstance(error, AuthenticationFailed) and self._sessions.with_token and path != "user/":
            self._hopeless = error
        if isinstance(error, FeatureOff):
            raise self._truly_off(error)
        raise error

    def _checked(self, answer: Answer) -> Any:
        """Return the body of a successful answer.

        Raises NotQuay where it is not what Quay answers to that request; of a change Unconfirmed, for
        something may have been carried out all the same.
        """
        if answer.is_json:
            wrong = mismatch(answer.method, answer.path, answer.status, answer.body, answer.is_empty)
            if not wrong:
                self._is_quay = True
                return answer.body
        else:
            wrong = "it is not JSON"
        if answer.method == "GET":
            raise not_quay(answer, wrong)
        raise Unconfirmed(not_quay(answer, wrong), lasting=True)

    def _truly_off(self, error: FeatureOff) -> QuayError:
        """Return the error for an endpoint that is not there: only a Quay can have it switched off.

        Whether it is one tells what everybody may ask, or is refused in Quay's own words.
        """
        if self._is_quay:
            return error
        session = self._transport.new_session()
        answer = self._patiently(lambda: self._transport.exchange(session, "GET", "user/", f"{API}/user/"))
        if answer.is_json and isinstance(answer.body, Mapping) and answer.status in (200, 401, 403):
            self._is_quay = True
            return error
        return not_quay(answer, "no Quay answers at that path")

    def _patiently(self, exchange: Callable[[], Answer]) -> Answer:
        """Repeat an exchange that may be repeated (reading, signing in) while its failure may pass."""
        tries = 0
        while True:
            tries += 1
            try:
                answer = exchange()
            except Passing as trouble:
                self._wait_or_give_up(trouble, tries)
                continue
            if answer.status not in (429, *_PASSING) or tries >= TRIES:
                return answer
            reason = refusal(answer, self._sessions.with_token)
            self._rest(reason.message, _wait(tries, _retry_after(answer)))

    def _wait_or_give_up(self, trouble: Passing, tries: int) -> None:
        first_contact = isinstance(trouble.cause, Unreachable) and not self._transport.reached
        if tries >= (self._first_contact_tries if first_contact else TRIES):
            error = trouble.given_up(tries)
            if first_contact:
                self._hopeless = error
            raise error from trouble.cause
        self._rest(trouble.cause.message, _wait(tries, trouble.retry_after))


def _page_identity(items: list[Any]) -> str:
    """Return what tells a page from the others: its first entry, or all of it where entries have no name."""
    first = items[0]
    named = not isinstance(first, Mapping) or any(first.get(key) for key in _IDENTITY if key != "namespace")
    return _identity(first) if named else repr(items)


def _identity(item: Any) -> str:
    """Return what tells an entry of a listing from the others."""
    if isinstance(item, Mapping):
        return repr([item.get(key) for key in _IDENTITY])
    return repr(item)


def _retry_after(answer: Answer) -> float | None:
    """Return the seconds of a Retry-After header, within reason; None where it has none (or a date)."""
    try:
        seconds = float(answer.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(seconds, _LONGEST_RETRY_AFTER) if seconds >= 0 else None


def _wait(tries: int, retry_after: float | None) -> float:
    """Return how many seconds to wait after ``tries`` tries: what the server said, or doubling.

    The jitter keeps parallel threads from coming back all at once.
    """
    jitter = random.uniform(0.5, 1.0)
    if retry_after is not None:
        return retry_after + _FIRST_WAIT * jitter
    return float(min(_FIRST_WAIT * 2 ** (tries - 1), _LONGEST_WAIT) * jitter)
