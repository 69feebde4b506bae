# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Credentials in the forms in which docker, podman and Kubernetes read them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils.docker_config import docker_config

ROBOT = {"changed": False, "name": "acme+ci", "token": "ROBOTTOKEN"}
DOCKER_TOKEN = {"name": "laptop", "username": "$app", "token_code": "APPTOKEN"}


def decoded(text: str) -> str:
    return base64.b64decode(text).decode()


def auth_in(account: Any, **options: Any) -> str:
    (entry,) = docker_config(account, form="dict", **options)["auths"].values()
    return decoded(entry["auth"])


def test_as_the_established_filter_is_called() -> None:
    text = decoded(docker_config("lvasquez", "vs9mrD55NP", "https://quay.example.com"))
    assert text == '{"auths": {"quay.example.com": {"auth": "bHZhc3F1ZXo6dnM5bXJENTVOUA==", "email": ""}}}'


def test_all_that_can_be_given_in_order() -> None:
    text = decoded(docker_config("zoë", "pass", "https://quay.example.com:8443/api/v1", "z@x.org", "latin-1"))
    auth = base64.b64encode("zoë:pass".encode("latin-1")).decode()
    assert json.loads(text) == {"auths": {"quay.example.com:8443": {"auth": auth, "email": "z@x.org"}}}


@pytest.mark.parametrize(
    ("account", "token", "expected"),
    [
        (ROBOT, None, "acme+ci:ROBOTTOKEN"),
        (DOCKER_TOKEN, None, "$app:APPTOKEN"),
        (ROBOT, "ANOTHER", "acme+ci:ANOTHER"),
        ("alice", "a:b", "alice:a:b"),
    ],
)
def test_whose_credentials(account: Any, token: str | None, expected: str) -> None:
    assert auth_in(account, token=token) == expected


@pytest.mark.parametrize(
    ("url", "scope", "key"),
    [
        ("https://quay.example.com/api/v1", "", "quay.example.com"),
        ("quay.example.com", "acme", "quay.example.com/acme"),
        ("http://localhost:8080/", "/acme/app/", "localhost:8080/acme/app"),
    ],
)
def test_where_clients_look_the_credentials_up(url: str, scope: str, key: str) -> None:
    assert list(docker_config(ROBOT, url=url, scope=scope, form="dict")["auths"]) == [key]


def test_the_text_of_a_file() -> None:
    text = docker_config(ROBOT, url="quay.example.com", form="json")
    assert json.loads(text) == docker_config(ROBOT, url="quay.example.com", form="dict")


def test_a_secret_of_kubernetes() -> None:
    secret = docker_config(ROBOT, url="quay.example.com", form="secret", secret_name="pull")
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    assert secret["metadata"] == {"name": "pull"}
    config = json.loads(decoded(secret["data"][".dockerconfigjson"]))
    assert config == docker_config(ROBOT, url="quay.example.com", form="dict")


def test_a_secret_in_a_namespace() -> None:
    secret = docker_config(ROBOT, form="secret", secret_name="pull", secret_namespace="web")
    assert secret["metadata"] == {"name": "pull", "namespace": "web"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: docker_config(""), "neither username nor name"),
        (lambda: docker_config({"changed": True}), "neither username nor name"),
        (lambda: docker_config("alice"), "no token of 'alice'"),
        (lambda: docker_config({"name": "acme+ci"}), "state: present"),
        (lambda: docker_config("a:b", "SECRET"), "'a:b' has a colon"),
        (lambda: docker_config("alice", "é", encoding="ascii"), "encoding 'ascii'"),
        (lambda: docker_config("alice", "SECRET", encoding="klingon"), "encoding 'klingon'"),
        (lambda: docker_config("alice", "SECRET", url="https://a b"), "url 'https://a b' is not the address"),
        (lambda: docker_config("alice", "SECRET", url="https://alice:SECRET@x"), "url holds a user name"),
        (lambda: docker_config("alice", "SECRET", form="yaml"), "it may be base64, json, dict, secret"),
        (lambda: docker_config("alice", "SECRET", form="secret"), "secret_name"),
        (lambda: docker_config("alice", "SECRET", secret_name="pull"), "secret_name"),
    ],
)
def test_what_is_wrong_is_said_without_the_token(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match="quay_docker_config") as raised:
        call()
    assert message in str(raised.value)
    assert "SECRET" not in str(raised.value)
