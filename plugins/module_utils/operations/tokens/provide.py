# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A durable token of a user, made without a browser, and kept in a file: what quay_api_token does.

The token that is stored is asked whose it is; only where it is not the user's, another takes its place.
"""

from __future__ import annotations

from typing import Callable

from ...errors import AuthenticationFailed, FeatureOff, InvalidDeclaration, QuayError
from ...http.sessions import Password, Token
from . import oauth, token_file
from .making import Made, assign, make
from .order import ALL_RIGHTS, OpenClient, Order, Outcome
from .token_file import Stored

_READABLE_BY_OTHERS = 0o077
_SHORTEST_SECRET = 8


def provide(
    order: Order, open_client: OpenClient, check_mode: bool, conceal: Callable[[str], None]
) -> Outcome:
    """See to it that there is a token of the user, and that the file holds it, with a password that is right.

    ``conceal`` is told every secret that comes out of the file or goes into it.
    """
    _check(order, check_mode)
    stored = token_file.read(order.path) if order.path is not None else Stored()
    for secret in (stored.token, stored.password):
        # What is shorter cannot be one of Quay's, and might be a part of any word.
        if secret is not None and len(secret) >= _SHORTEST_SECRET:
            conceal(secret)
    outcome = _token(order, stored, open_client, check_mode, conceal)
    if order.path is not None and order.password and stored.password not in (None, order.password):
        _keep_password(order, order.path, open_client, check_mode, outcome)
    return outcome


def _token(
    order: Order, stored: Stored, open_client: OpenClient, check_mode: bool, conceal: Callable[[str], None]
) -> Outcome:
    if order.token is not None:
        return _give(order, stored, open_client, check_mode)
    owner = _owner(open_client, stored.token)
    if owner == order.user:
        return _keep(order, stored, "stored", check_mode)
    outcome = Outcome(changed=True, method=None, created=True)
    if owner is not None:
        outcome.warnings.append(f"The token in {order.path} is one of {owner!r}, and is replaced.")
    if order.path is not None:
        outcome.before = {token_file.TOKEN: _described(stored, owner)}
        outcome.after = {token_file.TOKEN: "(a new one)"}
    if _is_only_assigned(order, stored):
        outcome.method, outcome.created = "assigned", False
        if not check_mode:
            assign(order, open_client)
    elif not check_mode:
        _make_and_store(order, stored, open_client, outcome, conceal)
    return outcome


def _check(order: Order, check_mode: bool) -> None:
    """Raise InvalidDeclaration for what cannot work, before anything is sent.

    In check mode an earlier task may be about to make the application, whose client ID nobody knows yet.
    """
    if not order.rights:
        raise InvalidDeclaration("rights is empty; name the rights of the token, or leave it out for all.")
    named = order.client_id or (order.organization and order.application)
    if order.token is None and not named and not check_mode:
        raise InvalidDeclaration(
            "Name the application of the token: client_id, or organization and application."
        )
    able = {ALL_RIGHTS, *oauth.SHOW_THE_USER}
    if order.path is not None and not able.intersection(order.rights):
        raise InvalidDeclaration(
            "Without the right user:read the next run could not ask if the stored token works: add it to "
            "rights."
        )


def _is_only_assigned(order: Order, stored: Stored) -> bool:
    return order.assigner is not None and order.path is None and not (order.password or stored.password)


def _described(stored: Stored, owner: str | None) -> str:
    if stored.token is None:
        return "(none)"
    return "(one that does not work)" if owner is None else f"(one of {owner})"


def _owner(open_client: OpenClient, value: str | None) -> str | None:
    """Return the user of a stored token; None where there is none that works."""
    if value is None:
        return None
    try:
        token = Token(value)
    except InvalidDeclaration:
        # What cannot be a token need not be sent.
        return None
    return oauth.owner_of_token(open_client(token))


# A token that is there


def _keep(order: Order, stored: Stored, method: str, check_mode: bool) -> Outcome:
    """Leave the stored token as it is; others who could read it cannot any more."""
    outcome = Outcome(changed=False, method=method)
    if order.path is not None and stored.mode is not None and stored.mode & _READABLE_BY_OTHERS:
        outcome.changed = True
        outcome.before, outcome.after = {"mode": f"{stored.mode:04o}"}, {"mode": f"{token_file.MODE:04o}"}
        if not check_mode:
            token_file.hide(order.path)
    return outcome


def _give(order: Order, stored: Stored, open_client: OpenClient, check_mode: bool) -> Outcome:
    """Store the token that the user gave, after looking if it works."""
    given = str(order.token)
    owner = oauth.owner_of_token(open_client(Token(given)))
    if owner is None:
        raise AuthenticationFailed(
            "The token that is given with the option token does not work: it is invalid, expired or revoked, "
            "or has neither of the scopes user:read and user:admin. Give one that works, or none to have one "
            "made.",
            401,
        )
    if owner != order.user:
        raise InvalidDeclaration(
            f"The token that is given with the option token is one of {owner!r}, not of {order.user!r}."
        )
    if stored.token == given:
        return _keep(order, stored, "given", check_mode)
    held = "(none)" if stored.token is None else "(another one)"
    outcome = Outcome(True, "given", before={token_file.TOKEN: held})
    outcome.after = {token_file.TOKEN: "(the given one)"}
    if not check_mode and order.path is not None:
        token_file.write(order.path, stored, token_file.TOKEN, given)
    return outcome


# The password beside it


def _keep_password(
    order: Order, path: str, open_client: OpenClient, check_mode: bool, outcome: Outcome
) -> None:
    """Put the given password in the place of the one that the file holds, if it is the user's."""
    place = f"{token_file.PASSWORD} in {path} is not what {order.password_option} gives"
    if check_mode:
        outcome.warnings.append(f"{place}; which one Quay takes is not tried in check mode.")
        return
    given = str(order.password)
    try:
        open_client(Password(order.user, given)).sign_in()
    except (AuthenticationFailed, FeatureOff) as error:
        outcome.warnings.append(
            f"{place}, and stays: {error} A password is changed in Quay by quay_user with "
            "update_password: always."
        )
        return
    token_file.write(path, token_file.read(path), token_file.PASSWORD, given)
    outcome.changed = True
    outcome.before = {**outcome.before, token_file.PASSWORD: "(another one)"}
    outcome.after = {**outcome.after, token_file.PASSWORD: "(the given one)"}


# A new token


def _make_and_store(
    order: Order, stored: Stored, open_client: OpenClient, outcome: Outcome, conceal: Callable[[str], None]
) -> None:
    if order.path is not None:
        token_file.check_writable(order.path)
    made = make(order, stored, open_client)
    outcome.method = "session" if made.uuid is None else "api"
    if order.path is None:
        outcome.token = made.value
        return
    conceal(made.value)
    owner = oauth.owner_of_token(open_client(Token(made.value)))
    if owner != order.user:
        whose = "is not accepted" if owner is None else f"is one of {owner!r}"
        raise AuthenticationFailed(f"Quay made a token for {order.user!r} that {whose}. It was not stored.")
    token_file.write(order.path, stored, token_file.TOKEN, made.value)
    if made.uuid is not None:
        _revoke_old(order, made, outcome)


def _revoke_old(order: Order, made: Made, outcome: Outcome) -> None:
    """Revoke what the new token replaces. That it works is not worth failing for."""
    try:
        oauth.revoke_namesakes(
            made.maker, made.application, order.token_name, order.user, keep=str(made.uuid)
        )
    except QuayError as error:
        outcome.warnings.append(f"The token is stored, but older ones could not be revoked: {error}")
