# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who signs in, and how."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils.project_credentials import credentials


def found(
    users: dict[str, Any] | None = None, auth: str = "auto", text: str | None = None, **read: Any
) -> dict[str, Any]:
    if text is not None:
        read["content"] = base64.b64encode(text.encode()).decode()
    return credentials(
        users or {}, "u", auth, "/data/u_token", read, "registry", "https://registry.example.com"
    )


IN_VARIABLE = {"token": "token from quay_users.u.token", "password": "password from quay_users.u.password"}
IN_FILE = {
    "token": "token from ADMIN_TOKEN in /data/u_token",
    "password": "password from USER_PASSWORD in /data/u_token",
}
TOKEN = {"quay_token": "T"}
PASSWORD = {"quay_username": "u", "quay_password": "P"}


@pytest.mark.parametrize(
    ("users", "auth", "text", "parameters", "source"),
    [
        ({"u": {"token": "T"}}, "auto", None, TOKEN, IN_VARIABLE["token"]),
        ({"u": {"token": " T\n"}}, "auto", None, TOKEN, IN_VARIABLE["token"]),
        ({"u": {"token": "", "password": None}}, "auto", "export ADMIN_TOKEN=T", TOKEN, IN_FILE["token"]),
        ({"u": {"token": "T"}}, "auto", "export ADMIN_TOKEN=old", TOKEN, IN_VARIABLE["token"]),
        ({"u": {"token": "T", "password": "P"}}, "auto", None, PASSWORD, IN_VARIABLE["password"]),
        ({"u": {"token": "T", "password": "P"}}, "token", None, TOKEN, IN_VARIABLE["token"]),
        ({"u": {"token": "T", "password": "P"}}, "password", None, PASSWORD, IN_VARIABLE["password"]),
        ({"u": {"token": "T"}}, "auto", "export USER_PASSWORD=P", PASSWORD, IN_FILE["password"]),
        ({}, "token", "export USER_PASSWORD=P\nexport ADMIN_TOKEN=T\n", TOKEN, IN_FILE["token"]),
        ({"u": None}, "auto", "export USER_PASSWORD=\nexport ADMIN_TOKEN=T\n", TOKEN, IN_FILE["token"]),
    ],
)
def test_where_credentials_come_from(users: Any, auth: str, text: Any, parameters: Any, source: str) -> None:
    assert found(users, auth, text) == {"parameters": parameters, "source": source, "problem": ""}


def test_the_message_names_both_places_and_the_way_to_a_token() -> None:
    text = found({"u": {"token": ""}}, msg="file not found: /data/u_token")["problem"]
    for part in (
        "no token and no password of the user u",
        "quay_users.u.token",
        "quay_users.u.password",
        "'export ADMIN_TOKEN=...'",
        "'export USER_PASSWORD=...'",
        "/data/u_token on registry (which does not exist)",
        "sign in to https://registry.example.com as u",
        "org:admin, user:admin, repo:create and repo:admin",
    ):
        assert part in text


def test_the_message_tells_why_the_file_was_of_no_use() -> None:
    assert "which has no such line" in found(text="# nothing")["problem"]
    assert "is become needed?" in found(msg="file is not readable: /data/u_token")["problem"]


def test_the_message_keeps_to_what_was_asked_for() -> None:
    assert "password" not in found({"u": {"password": "P"}}, "token")["problem"].lower()
    text = found({"u": {"token": "T"}}, "password")["problem"]
    assert "ADMIN_TOKEN" not in text
    assert "Generate Token" not in text
