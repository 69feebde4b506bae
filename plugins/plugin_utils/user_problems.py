# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wrong with the users that are declared for the role quay. Pure.

No text that is made here holds a password or a token.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.http.answers import NAME_RULE
from ansible_collections.quayops.quay.plugins.module_utils.kinds.account_rules import (
    EMAIL_RULE,
    MINIMUM_PASSWORD,
    is_email,
    is_name,
    is_password,
)


def problems(users: object, superusers: Sequence[str], privileged: Sequence[str] = ()) -> list[str]:
    """What is wrong with ``quay_users``, a text for each problem that names the place and the rule.

    ``privileged``: names with rights of their own in a registry that has no users yet, so that each has to be
    declared.
    """
    if not isinstance(users, Mapping) or not users:
        return ["quay_users is empty. It needs at least the first superuser, with an email."]
    found = [*_superuser_problems(users, superusers), *_missing(users, superusers, privileged)]
    for name, user in users.items():
        found += _user_problems(str(name), user)
    declared = [user for user in users.values() if isinstance(user, Mapping)]
    emails = Counter(str(user.get("email", "")).lower() for user in declared)
    found += [
        f"quay_users: {count} users have the same email {email}. Quay takes each email once."
        for email, count in emails.items()
        if email and count > 1
    ]
    return found


def _superuser_problems(users: Mapping[str, Any], superusers: Sequence[str]) -> Iterator[str]:
    if not superusers:
        yield "quay_superusers is empty. Its first user makes the others."
    elif superusers[0] not in users:
        yield (
            f"quay_superusers begins with {superusers[0]}, who is not in quay_users. "
            "The first superuser makes the other users, so must be declared there."
        )


def _missing(users: Mapping[str, Any], superusers: Sequence[str], privileged: Sequence[str]) -> Iterator[str]:
    for name in privileged:
        # Of the first one it is said already.
        if name not in users and [name] != list(superusers[:1]):
            yield (
                f"{name} is in SUPER_USERS or GLOBAL_READONLY_SUPER_USERS, but not in quay_users. "
                "In a new registry nobody has that name, and whoever registered it would get these rights: "
                "declare the user with an email, or take the name out of quay_superusers (or quay_config)."
            )


def _user_problems(name: str, user: object) -> Iterator[str]:
    place = f"quay_users.{name}"
    if not is_name(name):
        yield f"{place}: a name has {NAME_RULE}."
    if not isinstance(user, Mapping):
        yield f"{place} is not a dictionary with email, password and token."
        return
    if not is_email(str(user.get("email") or "")):
        yield f"{place}.email is missing, or is no email address ({EMAIL_RULE})."
    password = user.get("password")
    if not password:
        return
    if len(str(password)) < MINIMUM_PASSWORD:
        yield f"{place}.password is shorter than {MINIMUM_PASSWORD} characters. Without it one is made."
    elif not is_password(str(password)):
        yield f"{place}.password has white space in it, which Quay refuses. Without it one is made."
