# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""OAuth access tokens: the requests by which they are made, found out about and revoked (facts A3).

A token always acts as the user who asks for it. There are two ways: the API of application tokens (since
Quay 3.18), and the page of the web interface on which a user consents, which takes a sign-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from ...errors import (
    AuthenticationFailed,
    FeatureOff,
    Forbidden,
    InvalidDeclaration,
    InvalidRequest,
    NotFound,
    NotQuay,
)
from ...http.answers import Answer, error_text, not_quay
from ...http.client import Client
from ...http.connection import base_url, segment
from ...http.expected import mismatch

# A token with one of these may ask whose it is.
SHOW_THE_USER = ("user:admin", "user:read")

_AUTHORIZE = "/oauth/authorizeapp"
_ASSIGN = "/oauth/authorize/assignuser"
_TOKENS_SINCE = (3, 18)
# What a version says that was not made from a release: Quay's change log ends there in its main branch.
_STALE = (3, 11)


@dataclass(frozen=True)
class Site:
    """What the registry says about itself: where it believes to be, and its version, () if unknown."""

    local_page: str
    version: tuple[int, ...]

    @property
    def may_have_application_tokens(self) -> bool:
        return self.version in ((), _STALE) or self.version >= _TOKENS_SINCE


@dataclass(frozen=True)
class Application:
    """The application that a token is made for, and the organization that it belongs to."""

    client_id: str
    organization: str


class NotAuthorized(Forbidden):
    """The user may not grant this application a token: since Quay 3.12 that needs a right."""


def owner_of_token(client: Client) -> str | None:
    """Return the user as whom a client's token acts, None where Quay does not accept it.

    It does not tell a token that is not valid from one that lacks both user:read and user:admin.
    """
    try:
        view = client.get("user/")
    except AuthenticationFailed:
        return None
    if view.get("anonymous"):
        return None
    return str(view.get("username") or "") or None


def read_site(client: Client) -> Site:
    """Return where the registry believes to be, which its redirections must name, and its version."""
    answer = client.settings()
    settings = answer.get("config") or {}
    address = base_url(client.connection.host)
    if settings.get("SERVER_HOSTNAME"):
        address = f"{settings.get('PREFERRED_URL_SCHEME') or 'http'}://{settings['SERVER_HOSTNAME']}"
    page = settings.get("LOCAL_OAUTH_HANDLER") or "/oauth/localapp"
    number = re.search(r"(\d+)\.(\d+)", str(answer.get("version_number") or ""))
    version = (int(number.group(1)), int(number.group(2))) if number is not None else ()
    return Site(f"{address}{page}", version)


def find_application(client: Client, client_id: str) -> Application:
    """Return the application with a client ID; anybody may ask. Raises NotFound."""
    view = client.find(f"app/{segment(client_id)}")
    if view is None:
        raise NotFound(f"There is no application with the client ID {client_id!r}.")
    return Application(client_id, str(view["organization"]["name"]))


def find_application_by_name(client: Client, organization: str, name: str) -> Application:
    """Return the application of an organization that the client's user administers.

    Raises NotFound where there is none of that name, InvalidDeclaration where there are several.
    """
    views = client.get(f"organization/{segment(organization)}/applications")["applications"]
    found = sorted(view["client_id"] for view in views if view["name"] == name)
    if not found:
        raise NotFound(
            f"Organization {organization!r} has no application {name!r}. Create it first, with "
            "quay_application."
        )
    if len(found) > 1:
        raise InvalidDeclaration(
            f"{len(found)} applications of {organization!r} are named {name!r}. Say which one is meant, with "
            f"client_id: {', '.join(found)}."
        )
    return Application(found[0], organization)


# The API of application tokens


def new_application_token(client: Client, application: Application, name: str, scopes: Iterable[str]) -> Any:
    """Make a token of the client's user, and return Quay's view of it, with ``token`` and ``uuid``.

    Raises FeatureOff before Quay 3.18, Forbidden to a user who may not.
    """
    body = {"name": name[-255:], "scope": " ".join(scopes)}
    return client.send("POST", _tokens(application), body)


