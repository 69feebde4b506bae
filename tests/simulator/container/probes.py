# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Looks at the outside world for the validation: each answers None, or what is wrong, without secrets."""

from __future__ import annotations

import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import database, redis, storage
from .validation import Probes
from .versions import Version


def _database(uri: str, arguments: Mapping[str, Any], home: Path) -> str | None:
    if database.scheme(uri) == "sqlite":
        return None  # Quay makes the file; only this stand-in cannot use it (see boot.py)
    if database.scheme(uri) != "postgresql":
        return "the scheme must be postgresql, mysql+pymysql (not supported here) or sqlite"
    try:
        database.check(database.connection_text(uri, arguments, home))
    except database.DatabaseError as error:
        return str(error)
    return None


def _redis(options: Mapping[str, Any]) -> str | None:
    try:
        redis.ping(redis.address(options))
    except redis.RedisError as error:
        return str(error)
    return None


def _bucket(engine: str, options: Mapping[str, Any], version: Version) -> str | None:
    where = storage.bucket(engine, options, version)
    if where is None:
        return f"{engine} is not spoken here"
    try:
        storage.find_bucket(where)
    except storage.StorageError as error:
        return str(error)
    return None


def tcp(host: str, port: int, seconds: float) -> str | None:
    """Whether a port can be connected to."""
    try:
        socket.create_connection((host, port), seconds).close()
    except OSError as error:
        return str(error)
    return None


def trusting(verify: bool = True) -> ssl.SSLContext:
    """Trusts what was installed, as Quay does: newer Pythons ask more of an authority's certificate."""
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def http(url: str, seconds: float, verify: bool = True) -> str | None:
    """Whether an HTTP server answers, whatever its status."""
    try:
        urllib.request.urlopen(url, timeout=seconds, context=trusting(verify)).close()
    except urllib.error.HTTPError:
        return None
    except urllib.error.URLError as error:
        return str(error.reason)
    except (OSError, ValueError) as error:
        return str(error)
    return None


def real(version: Version, home: Path) -> Probes:
    """Probes that use the network."""
    return Probes(
        database=lambda uri, arguments: _database(uri, arguments, home),
        redis=_redis,
        bucket=lambda engine, options: _bucket(engine, options, version),
        tcp=tcp,
        http=http,
    )
