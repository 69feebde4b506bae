# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which registry quaytool works on, and who asks: from its options, else from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..errors import InvalidDeclaration
from ..http.connection import Connection
from ..http.sessions import Credentials, Password, Token
from ..operations.tokens import token_file
from ..operations.tokens.exports import exported

# What a variable for a token may be called, in the environment and in a file. The first one counts.
TOKENS = ("ADMIN_TOKEN", "QUAY_TOKEN")
_NO = frozenset(["false", "no", "off", "0", "n", "f"])


def connection_of(
    options: Mapping[str, Any], environment: Mapping[str, str], anonymous: bool = False
) -> Connection:
    """Return where the registry is, how to reach it, and who asks.

    ``anonymous``: nobody need be named. Raises InvalidDeclaration and FileTrouble with what is wrong or
    missing.
    """
    host = options["api_url"] or environment.get("QUAY_HOST")
    if not host:
        raise InvalidDeclaration("Which registry is meant? Give --api-url, or QUAY_HOST in the environment.")
    ca_file = options["ca_file"] or environment.get("QUAY_CA_PATH") or None
    if ca_file is not None and not os.path.exists(ca_file):
        raise InvalidDeclaration(f"ca_path {ca_file!r} does not exist.")
    insecure = options["insecure"] or environment.get("QUAY_VERIFY_SSL", "").lower() in _NO
    return Connection(
        host,
        credentials_of(options, environment, anonymous),
        validate_certs=not insecure,
        ca_path=ca_file,
        timeout=_number(options, environment, "timeout", 30.0, float),
        parallel=_number(options, environment, "parallel", 8, int),
    )


def credentials_of(
    options: Mapping[str, Any], environment: Mapping[str, str], anonymous: bool = False
) -> Credentials:
    """Return who asks: as the options say, else as the environment says."""
    if options["token"] is not None and options["token_file"] is not None:
        raise InvalidDeclaration("--token and --token-file both name a token.")
    if options["token"] is not None:
        return Token(options["token"])
    if options["token_file"] is not None:
        return Token(_from_file(options["token_file"]))
    token = next((environment[name] for name in TOKENS if environment.get(name)), None)
    if token is not None:
        return Token(token)
    username, password = (environment.get(name) for name in ("QUAY_USERNAME", "QUAY_PASSWORD"))
    if username or password:
        return Password(username or "", password or "")
    if anonymous:
        return None
    raise InvalidDeclaration(
        "Quay must know who asks: set ADMIN_TOKEN, QUAY_TOKEN, or QUAY_USERNAME and QUAY_PASSWORD in the "
        "environment, or name a file with --token-file (--token works too, but lists of processes show it)."
    )


def _from_file(path: str) -> str:
    stored = token_file.read(path)
    if stored.mode is None:
        raise InvalidDeclaration(f"--token-file {path!r} does not exist.")
    for name in TOKENS:
        token = exported(stored.text, name)
        if token:
            return token
    bare = stored.text.strip()
    if not bare or len(bare.split()) > 1 or "=" in bare:
        # What it holds is not shown: it may be a secret of another kind.
        raise InvalidDeclaration(
            f"--token-file {path!r} holds neither a token alone nor a line such as export ADMIN_TOKEN=..."
        )
    return bare


def _number(
    options: Mapping[str, Any], environment: Mapping[str, str], name: str, default: Any, kind: type
) -> Any:
    variable = f"QUAY_{name.upper()}"
    if options[name] is not None:
        return options[name]
    if not environment.get(variable):
        return default
    try:
        return kind(environment[variable])
    except ValueError as error:
        raise InvalidDeclaration(f"{variable} is {environment[variable]!r}, which is no number.") from error
