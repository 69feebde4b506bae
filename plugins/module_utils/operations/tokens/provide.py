# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A durable token of a user, made without a browser, and kept in a file: what quay_api_token does.

The token that is stored is asked whose it is; only where it is not the user's, another takes its place.
Making one is the one creation here that can leave something behind: where the answer is lost, a token
exists that nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Callable

from ...engine.words import Spec
from ...errors import (
    AuthenticationFailed,
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    NotFound,
    QuayError,
    Unconfirmed,
)
from ...http.client import Client
from ...http.connection import segment
from ...http.endpoints import SCOPES
from ...http.sessions import Credentials, Password, Token
from . import oauth, token_file
from .oauth import Application, NotAuthorized, Site
from .token_file import Stored

ALL_RIGHTS = "all"
RIGHTS = [*SCOPES, ALL_RIGHTS]
OpenClient = Callable[[Credentials], Client]
_READABLE_BY_OTHERS = 0o077
_SHORTEST_SECRET = 8


def token_options() -> Spec:
    """Return the options of quay_api_token."""
    return {
        "client_id": {"type": "str"},
        "organization": {"type": "str"},
        "application": {"type": "str"},
        "rights": {"type": "list", "elements": "str", "choices": RIGHTS, "default": ["all"]},
        "for_user": {"type": "str"},
        "user_password": {"type": "str", "no_log": True},
        "token": {"type": "str", "no_log": True},
        "path": {"type": "path"},
    }


@dataclass(frozen=True)
class Order:
    """What is wanted: the token of ``user``.

    ``password`` is that of the user, which ``password_option`` may give; where it is None the file may hold
    it. ``assigner`` administers the
    application's organization, where the user does not. ``rights`` are scopes, or "all". The application
    is named by ``client_id``, or by ``organization`` and ``application``. ``token`` is one that the user
    has already. ``path`` is the file, and ``token_name`` how the token is called in Quay.
    """

    user: str
    rights: tuple[str, ...]
    token_name: str
    password: str | None = field(default=None, repr=False)
    password_option: str = "quay_password"
    assigner: Password | None = None
    client_id: str | None = None
    organization: str | None = None
    application: str | None = None
    token: str | None = field(default=None, repr=False)
    path: str | None = None


@dataclass
class Outcome:
    """What became of it.

    ``method`` says where the token comes from: stored, given, api, session; assigned where the user has yet
    to collect it; None where check mode does not know. ``token`` is set only where there is no file.
    """

    changed: bool
    method: str | None
    created: bool = False
    token: str | None = field(default=None, repr=False)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Made:
    """A new token; ``uuid`` is known of those that the API makes."""

    value: str = field(repr=False)
    application: Application
    maker: Client
    uuid: str | None = None


def provide(
    order: Order, open_client: OpenClient, check_mode: bool, conceal: Callable[[str], None]
) -> Outcome:
    """See to it that there is a token of the user, and that the file holds it.

    ``conceal`` is told every secret that comes out of the file or goes into it.
    """
    _check(order, check_mode)
    stored = token_file.read(order.path) if order.path is not None else Stored()
    for secret in (stored.token, stored.password):
        # What is shorter cannot be one of Quay's, and might be a part of any word.
        if secret is not None and len(secret) >= _SHORTEST_SECRET:
            conceal(secret)
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
            _assign(order, open_client)
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
        token_file.write_token(order.path, stored, given)
    return outcome


# A new token


def _make_and_store(
    order: Order, stored: Stored, open_client: OpenClient, outcome: Outcome, conceal: Callable[[str], None]
) -> None:
    if order.path is not None:
        token_file.check_writable(order.path)
    made = _make(order, stored, open_client)
    outcome.method = "session" if made.uuid is None else "api"
    if order.path is None:
        outcome.token = made.value
        return
    conceal(made.value)
    owner = oauth.owner_of_token(open_client(Token(made.value)))
    if owner != order.user:
        whose = "is not accepted" if owner is None else f"is one of {owner!r}"
        raise AuthenticationFailed(f"Quay made a token for {order.user!r} that {whose}. It was not stored.")
    token_file.write_token(order.path, stored, made.value)
    if made.uuid is not None:
        _revoke_old(order, made, outcome)


def _revoke_old(order: Order, made: _Made, outcome: Outcome) -> None:
    """Revoke what the new token replaces. That it works is not worth failing for."""
    try:
        oauth.revoke_namesakes(
            made.maker, made.application, order.token_name, order.user, keep=str(made.uuid)
        )
    except QuayError as error:
        outcome.warnings.append(f"The token is stored, but older ones could not be revoked: {error}")


