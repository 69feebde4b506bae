# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The users of a registry, as its superusers see them (facts A14). Reads everything or fails."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..engine.lanes import Batch, all_of, run
from ..engine.values import Place
from ..engine.words import Spec
from ..errors import Forbidden
from ..http.client import Client
from ..http.connection import segment
from ..kinds.names import email_of
from ..kinds.robot import robot_views
from .operation import Operation

Params = Mapping[str, Any]

# The most that Quay gives at once.
_PAGE = "100"


def user_info_options() -> Spec:
    """Return the options of quay_user_info."""
    return {
        "username": {"type": "str"},
        "enabled": {"type": "bool"},
        "robots": {"type": "bool", "default": False},
    }


def users(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return one user, or all; ``params`` are the options of quay_user_info."""
    del check_mode
    found = [_user(view) for view in _views(client, params["username"], params["enabled"])]
    if params["enabled"] is not None:
        found = [user for user in found if user["enabled"] is params["enabled"]]
    found.sort(key=lambda user: str(user["username"]))
    if params["robots"]:
        (found,) = run([_with_robots(client, found)], client.connection.parallel, client.observer)
    return Operation(values={"users": found})


def _views(client: Client, username: str | None, enabled: bool | None) -> list[Mapping[str, Any]]:
    if username is not None:
        view = client.find(f"superuser/users/{segment(username)}")
        return [] if view is None else [view]
    query = {"limit": _PAGE, "disabled": "false" if enabled else "true"}
    return client.listing("superuser/users/", "users", query)


def _user(view: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "username": view["username"],
        "email": email_of(view.get("email")),
        "verified": bool(view.get("verified")),
        "enabled": bool(view.get("enabled", True)),
        "superuser": bool(view.get("super_user")),
        "readonly_superuser": bool(view.get("global_readonly_super_user")),
        "size": (view.get("quota_report") or {}).get("quota_bytes"),
    }


def _with_robots(client: Client, users: list[dict[str, Any]]) -> Batch[list[dict[str, Any]]]:
    found = yield from all_of([partial(_robots_of, client, user["username"]) for user in users])
    return [{**user, "robots": robots} for user, robots in zip(users, found)]


def _robots_of(client: Client, username: str) -> list[dict[str, Any]]:
    """Return the robots of a user; Quay has them where those of an organization are."""
    try:
        views = robot_views(client, Place(username), with_token=False, with_links=False)
    except Forbidden as error:
        text = f"{error} The robots of others are shown to superusers with FEATURE_SUPERUSERS_FULL_ACCESS."
        raise Forbidden(text, error.status) from error
    keys = ("name", "description", "created", "last_accessed")
    return [{key: view.get(key) for key in keys} for view in views]
