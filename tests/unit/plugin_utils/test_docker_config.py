# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Pull secrets."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils.docker_config import docker_config


def read(text: str) -> dict[str, tuple[str, str]]:
    """Return user and password by host."""
    auths = json.loads(base64.b64decode(text))["auths"]
    found = {}
    for host, entry in auths.items():
        name, _colon, password = base64.b64decode(entry["auth"]).decode().partition(":")
        found[host] = (name, password)
    return found


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://registry.example.com", "registry.example.com"),
        ("registry.example.com", "registry.example.com"),
        ("https://registry.example.com:8443/", "registry.example.com:8443"),
        ("https://registry.example.com/api/v1", "registry.example.com"),
        ("http://127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_user_and_a_token(url: str, host: str) -> None:
    assert read(docker_config("acme+ci", "secret:é", url)) == {host: ("acme+ci", "secret:é")}


@pytest.mark.parametrize(
    "result",
    [
        {"name": "acme+ci", "token": "secret", "changed": True},
        {"username": "acme+ci", "password": "secret"},
    ],
)
def test_the_result_of_a_module(result: dict[str, Any]) -> None:
    assert read(docker_config(result)) == {"127.0.0.1": ("acme+ci", "secret")}
    assert read(docker_config(result, "other")) == {"127.0.0.1": ("acme+ci", "other")}


def test_the_address_of_the_user() -> None:
    text = docker_config("alice", "secret", "https://registry.example.com", "alice@example.com")
    assert json.loads(base64.b64decode(text))["auths"]["registry.example.com"]["email"] == "alice@example.com"


@pytest.mark.parametrize(
    ("account", "token", "url", "words"),
    [
        ("", "secret", "registry.example.com", "needs a user name"),
        ({"changed": True}, None, "registry.example.com", "needs a user name"),
        ("alice", None, "registry.example.com", "needs the token of alice"),
        ("a:b", "secret", "registry.example.com", "has a colon"),
        ("alice", "secret", "https://", "url 'https://' is not the address of a registry"),
    ],
)
def test_what_is_wrong(account: Any, token: str | None, url: str, words: str) -> None:
    with pytest.raises(ValueError) as error:
        docker_config(account, token, url)
    assert words in str(error.value)
    assert "secret" not in str(error.value)
