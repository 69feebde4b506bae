# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Credentials for a registry in the form in which docker, podman and Kubernetes take them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import base_url


def docker_config(
    account: str | Mapping[str, Any],
    token: str | None = None,
    url: str = "http://127.0.0.1",
    email: str = "",
    encoding: str = "utf-8",
) -> str:
    """Return the content of a docker ``config.json`` in Base64, as a pull secret of Kubernetes holds it.

    ``account`` is the user name that goes with ``token``, or the result of a module that returns both, such
    as quay_robot. ``url`` is the address of the registry. Raises ValueError.
    """
    name, password = _credentials(account, token)
    auth = base64.b64encode(f"{name}:{password}".encode(encoding)).decode("ascii")
    auths = {_host(url): {"auth": auth, "email": email}}
    return base64.b64encode(json.dumps({"auths": auths}).encode(encoding)).decode("ascii")


def _credentials(account: str | Mapping[str, Any], token: str | None) -> tuple[str, str]:
    name, password = account, token
    if isinstance(account, Mapping):
        name = account.get("name") or account.get("username")
        password = token if token is not None else account.get("token") or account.get("password")
    if not name or not isinstance(name, str):
        raise ValueError("quay_docker_config needs a user name, or a result that has one.")
    if not password:
        raise ValueError(f"quay_docker_config needs the token of {name}.")
    if ":" in name:
        raise ValueError(f"user name {name!r} has a colon, behind which a password would begin.")
    return name, str(password)


def _host(url: str) -> str:
    """Return host and port, by which docker and podman look for credentials."""
    try:
        return urlsplit(base_url(url)).netloc
    except InvalidDeclaration as error:
        raise ValueError(str(error).replace("quay_host", "url")) from error
