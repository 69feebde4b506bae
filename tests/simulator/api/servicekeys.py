# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Service keys, which only superusers see."""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone
from email.utils import formatdate
from typing import Any

from flask import Response

from ..call import Call, Topic, any_superuser, superuser
from ..errors import HTML, InvalidRequest, NotFound
from ..model import service_keys
from ..names import random_token
from ..store import Row
from .superuser import account_view

topic = Topic("servicekeys")

KEYS, KEY = "/superuser/keys", "/superuser/keys/<kid>"
_SUPER = {"feature": "SUPER_USERS", "fresh": True, "not_prod": True}
_NAME = re.compile(r"^[\s a-zA-Z0-9\-_:/]*$")


def _date(moment: float | None) -> str | None:
    """A date as Flask's jsonify spells it."""
    return None if moment is None else formatdate(moment, usegmt=True)


def _view(call: Call, row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "kid": row.kid,
        "service": row.service,
        "jwk": {"e": "AQAB", "kid": row.kid, "kty": "RSA", "n": row.kid},
        "metadata": row.metadata,
        "created_date": _date(row.created),
        "expiration_date": _date(row.expiration),
        "rotation_duration": None,
        "approval": None if row.approval is None else _approval_view(call, row.approval),
    }


def _approval_view(call: Call, approval: dict[str, Any]) -> dict[str, Any]:
    return {
        "approver": account_view(call, call.store.users.get(approval["approver"])),
        "approval_type": "ServiceKeyApprovalType.SUPERUSER",
        "approved_date": _date(approval["date"]),
        "notes": approval["notes"],
    }


def _find(call: Call, kid: str) -> Row:
    row = call.store.service_keys.first(kid=kid)
    if row is None or service_keys.is_stale(row):
        raise NotFound()
    return row


def _check_expiration(body: dict[str, Any], past: str) -> None:
    moment = body.get("expiration")
    if moment is None:
        return
    try:
        datetime.fromtimestamp(float(moment), timezone.utc)
    except ValueError as error:
        raise InvalidRequest(f"Invalid expiration date: {error}") from error
    if moment <= time.time():
        raise InvalidRequest(past)


def _check_name(name: str | None) -> None:
    if name is not None and not _NAME.match(name):
        raise InvalidRequest(f"Invalid service key friendly name: {name}")


@topic.get(KEYS, feature="SUPER_USERS", not_prod=True, then=any_superuser)
def list_keys(call: Call) -> Any:
    """The keys, expired ones too for a week."""
    return {"keys": [_view(call, row) for row in call.store.service_keys if not service_keys.is_stale(row)]}


@topic.post(KEYS, schema="CreateServiceKey", then=superuser, **_SUPER)
def create_key(call: Call) -> Any:
    """A new key, approved at once; its private part, which stands for one here, is shown once."""
    body = call.body
    name = body.get("name", "")
    _check_name(name)
    _check_expiration(body, "Expiration date cannot be in the past")
    made_by = {"created_by": "Quay Superuser Panel", "creator": call.me.username, "ip": "127.0.0.1"}
    metadata = {**body.get("metadata", {}), **made_by}
    row = service_keys.add(call.store, body["service"], name, metadata, body.get("expiration"))
    service_keys.approve(call.store, row, call.me, body.get("notes", ""))
    return {
        "kid": row.kid,
        "name": row.name,
        "service": row.service,
        "public_key": _pem("PUBLIC KEY"),
        "private_key": _pem("RSA PRIVATE KEY"),
    }


def _pem(label: str) -> str:
    return f"-----BEGIN {label}-----\n{random_token(64)}\n-----END {label}-----\n"


@topic.get(KEY, feature="SUPER_USERS", not_prod=True, then=any_superuser)
def read_key(call: Call, kid: str) -> Any:
    """One key."""
    return _view(call, _find(call, kid))


@topic.put(KEY, schema="PutServiceKey", then=superuser, **_SUPER)
def update_key(call: Call, kid: str) -> Any:
    """Changes a key. The expiration is stored before the name is looked at."""
    row, body, keys = _find(call, kid), call.body, call.store.service_keys
    if "expiration" in body:
        _check_expiration(body, "Cannot have an expiration date in the past")
        keys.update(row, expiration=body["expiration"])
    if "name" in body or "metadata" in body:
        _check_name(body.get("name"))
        if body.get("name") is not None:
            keys.update(row, name=body["name"])
        if body.get("metadata") is not None:
            keys.update(row, metadata={**row.metadata, **body["metadata"]})
    return _view(call, row)


@topic.delete(KEY, then=superuser, **_SUPER)
def delete_key(call: Call, kid: str) -> Any:
    """Deletes a key."""
    call.store.service_keys.delete(_find(call, kid))
    return Response("", 204, content_type=HTML)


@topic.post("/superuser/approvedkeys/<kid>", schema="ApproveServiceKey", then=superuser, **_SUPER)
def approve_key(call: Call, kid: str) -> Any:
    """Approves a key; once more changes nothing."""
    service_keys.approve(call.store, _find(call, kid), call.me, call.body.get("notes", ""))
    return Response("", 201, content_type=HTML)
