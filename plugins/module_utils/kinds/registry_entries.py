# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What belongs to the registry as a whole rather than to an organization, as quay_registry takes it."""

from __future__ import annotations

from functools import partial

from ..engine.declaration import collected, declared, negative_limit, repeated
from ..engine.options import list_of
from ..engine.words import Desired, Entry, Spec
from .message import MESSAGE
from .registry import REGISTRY
from .user import USER, desired_user

# What can be purged, by the names of the options. Users are not: what is in their namespaces would go too.
PURGEABLE = [MESSAGE.plural]


def registry_options() -> Spec:
    """Return the options of quay_registry."""
    return {
        USER.plural: list_of(USER.options()),
        MESSAGE.plural: list_of(MESSAGE.options()),
        "purge": {"type": "list", "elements": "str", "choices": PURGEABLE, "default": []},
        "purge_limit": {"type": "int", "default": 10},
    }


def desired_registry(params: Entry) -> list[Desired]:
    """Return what is desired of each user and of the registry itself, as far as they are declared.

    Raises InvalidDeclaration with everything that is wrong.
    """
    users = params[USER.plural] or []
    calls = [partial(desired_user, user) for user in users]
    if params[MESSAGE.plural] is not None:
        entry = {"name": REGISTRY.name, MESSAGE.plural: params[MESSAGE.plural]}
        calls.append(
            partial(
                declared,
                REGISTRY,
                entry,
                [MESSAGE],
                params["purge"],
                params["purge_limit"],
                with_home=False,
            )
        )
    wrong = repeated("user", (str(user["username"]) for user in users))
    return collected(calls, [*wrong, *negative_limit(params["purge_limit"])])
