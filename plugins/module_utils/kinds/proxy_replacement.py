# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Making a proxy cache, and putting a new one in the place of another (facts A17).

Quay tries a proxy cache out on request, but not in an organization that has one. What is tried out is not
kept and has nothing to do with the organization, so another one of the caller's serves for it: then the old
one is only removed once Quay has accepted the new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import (
    AuthenticationFailed,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    QuayError,
    Unconfirmed,
)
from ..http.client import Client
from ..http.connection import segment

# registry, expiration (seconds), insecure, username and password (a Secret); None: left out.
Settings = Mapping[str, Any]

# So many other organizations are asked at most: one that is a proxy cache itself is of no use.
_STAND_INS = 5


def cache_path(organization: str) -> str:
    """Return the path of an organization's proxy cache."""
    return f"organization/{segment(organization)}/proxycache"


def made(client: Client, organization: str, new: Settings, validate: bool) -> Any:
    """Make a proxy cache where there is none; with ``validate`` only if Quay can sign in there."""
    if validate:
        _validate(client, organization, new)
    return client.send("POST", cache_path(organization), _body(new))


def replaced(client: Client, organization: str, old: Settings, new: Settings, validate: bool) -> Any:
    """Put a new proxy cache in the place of the old one.

    Raises InvalidRequest, which says what is there then, where Quay refuses the new one.
    """
    validated = not validate or _validated_elsewhere(client, organization, new)
    client.send("DELETE", cache_path(organization))
    if not validated:
        try:
            _validate(client, organization, new)
        except QuayError as error:
            raise _put_back(client, organization, old, error) from error
    try:
        return client.send("POST", cache_path(organization), _body(new))
    except (Conflict, Unconfirmed):
        # Another caller was first, or nobody knows: what is there is read, and planned again.
        raise
    except QuayError as error:
        raise _put_back(client, organization, old, error) from error


def _validate(client: Client, organization: str, new: Settings) -> None:
    client.send("POST", f"organization/{segment(organization)}/validateproxycache", _body(new))


def _validated_elsewhere(client: Client, organization: str, new: Settings) -> bool:
    """Return whether Quay accepts it, tried out in another organization; False where there is none for that.

    Raises InvalidRequest where Quay does not accept it.
    """
    try:
        own = client.get("user/").get("organizations", [])
    except (AuthenticationFailed, Forbidden):
        return False
    names = [one["name"] for one in own if one.get("is_org_admin") and one["name"] != organization]
    for name in names[:_STAND_INS]:
        try:
            _validate(client, name, new)
        except (Conflict, Forbidden, NotFound):
            continue
        except InvalidRequest as error:
            raise InvalidRequest(
                f"{error.message} The proxy cache that {organization!r} has was left as it is. (Quay tries a "
                f"new one out only where there is none, so {name!r} was used for that.)",
                error.status,
            ) from error
        return True
    return False


def _put_back(client: Client, organization: str, old: Settings, error: QuayError) -> QuayError:
    """Make the old proxy cache again, and return the error that says what is left."""
    cause = error.cause if isinstance(error, Unconfirmed) else error
    was = f"The proxy cache of {old['registry']!r} that {organization!r} had"
    try:
        client.send("POST", cache_path(organization), _body(old))
    except QuayError as again:
        why = again.cause if isinstance(again, Unconfirmed) else again
        left = f"{was} is removed, and could not be put back: {why.message}"
    else:
        left = (
            f"{was} was put back (expiration {old['expiration']}, insecure {str(old['insecure']).lower()}), "
            "without username and password, which Quay tells nobody."
        )
    return InvalidRequest(f"{cause.message} {left}", cause.status)


def _body(settings: Settings) -> dict[str, Any]:
    """Return the settings as Quay takes them; it fails for any other key when it tries them out."""
    password = settings["password"]
    body = {
        "upstream_registry": settings["registry"],
        "expiration_s": settings["expiration"],
        "insecure": settings["insecure"],
        "upstream_registry_username": settings["username"],
        "upstream_registry_password": None if password is None else password.value,
    }
    return {name: value for name, value in body.items() if value is not None}
