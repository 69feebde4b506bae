# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Passwords of users: whether one is right, and how a new user gets one (facts A12). Quay shows none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.lanes import Batch, one
from ..engine.values import Run, Secret
from ..engine.words import Item
from ..errors import (
    AccountInactive,
    AuthenticationFailed,
    FreshLoginRequired,
    SessionLost,
    SuperuserProtected,
)
from ..http.client import Client
from ..http.sessions import Password


def with_password(run: Run, name: str, found: Item, wanted: Secret) -> Batch[Item]:
    """Return the user with the wanted password, or with an unknown one where Quay does not accept that."""
    present, facts = wanted, dict(found.facts)
    if wanted.compared and run.check_mode:
        facts["password_unknown"] = True
    elif wanted.compared and not (
        yield from one(partial(_accepts, run.client, Password(name, wanted.value)))
    ):
        present = Secret("")
    return replace(found, fields={**found.fields, "password": present}, facts=facts)


def _accepts(client: Client, password: Password) -> bool:
    """Tell whether it is the password of the user. A wrong one makes Quay refuse others for half a second."""
    try:
        client.as_user(password).sign_in()
    except (FreshLoginRequired, SessionLost):
        raise
    except AccountInactive:
        return True
    except AuthenticationFailed:
        return False
    return True


def replace_password(client: Client, name: str, path: str, made: Mapping[str, Any], password: str) -> Any:
    """Give a new user a password in place of the one that Quay made up."""
    try:
        return client.send("PUT", path, {"password": password})
    except SuperuserProtected:
        # The name is in SUPER_USERS already, so that only the new user may do it.
        own = client.as_user(Password(name, str(made["password"])))
        return own.send("PUT", "user/", {"password": password})
