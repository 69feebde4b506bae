# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which addresses, bounds and names are accepted, and how they end up in a URL."""

from __future__ import annotations

import math

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import (
    MAX_PARALLEL,
    Connection,
    base_url,
    repository_path,
    segment,
)

HOST = "https://registry.example.com"
SECRET = "hunter2-of-the-tests"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (HOST, HOST),
        (f"{HOST}/", HOST),
        (f"{HOST}/api/v1", HOST),
        (f"{HOST}/api/v1/", HOST),
        (f"{HOST}//api/v1//", HOST),
        (f"  {HOST}/api/v1\n", HOST),
        (f"{HOST}:8443", f"{HOST}:8443"),
        (f"{HOST}/quay", f"{HOST}/quay"),
        (f"{HOST}/quay/api/v1", f"{HOST}/quay"),
        ("http://127.0.0.1:8080/api/v1", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/api/v1/", "http://[::1]:8080"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://registry.example.com.", "https://registry.example.com."),
        (f"https://{'a' * 63}.example.com", f"https://{'a' * 63}.example.com"),
        ("HTTPS://registry.example.com", HOST),
        # Without a scheme https:// is meant.
        ("registry.example.com", HOST),
        ("  registry.example.com/\n", HOST),
        ("registry.example.com/api/v1/", HOST),
        ("registry.example.com/quay", f"{HOST}/quay"),
        ("registry.example.com:8443", f"{HOST}:8443"),
        ("registry.example.com:8443/api/v1", f"{HOST}:8443"),
        ("localhost", "https://localhost"),
        ("localhost:8080", "https://localhost:8080"),
        ("127.0.0.1:8080", "https://127.0.0.1:8080"),
        ("registry", "https://registry"),
        ("[::1]", "https://[::1]"),
        ("[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_address_is_taken_with_and_without_the_path_of_the_api(host: str, expected: str) -> None:
    assert base_url(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        "",
        "/api/v1",
        "//registry.example.com",
        "ftp://registry.example.com",
        "https://",
        "https:///api/v1",
        "https://registry.example.com:0",
        "https://registry.example.com:port",
        "https://registry.example.com:99999",
        "https://[::1",
        "[::1",
        "::1",
        "2001:db8::1",
        "fe80::1:8443",
        "https:registry.example.com",
        "https:/registry.example.com",
        "http:",
        "registry.example.com:port",
        "registry.example.com/?next=1",
        "registry example com",
        "https://registry..example.com",
        "https://.example.com",
        f"https://{'a' * 64}.example.com",
        "https://registry.example.com/?next=1",
        "https://registry.example.com/#top",
    ],
)
def test_what_is_not_an_address_is_named_with_an_example(host: str) -> None:
    with pytest.raises(InvalidDeclaration) as caught:
        Connection(host)
    assert repr(host) in str(caught.value)
    assert "https://registry.example.com" in str(caught.value)


@pytest.mark.parametrize(
    "host",
    [
        f"https://alice:{SECRET}@registry.example.com",
        f"https://:{SECRET}@registry.example.com",
        f"alice:{SECRET}@registry.example.com",
        f"https://{SECRET}@registry.example.com",
        f"https://alice:{SECRET}@registry.example.com/?next=1",
        f"alice:{SECRET}@registry.example.com",
        f"ftp://alice:{SECRET}@registry.example.com",
        f"https://alice:{SECRET}@registry.example.com:99999",
        f"https://alice:{SECRET}/x@registry.example.com",
    ],
)
def test_credentials_in_the_address_are_refused_without_being_shown(host: str) -> None:
    with pytest.raises(InvalidDeclaration) as caught:
        Connection(host)
    assert SECRET not in str(caught.value)
    assert "quay_host" in str(caught.value)


@pytest.mark.parametrize("parallel", [1, 8, MAX_PARALLEL])
def test_as_many_requests_at_a_time_as_asked_for(parallel: int) -> None:
    assert Connection(HOST, parallel=parallel).parallel == parallel


@pytest.mark.parametrize("parallel", [-1, 0, MAX_PARALLEL + 1])
def test_too_few_or_too_many_requests_at_a_time_are_refused(parallel: int) -> None:
    with pytest.raises(InvalidDeclaration, match=f"parallel is {parallel}; it may be 1 to 32"):
        Connection(HOST, parallel=parallel)


@pytest.mark.parametrize("timeout", [0, -1, -0.5, math.nan, math.inf])
def test_a_timeout_that_cannot_be_kept_is_refused(timeout: float) -> None:
    with pytest.raises(InvalidDeclaration, match=f"timeout is {timeout}"):
        Connection(HOST, timeout=timeout)


def test_a_short_timeout_is_accepted() -> None:
    assert Connection(HOST, timeout=0.5).timeout == 0.5


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ci", "ci"), ("acme+ci", "acme%2Bci"), ("a/b", "a%2Fb"), ("../x", "..%2Fx"), ("a?b#c", "a%3Fb%23c")],
)
def test_a_name_stays_one_part_of_the_path(name: str, expected: str) -> None:
    assert segment(name) == expected


@pytest.mark.parametrize(
    ("namespace", "name", "expected"),
    [
        ("acme", "app", "repository/acme/app"),
        ("acme", "app/plugins", "repository/acme/app/plugins"),
        ("a/b", "c?d", "repository/a%2Fb/c%3Fd"),
    ],
)
def test_a_repository_keeps_the_slashes_in_its_name(namespace: str, name: str, expected: str) -> None:
    assert repository_path(namespace, name) == expected
