# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What docker, podman and Kubernetes read credentials from.

All three read the same JSON: containers-auth.json(5) describes it. Pure.
"""

from __future__ import annotations

import base64
import json
from typing import Any

SECRET_TYPE = "kubernetes.io/dockerconfigjson"
SECRET_KEY = ".dockerconfigjson"

Config = dict[str, Any]


def auth_of(user: str, password: str, encoding: str = "utf-8") -> str:
    """Return user and password as such a file holds them. Raises ValueError."""
    if ":" in user:
        # All that is behind the first colon would be the password.
        raise ValueError(f"the user name {user!r} has a colon, with which nobody can sign in")
    return in_base64(f"{user}:{password}", encoding)


def docker_config(registry: str, auth: str, email: str = "") -> Config:
    """Return a file's content that holds the credentials of one registry.

    ``registry`` is a host, ``host:port``, or either with an organization or a repository behind it.
    """
    return {"auths": {registry: {"auth": auth, "email": email}}}


def pull_secret(config: Config, name: str, namespace: str = "", encoding: str = "utf-8") -> Config:
    """Return the manifest of a Kubernetes secret; without a namespace it is for the one that is current."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": SECRET_TYPE,
        "data": {SECRET_KEY: in_base64(json.dumps(config), encoding)},
    }


def in_base64(text: str, encoding: str = "utf-8") -> str:
    """Return the text's bytes in Base64. Raises ValueError."""
    try:
        return base64.b64encode(text.encode(encoding)).decode("ascii")
    except (LookupError, UnicodeError) as error:
        # The text is not part of the message: it may be a secret.
        raise ValueError(f"the credentials cannot be written in the encoding {encoding!r}") from error
