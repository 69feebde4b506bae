# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The users of a registry (facts A14). When one was last there Quay tells of robots only."""

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
from ..kinds.robot import robot_views
from .operation import Operation

Params = Mapping[str, Any]

# The most that Quay gives at once; before 3.9 it gives all.
_PAGE = "100"


def user_info_options() -> Spec:
    """Return the options of quay_user_info."""
    return {
        "username": {"type": "str", "aliases": ["name"]},
        "disabled": {"type": "bool"},
        "superusers": {"type": "bool"},
        "robots": {"type": "bool", "default": False},
    }


def users(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return all users, or one; none where there is no such user. A request for one, or for 100."""
    del check_mode
    views = _views(client, params["username"])
    found = sorted((_shown(view) for view in views), key=lambda user: user["username"])
    found = [user for user in found if _is_wanted(params, user)]
    if params["robots"]:
        (robots,) = run([_robots(client, found)], client.connection.parallel, client.observer)
        found = [{**user, "robots": own} for user, own in zip(found, robots)]
    return Operation(values={"users": found})


def _views(client: Client, username: str | None) -> list[Mapping[str, Any]]:
    """Return Quay's views. Raises Forbidden where the caller is no superuser and it is not about oneself."""
    if username is None:
        return client.listing("superuser/users/", "users", {"limit": _PAGE})
    try:
        view = client.find(f"superuser/users/{segment(username)}")
    except Forbidden:
        view = client.get("user/")
        if view["username"] != username:
            raise
    return [] if view is None else [view]


def _shown(view: Mapping[str, Any]) -> dict[str, Any]:
    shown = {
        "username": view["username"],
        "email": view.get("email") or "",
        # Who is disabled cannot ask about oneself.
        "enabled": bool(view.get("enabled", True)),
        "superuser": bool(view.get("super_user")),
        "verified": bool(view.get("verified", True)),
    }
    report = view.get("quota_report")
    if report is not None:
        shown["used_bytes"] = report.get("quota_bytes") or 0
        shown["quota_bytes"] = report.get("configured_quota")
    return shown


def _is_wanted(params: Params, user: Mapping[str, Any]) -> bool:
    disabled, superusers = params["disabled"], params["superusers"]
    if disabled is not None and user["enabled"] is disabled:
        return False
    return superusers is None or user["superuser"] is superusers


def _robots(client: Client, found: list[dict[str, Any]]) -> Batch[list[list[dict[str, Any]]]]:
    # For whoever sees all, Quay has the robots of users where it has those of organizations.
    places = [Place(user["username"]) for user in found]
    calls = [partial(robot_views, client, place, with_token=False, with_links=False) for place in places]
    views = yield from all_of(calls)
    return [[_robot(view) for view in own] for own in views]


def _robot(view: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: view.get(name) for name in ("name", "created", "last_accessed")}
    return {**kept, "description": view.get("description") or ""}
