# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay allows to be done with users, and superusers among them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import InvalidDeclaration
from .state import USER, Change, Current, Desired, Item

_LISTED = "superusers are those in SUPER_USERS of the registry's config.yaml, which Quay reads when it starts"


def check_user(desired: Desired, current: Current, changes: Iterable[Change]) -> list[str]:
    """Return what the user should know about the declared user.

    Raises InvalidDeclaration where the changes are none that Quay would carry out.
    """
    there = next(iter(current.of(USER)), None)
    warnings: list[str] = []
    for item in desired.of(USER):
        _check_superuser(desired.namespace, item, there)
    if there is not None and there.facts.get("password_unknown"):
        warnings.append(
            "whether the password is another is found out by signing in, which check mode does not do. A "
            "password that differs is not among the changes that are foreseen."
        )
    if there is not None and there.facts.get("password_lost"):
        warnings.append(
            "the user was made, but Quay's answer with the password did not arrive. Give one with password, "
            "and update_password: always."
        )
    if there is not None and there.facts.get("superuser"):
        for change in changes:
            _check_protected(desired.namespace, change, there)
    return warnings


def needs_second_look(desired: Desired, changes: Iterable[Change]) -> bool:
    """Tell whether a user is made who has to be a superuser, or must not be: only then Quay shows it."""
    made = any(change.action == "create" and change.kind == USER.name for change in changes)
    return made and any(item.facts.get("superuser") is not None for item in desired.of(USER))


def _check_superuser(name: str, item: Item, there: Item | None) -> None:
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


def _check_protected(name: str, change: Change, there: Item) -> None:
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
