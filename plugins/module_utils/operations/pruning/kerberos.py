# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Kerberos, for a host that asks for it: a ticket for a user, and what a request needs to show it.

The library is needed only where somebody signs in this way, so only then it is imported. It is ``gssapi``
alone: ``requests-gssapi``, which would sign requests with it, is no package of Debian's.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Callable
from urllib.parse import urlsplit

from ...errors import KeepListFailed

# Takes a request of ``requests`` that is about to be sent, and returns it.
Signer = Callable[[Any], Any]

# Seconds; a realm whose servers do not answer keeps kinit waiting for long.
_KINIT_TIMEOUT = 60.0
_CACHE = "KRB5CCNAME"
# What Negotiate carries (RFC 4559) is SPNEGO, which has this number (RFC 4178).
_SPNEGO = "1.3.6.1.5.5.2"


@contextmanager
def signed_in(principal: str | None, username: str | None, password: str | None) -> Iterator[Signer]:
    """Hold a ticket, and hand out what signs requests with it, in any thread.

    ``principal`` is that of the service, such as HTTP/host@REALM; None: HTTP at the host that is asked.
    Without a user the ticket is one that is there already, or that Kerberos gets with a keytab of the
    client's. Raises KeepListFailed where there is no library, or no ticket; so does signing.
    """
    gssapi = _library()
    target = None if principal is None else _service(gssapi, principal)
    with ticket(username, password) if username and password else nullcontext():
        try:
            # SPNEGO by itself would say of a ticket that is missing only that it cannot negotiate.
            credentials = gssapi.Credentials(usage="initiate", mechs=[gssapi.MechType.kerberos])
        except gssapi.exceptions.GSSError as error:
            raise KeepListFailed(
                "dlrn_auth: there is no Kerberos ticket, and no sso_username to get one for: "
                f"{_reason(error)}. Nothing was changed."
            ) from error

        def sign(request: Any) -> Any:
            host = urlsplit(request.url).hostname
            try:
                token = _token(gssapi, credentials, target or _web_service(gssapi, host))
            except gssapi.exceptions.GSSError as error:
                service = principal or f"HTTP at {host}"
                text = f"dlrn_auth: there is no Kerberos ticket for {service}: {_reason(error)}."
                raise KeepListFailed(text) from error
            request.headers["Authorization"] = f"Negotiate {base64.b64encode(token).decode()}"
            return request

        yield sign


@contextmanager
def ticket(username: str, password: str) -> Iterator[None]:
    """Hold a ticket for the user, in a cache of its own that nobody else can read and that goes at the end.

    ``kinit`` gets the password on its standard input: arguments can be seen by everybody on the host.
    Raises KeepListFailed.
    """
    before = os.environ.get(_CACHE)
    with tempfile.TemporaryDirectory(prefix="quayops-kerberos-") as directory:
        os.environ[_CACHE] = f"FILE:{directory}/cache"
        try:
            _kinit(username, password)
            yield
        finally:
            if before is None:
                del os.environ[_CACHE]
            else:
                os.environ[_CACHE] = before


def _library() -> Any:
    try:
        import gssapi
    except ImportError as error:
        raise KeepListFailed(
            "dlrn_auth with auth_method kerberosAuth needs the Python library gssapi on the host "
            f"that runs the module (package python3-gssapi): {error}. Nothing was changed."
        ) from error
    return gssapi


def _service(gssapi: Any, principal: str) -> Any:
    name = gssapi.Name(principal, gssapi.NameType.kerberos_principal)
    try:
        # Otherwise it would be read only when it is needed.
        name.canonicalize(gssapi.MechType.kerberos)
    except gssapi.exceptions.GSSError as error:
        raise KeepListFailed(f"dlrn_auth: server_principal {principal!r}: {_reason(error)}.") from error
    return name


def _web_service(gssapi: Any, host: str | None) -> Any:
    return gssapi.Name(f"HTTP@{host}", gssapi.NameType.hostbased_service)


def _token(gssapi: Any, credentials: Any, target: Any) -> bytes:
    context = gssapi.SecurityContext(
        name=target,
        creds=credentials,
        usage="initiate",
        mech=gssapi.OID.from_int_seq(_SPNEGO),
        # The library would have the server prove itself, too: that is for TLS.
        flags=[gssapi.RequirementFlag.out_of_sequence_detection],
    )
    token: bytes = context.step()
    return token


def _reason(error: Exception) -> str:
    """Return what Kerberos itself says; before it stand generalities about GSSAPI."""
    return re.split(r"Minor \(\d+\): ", str(error))[-1].strip(" .\0")


def _kinit(username: str, password: str) -> None:
    try:
        done = subprocess.run(
            ["kinit", username],
            input=f"{password}\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_KINIT_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _failed(username, f"kinit did not end within {_KINIT_TIMEOUT:g} seconds") from error
    except OSError as error:
        text = f"kinit cannot be started: {error.strerror} (package krb5-workstation or krb5-user)"
        raise _failed(username, text) from error
    if done.returncode != 0:
        lines = done.stdout.replace(password, "********").strip().splitlines() or [f"exit {done.returncode}"]
        raise _failed(username, lines[-1])


def _failed(username: str, reason: str) -> KeepListFailed:
    return KeepListFailed(f"dlrn_auth: {username} got no Kerberos ticket: {reason}. Nothing was changed.")
