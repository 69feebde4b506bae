# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The OAuth flow of Quay's web part: authorizing an application, and assigning it to others."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response

from .. import auth
from ..call import Call, Topic
from ..errors import HTML, WebPage, json_response, page
from ..model import accounts, teams, tokens
from ..names import new_uuid, random_token
from ..rights import parse_scopes, scopes_cover
from ..scopes import scope_views
from ..store import Row
from .tokens import application_view

topic = Topic("oauth", prefix="")

LOCAL_HANDLER = "/oauth/localapp"


def _redirect(location: str) -> Response:
    return Response("", 302, headers={"Location": location}, content_type=HTML)


def _error_redirect(uri: str | None, error: str) -> Response:
    return _redirect("{}?error={}".format(uri or "", error))


def _bad_redirect() -> Response:
    answer = json_response({"error": "invalid_request"}, 400)
    answer.headers["Content-Type"] = "application/json;charset=UTF-8"
    return answer


def _uri_ok(call: Call, application: Row | None, uri: str | None) -> bool:
    """The local handler, or an address below the one that is registered for the application."""
    if uri == call.settings.base_url + LOCAL_HANDLER:
        return True
    if application is None or not application.redirect_uri or not uri:
        return False
    known, given = urlsplit(application.redirect_uri), urlsplit(uri)
    same_host = known.scheme == given.scheme and known.netloc == given.netloc and "@" not in given.netloc
    return same_host and given.path.startswith(known.path) and ".." not in given.path


def _basic_user(call: Call) -> Row | None:
    credentials = call.request.authorization
    if credentials is None or credentials.type != "basic":
        return None
    return accounts.verify(call.store, call.settings, credentials.username or "", credentials.password or "")


def _administers(call: Call, user: Row, application: Row) -> bool:
    """Only members of an admin team count; being a superuser does not help."""
    if application.organization == user.id:
        return False
    return bool(teams.admin_teams(call.store, application.organization, user))


def _assignment(call: Call, user: Row, application: Row, uuid: str | None) -> Row | None:
    if not uuid:
        return None
    return call.store.assignments.first(uuid=uuid, user=user.id, application=application.id)


def _token_redirect(call: Call, user: Row, values: Any) -> Response:
    """Grants a token, in the fragment of the address that is redirected to."""
    client_id, uri, scope = values.get("client_id"), values.get("redirect_uri"), values.get("scope")
    state, assignment_uuid = values.get("state"), values.get("assignment_uuid")
    application = call.store.applications.first(client_id=client_id)
    assignment = _assignment(call, user, application, assignment_uuid) if application is not None else None
    if application is None or not (_administers(call, user, application) or assignment):
        return _error_redirect(uri, "unauthorized_client")
    if not _uri_ok(call, application, uri):
        return _bad_redirect()
    if not parse_scopes(scope):
        return _error_redirect(uri, "invalid_scope")
    lifetime = call.settings.token_lifetime
    _row, secret = tokens.issue(call.store, application, user, scope, lifetime)
    if assignment is not None:
        call.store.assignments.delete(assignment)
    query = {"scope": scope}
    if state:
        query["state"] = state
    fragment = "access_token=%s&token_type=Bearer&expires_in=%d" % (secret, lifetime)
    return _redirect(f"{uri}?{urlencode(query)}#{fragment}")


def _code_redirect(call: Call, user: Row, values: Any) -> Response:
    client_id, uri, scope = values.get("client_id"), values.get("redirect_uri"), values.get("scope")
    application = call.store.applications.first(client_id=client_id)
    if not _uri_ok(call, application, uri):
        return _bad_redirect()
    if application is None:
        return _error_redirect(uri, "unauthorized_client")
    if not parse_scopes(scope):
        return _error_redirect(uri, "invalid_scope")
    code = random_token(40)
    call.store.oauth_codes.insert(
        application=application.id, user=user.id, scope=scope, code_digest=auth.digest(code)
    )
    query = {"code": code, "scope": scope}
    if values.get("state"):
        query["state"] = values["state"]
    return _redirect(f"{uri}?{urlencode(query)}")


@topic.post("/oauth/authorizeapp", web=True)
def authorize(call: Call) -> Response:
    """Grants a token to an application: what the browser sends when its user agrees."""
    basic = _basic_user(call) if call.user is None else None
    user = call.user if call.user is not None else basic
    if user is None:
        raise WebPage(401, "Unauthorized")
    form = call.request.form
    if basic is None or form.get("client_id") not in call.settings.direct_oauth_clients:
        auth.check_csrf(call.request, call.session, user)
    if form.get("response_type", "code") == "token":
        return _token_redirect(call, user, form)
    if form.get("assignment_uuid"):
        raise WebPage(400, "Bad Request")
    return _code_redirect(call, user, form)


