# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Of what a module returned, what docker, podman and Kubernetes sign in with. Pure.

No message that is made here holds a token.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import clients_name
from ansible_collections.quayops.quay.plugins.module_utils.operations import docker_config as configs

from .plain_values import plain

# In the order in which they are looked for: quay_docker_token has a name that is not the user's.
_USERS = ("username", "name")
_TOKENS = ("token_code", "token")
_FORMS = ("base64", "json", "dict", "secret")


def docker_config(
    account: Any,
    token: Any = None,
    url: str = "http://127.0.0.1",
    email: str = "",
    encoding: str = "utf-8",
    scope: str = "",
    form: str = "base64",
    secret_name: str = "",
    secret_namespace: str = "",
) -> Any:
    """Return credentials in the form in which clients read them.

    ``account`` is the name of a user or robot, or a result of a module that holds name and token. The order
    of the arguments is known to users; new ones come last. Raises ValueError.
    """
    if form not in _FORMS:
        raise ValueError(f"quay_docker_config: form is {form!r}; it may be {', '.join(_FORMS)}.")
    if (form == "secret") != bool(secret_name):
        raise ValueError("quay_docker_config: secret_name is the name of the secret; form is then 'secret'.")
    user, password = _credentials(plain(account), plain(token))
    try:
        auth = configs.auth_of(user, password, encoding)
    except ValueError as error:
        raise ValueError(f"quay_docker_config: {error}.") from None
    config = configs.docker_config(_registry(url, scope), auth, email)
    if form == "dict":
        return config
    if form == "secret":
        return configs.pull_secret(config, secret_name, secret_namespace, encoding)
    text = json.dumps(config)
    return text if form == "json" else configs.in_base64(text, encoding)


def _credentials(account: Any, token: Any) -> tuple[str, str]:
    result = account if isinstance(account, Mapping) else {"name": account}
    user = next((result[key] for key in _USERS if result.get(key)), None)
    password = token or next((result[key] for key in _TOKENS if result.get(key)), None)
    if user is None:
        raise ValueError(
            "quay_docker_config: give the name of a user or robot, or the result of quay_robot or "
            "quay_docker_token. It is empty, or has neither username nor name."
        )
    if password is None:
        raise ValueError(
            f"quay_docker_config: there is no token of {user!r}. Give it as token, or the result of "
            "quay_robot or quay_docker_token with state: present, which holds one."
        )
    return str(user), str(password)


def _registry(url: str, scope: str) -> str:
    """Return the key under which clients look the credentials up."""
    try:
        host = clients_name(str(url), "url")
    except InvalidDeclaration as error:
        raise ValueError(f"quay_docker_config: {error}") from None
    return "/".join(filter(None, (host, scope.strip("/"))))
