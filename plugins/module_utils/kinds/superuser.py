# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who is a superuser, what Quay makes of the wish to be one, and what it does not let be done to one."""

from __future__ import annotations

from typing import Any

from ..engine.words import Change, Item
from ..errors import InvalidDeclaration, ServerFault, SuperuserProtected, Unconfirmed
from ..http.client import Client

_LISTED = "superusers are those in SUPER_USERS of the registry's config.yaml, which Quay reads when it starts"


def superuser_warnings(name: str, item: Item, there: Item | None) -> list[str]:
    """Return what the user should know who declares one a superuser, or none, who is the contrary."""
    wanted = item.facts.get("superuser")
    if there is None:
        return []
    known = bool(there.facts.get("superuser"))
    if wanted and not known:
        return [
            f"user {name!r} becomes a superuser only when Quay is restarted: {_LISTED}. Quay is asked to add "
            "the name there, which it can where it may write that file; each run asks again until then. In a "
            "registry of the role quay add it to quay_superusers instead."
        ]
    if wanted is False and known:
        return [
            f"user {name!r} stays a superuser, as no request can change that: {_LISTED}. Remove the name "
            "there, and restart Quay."
        ]
    return []


def list_superuser(client: Client, path: str) -> Any:
    """Ask Quay to add a user to SUPER_USERS in its config.yaml.

    Who is in that list already is answered with 400, and a file that Quay may not write with 500; neither is
    worth failing for, since nothing depends on it before Quay starts again (its source does so since 3.0).
    """
    try:
        return client.send("PUT", path, {"superuser": True})
    except (SuperuserProtected, ServerFault):
        return None
    except Unconfirmed as error:
        if isinstance(error.cause, ServerFault) and error.cause.status == 500:
            return None
        raise


def check_protected(name: str, change: Change, there: Item) -> None:
    """Raise InvalidDeclaration where the change of a superuser is none that Quay carries out."""
    if change.action == "delete":
        raise InvalidDeclaration(
            f"User {name!r} is a superuser, whom Quay does not delete: {_LISTED}. Remove the name there, "
            "restart Quay and run again."
        )
    if "enabled" in change.fields:
        raise InvalidDeclaration(
            f"User {name!r} is a superuser, whom Quay neither disables nor enables: {_LISTED}."
        )
    if not there.facts.get("own"):
        raise InvalidDeclaration(
            f"User {name!r} is a superuser, whose {' and '.join(sorted(change.fields))} nobody else may "
            f"change. Run this task with the credentials of {name!r}."
        )
