# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Service keys, by which the services of an installation know each other. For superusers only."""

from __future__ import annotations

import hashlib
import re
import time
from email.utils import formatdate
from typing import Any

from flask import Response

from ..call import Call, Topic, any_superuser, superuser
from ..errors import HTML, InvalidRequest, ModelError, NotFound
from ..names import new_uuid
from ..store import Row
from .superuser import user_view

topic = Topic("servicekeys")

KEYS = "/superuser/keys"
KEY = "/superuser/keys/<kid>"
_SERVICE = re.compile(r"^[a-z0-9_]+$")
_NAME = re.compile(r"^[\s a-zA-Z0-9\-_:/]*$")
_EXPIRED_TTL = 7 * 86400  # seconds; EXPIRED_SERVICE_KEY_TTL_SEC
_SUPER: dict[str, Any] = {"feature": "SUPER_USERS", "fresh": True, "not_prod": True, "then": superuser}
_READ: dict[str, Any] = {"feature": "SUPER_USERS", "not_prod": True, "then": any_superuser}


def _date(moment: float | None) -> str | None:
    """A date as Flask spells it, which makes these answers."""
    return None if moment is None else formatdate(moment, usegmt=True)


def _empty(status: int) -> Response:
    """An answer without a body, as Flask makes it."""
    return Response("", status, content_type=HTML)


def _view(call: Call, row: Row) -> dict[str, Any]:
    approver = call.store.users.get(row.approver)
    approval = {
        "approval_type": "ServiceKeyApprovalType.SUPERUSER",
        "approved_date": _date(row.approved),
        "approver": None if approver is None else user_view(call, approver),
        "notes": row.notes,
    }
    return {
        "name": row.name,
        "kid": row.kid,
        "service": row.service,
        "jwk": {"e": "AQAB", "kid": row.kid, "kty": "RSA", "n": "(public numbers)"},
        "metadata": row.metadata,
        "created_date": _date(row.created),
        "expiration_date": _date(row.expiration),
        "rotation_duration": None,
        "approval": None if row.approved is None else approval,
    }


def _find(call: Call, kid: str) -> Row:
    row = call.store.service_keys.first(kid=kid)
    if row is None:
        raise NotFound()
    return row


def _check(body: dict[str, Any], in_the_past: str) -> None:
    if not _NAME.match(body.get("name") or ""):
        raise InvalidRequest(f"Invalid service key friendly name: {body['name']}")
    if body.get("expiration") is not None and body["expiration"] <= time.time():
        raise InvalidRequest(in_the_past)


@topic.get(KEYS, **_READ)
def list_keys(call: Call) -> Any:
    """All keys; those that expired a week ago are not shown any more."""
    past = time.time() - _EXPIRED_TTL
    rows = [row for row in call.store.service_keys if row.expiration is None or row.expiration > past]
    return {"keys": [_view(call, row) for row in rows]}


@topic.post(KEYS, schema="CreateServiceKey", **_SUPER)
def create_key(call: Call) -> Any:
    """A new key, approved; its private part, a placeholder here, is shown once."""
    body = call.body
    _check(body, "Expiration date cannot be in the past")
    if not _SERVICE.match(body["service"]):
        raise ModelError("")
    added = {"created_by": "Quay Superuser Panel", "creator": call.me.username}
    now = time.time()
    row = call.store.service_keys.insert(
        kid=hashlib.sha256(new_uuid().encode("ascii")).hexdigest()[:43],
        name=body.get("name", ""),
        service=body["service"],
        metadata={**body.get("metadata", {}), **added, "ip": call.request.remote_addr or "127.0.0.1"},
        notes=body.get("notes", ""),
        created=now,
        approved=now,
        approver=call.me.id,
        expiration=body.get("expiration"),
    )
    return {
        "kid": row.kid,
        "name": row.name,
        "service": row.service,
        "public_key": "(public key)",
        "private_key": "(private key)",
    }


@topic.get(KEY, **_READ)
def read_key(call: Call, kid: str) -> Any:
    """One key."""
    return _view(call, _find(call, kid))


@topic.put(KEY, schema="PutServiceKey", **_SUPER)
def update_key(call: Call, kid: str) -> Any:
    """Changes a key; metadata is added to what is there."""
    row, body = _find(call, kid), call.body
    _check(body, "Cannot have an expiration date in the past")
    changes = {name: body[name] for name in ("expiration",) if name in body}
    if body.get("name") is not None:
        changes["name"] = body["name"]
    if body.get("metadata") is not None:
        changes["metadata"] = {**row.metadata, **body["metadata"]}
    return _view(call, call.store.service_keys.update(row, **changes))


@topic.delete(KEY, **_SUPER)
def delete_key(call: Call, kid: str) -> Any:
    """Deletes a key."""
    call.store.service_keys.delete(_find(call, kid))
    return _empty(204)


@topic.post("/superuser/approvedkeys/<kid>", schema="ApproveServiceKey", **_SUPER)
def approve_key(call: Call, kid: str) -> Any:
    """Approves a key; for one that is approved already nothing happens, and the answer is the same."""
    row = _find(call, kid)
    if row.approved is None:
        changes = {"approved": time.time(), "approver": call.me.id, "notes": call.body.get("notes", "")}
        call.store.service_keys.update(row, **changes)
    return _empty(201)
