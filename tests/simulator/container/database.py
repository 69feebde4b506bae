# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The PostgreSQL of DB_URI. Nothing here ever shows the address, which holds the password."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg.conninfo import make_conninfo

# What DB_CONNECTION_ARGS may hold that is a parameter of libpq, too.
_PARAMETERS = (
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslsni",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "sslcrl",
    "sslcrldir",
    "sslcompression",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
)


class DatabaseError(Exception):
    """The database cannot be used; the text says why without naming a secret."""


def scheme(uri: str) -> str:
    """The part of an address before the colon."""
    return uri.partition(":")[0]


def connection_text(
    uri: str, arguments: Mapping[str, Any] | None = None, home: Path | None = None, timeout: int = 5
) -> str:
    """The address for libpq. A relative path of a certificate counts from the home of Quay."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as error:
        raise DatabaseError(f"DB_URI is not well-formed: {error}") from None
    if parts.scheme.partition("+")[0] != "postgresql":
        raise DatabaseError(f"a database of the kind {parts.scheme or 'unknown'} is not supported here")
    if len(parts.path) < 2:
        raise DatabaseError("DB_URI names no database")
    values: dict[str, Any] = {
        "host": parts.hostname,
        "port": port,
        "dbname": unquote(parts.path[1:]),
        "user": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "connect_timeout": timeout,
    }
    values.update(parse_qsl(parts.query))
    values.update({name: value for name, value in (arguments or {}).items() if name in _PARAMETERS})
    for name in ("sslrootcert", "sslcert", "sslkey", "sslcrl"):
        path = values.get(name)
        if path and home is not None and path != "system":
            values[name] = str(home / str(path))
    try:
        return make_conninfo("", **{name: value for name, value in values.items() if value is not None})
    except psycopg.Error as error:
        raise DatabaseError(f"DB_URI is not well-formed: {_first_line(error)}") from None


def connect(text: str) -> psycopg.Connection[Any]:
    """A connection that commits each statement. Raises DatabaseError."""
    try:
        return psycopg.connect(text, autocommit=True)
    except psycopg.Error as error:
        raise DatabaseError(_first_line(error)) from None


def check(text: str) -> None:
    """Connects, and looks for the extension pg_trgm, as Quay's validation does. Raises DatabaseError."""
    with connect(text) as connection:
        try:
            found = connection.execute("SELECT extname FROM pg_extension").fetchall()
        except psycopg.Error as error:
            raise DatabaseError(_first_line(error)) from None
    if not any("pg_trgm" in name for (name,) in found):
        raise DatabaseError("the extension pg_trgm is not installed in this database")


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
