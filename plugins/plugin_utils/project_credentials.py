# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who signs in, and how: by what ``quay_users`` declares, or what the user's file holds. Pure: no files.

No message that is made here holds a value of ``quay_users`` or of a token file.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.exports import exported

SCOPES = "org:admin, user:admin, repo:create and repo:admin"


def credentials(
    users: Mapping[str, Any],
    user: str,
    auth: str,
    path: str,
    read: Mapping[str, Any],
    host: str,
    address: str,
) -> dict[str, Any]:
    """Return how a user signs in.

    ``auth`` is token, password, or auto: the password where there is one, else the token. ``read`` is what
    ansible.builtin.slurp returned for the file ``path`` on ``host``.

    ``parameters`` of the result are options of the modules, ``source`` says where they come from, and
    ``problem`` what is missing, or is empty.
    """
    given = users.get(user) or {}
    text = _text(read)
    for kind, name in (("password", "USER_PASSWORD"), ("token", "ADMIN_TOKEN")):
        value, source = _text_of(given.get(kind)), f"quay_users.{user}.{kind}"
        if not value.strip():
            value, source = exported(text, name) or "", f"{name} in {path}"
        if value and auth in ("auto", kind):
            parameters = {"quay_token": value.strip()}
            if kind == "password":
                parameters = {"quay_username": user, "quay_password": value}
            return {"parameters": parameters, "source": f"{kind} from {source}", "problem": ""}
    return {"parameters": {}, "source": "", "problem": _nothing_found(user, auth, path, read, host, address)}


def _text(read: Mapping[str, Any]) -> str:
    return base64.b64decode(read.get("content") or "").decode("utf-8", "replace")


def _text_of(value: Any) -> str:
    return "" if value is None else str(value)


def _nothing_found(user: str, auth: str, path: str, read: Mapping[str, Any], host: str, address: str) -> str:
    kinds = {"token": ["token"], "password": ["password"]}.get(auth, ["token", "password"])
    lines = {"token": "'export ADMIN_TOKEN=...'", "password": "'export USER_PASSWORD=...'"}
    text = (
        f"There is no {' and no '.join(kinds)} of the user {user}. Looked for: "
        f"{' and '.join(f'quay_users.{user}.{kind}' for kind in kinds)} (not set, or empty), and a line "
        f"{' or '.join(lines[kind] for kind in kinds)} in the file {path} on {host} ({_why_not(read)})."
    )
    if "token" in kinds:
        text += (
            f" To make a token, sign in to {address} as {user}, create an organization for it (for example, "
            f"{user}-automation), in this an application (Applications), and there a token (Generate Token) "
            f"with the scopes {SCOPES}; then put it into either place."
        )
    return text


def _why_not(read: Mapping[str, Any]) -> str:
    if "content" in read:
        return "which has no such line, or an empty value"
    message = str(read.get("msg") or "it was not read")
    if "not found" in message:
        return "which does not exist"
    return f"{message}; is become needed?" if "not readable" in message else message