def revoke_namesakes(client: Client, application: Application, name: str, user: str, keep: str) -> int:
    """Revoke the user's tokens of that name but the one whose uuid is ``keep``; return their number.

    They are left over: of a run that ended before it had stored its token, or replaced by another.
    """
    listed = client.listing(_tokens(application), "tokens")
    old = [
        str(token["uuid"])
        for token in listed
        if token.get("name") == name[-255:] and token.get("created_by") == user and token["uuid"] != keep
    ]
    for uuid in old:
        try:
            client.send("DELETE", f"{_tokens(application)}/{segment(uuid)}")
        except NotFound:
            pass
    return len(old)


def _tokens(application: Application) -> str:
    organization, client_id = segment(application.organization), segment(application.client_id)
    return f"organization/{organization}/applications/{client_id}/tokens"


# The page of the web interface


def authorize(
    client: Client, application: Application, site: Site, scopes: Iterable[str], assignment: str | None = None
) -> str:
    """Consent as the client's user, who is signed in, and return the token that the application gets.

    ``assignment`` is the uuid of one that an administrator assigned. Raises NotAuthorized where neither
    that nor a team makes it the user's affair.
    """
    form = {
        "response_type": "token",
        "client_id": application.client_id,
        "redirect_uri": site.local_page,
        "scope": " ".join(scopes),
    }
    if assignment is not None:
        form["assignment_uuid"] = assignment
    try:
        answer = client.submit(_AUTHORIZE, form)
    except InvalidRequest as error:
        raise InvalidRequest(
            f"{error.message} Quay redirects to its own address only, and {site.local_page} is not it: "
            "SERVER_HOSTNAME and PREFERRED_URL_SCHEME in its config.yaml must name that of the registry.",
            error.status,
        ) from error
    return _granted(answer, application)


def _granted(answer: Answer, application: Application) -> str:
    """Return the token out of the address that Quay redirects to."""
    place = _split(answer.headers.get("Location", ""))
    token = parse_qs(place.fragment).get("access_token")
    if token:
        return token[0]
    error = (parse_qs(place.query).get("error") or [""])[0]
    if error == "unauthorized_client":
        raise NotAuthorized(
            f"{answer.asked}: Quay does not let the user grant a token to application "
            f"{application.client_id} of organization {application.organization!r}.",
            answer.status,
        )
    if error:
        raise InvalidRequest(f'{answer.asked}: Quay answered "{error}".', answer.status)
    # The address is not shown: it might hold a token after all.
    detail = error_text(answer.body) or f"a redirection to {place.netloc or 'nowhere'}"
    raise NotQuay(f"{answer.asked}: there is no token in the answer ({detail}).", answer.status)


def _split(address: str) -> SplitResult:
    """Return the parts of an address; none of one that is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def assign(client: Client, application: Application, site: Site, scopes: Iterable[str], user: str) -> None:
    """Assign a token to another user, who then collects it. The client's user must be signed in.

    Raises Forbidden where that user does not administer the application's organization.
    """
    query = {
        "response_type": "token",
        "client_id": application.client_id,
        "redirect_uri": site.local_page,
        "scope": " ".join(scopes),
        "username": user,
        "format": "json",
    }
    try:
        answer = client.submit(_ASSIGN, query=query)
    except Forbidden as error:
        raise Forbidden(
            f"{error.message} Only members of a team with role admin of organization "
            f"{application.organization!r} can assign tokens of its applications; to be a superuser does not "
            "help.",
            error.status,
        ) from error
    wrong = mismatch(answer.method, answer.path, answer.status, answer.body, answer.is_empty)
    if wrong or not answer.is_json:
        raise not_quay(answer, wrong or "it is not JSON")


def assigned(client: Client, application: Application) -> str | None:
    """Return the uuid of an assigned token that waits to be collected, None if there is none."""
    try:
        answer = client.get("user/assignedauthorization")
    except FeatureOff:
        return None
    for one in answer["authorizations"]:
        if one.get("application", {}).get("clientId") == application.client_id:
            return str(one["uuid"])
    return None
