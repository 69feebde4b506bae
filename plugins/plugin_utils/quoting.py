# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Values as a unit of Quadlet, psql, Redis and the address of a database take them. Pure.

Quoted, nothing in a value is read as anything else. What cannot be quoted raises ValueError, whose text never
holds a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode


def quadlet(value: Any) -> str:
    """Return a value for the inside of double quotes in a section of Quadlet, as in Environment="K=value".

    Quadlet takes the quotes and backslashes away, and hands the rest to systemd, which expands % and $.
    """
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("A value of a unit cannot hold a line break or another control character.")
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        text = text.replace(character, escaped)
    return text


def psql(value: object) -> str:
    """The value as psql's meta-commands take it: quoted, so that nothing in it is read as anything else.

    Raises ValueError for a value with a line break, which no meta-command can hold.
    """
    text = str(value)
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError("A value for psql cannot hold a line break.")
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def redis(value: object) -> str:
    """The value as Redis takes it in its configuration: in double quotes, every byte that is special escaped.

    Raises ValueError for a value with a line break, so that all ways to write a password have the same rule.
    """
    text = str(value)
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError("A value for Redis cannot hold a line break.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def database_uri(
    password: str,
    host: str,
    user: str,
    database: str,
    port: Any = 5432,
    options: Mapping[str, Any] | None = None,
) -> str:
    """Return the address of a PostgreSQL database, with user, password and database encoded completely."""
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    account = quote(str(user), safe="")
    if password:
        account += ":" + quote(str(password), safe="")
    query = f"?{urlencode(options, safe='/', quote_via=quote)}" if options else ""
    return f"postgresql://{account}@{host}:{int(port)}/{quote(str(database), safe='')}{query}"
