# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Makes a token of a user, by the API or by consenting as in a browser, whichever this Quay lets them.

It is the one creation that can leave something behind: where the answer is lost, a token exists that nobody
knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...errors import (
    AuthenticationFailed,
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    NotFound,
    Unconfirmed,
)
from ...http.client import Client
from ...http.connection import segment
from ...http.endpoints import SCOPES
from ...http.sessions import Password
from . import oauth, token_file
from .oauth import Application, NotAuthorized, Site
from .order import ALL_RIGHTS, OpenClient, Order
from .token_file import Stored


@dataclass(frozen=True)
class Made:
    """A new token; ``uuid`` is known of those that the API makes."""

    value: str = field(repr=False)
    application: Application
    maker: Client
    uuid: str | None = None


def make(order: Order, stored: Stored, open_client: OpenClient) -> Made:
    """Make a token; ``stored`` may hold the password. Raises AuthenticationFailed, Forbidden and others."""
    user = _signed_in(order, stored, open_client)
    scopes = _scopes(order, user)
    assigner = open_client(order.assigner) if order.assigner is not None else None
    application = _application(order, assigner or user)
    site = oauth.read_site(user)
    try:
        if site.may_have_application_tokens:
            view = _by_api(order, user, application, scopes)
            if view is not None:
                return Made(str(view["token"]), application, user, str(view["uuid"]))
        return Made(_by_consent(order, user, assigner, application, site, scopes), application, user)
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


def assign(order: Order, open_client: OpenClient) -> None:
    """Assign a token, which the user collects in the web interface."""
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
