# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the program that validates a configuration has answered. Pure.

Quay's own tool prints a table with a row for each group of keys, and a red mark at those that are wrong.
Another program may print anything: then the keys that its text names are taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from .keys import KNOWN


class Refusal(NamedTuple):
    """Which keys were called wrong, and the lines that say so."""

    keys: list[str]
    lines: list[str]


# The keys of the tool's groups, for messages that name none.
_GROUPS = {
    "AccessSettings": ("AUTHENTICATION_TYPE",),
    "Database": ("DB_URI",),
    "DistributedStorage": ("DISTRIBUTED_STORAGE_CONFIG",),
    "Email": ("MAIL_SERVER",),
    "HostSettings": ("SERVER_HOSTNAME",),
    "LDAP": ("LDAP_URI",),
    "Redis": ("BUILDLOGS_REDIS", "USER_EVENTS_REDIS"),
    "RepoMirror": ("REPO_MIRROR_SERVER_HOSTNAME",),
    "SecurityScanner": ("SECURITY_SCANNER_V4_ENDPOINT",),
    "TimeMachine": ("DEFAULT_TAG_EXPIRATION",),
}
_WRONG = "\N{LARGE RED CIRCLE}"
_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_MOST_LINES = 30


def refusal(output: str, configured: Collection[str]) -> Refusal:
    """Return what a program that refused a configuration has said about it."""
    rows = _wrong_rows(output)
    if rows:
        lines = [f"{group}: {message}" for group, message in rows]
        keys = [key for row in rows for key in _keys_of_row(*row, configured)]
    else:
        lines = [line.rstrip() for line in output.splitlines() if line.strip()][-_MOST_LINES:]
        keys = _named(output, configured)
    return Refusal(list(dict.fromkeys(keys)), lines)


def _wrong_rows(output: str) -> list[tuple[str, str]]:
    """Return group and message of each red row. Rows of one group show its name only once."""
    rows = []
    group = ""
    for line in output.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) < 3 or not line.lstrip().startswith("|"):
            continue
        group = cells[0] or group
        if cells[-1] == _WRONG:
            rows.append((group, " | ".join(cells[1:-1])))
    return rows


def _keys_of_row(group: str, message: str, configured: Collection[str]) -> list[str]:
    return _named(message, configured) or list(_GROUPS.get(group, ()))


def _named(text: str, configured: Collection[str]) -> list[str]:
    return [name for name in _NAME.findall(text) if name in KNOWN or name in configured]
