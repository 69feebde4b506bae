# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The OAuth tokens of applications, and those that the caller granted."""

from __future__ import annotations

from typing import Any

from ..call import Call, Topic, user_admin
from ..errors import NotFound
from ..model import tokens
from ..paging import page_by_offset, with_next_page
from ..rights import parse_scopes, scopes_cover
from ..scopes import scope_views
from ..settings import Settings
from ..store import Row
from ..views import avatar, iso
from .applications import ITEM, find_application

topic = Topic("tokens")

_PAGE_SIZE = 50


def _assignable(settings: Settings) -> bool:
    return settings.feature("ASSIGN_OAUTH_TOKEN")


def _view(call: Call, row: Row) -> dict[str, Any]:
    return {
        "uuid": row.uuid,
        "name": row.name,
        "scope": row.scope,
        "expires_at": iso(row.expires_at),
        "created": iso(row.created),
        "created_by": call.store.users.get(row.user).username,
        "last_accessed": iso(row.last_accessed),
    }


def _may_mint(call: Call, orgname: str, wanted: frozenset[str]) -> bool:
    """Whether the caller has each right that the new token would carry, and the calling token its scope."""
    if call.token is not None and not scopes_cover(frozenset(call.token.scopes), wanted):
        return False
    rights = call.rights
    held = {
        "repo:read": rights.read_repo(orgname, ""),
        "repo:write": rights.write_repo(orgname, ""),
        "repo:admin": rights.admin_repo(orgname, ""),
        "repo:create": rights.org_creator(orgname),
        "user:read": rights.user_read(),
        "user:admin": rights.user_admin(),
        "org:admin": rights.org_admin(orgname),
        "super:user": rights.superuser,
    }
    return all(held[scope] for scope in wanted)


@topic.get(ITEM + "/tokens", since="3.18")
def list_tokens(call: Call, orgname: str, client_id: str) -> Any:
    """A page of the tokens in force, newest first."""
    call.need_org_view(orgname)
    found = tokens.in_force(call.store, find_application(call, orgname, client_id))
    rows, position = page_by_offset(found, call.page_start(), _PAGE_SIZE)
    return with_next_page({"tokens": [_view(call, row) for row in rows]}, call.pages, position)


@topic.post(ITEM + "/tokens", schema="NewApplicationToken", since="3.18")
def create(call: Call, orgname: str, client_id: str) -> Any:
    """A new token of the caller; its value is shown this once."""
    call.need_org_admin(orgname)
    application = find_application(call, orgname, client_id)
    body = call.body
    name = body["name"].strip()
    if not name:
        return {"message": "'name' must not be empty"}, 400
    scope = tokens.normalize_scope(body["scope"])
    wanted = parse_scopes(scope)
    if not wanted:
        return {"message": "Invalid scope: {}".format(body["scope"])}, 400
    call.need(_may_mint(call, orgname, wanted))
    limit = call.settings.token_limit
    if limit is not None and len(tokens.in_force(call.store, application)) >= limit:
        return {"message": "Token limit reached: maximum %d non-expired tokens per application" % limit}, 400
    lifetime = min(int(body.get("expiration", call.settings.token_lifetime)), call.settings.token_lifetime)
    row, secret = tokens.issue(call.store, application, call.me, scope, lifetime, name)
    return dict(_view(call, row), token=secret)


@topic.delete(ITEM + "/tokens/<token_uuid>", since="3.18")
def revoke(call: Call, orgname: str, client_id: str, token_uuid: str) -> Any:
    """Revokes a token."""
    call.need_org_admin(orgname)
    application = find_application(call, orgname, client_id)
    row = call.store.oauth_tokens.first(application=application.id, uuid=token_uuid)
    if row is None:
        raise NotFound()
    call.store.oauth_tokens.delete(row)
    return "", 204


def application_view(call: Call, application: Row) -> dict[str, Any]:
    """An application as those see it who are asked to trust it."""
    owner = call.store.users.get(application.organization)
    return {
        "name": application.name,
        "description": application.description,
        "url": application.application_uri,
        "avatar": avatar(application.name, "app"),
        "organization": {"name": owner.username, "avatar": avatar(owner.username, "org")},
    }


def _authorization_view(call: Call, row: Row) -> dict[str, Any]:
    application = call.store.applications.get(row.application)
    return {
        "application": application_view(call, application),
        "scopes": scope_views(row.scopes),
        "uuid": row.uuid,
    }


def _find_authorization(call: Call, token_uuid: str) -> Row:
    row = call.store.oauth_tokens.first(user=call.me.id, uuid=token_uuid)
    if row is None:
        raise NotFound()
    return row


@topic.get("/user/authorizations", right=user_admin)
def list_authorizations(call: Call) -> Any:
    """The tokens that the caller granted."""
    return {
        "authorizations": [
            _authorization_view(call, row) for row in call.store.oauth_tokens.find(user=call.me.id)
        ]
    }


@topic.get("/user/authorizations/<token_uuid>", right=user_admin)
def read_authorization(call: Call, token_uuid: str) -> Any:
    """One token that the caller granted."""
    return _authorization_view(call, _find_authorization(call, token_uuid))


@topic.delete("/user/authorizations/<token_uuid>", right=user_admin)
def delete_authorization(call: Call, token_uuid: str) -> Any:
    """Revokes a token that the caller granted."""
    call.store.oauth_tokens.delete(_find_authorization(call, token_uuid))
    return "", 204


@topic.get("/user/assignedauthorization", feature=_assignable, right=user_admin)
def list_assignments(call: Call) -> Any:
    """The tokens that were assigned to the caller and wait to be collected."""
    views = []
    for row in call.store.assignments.find(user=call.me.id):
        application = call.store.applications.get(row.application)
        # Unlike in the list of what was authorized, the client ID is shown: the token is collected with it.
        view = dict(application_view(call, application), clientId=application.client_id)
        views.append(
            {
                "application": view,
                "uuid": row.uuid,
                "redirectUri": row.redirect_uri,
                "scopes": scope_views(sorted(parse_scopes(row.scope))),
                "responseType": row.response_type,
            }
        )
    return {"authorizations": views}


@topic.delete("/user/assignedauthorization/<assignment_uuid>", feature=_assignable, right=user_admin)
def delete_assignment(call: Call, assignment_uuid: str) -> Any:
    """Declines an assigned token."""
    row = call.store.assignments.first(user=call.me.id, uuid=assignment_uuid)
    if row is None:
        raise NotFound()
    call.store.assignments.delete(row)
    return "", 204
