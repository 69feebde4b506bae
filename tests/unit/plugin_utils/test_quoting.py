# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Values as Quadlet, psql, Redis and the address of a database take them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils import quoting


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ('a "b" c', 'a \\"b\\" c'),
        ("100%", "100%%"),
        ("$HOME", "$$HOME"),
        ("back\\slash", "back\\\\slash"),
        ("it's", "it's"),
        ('\\"', '\\\\\\"'),
        (5, "5"),
        (True, "true"),
        ("", ""),
    ],
)
def test_quadlet(value: Any, text: str) -> None:
    assert quoting.quadlet(value) == text


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "a\x7fb", "a\tb"])
def test_quadlet_refuses_what_would_be_another_line(value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        quoting.quadlet(value)


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("abc", "'abc'"),
        ("it's", "'it''s'"),
        ("a\\b", "'a\\\\b'"),
        (12, "'12'"),
        ("", "''"),
        ("a b;--", "'a b;--'"),
    ],
)
def test_psql_quotes(value, quoted):
    assert quoting.psql(value) == quoted


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("abc", '"abc"'),
        ("it's", '"it\'s"'),
        ('a"b', '"a\\"b"'),
        ("a\\x41b", '"a\\\\x41b"'),
        ("a b#c", '"a b#c"'),
        ("é", '"é"'),
        (12, '"12"'),
    ],
)
def test_redis_quotes(value, quoted):
    assert quoting.redis(value) == quoted


@pytest.mark.parametrize("quote", [quoting.psql, quoting.redis])
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b"])
def test_line_breaks_are_refused(quote, value):
    with pytest.raises(ValueError, match="line break"):
        quote(value)


@pytest.mark.parametrize("password", ["plain", "a/b@c:d?e#f%g h", "ä€", "+&="])
def test_database_uri(password: str) -> None:
    uri = quoting.database_uri(password, "db.example.com", "us/er", "quay")
    parts = urlsplit(uri)
    assert (parts.hostname, parts.port, parts.path) == ("db.example.com", 5432, "/quay")
    assert unquote(parts.password or "") == password
    assert unquote(parts.username or "") == "us/er"


def test_database_uri_with_everything() -> None:
    options = {"sslmode": "verify-full", "sslrootcert": "conf/stack/database.pem", "application_name": "a b"}
    assert quoting.database_uri("", "2001:db8::1", "quay", "q", "5433", options) == (
        "postgresql://quay@[2001:db8::1]:5433/q"
        "?sslmode=verify-full&sslrootcert=conf/stack/database.pem&application_name=a%20b"
    )
