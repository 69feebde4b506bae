# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""OAuth applications and the tokens that belong to them."""

from __future__ import annotations

import re
import time
from typing import Any

from ..auth import digest
from ..names import new_uuid, random_token, random_upper
from ..rights import parse_scopes
from ..store import Row, Store


def create_application(
    store: Store, owner: Row, name: str, client_id: str | None = None, **fields: Any
) -> Row:
    """A new application; Quay lets any number of them have the same name."""
    values: dict[str, Any] = {
        "application_uri": "",
        "redirect_uri": "",
        "description": "",
        "avatar_email": None,
    }
    values.update(fields)
    return store.applications.insert(
        organization=owner.id,
        name=name,
        client_id=client_id or random_upper(20),
        client_secret=random_upper(40),
        **values,
    )


def personal_application(store: Store, user: Row) -> Row:
    """The application of a user's own namespace, as user/initialize makes it: its client id is the name."""
    found = store.applications.first(client_id=user.username)
    if found is not None:
        return found
    description = "Application token generated via /api/v1/user/initialize"
    return create_application(store, user, "automation", client_id=user.username, description=description)


def issue(
    store: Store, application: Row, user: Row, scope: str, lifetime: float, name: str | None = None
) -> tuple[Row, str]:
    """A new token of a user, valid for a number of seconds; its value is in the answer and nowhere else."""
    secret = random_token()
    now = time.time()
    row = store.oauth_tokens.insert(
        application=application.id,
        user=user.id,
        uuid=new_uuid(),
        name=name,
        scope=scope,
        scopes=sorted(parse_scopes(scope)),
        token_digest=digest(secret),
        created=now,
        expires_at=now + lifetime,
        last_accessed=None,
    )
    return row, secret


def in_force(store: Store, application: Row) -> list[Row]:
    """The tokens of an application that have not expired, newest first."""
    now = time.time()
    return [
        row for row in reversed(store.oauth_tokens.find(application=application.id)) if row.expires_at > now
    ]


def normalize_scope(scope: str) -> str:
    """Scopes separated by one space each, every one once."""
    return " ".join(dict.fromkeys(part for part in re.split(r"[,\s]+", scope) if part))
