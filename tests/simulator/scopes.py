# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The texts that Quay shows for each OAuth scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_ABLE = "This application will be able to "
_TRUST = " You should have absolute trust in the requesting application before granting this permission."

# scope: (icon, dangerous, title, description)
_TEXTS = {
    "repo:read": (
        "fa-hdd-o",
        False,
        "View all visible repositories",
        _ABLE + "view and pull all repositories visible to the granting user",
    ),
    "repo:write": (
        "fa-hdd-o",
        False,
        "Read/Write to any accessible repositories",
        _ABLE + "view, push and pull to all repositories to which the granting user has write access",
    ),
    "repo:admin": (
        "fa-hdd-o",
        False,
        "Administer Repositories",
        "This application will have administrator access to all repositories "
        "to which the granting user has access",
    ),
    "repo:create": (
        "fa-plus",
        False,
        "Create Repositories",
        _ABLE + "create repositories in all namespaces that the granting user is allowed "
        "to create repositories",
    ),
    "user:read": (
        "fa-user",
        False,
        "Read User Information",
        _ABLE + "read user information such as username and email address.",
    ),
    "user:admin": (
        "fa-gear",
        True,
        "Administer User",
        _ABLE + "administer your account including creating robots and granting them "
        "permissions to your repositories." + _TRUST,
    ),
    "org:admin": (
        "fa-gear",
        True,
        "Administer Organization",
        _ABLE + "administer your organizations including creating robots, creating teams, "
        "adjusting team membership, and changing billing settings." + _TRUST,
    ),
    "super:user": (
        "fa-street-view",
        True,
        "Super User Access",
        _ABLE + "administer your installation including managing users, managing "
        "organizations and other features found in the superuser panel." + _TRUST,
    ),
}


def scope_views(scopes: Iterable[str]) -> list[dict[str, Any]]:
    """The scopes with their texts."""
    views = []
    for scope in scopes:
        icon, dangerous, title, description = _TEXTS[scope]
        views.append(
            {"title": title, "scope": scope, "description": description, "icon": icon, "dangerous": dangerous}
        )
    return views
