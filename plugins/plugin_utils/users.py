# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The users of the role quay: what is wrong with their declaration, and their passwords.

Pure, but for the random numbers of new passwords. No text that is made here holds a password or a token.
"""

from __future__ import annotations

import secrets
import string
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
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.exports import exported

GENERATED_PASSWORD = 32
_ALPHABET = string.ascii_letters + string.digits


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


def passwords(
    users: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str], directory: str
) -> dict[str, str]:
    """The password of each user: the given one, else that of the user's file, else a new one.

    ``texts`` has what the files hold, by path. A user whose file holds a token but no password keeps it
    that way: nothing is made up for an account that exists already, and the value is empty.
    """
    return {name: _password(user, texts.get(f"{directory}/{name}_token")) for name, user in users.items()}


def _password(user: Mapping[str, Any], text: str | None) -> str:
    if user.get("password"):
        return str(user["password"])
    if text is not None:
        return str(exported(text, "USER_PASSWORD") or "")
    return "".join(secrets.choice(_ALPHABET) for dummy in range(GENERATED_PASSWORD))


def psql(value: object) -> str:
    """The value as psql's meta-commands take it: quoted, so that nothing in it is read as anything else.

    Raises ValueError for a value with a line break, which no meta-command can hold.
    """
    text = str(value)
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError("A value for psql cannot hold a line break.")
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def redis(value: object) -> str:
    """The value as Redis takes it in its configuration: in double quotes, every byte that is special escaped.

    Raises ValueError for a value with a line break, so that all ways to write a password have the same rule.
    """
    text = str(value)
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError("A value for Redis cannot hold a line break.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
