# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""OAuth applications of organizations."""

from __future__ import annotations

from typing import Any

from ..call import Call, Topic
from ..errors import NotFound
from ..model import accounts, tokens
from ..names import random_upper
from ..sealed import readable
from ..store import Row
from ..views import avatar
from .organizations import find_or_404, organization_view

topic = Topic("applications")

LIST = "/organization/<orgname>/applications"
ITEM = LIST + "/<client_id>"


def find_application(call: Call, orgname: str, client_id: str) -> Row:
    """The application of a client id; refused with 404 when the organization has no such one."""
    organization = find_or_404(call, orgname)
    application = call.store.applications.first(organization=organization.id, client_id=client_id)
    if application is None:
        raise NotFound()
    return application


def _view(call: Call, orgname: str, row: Row) -> dict[str, Any]:
    secrets = call.rights.org_admin(orgname)
    return {
        "name": row.name,
        "description": row.description,
        "application_uri": row.application_uri,
        "client_id": row.client_id,
        "client_secret": readable(row.client_secret) if secrets else None,
        "redirect_uri": row.redirect_uri if secrets else None,
        "avatar_email": row.avatar_email if secrets else None,
    }


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "application_uri": body.get("application_uri", ""),
        "redirect_uri": body.get("redirect_uri", ""),
        "description": body.get("description", ""),
        "avatar_email": body.get("avatar_email"),
    }


@topic.get(LIST)
def list_all(call: Call, orgname: str) -> Any:
    """The applications, with their secrets."""
    call.need_org_view(orgname)
    organization = find_or_404(call, orgname)
    rows = call.store.applications.find(organization=organization.id)
    return {"applications": [_view(call, orgname, row) for row in rows]}


@topic.post(LIST, schema="NewApp")
def create(call: Call, orgname: str) -> Any:
    """A new application, even when one of the same name is there already."""
    call.need_org_admin(orgname)
    organization = find_or_404(call, orgname)
    row = tokens.create_application(call.store, organization, call.body["name"], **_fields(call.body))
    return _view(call, orgname, row)


@topic.get(ITEM)
def read(call: Call, orgname: str, client_id: str) -> Any:
    """One application."""
    call.need_org_view(orgname)
    return _view(call, orgname, find_application(call, orgname, client_id))


@topic.put(ITEM, schema="UpdateApp")
def update(call: Call, orgname: str, client_id: str) -> Any:
    """Replaces all fields: what is left out is emptied."""
    call.need_org_admin(orgname)
    row = find_application(call, orgname, client_id)
    call.store.applications.update(row, name=call.body["name"], **_fields(call.body))
    return _view(call, orgname, row)


@topic.delete(ITEM)
def delete(call: Call, orgname: str, client_id: str) -> Any:
    """Deletes an application with its tokens."""
    call.need_org_admin(orgname)
    accounts.remove_application(call.store, find_application(call, orgname, client_id))
    return "", 204


@topic.post(ITEM + "/resetclientsecret")
def reset_secret(call: Call, orgname: str, client_id: str) -> Any:
    """A new secret."""
    call.need_org_admin(orgname)
    row = find_application(call, orgname, client_id)
    call.store.applications.update(row, client_secret=random_upper(40))
    return _view(call, orgname, row)


@topic.get("/app/<client_id>")
def information(call: Call, client_id: str) -> Any:
    """What anybody may know of an application."""
    row = call.store.applications.first(client_id=client_id)
    if row is None:
        raise NotFound()
    return {
        "name": row.name,
        "description": row.description,
        "uri": row.application_uri,
        "avatar": avatar(row.name, "app"),
        "organization": organization_view(call, call.store.users.get(row.organization), with_teams=False),
    }
