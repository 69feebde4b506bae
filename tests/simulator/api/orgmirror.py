# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Mirrors of whole organizations."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from ..call import Call, Topic
from ..errors import InvalidRequest, NotFound
from ..names import robot_namespace
from ..ssrf import check_url, is_address
from ..store import Row
from ..views import iso
from .organizations import find_or_404
from .repositorymirror import check_date

topic = Topic("orgmirror")

MIRROR = "/organization/<orgname>/mirror"
_BAD_DATE = "Invalid sync_start_date format. Use ISO 8601: YYYY-MM-DDTHH:MM:SSZ"
_STATES = ("CANCEL", "FAIL", "NEVER_RUN", "SUCCESS", "SYNCING", "SYNC_NOW", "SKIP")
_UNDER_WAY = ("SYNCING", "SYNC_NOW", "NEVER_RUN")
_NOT_MADE = "Cannot create organization mirror: the organization "
_MAXIMUM_PAGE = 500
# key of the body: (field, default)
_FIELDS: dict[str, tuple[str, Any]] = {
    "is_enabled": ("is_enabled", True),
    "external_registry_url": ("url", None),
    "external_namespace": ("external_namespace", None),
    "visibility": ("visibility", None),
    "sync_interval": ("interval", None),
    "sync_start_date": ("start_date", None),
    "external_registry_username": ("username", None),
    "external_registry_password": ("password", None),
    "external_registry_config": ("config", {}),
    "repository_filters": ("filters", []),
    "skopeo_timeout": ("timeout", 300),
}


def _find(call: Call, orgname: str) -> Row:
    row = call.store.org_mirrors.first(organization=find_or_404(call, orgname).id)
    if row is None:
        raise NotFound()
    return row


def _check(call: Call, orgname: str, body: dict[str, Any]) -> dict[str, Any]:
    """The fields that the body sets, after all its values passed."""
    fields = {field: body[key] for key, (field, _default) in _FIELDS.items() if key in body}
    if "robot_username" in body:
        name = body["robot_username"]
        robot = call.store.users.first(username=name)
        if robot is None or not robot.robot:
            raise InvalidRequest(f"Invalid robot account: {name}")
        if robot_namespace(name) != orgname:
            raise InvalidRequest("Robot account must belong to the organization")
        fields["robot"] = robot.id
    if not check_date(body.get("sync_start_date")):
        raise InvalidRequest(_BAD_DATE)
    if "external_registry_url" in body:
        check_url(call.settings, body["external_registry_url"])
    for secret in ("username", "password"):
        if secret in fields:
            fields[secret] = fields[secret] or None
    return fields


@topic.get(MIRROR, feature="ORG_MIRROR")
def read(call: Call, orgname: str) -> Any:
    """The mirror; of the password only whether there is one."""
    call.need_org_view(orgname)
    row = _find(call, orgname)
    robot = call.store.users.get(row.robot)
    found = [one.status for one in call.store.org_mirror_repositories.find(mirror=row.id)]
    return {
        "is_enabled": row.is_enabled,
        "external_registry_type": row.type,
        "external_registry_url": row.url,
        "external_namespace": row.external_namespace,
        "external_registry_username": row.username,
        "has_external_registry_password": row.password is not None,
        "external_registry_config": row.config,
        "repository_filters": row.filters,
        "robot_username": robot.username if robot is not None else None,
        "visibility": row.visibility,
        "sync_interval": row.interval,
        "sync_start_date": row.start_date,
        "sync_expiration_date": iso(row.expiration),
        "sync_status": row.status,
        "sync_retries_remaining": row.retries,
        "repo_sync_status_counts": {state: found.count(state) for state in _STATES},
        "skopeo_timeout": row.timeout,
        "creation_date": iso(row.created),
    }


@topic.post(MIRROR, feature="ORG_MIRROR", schema="CreateOrgMirrorConfig")
def create(call: Call, orgname: str) -> Any:
    """Fills an organization from another registry; it must be empty."""
    call.need_org_admin(orgname)
    organization = find_or_404(call, orgname)
    fields = dict(_FIELDS.values())
    fields.update(_check(call, orgname, call.body))
    store = call.store
    if store.org_mirrors.count(organization=organization.id):
        raise InvalidRequest("Mirror configuration already exists for this organization")
    if store.proxy_caches.count(organization=organization.id):
        raise InvalidRequest(
            _NOT_MADE + "has a proxy cache configuration. Remove the proxy cache configuration first."
        )
    if store.immutability_policies.count(namespace=organization.id):
        raise InvalidRequest(
            _NOT_MADE
            + "has immutability policies configured. Remove all namespace immutability policies first."
        )
    if store.repositories.count(namespace=organization.id):
        raise InvalidRequest(
            _NOT_MADE
            + "already contains repositories. Organization mirroring requires an empty organization."
        )
    store.org_mirrors.insert(
        organization=organization.id,
        type=call.body["external_registry_type"],
        status="NEVER_RUN",
        retries=3,
        expiration=None,
        created=time.time(),
        **fields,
    )
    return "", 201