@topic.post("/oauth/denyapp", web=True)
def deny(call: Call) -> Response:
    """What the browser sends when its user does not agree."""
    auth.check_csrf(call.request, call.session, call.user)
    if call.user is None:
        raise WebPage(401, "Unauthorized")
    form = call.request.form
    application = call.store.applications.first(client_id=form.get("client_id"))
    if not _uri_ok(call, application, form.get("redirect_uri")):
        return _bad_redirect()
    return _error_redirect(form.get("redirect_uri"), "authorization_denied")


@topic.get(LOCAL_HANDLER, web=True)
def local_handler(call: Call) -> Response:
    """Where a token for oneself is redirected to."""
    if call.user is None:
        raise WebPage(401, "Unauthorized")
    if call.text("format", "html") == "json":
        return json_response({"access_token": call.text("access_token")})
    return page(200, "Token generated" if call.text("scope") else "Authorization canceled")


@topic.get("/oauth/authorize", web=True)
def ask(call: Call) -> Response:
    """Asks the user to agree, or grants at once what was granted before."""
    user = call.user if call.user is not None else _basic_user(call)
    if user is None:
        raise WebPage(401, "Unauthorized")
    values = call.request.args
    application = call.store.applications.first(client_id=values.get("client_id"))
    if application is None:
        raise WebPage(404, "Not Found")
    assignment = _assignment(call, user, application, values.get("assignment_uuid"))
    if not _administers(call, user, application) and assignment is None:
        raise WebPage(403, "Forbidden")
    wanted = parse_scopes(values.get("scope"))
    granted = [row for row in tokens.in_force(call.store, application) if row.user == user.id]
    held = frozenset(scope for row in granted for scope in row.scopes)
    if scopes_cover(held, wanted):
        token = values.get("response_type", "code") == "token"
        return _token_redirect(call, user, values) if token else _code_redirect(call, user, values)
    if not _uri_ok(call, application, values.get("redirect_uri")):
        return _error_redirect(application.redirect_uri, "redirect_uri_mismatch")
    if not wanted:
        raise WebPage(404, "Not Found")
    if values.get("format", "html").lower() != "json":
        return page(200, "Authorize application")
    return json_response(_question(call, application, wanted))


def _question(call: Call, application: Row, wanted: frozenset[str]) -> dict[str, Any]:
    if auth.CSRF_KEY not in call.session:
        call.session[auth.CSRF_KEY] = auth.new_csrf_token()
    scopes = scope_views(sorted(wanted))
    return {
        "scopes": scopes,
        "has_dangerous_scopes": any(scope["dangerous"] for scope in scopes),
        "application": application_view(call, application),
        "response_type": call.text("response_type", "code"),
        "client_id": call.text("client_id"),
        "redirect_uri": call.text("redirect_uri"),
        "scope": call.text("scope"),
        "csrf_token_val": call.session[auth.CSRF_KEY],
        "state": call.text("state"),
        "assignment_uuid": call.text("assignment_uuid"),
    }


@topic.post("/oauth/authorize/assignuser", web=True)
def assign(call: Call) -> Response:
    """Assigns a token to another user, who collects it later. Takes a session, not a token."""
    if call.token is None:
        auth.check_csrf(call.request, call.session, call.user)
    if not call.feature("ASSIGN_OAUTH_TOKEN"):
        raise WebPage(404, "Not Found")
    if call.user is None or call.token is not None:
        raise WebPage(401, "Unauthorized")
    user = accounts.find_person(call.store, call.text("username") or "")
    application = call.store.applications.first(client_id=call.text("client_id"))
    if user is None or not user.enabled or application is None:
        raise WebPage(404, "Not Found")
    if not _administers(call, call.user, application):
        raise WebPage(403, "Forbidden")
    call.store.assignments.insert(
        uuid=new_uuid(),
        user=user.id,
        application=application.id,
        redirect_uri=call.text("redirect_uri"),
        scope=call.text("scope"),
        response_type=call.text("response_type", "code"),
    )
    if call.text("format", "html") == "json":
        return json_response({"message": "Token assigned successfully"})
    return page(200, "Token assigned successfully")


@topic.post("/oauth/access_token", web=True)
def exchange(call: Call) -> Response:
    """Exchanges a code for a token."""
    values = call.request.values
    application = call.store.applications.first(client_id=values.get("client_id"))
    code = call.store.oauth_codes.first(code_digest=auth.digest(values.get("code", "")))
    if application is None or values.get("client_secret") != application.client_secret:
        return json_response({"error": "invalid_client"}, 400)
    if code is None or code.application != application.id or code.scope != values.get("scope"):
        return json_response({"error": "invalid_grant"}, 400)
    lifetime = call.settings.token_lifetime
    _row, secret = tokens.issue(
        call.store, application, call.store.users.get(code.user), code.scope, lifetime
    )
    call.store.oauth_codes.delete(code)
    return json_response({"access_token": secret, "token_type": "Bearer", "expires_in": lifetime})
