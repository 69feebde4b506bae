# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wanted of a token, and what became of it. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

from ...engine.words import Spec
from ...http.client import Client
from ...http.endpoints import SCOPES
from ...http.sessions import Credentials, Password

ALL_RIGHTS = "all"
RIGHTS = [*SCOPES, ALL_RIGHTS]
OpenClient = Callable[[Credentials], Client]


def token_options() -> Spec:
    """Return the options of quay_api_token."""
    return {
        "client_id": {"type": "str"},
        "organization": {"type": "str"},
        "application": {"type": "str"},
        "rights": {"type": "list", "elements": "str", "choices": RIGHTS, "default": ["all"]},
        "for_user": {"type": "str"},
        "user_password": {"type": "str", "no_log": True},
        "token": {"type": "str", "no_log": True},
        "path": {"type": "path"},
    }


@dataclass(frozen=True)
class Order:
    """What is wanted: the token of ``user``.

    ``password`` is that of the user, which ``password_option`` may give; where it is None the file may hold
    it. ``assigner`` administers the application's organization, where the user does not. ``rights`` are
    scopes, or "all". The application is named by ``client_id``, or by ``organization`` and ``application``.
    ``token`` is one that the user has already. ``path`` is the file, and ``token_name`` how the token is
    called in Quay.
    """

    user: str
    rights: tuple[str, ...]
    token_name: str
    password: str | None = field(default=None, repr=False)
    password_option: str = "quay_password"
    assigner: Password | None = None
    client_id: str | None = None
    organization: str | None = None
    application: str | None = None
    token: str | None = field(default=None, repr=False)
    path: str | None = None


@dataclass
class Outcome:
    """What became of it.

    ``method`` says where the token comes from: stored, given, api, session; assigned where the user has yet
    to collect it; None where check mode does not know. ``token`` is set only where there is no file.
    """

    changed: bool
    method: str | None
    created: bool = False
    token: str | None = field(default=None, repr=False)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
