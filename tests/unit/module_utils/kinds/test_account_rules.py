# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay takes as the name, the address and the password of an account, up to the last character."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.kinds.account_rules import (
    LONGEST_EMAIL,
    MINIMUM_PASSWORD,
    is_email,
    is_name,
    is_password,
)

DOMAIN = "@example.com"


@pytest.mark.parametrize("text", ["ab", "a1", "0a", "a.b", "a-b", "a_b", "a.b-c_d", "a" * 255, "1" * 2])
def test_names(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a" * 256,
        "Ab",
        "aB",
        "ä1",
        ".ab",
        "ab.",
        "-ab",
        "ab_",
        "a..b",
        "a._b",
        "a b",
        "a+b",
        "a/b",
        "ab\n",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    "text", ["a@b.c", "first.last+tag@sub.example.com", "a" * (LONGEST_EMAIL - len(DOMAIN)) + DOMAIN]
)
def test_addresses(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "@example.com",
        "a@",
        "a@example",
        "a@.com",
        "a@example.",
        "a@b..c",
        "a@b@c.d",
        "a b@c.d",
        "a@c.d\n",
        "a\u00a0b@c.d",
        "a\0@c.d",
        "a" * (LONGEST_EMAIL - len(DOMAIN) + 1) + DOMAIN,
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    ("text", "fits"), [("a" * MINIMUM_PASSWORD, True), ("a" * (MINIMUM_PASSWORD - 1), False)]
)
def test_the_shortest_password(text: str, fits: bool) -> None:
    assert is_password(text) is fits


@pytest.mark.parametrize("space", [" ", "\t", "\n", "\u00a0", "\u2003", "\0"])
def test_a_password_has_no_white_space(space: str) -> None:
    assert not is_password(f"long-{space}-enough")
    assert is_password("long-ä$'\"\\-enough")
