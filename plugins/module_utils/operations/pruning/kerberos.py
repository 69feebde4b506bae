# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Kerberos, for a host that asks for it: a ticket for a user, and what a request needs to show it.

The libraries are needed only where somebody signs in this way, so only then they are imported.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...errors import KeepListFailed

# Seconds; a realm whose servers do not answer keeps kinit waiting for long.
_KINIT_TIMEOUT = 60.0
_CACHE = "KRB5CCNAME"


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


def authentication(principal: str | None) -> Any:
    """Return what signs a request of ``requests`` with the ticket at hand; one for each thread.

    ``principal`` is that of the service, such as HTTP/host@REALM; None: HTTP at the host that is asked.
    Raises KeepListFailed where the libraries are missing.
    """
    try:
        import gssapi
        import requests_gssapi
    except ImportError as error:
        raise KeepListFailed(
            "dlrn_auth with auth_method kerberosAuth needs the Python library requests-gssapi on the host "
            f"that runs the module (package python3-requests-gssapi): {error}. Nothing was changed."
        ) from error
    options: dict[str, Any] = {"opportunistic_auth": True}
    if principal is not None:
        try:
            options["target_name"] = gssapi.Name(principal, gssapi.NameType.kerberos_principal)
        except gssapi.exceptions.GSSError as error:
            raise KeepListFailed(f"dlrn_auth: server_principal {principal!r}: {error}") from error
    return requests_gssapi.HTTPSPNEGOAuth(**options)


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