@topic.put(MIRROR, feature="ORG_MIRROR", schema="UpdateOrgMirrorConfig")
def update(call: Call, orgname: str) -> Any:
    """Changes the mirror, answered with 200."""
    call.need_org_admin(orgname)
    row = _find(call, orgname)
    call.store.org_mirrors.update(row, **_check(call, orgname, call.body))
    return ""


@topic.delete(MIRROR, feature="ORG_MIRROR")
def delete(call: Call, orgname: str) -> Any:
    """Ends the mirror; what it brought stays."""
    call.need_org_admin(orgname)
    row = _find(call, orgname)
    for repository in call.store.repositories.find(namespace=row.organization, state="ORG_MIRROR"):
        call.store.repositories.update(repository, state="NORMAL")
    call.store.org_mirror_repositories.delete_where(mirror=row.id)
    call.store.org_mirrors.delete(row)
    return "", 204


@topic.post(MIRROR + "/sync-now", feature="ORG_MIRROR")
def sync_now(call: Call, orgname: str) -> Any:
    """Asks for a run."""
    call.need_org_admin(orgname)
    row = _find(call, orgname)
    if row.status == "SYNCING":
        raise InvalidRequest("Cannot trigger sync: discovery is currently in progress.")
    found = call.store.org_mirror_repositories.find(mirror=row.id)
    if any(one.status in _UNDER_WAY or (one.status == "FAIL" and one.retries) for one in found):
        raise InvalidRequest(
            "Cannot trigger sync: repositories are still syncing. Cancel the current sync and wait for all "
            "repositories to reach a terminal state before triggering a new sync."
        )
    call.store.org_mirrors.update(
        row, status="SYNC_NOW", start_date=iso(time.time()), retries=max(row.retries, 1), expiration=None
    )
    return "", 204


@topic.post(MIRROR + "/sync-cancel", feature="ORG_MIRROR")
def sync_cancel(call: Call, orgname: str) -> Any:
    """Asks for the end of a run."""
    call.need_org_admin(orgname)
    row = _find(call, orgname)
    if row.status == "CANCEL":
        raise InvalidRequest("Cannot cancel: mirror is already cancelled")
    call.store.org_mirrors.update(row, status="CANCEL", retries=0, expiration=time.time())
    return "", 204


@topic.post(MIRROR + "/verify", feature="ORG_MIRROR")
def verify(call: Call, orgname: str) -> Any:
    """Tries the connection; here, a host with a name accepts anything, an address is no registry."""
    call.need_org_admin(orgname)
    host = urlsplit(_find(call, orgname).url).hostname or ""
    if is_address(host):
        return {"success": False, "message": f"SSL error: the certificate is not valid for '{host}'"}
    return {"success": True, "message": "Connection successful"}


@topic.get(MIRROR + "/repositories", feature="ORG_MIRROR")
def list_repositories(call: Call, orgname: str) -> Any:
    """What the mirror found, or a test says that it has found: it never runs here."""
    call.need_org_view(orgname)
    row = _find(call, orgname)
    status = call.text("status")
    if status is not None and status.upper() not in _STATES:
        text = "Invalid status filter '{}'. Valid values: {}".format(status, ", ".join(_STATES))
        raise InvalidRequest(text)
    limit = min(call.number("limit", 100) or 100, _MAXIMUM_PAGE)
    page = max(1, call.number("page", 1) or 1)
    wanted = {} if status is None else {"status": status.upper()}
    found = sorted(
        call.store.org_mirror_repositories.find(mirror=row.id, **wanted), key=lambda one: str(one.name)
    )
    return {
        "repositories": [_found(orgname, one) for one in found[(page - 1) * limit : page * limit]],
        "page": page,
        "limit": limit,
        "total": len(found),
        "has_next": page * limit < len(found),
    }


def _found(orgname: str, row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "sync_status": row.status,
        "discovery_date": row.discovered,
        "last_sync_date": row.last_sync,
        "status_message": row.message,
        "quay_repository": f"{orgname}/{row.name}" if row.repository is not None else None,
    }
