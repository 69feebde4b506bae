# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What DLRN has promoted: the hashes, by which images are tagged, of the newest promotion of each name.

DLRN builds and promotes package repositories; its REST API is asked directly. The registry's
credentials are never sent there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable

from ...engine.lanes import Batch, run
from ...errors import InvalidDeclaration, KeepListFailed, QuayError
from ...http.answers import Answer, error_text
from ...http.connection import Connection
from ...http.transport import Options, Passing, Transport
from .kerberos import Signer, signed_in

Sleep = Callable[[float], None]

_PATH = "/api/promotions"
_OPTIONS = Options("dlrn_host", "dlrn_auth.ca_cert")
_ENDPOINT = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")
_HASH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
# A request is tried so often in all. A host that never answered is more likely named wrong.
_TRIES = 6
_FIRST_CONTACT_TRIES = 3
_PASSING = (429, 502, 503, 504)
_LONGEST_WAIT = 8.0
# What DLRN answered to parameters in the address before 2019.
_WANTS_A_BODY = 415


@dataclass(frozen=True)
class Dlrn:
    """``endpoints`` are instances of DLRN below the host, ``promotions`` the names that are asked of each.

    ``host`` is a name or an address with http or https. ``auth`` holds auth_method (kerberosAuth or
    None), server_principal, sso_username, sso_password and ca_cert, all of which may be missing.
    Raises InvalidDeclaration.
    """

    host: str
    endpoints: Sequence[str]
    promotions: Sequence[str]
    auth: Mapping[str, Any]

    def __post_init__(self) -> None:
        wrong = [f"dlrn_endpoints: {one!r} is no endpoint" for one in self.endpoints if not _is_endpoint(one)]
        if not self.host:
            wrong.append("dlrn_endpoints needs dlrn_host")
        if not self.promotions:
            wrong.append("dlrn_endpoints needs promotions, the names that are asked for")
        if bool(self.auth.get("sso_username")) != bool(self.auth.get("sso_password")):
            wrong.append("dlrn_auth: sso_username and sso_password belong together")
        if self.auth.get("sso_username") and not self.auth.get("auth_method"):
            wrong.append("dlrn_auth: sso_username needs auth_method")
        if wrong:
            raise InvalidDeclaration("; ".join(wrong) + ".")

    def connection(self, endpoint: str, like: Connection) -> Connection:
        """Return how the endpoint is reached: with the time-out and the care for certificates of ``like``.

        The authorities are the system's or those of ca_cert: the registry's may be one of its own.
        """
        host = self.host if "://" in self.host else f"https://{self.host}"
        try:
            return Connection(
                f"{host.rstrip('/')}/{endpoint.strip('/')}",
                validate_certs=like.validate_certs,
                ca_path=self.auth.get("ca_cert"),
                timeout=like.timeout,
                parallel=like.parallel,
            )
        except InvalidDeclaration as error:
            text = f"dlrn_host {self.host!r} is not a host; write for example trunk.example.com."
            raise InvalidDeclaration(text) from error


def promoted(dlrn: Dlrn, like: Connection, sleep: Sleep = time.sleep) -> frozenset[str]:
    """Return the hashes of the newest promotion of each name at each endpoint, asked in parallel.

    ``like`` is how the registry is reached. A name that was never promoted has none. Raises
    KeepListFailed for anything else that is not an answer, with endpoint and name.
    """
    transports = {
        endpoint: Transport(dlrn.connection(endpoint, like), options=_OPTIONS)
        for endpoint in dict.fromkeys(dlrn.endpoints)
    }
    with _signed_in(dlrn.auth) as sign:
        ask = partial(_hashes, sign, sleep)
        calls = [
            partial(ask, transport, endpoint, name)
            for endpoint, transport in transports.items()
            for name in dict.fromkeys(dlrn.promotions)
        ]
        (found,) = run([_all(calls)], like.parallel)
    return found


def _all(calls: Sequence[Callable[[], Any]]) -> Batch[frozenset[str]]:
    outcomes = yield list(calls)
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return frozenset(one for outcome in outcomes for one in outcome.value)


def _signed_in(auth: Mapping[str, Any]) -> AbstractContextManager[Signer | None]:
    if not auth.get("auth_method"):
        return nullcontext()
    return signed_in(auth.get("server_principal"), auth.get("sso_username"), auth.get("sso_password"))


def _hashes(sign: Signer | None, sleep: Sleep, transport: Transport, endpoint: str, name: str) -> list[str]:
    query: dict[str, Any] = {"promote_name": name, "limit": 1}
    try:
        answer = _patiently(sign, sleep, transport, params=query)
        if answer.status == _WANTS_A_BODY:
            answer = _patiently(sign, sleep, transport, json=query)
        return _read(answer, name)
    except QuayError as error:
        raise KeepListFailed(
            f"DLRN: the newest promotion of {name!r} at endpoint {endpoint!r} could not be read: {error} "
            "Nothing was changed."
        ) from error


def _patiently(sign: Signer | None, sleep: Sleep, transport: Transport, **query: Any) -> Answer:
    """Ask, again if the failure may pass."""
    tries = 0
    while True:
        tries += 1
        session = transport.new_session()
        if sign is not None:
            session.auth = sign
        try:
            answer = transport.exchange(session, "GET", _PATH, _PATH, **query)
        except Passing as trouble:
            if tries >= (_TRIES if transport.reached else _FIRST_CONTACT_TRIES):
                raise trouble.given_up(tries) from trouble.cause
        else:
            if answer.status not in _PASSING or tries == _TRIES:
                return answer
        finally:
            session.close()
        sleep(min(0.5 * 2 ** (tries - 1), _LONGEST_WAIT))


def _read(answer: Answer, name: str) -> list[str]:
    """Return the hashes of the first promotion in the answer; raise KeepListFailed where it is odd."""
    if answer.status != 200:
        quote = error_text(answer.body)
        said = f' "{quote}"' if quote else ""
        hint = " See dlrn_auth." if answer.status in (401, 403) else ""
        raise KeepListFailed(f"the answer is {answer.status}{said}.{hint}", answer.status)
    if not isinstance(answer.body, list) or not all(isinstance(one, Mapping) for one in answer.body):
        raise KeepListFailed("the answer is no list of promotions.")
    if not answer.body:
        return []
    newest = answer.body[0]
    if newest.get("promote_name") != name:
        # The parameters were lost on the way: anything could be kept, and what should be is not.
        raise KeepListFailed(f"the answer is about {newest.get('promote_name')!r}.")
    # Without components there is no aggregate hash.
    found = [newest.get("repo_hash"), newest.get("aggregate_hash")]
    hashes = [one for one in found if one]
    if not found[0] or not all(isinstance(one, str) and _HASH.fullmatch(one) for one in hashes):
        raise KeepListFailed(f"the answer has the hashes {found!r}.")
    return hashes


def _is_endpoint(text: str) -> bool:
    return _ENDPOINT.fullmatch(text.strip("/")) is not None