def _make(order: Order, stored: Stored, open_client: OpenClient) -> _Made:
    user = _signed_in(order, stored, open_client)
    scopes = _scopes(order, user)
    assigner = open_client(order.assigner) if order.assigner is not None else None
    application = _application(order, assigner or user)
    site = oauth.read_site(user)
    try:
        if site.may_have_application_tokens:
            view = _by_api(order, user, application, scopes)
            if view is not None:
                return _Made(str(view["token"]), application, user, str(view["uuid"]))
        return _Made(_by_consent(order, user, assigner, application, site, scopes), application, user)
    except Unconfirmed as error:
        raise type(error.cause)(
            f"{error.cause} Whether a token was made is open; nobody has it. The next run makes another.",
            error.status,
        ) from error


def _signed_in(order: Order, stored: Stored, open_client: OpenClient) -> Client:
    password = order.password or stored.password
    where = f"{token_file.PASSWORD} in {order.path}"
    if not password:
        held = f", and there is no {where}" if order.path is not None else ""
        raise InvalidDeclaration(
            f"To make a token of {order.user!r} the password of that user is needed: "
            f"{order.password_option} is not given{held}."
        )
    client = open_client(Password(order.user, password))
    try:
        client.sign_in()
    except AuthenticationFailed as error:
        source = "" if order.password else f" The password is that of {where}."
        raise type(error)(f"{error}{source}", error.status) from error
    return client


def _scopes(order: Order, user: Client) -> list[str]:
    """Return the scopes of the token; all of them but that of superusers where the user is none."""
    view = user.get("user/")
    if view["username"] != order.user:
        raise InvalidDeclaration(
            f"{order.user!r} signs in as {view['username']!r}: write the name of the user as Quay has it."
        )
    return _wanted_scopes(order, bool(view.get("super_user")))


def _wanted_scopes(order: Order, superuser: bool) -> list[str]:
    if ALL_RIGHTS in order.rights:
        return [scope for scope in SCOPES if superuser or scope != "super:user"]
    return sorted(set(order.rights))


def _application(order: Order, client: Client) -> Application:
    if order.client_id is None:
        return oauth.find_application_by_name(client, str(order.organization), str(order.application))
    found = oauth.find_application(client, order.client_id)
    if order.organization is not None and found.organization != order.organization:
        raise InvalidDeclaration(
            f"Application {order.client_id} belongs to {found.organization!r}, not to {order.organization!r}."
        )
    return found


def _by_api(order: Order, user: Client, application: Application, scopes: Iterable[str]) -> Any:
    """Return Quay's view of a new token; None where this Quay has none, or the user may not."""
    try:
        return oauth.new_application_token(user, application, order.token_name, scopes)
    except (FeatureOff, Forbidden, NotFound):
        return None


def _by_consent(
    order: Order,
    user: Client,
    assigner: Client | None,
    application: Application,
    site: Site,
    scopes: list[str],
) -> str:
    """Return a new token that the user consents to; where Quay does not let them, it is assigned first."""
    try:
        return oauth.authorize(user, application, site, scopes)
    except NotAuthorized as error:
        waiting = oauth.assigned(user, application)
        if waiting is None:
            if assigner is None:
                raise _needs_assigner(order, application, error) from error
            oauth.assign(assigner, application, site, scopes, order.user)
            waiting = oauth.assigned(user, application)
        return oauth.authorize(user, application, site, scopes, waiting)


def _needs_assigner(order: Order, application: Application, error: NotAuthorized) -> Forbidden:
    return Forbidden(
        f"{error} Since Quay 3.12 only members of a team with role admin of that organization can (to be a "
        "superuser does not help), and whom one of them assigns a token. Let one of them do so: give their "
        f"name and password as quay_username and quay_password, and for_user: {order.user}.",
        error.status,
    )


# A token that the user collects later


def _is_only_assigned(order: Order, stored: Stored) -> bool:
    return order.assigner is not None and order.path is None and not (order.password or stored.password)


def _assign(order: Order, open_client: OpenClient) -> None:
    assigner = open_client(order.assigner)
    assigner.sign_in()
    try:
        assigner.get(f"users/{segment(order.user)}")
    except NotFound as error:
        raise NotFound(f"User {order.user!r} does not exist.", error.status) from error
    application = _application(order, assigner)
    scopes = _wanted_scopes(order, superuser=False)
    try:
        oauth.assign(assigner, application, oauth.read_site(assigner), scopes, order.user)
    except Unconfirmed as error:
        raise error.cause from error
