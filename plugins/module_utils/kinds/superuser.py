# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay does not let be done to superusers, nor make of anybody. Pure."""

from __future__ import annotations

from ..engine.words import Change, Item
from ..errors import InvalidDeclaration

_LISTED = "superusers are those in SUPER_USERS of the registry's config.yaml, which Quay reads when it starts"


def check_superuser(name: str, item: Item, there: Item | None) -> None:
    """Raise InvalidDeclaration where the user is declared a superuser, or none, and is not."""
    wanted = item.facts.get("superuser")
    if wanted is None or there is None or there.facts.get("superuser") == wanted:
        return
    if wanted:
        raise InvalidDeclaration(
            f"User {name!r} is no superuser, and no request can make one: {_LISTED}. Add the name there, "
            "restart Quay and run again."
        )
    raise InvalidDeclaration(
        f"User {name!r} is a superuser, and no request can change that: {_LISTED}. Remove the name there, "
        "restart Quay and run again."
    )


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
