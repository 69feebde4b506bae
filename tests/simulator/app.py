# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Builds the Flask application: routes, and the order in which Quay checks a request."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request, session
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import BaseConverter

from . import auth
from .api import TOPICS
from .call import Call, Route
from .control import register_control
from .errors import (
    FreshLoginRequired,
    HelperAbort,
    NotFound,
    PlainAbort,
    ReadOnly,
    Refusal,
    ServerFault,
    json_response,
    page,
)
from .store import BackendError
from .wsgi import USER_KEY

if TYPE_CHECKING:
    from .simulator import Simulator

# The names by which Quay's user-agent parser knows browsers.
_BROWSERS = re.compile(
    r"chrome|firefox|konqueror|lynx|msie|netscape|opera|safari|seamonkey|google", re.IGNORECASE
)


class RepositoryPath(BaseConverter):
    """The name of a repository with its namespace; the name may contain slashes."""

    part_isolating = False
    weight = 200
    regex = r"([^/]+(/[^/]+)+)"


class Digest(BaseConverter):
    """The digest of a manifest."""

    regex = r"[A-Za-z0-9_+.-]+:[A-Fa-f0-9]+"


def build(simulator: Simulator) -> Flask:
    """The application of a simulator."""
    settings = simulator.settings
    app = Flask("tests.simulator", static_folder=None)
    app.url_map.converters.update(repopath=RepositoryPath, digest=Digest)
    app.secret_key = hashlib.sha256(settings.secret.encode("utf-8")).hexdigest()
    app.config.update(
        SESSION_COOKIE_NAME="_csrf_token",  # Quay's session cookie has the name of the CSRF token
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.preferred_url_scheme == "https" and settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=settings.session_lifetime,
        PROPAGATE_EXCEPTIONS=True,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    for topic in TOPICS:
        for number, route in enumerate(topic.routes):
            if _exists(simulator, route):
                endpoint = "%s.%s.%d" % (topic.name, route.view.__name__, number)
                app.add_url_rule(route.rule, endpoint, _handler(simulator, route), methods=[route.method])
    _register_errors(simulator, app)
    _register_web(app)
    if settings.control:
        register_control(simulator, app)
    return app


def _exists(simulator: Simulator, route: Route) -> bool:
    if route.since is not None and not simulator.settings.is_at_least(route.since):
        return False
    if route.feature is None:
        return True
    if callable(route.feature):
        return route.feature(simulator.settings)
    return simulator.settings.feature(route.feature)


def _register_errors(simulator: Simulator, app: Flask) -> None:
    def refused(error: Refusal) -> Response:
        return error.response(simulator.settings.base_url)

    def wrong_method(error: MethodNotAllowed) -> Any:
        # Flask-RESTful answers in JSON when the other methods of the path are its own.
        methods = [method for method in (error.valid_methods or []) if method not in ("HEAD", "OPTIONS")]
        adapter = app.url_map.bind("")
        if methods and not str(adapter.match(request.path, methods[0])[0]).startswith("web"):
            return PlainAbort(405).response(simulator.settings.base_url)
        return error

    def unavailable(_error: BackendError) -> Response:
        return ServerFault().response(simulator.settings.base_url)

    app.register_error_handler(Refusal, refused)
    app.register_error_handler(BackendError, unavailable)
    app.register_error_handler(MethodNotAllowed, wrong_method)


def _register_web(app: Flask) -> None:
    """The catch-all of Quay's web part, which takes what no API route wants.

    It reads any path as the name of a repository: without a slash at the end it redirects (308), with one it
    answers with a page. So that is what a GET of an unknown or disabled API route gets; any other method gets
    404 at once.
    """

    def unknown(path: str) -> Response:
        return page(404, "Not Found")

    app.add_url_rule("/<path:path>/", "web.unknown", unknown, methods=["GET"])


def _handler(simulator: Simulator, route: Route) -> Callable[..., Any]:
    def handle(**params: Any) -> Response:
        if "repository" in params:
            params["namespace"], params["name"] = params.pop("repository").split("/", 1)
        if route.health:
            return _respond(route.view(Call(simulator, request, session, auth.Identity()), **params))
        with simulator.store.lock:
            simulator.store.refresh()
            try:
                return _answer(simulator, route, params)
            finally:
                # Quay commits each change at once: what was done before an error stays.
                simulator.store.commit()

    return handle


def _answer(simulator: Simulator, route: Route, params: dict[str, Any]) -> Response:
    _check_browser(simulator, route)
    identity = auth.identify(simulator.store, request, session)
    if identity.user is not None:
        request.environ[USER_KEY] = identity.user.username
    if identity.token is None and session:
        session.modified = True  # Quay sends the session cookie again with each answer
    if not route.web and identity.token is None and request.method not in ("GET", "HEAD"):
        auth.check_csrf(request, session, identity.user)
    call = Call(simulator, request, session, identity)
    _check_access(call, route)
    if route.right is not None:
        call.need(route.right(call, **params))
    if route.fresh:
        _check_fresh(call)
    if route.not_prod and "quay.io" in simulator.settings.server_hostname:
        raise NotFound()
    if route.schema is not None:
        call.check(route.schema)
    if route.then is not None:
        call.need(route.then(call, **params))
    return _respond(route.view(call, **params))


def _check_browser(simulator: Simulator, route: Route) -> None:
    if route.web or not simulator.settings.browser_calls_xhr_only or request.method != "GET":
        return
    if _BROWSERS.search(request.user_agent.string or "") and (
        request.headers.get("X-Requested-With") != "XMLHttpRequest"
    ):
        raise HelperAbort(
            400, "API calls must be invoked with an X-Requested-With header if called from a browser"
        )


def _check_access(call: Call, route: Route) -> None:
    if call.user is None and not route.web and not route.anonymous and not call.feature("ANONYMOUS_ACCESS"):
        raise HelperAbort(401, "Anonymous access is not allowed")
    if call.settings.registry_readonly and not route.readonly and request.method not in ("GET", "HEAD"):
        raise ReadOnly()


def _check_fresh(call: Call) -> None:
    user = call.me
    if user.robot:
        raise call.refusal()
    if call.token is not None or call.settings.authentication_type != "Database":
        return
    if (
        user.password is not None
        and call.session.get("login_time", 0) < time.time() - call.settings.fresh_login_timeout
    ):
        raise FreshLoginRequired()


def _respond(result: Any) -> Response:
    """A view answers with a body, with (body, status) or with (body, status, headers), or with a response."""
    if isinstance(result, Response):
        return result
    body, status, headers = result, 200, None
    if isinstance(result, tuple):
        body, status, headers = (*result, None)[:3] if len(result) == 2 else result
    return json_response(body, status, headers)
