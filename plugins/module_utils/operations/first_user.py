# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The first user of an empty registry: what quay_first_user does (facts A3.2).

Quay makes one only while it has no user at all. That it is there already is proved by signing in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

from ..engine.words import Spec
from ..errors import (
    AccountInactive,
    AuthenticationFailed,
    Conflict,
    FeatureOff,
    NotFound,
    QuayError,
    Unconfirmed,
    UsersElsewhere,
)
from ..http.client import TRIES, Client
from ..http.connection import segment
from ..http.sessions import Credentials, Password

OpenClient = Callable[[Credentials], Client]
_FLAG = "FEATURE_USER_INITIALIZE"


def first_user_options() -> Spec:
    """Return the options of quay_first_user."""
    return {
        "username": {"type": "str", "required": True},
        "password": {"type": "str", "required": True, "no_log": True},
        "email": {"type": "str"},
        "create_token": {"type": "bool", "default": False, "no_log": False},
    }


@dataclass(frozen=True)
class FirstUser:
    """The user that is wanted; ``with_token``: Quay makes a token as well, for two and a half hours."""

    username: str
    password: str = field(repr=False)
    email: str | None = None
    with_token: bool = False


@dataclass
class Outcome:
    """``answer`` is what Quay answered to the creation, empty where it did not make the user."""

    changed: bool
    answer: Mapping[str, Any] = field(default_factory=dict, repr=False)
    warnings: list[str] = field(default_factory=list)


def provide(wanted: FirstUser, open_client: OpenClient, check_mode: bool) -> Outcome:
    """See to it that the user is there and has that password.

    Raises AuthenticationFailed where the registry has users and does not sign this one in.
    """
    anybody = open_client(None)
    if check_mode:
        return _foresee(wanted, anybody)
    made, answer, reason = _initialize(wanted, anybody)
    if reason is None:
        return Outcome(True, answer)
    try:
        open_client(Password(wanted.username, wanted.password)).sign_in()
    except AccountInactive:
        raise
    except AuthenticationFailed as error:
        raise _explained(wanted, reason, error) from error
    outcome = Outcome(changed=made)
    if made and wanted.with_token:
        outcome.warnings.append("The user was made, but Quay's answer with the token did not arrive.")
    return outcome


def _initialize(wanted: FirstUser, client: Client) -> tuple[bool, Mapping[str, Any], QuayError | None]:
    """Ask Quay to make the user.

    Return if it may have been made, the answer, and why Quay did not make it. Unlike other creations it
    may be asked for again: Quay makes one first user, and no second.
    """
    body = {"username": wanted.username, "password": wanted.password, "access_token": wanted.with_token}
    if wanted.email:
        body["email"] = wanted.email
    tries = 0
    while True:
        tries += 1
        try:
            answer = client.send("POST", "user/initialize", body)
            return True, answer, None
        except Unconfirmed as error:
            # While it starts, the web server in front answers for it.
            if error.lasting or tries >= TRIES:
                raise error.cause from error
            client.pause(tries, error.cause)
        except (Conflict, FeatureOff, UsersElsewhere) as error:
            return tries > 1, {}, error


def _explained(wanted: FirstUser, reason: QuayError, error: AuthenticationFailed) -> AuthenticationFailed:
    if isinstance(reason, Conflict):
        advice = (
            "The registry has its first user already, so that Quay makes no other. Give the name and the "
            "password of a user who is there; others are made with quay_user."
        )
    elif isinstance(reason, FeatureOff):
        advice = (
            f"Nor does Quay make a first user: {_FLAG} is off. For a registry without users set it to true "
            "in its config.yaml, restart Quay and run again; for one that has users, correct the password."
        )
    else:
        advice = f"Nor does Quay make a first user: {reason}"
    return AuthenticationFailed(f"{error} {advice}", error.status)


def _foresee(wanted: FirstUser, client: Client) -> Outcome:
    """Say what would be done, with nothing but GET: so the password remains untried."""
    outcome = Outcome(changed=False)
    try:
        client.get(f"users/{segment(wanted.username)}")
        return outcome
    except NotFound:
        known = True
    except AuthenticationFailed:
        # FEATURE_ANONYMOUS_ACCESS is off.
        known = False
    settings = client.settings()
    possible = bool((settings.get("features") or {}).get("USER_INITIALIZE"))
    outcome.changed = possible or known
    if known and not possible:
        outcome.warnings.append(
            f"There is no user {wanted.username!r}, and {_FLAG} is off: the task fails unless something "
            "before it changes that."
        )
    return outcome
