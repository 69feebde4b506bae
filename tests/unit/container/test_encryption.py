# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is encrypted with DATABASE_SECRET_KEY."""

from __future__ import annotations

import uuid

import pytest

from tests.simulator.container.encryption import Vault, derive_key
from tests.simulator.errors import ServerFault
from tests.simulator.sealed import Unreadable, readable

KEY = "3f1f0c1e-77a1-4c0e-9c8b-2d8f8f6e4a51"
ROBOT = {"username": "acme+ci", "robot_token": "the token", "robot": True}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (KEY, uuid.UUID(KEY).bytes * 2),
        # 0x102030405 has an odd number of digits, so the characters count.
        ("4328719365", (b"4328719365" * 4)[:32]),
        (str(0x1F02), b"\x1f\x02" * 16),
        ("short", (b"short" * 7)[:32]),
        ("x" * 40 + "ignored", b"x" * 32),
    ],
)
def test_the_key_is_made_as_quay_makes_it(text: str, expected: bytes) -> None:
    assert derive_key(text) == expected


def test_only_secrets_are_encrypted_each_time_differently() -> None:
    vault = Vault(KEY)
    first, second = vault.seal("users", ROBOT), vault.seal("users", ROBOT)
    assert first["username"] == "acme+ci"
    assert first["robot_token"].startswith("v0$$")
    assert first["robot_token"] != second["robot_token"]
    assert vault.open("users", first) == ROBOT
    assert vault.seal("teams", {"robot_token": "x"}) == {"robot_token": "x"}


def test_no_secret_stays_no_secret() -> None:
    vault = Vault(KEY)
    row = {"username": None, "password": None}
    assert vault.open("mirrors", vault.seal("mirrors", row)) == row


def test_with_another_key_a_secret_cannot_be_read_but_survives() -> None:
    stored = Vault(KEY).seal("users", ROBOT)
    lost = Vault("another key").open("users", stored)
    assert isinstance(lost["robot_token"], Unreadable)
    assert lost["robot_token"] != "the token"
    with pytest.raises(ServerFault):
        readable(lost["robot_token"])
    again = Vault("another key").seal("users", lost)
    assert Vault(KEY).open("users", again) == ROBOT


@pytest.mark.parametrize("value", ["never encrypted", "v0$$", "v0$$!!!", "v0$$AAAA"])
def test_what_is_no_encrypted_value_cannot_be_read(value: str) -> None:
    assert isinstance(Vault(KEY).open("users", {"robot_token": value})["robot_token"], Unreadable)


def test_what_can_be_read_is_passed_on() -> None:
    assert readable("token") == "token"
    assert readable(None) is None
