# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How the parts of the API are declared, and what they are given for each request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Request

from .auth import Identity
from .errors import Forbidden, InvalidRequest, NotAuthenticated, PlainAbort, Refusal
from .rights import Rights
from .store import Row, Store

if TYPE_CHECKING:
    from .simulator import Simulator

_FALSE = {"false", "False", "0", "FALSE", "", "null"}
_NOT_JSON = "Did not attempt to load JSON data because the request Content-Type was not 'application/json'."
Condition = Callable[..., bool]


class Call:
    """One request: who asks, what is asked, and where the state is."""

    def __init__(self, simulator: Simulator, request: Request, session: Any, identity: Identity) -> None:
        self.simulator = simulator
        self.settings = simulator.settings
        self.store: Store = simulator.store
        self.pages = simulator.pages
        self.request = request
        self.session = session
        self.user: Row | None = identity.user
        self.token: Row | None = identity.token
        scopes = frozenset(identity.token.scopes) if identity.token is not None else None
        self.rights = Rights(self.settings, self.store, self.user, scopes)
        self._body: Any = None

    @property
    def me(self) -> Row:
        """The caller; refused when there is none."""
        if self.user is None:
            raise self.refusal()
        return self.user

    @property
    def body(self) -> Any:
        """The JSON body, parsed once."""
        if self._body is None:
            self._body = self._parse()
        return self._body

    def optional_body(self, schema: str | None = None) -> dict[str, Any]:
        """The JSON body, which has to fit the schema; an empty one when it is absent or broken."""
        found = self.request.get_json(silent=True)
        if found is not None and schema is not None:
            self.simulator.schemas.check(schema, found)
        return found if isinstance(found, dict) else {}

    def feature(self, name: str) -> bool:
        """Whether FEATURE_<name> is on."""
        return self.settings.feature(name)

    def refusal(self) -> Refusal:
        """What Quay answers to a caller without the right: 401 to nobody, 403 to somebody."""
        if self.user is None or self.user.organization:
            return NotAuthenticated()
        return Forbidden()

    def need(self, allowed: bool) -> None:
        """Refuses the request unless it is allowed."""
        if not allowed:
            raise self.refusal()

    def need_org_admin(self, orgname: str) -> None:
        """Only who administers the organization goes on."""
        self.need(self.rights.org_admin(orgname))

    def need_org_view(self, orgname: str) -> None:
        """As need_org_admin, and read-only superusers too."""
        self.need(self.rights.org_admin(orgname) or self.rights.readonly_superuser)

    def check(self, schema: str) -> Any:
        """The body, after it passed the schema."""
        self.simulator.schemas.check(schema, self.body)
        return self.body

    def text(self, name: str, default: str | None = None) -> str | None:
        """A query parameter."""
        return self.request.args.get(name, default)

    def flag(self, name: str, default: bool = False) -> bool:
        """A query parameter that is true unless it says no."""
        value = self.request.args.get(name)
        return default if value is None else value not in _FALSE

    def number(self, name: str, default: int | None = None) -> int | None:
        """A query parameter that is a whole number."""
        value = self.request.args.get(name)
        if value is None:
            return default
        try:
            return int(value)
        except ValueError:
            # Flask-RESTful's parser answers with a dictionary that names the parameter.
            raise PlainAbort(400, f"invalid literal for int() with base 10: {value!r}") from None

    def page_start(self) -> int:
        """Where the page that is asked for starts; an invalid token silently means the first one."""
        return self.pages.read(self.request.args.get("next_page"))

    def _parse(self) -> Any:
        if not self.request.is_json:
            raise PlainAbort(415, _NOT_JSON)
        found = self.request.get_json(silent=True)
        if found is None:
            if self.request.get_data().strip() == b"null":
                raise InvalidRequest("Missing JSON body")
            raise PlainAbort(400)
        return found


@dataclass(frozen=True)
class Route:
    """One method of one path."""

    rule: str
    method: str
    view: Callable[..., Any]
    feature: str | Callable[..., bool] | None = None  # the route does not exist while it is off
    right: Condition | None = None  # checked before the body
    schema: str | None = None
    then: Condition | None = None  # checked after the body
    fresh: bool = False  # needs a recent sign-in, unless a token is used
    not_prod: bool = False  # answers 404 when the host name contains quay.io
    anonymous: bool = False  # even with FEATURE_ANONYMOUS_ACCESS off
    readonly: bool = False  # even while the registry is read-only
    web: bool = False  # a route of the web part: no CSRF check by default
    since: str | None = None  # the version of Quay that brought it
    health: bool = False  # answered without looking who asks, and while another request is under way


@dataclass
class Topic:
    """The routes of one subject."""

    name: str
    prefix: str = "/api/v1"
    routes: list[Route] = field(default_factory=list)

    def get(self, rule: str, **options: Any) -> Callable[..., Any]:
        """Declares a GET route."""
        return self._declare(rule, "GET", options)

    def post(self, rule: str, **options: Any) -> Callable[..., Any]:
        """Declares a POST route."""
        return self._declare(rule, "POST", options)

    def put(self, rule: str, **options: Any) -> Callable[..., Any]:
        """Declares a PUT route."""
        return self._declare(rule, "PUT", options)

    def delete(self, rule: str, **options: Any) -> Callable[..., Any]:
        """Declares a DELETE route."""
        return self._declare(rule, "DELETE", options)

    def _declare(self, rule: str, method: str, options: dict[str, Any]) -> Callable[..., Any]:
        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            self.routes.append(Route(self.prefix + rule, method, view, **options))
            return view

        return declare


def repo_read(call: Call, namespace: str, name: str, **_others: Any) -> bool:
    """Read the repository: by a right, or because it is public."""
    return (
        call.rights.read_repo(namespace, name)
        or call.rights.readonly_superuser
        or is_public(call, namespace, name)
    )


def repo_write(call: Call, namespace: str, name: str, **_others: Any) -> bool:
    """Change what is in the repository."""
    return call.rights.write_repo(namespace, name)


def repo_admin(call: Call, namespace: str, name: str, **_others: Any) -> bool:
    """Administer the repository."""
    return call.rights.admin_repo(namespace, name)


def repo_admin_view(call: Call, namespace: str, name: str, **_others: Any) -> bool:
    """See what an administrator of the repository sees."""
    return call.rights.admin_repo(namespace, name) or call.rights.readonly_superuser


def user_admin(call: Call, **_others: Any) -> bool:
    """Administer the own account."""
    return call.rights.user_admin()


def superuser(call: Call, **_others: Any) -> bool:
    """A superuser that may change things."""
    return call.rights.superuser


def any_superuser(call: Call, **_others: Any) -> bool:
    """A superuser, be it one that only reads."""
    return call.rights.any_superuser


def is_public(call: Call, namespace: str, name: str) -> bool:
    """Whether there is such a repository and everybody may read it."""
    owner = call.store.users.first(username=namespace)
    found = call.store.repositories.first(namespace=owner.id, name=name) if owner else None
    return found is not None and found.visibility == "public"
