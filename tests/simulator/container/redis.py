# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""As much of Redis' protocol as a health check needs: AUTH, SELECT, PING, SET and GET."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class RedisError(Exception):
    """Redis cannot be reached, or refuses. The text never holds the password."""


@dataclass(frozen=True)
class Address:
    """Where a Redis is, and how to sign in."""

    host: str
    port: int
    password: str = field(default="", repr=False)
    tls: bool = False
    database: int = 0


def address(options: Mapping[str, Any]) -> Address:
    """The address in a block such as BUILDLOGS_REDIS; the port is 6379 unless another is given."""
    return Address(
        host=str(options.get("host", "")),
        port=int(options.get("port") or 6379),
        password=str(options.get("password") or ""),
        tls=bool(options.get("ssl")),
        database=int(options.get("db") or 0),
    )


class Connection:
    """One connection. Use it in a with statement."""

    def __init__(self, where: Address, timeout: float) -> None:
        try:
            plain = socket.create_connection((where.host, where.port), timeout)
            self._socket = _wrap(plain) if where.tls else plain
        except (OSError, UnicodeError) as error:
            raise RedisError(f"{where.host}:{where.port}: {error}") from None
        self._reader = self._socket.makefile("rb")
        self._where = where

    def __enter__(self) -> Connection:
        try:
            if self._where.password:
                self.command("AUTH", self._where.password)
            if self._where.database:
                self.command("SELECT", str(self._where.database))
        except RedisError:
            self.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection."""
        self._reader.close()
        self._socket.close()

    def command(self, *words: str) -> str | None:
        """Sends a command; answers a status or a value. Raises RedisError for what Redis refuses."""
        parts = [word.encode("utf-8") for word in words]
        message = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts)
        try:
            self._socket.sendall(message)
            return self._answer()
        except (OSError, ValueError) as error:
            raise RedisError(f"{self._where.host}:{self._where.port}: {error}") from None

    def _answer(self) -> str | None:
        line = self._reader.readline()
        if not line.endswith(b"\r\n"):
            raise RedisError("the connection was closed")
        kind, text = line[:1], line[1:-2].decode("utf-8", "replace")
        if kind == b"-":
            raise RedisError(text)
        if kind != b"$":
            return text
        length = int(text)
        return None if length < 0 else self._reader.read(length + 2)[:-2].decode("utf-8", "replace")


def _wrap(plain: socket.socket) -> ssl.SSLSocket:
    # Quay's validation does not look at the certificate of a Redis.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain)


def ping(where: Address, timeout: float = 10.0) -> None:
    """Signs in, and waits for PONG. Raises RedisError."""
    with Connection(where, timeout) as connection:
        answer = connection.command("PING")
        if answer != "PONG":
            raise RedisError(f"answered {answer!r} to PING")


def write_and_read(where: Address, key: str, timeout: float = 1.0) -> None:
    """What the health check does: PING, then a key written and read. Raises RedisError."""
    with Connection(where, timeout) as connection:
        connection.command("PING")
        connection.command("SET", key, "1")
        connection.command("GET", key)
