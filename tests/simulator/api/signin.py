# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The first user, sessions, and the CSRF token."""

from __future__ import annotations

from typing import Any

from flask import Response

from .. import auth
from ..call import Call, Topic, user_admin
from ..errors import InvalidRequest, ModelError, ServerFault, json_response
from ..model import accounts, tokens
from ..names import random_token
from ..settings import ALL_SCOPES
from ..store import Row

topic = Topic("signin", prefix="")

_INVALID = "Invalid Username or Password"
_DISABLED = "This user has been disabled. Please contact your administrator."


def _begin(call: Call, user: Row) -> dict[str, str] | None:
    """Starts a session; None for a user whose e-mail address is not verified."""
    if not user.verified:
        return None
    return auth.sign_in(call.session, user, call.feature("PERMANENT_SESSIONS"))


def conduct_signin(call: Call, username: str, password: str) -> Any:
    """What sign-in answers; a wrong password is 403, not 401."""
    user = accounts.verify(call.store, call.settings, username, password)
    if user is None or not user.enabled:
        text = _INVALID if user is None else _DISABLED
        return {"needsEmailVerification": False, "invalidCredentials": True, "message": text}, 403
    headers = _begin(call, user)
    if headers is None:
        return {"needsEmailVerification": True, "invalidCredentials": False, "message": None}, 403
    return {"success": True}, 200, headers


@topic.get("/csrf_token", web=True)
def csrf_token(call: Call) -> Any:
    """A CSRF token, and the session cookie that it belongs to."""
    if auth.CSRF_KEY not in call.session:
        call.session[auth.CSRF_KEY] = auth.new_csrf_token()
    return {"csrf_token": call.session[auth.CSRF_KEY]}


@topic.post("/api/v1/user/initialize", feature="USER_INITIALIZE", web=True)
def initialize(call: Call) -> Any:
    """The first user of an empty registry; a route of the web part, so that it asks for no CSRF token."""
    if call.settings.authentication_type != "Database":
        return {"message": "Cannot initialize user in a non-database auth system"}, 400
    if len(call.store.users):
        return {"message": "Cannot initialize user in a non-empty database"}, 400
    body = call.body
    if "username" not in body or "password" not in body:
        raise ServerFault()  # Quay has no schema here.
    try:
        user = accounts.create_user(
            call.store, call.settings, body["username"], body["password"], body.get("email")
        )
    except ModelError as error:
        return {"message": f"Failed to initialize user: {error}"}, 400
    headers = _begin(call, user)
    result = {
        "username": body["username"],
        "email": body.get("email"),
        "encrypted_password": random_token(64),
    }
    if body.get("access_token"):
        application = tokens.personal_application(call.store, user)
        _row, secret = tokens.issue(
            call.store, application, user, ALL_SCOPES, call.settings.initial_token_lifetime
        )
        result["access_token"] = secret
    return json_response(dict(sorted(result.items())), 200, headers)


@topic.post("/api/v1/signin", feature="DIRECT_LOGIN", schema="SigninUser", anonymous=True, readonly=True)
def signin(call: Call) -> Any:
    """Starts a session."""
    return conduct_signin(call, call.body["username"], call.body["password"])


@topic.post("/api/v1/signin/verify", right=user_admin, schema="VerifyUser", readonly=True)
def verify(call: Call) -> Any:
    """Makes the session fresh again."""
    user = accounts.verify(call.store, call.settings, call.me.username, call.body["password"])
    if user is None:
        return {"message": _INVALID, "invalidCredentials": True}, 403
    headers = _begin(call, user)
    if headers is None:
        return {"message": "Could not verify user."}, 403
    return {"success": True}, 200, headers


@topic.post("/api/v1/signout")
def signout(call: Call) -> Any:
    """Ends all sessions of the user, not only the one that asks."""
    if call.user is not None:
        accounts.end_sessions(call.store, call.user)
    call.session.pop("_user_id", None)
    return {"success": True}


@topic.post("/api/v1/user/clientkey", right=user_admin, schema="GenerateClientKey")
def client_key(call: Call) -> Any:
    """An encrypted password for docker login."""
    if accounts.verify(call.store, call.settings, call.me.username, call.body["password"]) is None:
        raise InvalidRequest(_INVALID)
    return {"key": random_token(64)}


@topic.post(
    "/api/v1/user/convert",
    feature=lambda settings: settings.authentication_type == "Database",
    right=user_admin,
    schema="ConvertUser",
)
def convert(call: Call) -> Response:
    """Makes an organization of the caller, administered by another user, who is signed in."""
    name, password = call.body["adminUser"], call.body["adminPassword"]
    administrator = accounts.verify(call.store, call.settings, name, password)
    if administrator is None:
        raise InvalidRequest("The admin user credentials are not valid", reason="invaliduser")
    if administrator is call.user:
        raise InvalidRequest("The admin user is not valid", reason="invaliduser")
    accounts.convert_to_organization(call.store, call.me, administrator)
    return conduct_signin(call, name, password)
