# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a program that refuses a configuration says about it."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.module_utils.deployment.answers import refusal

TABLE = """\
+--------------------+----------------------------------------------------------------+--------+
| Field Group        | Error                                                          | Status |
+--------------------+----------------------------------------------------------------+--------+
| AccessSettings     | -                                                              | 🟢     |
+--------------------+----------------------------------------------------------------+--------+
| Database           | Could not connect to database. Error: dial tcp: lookup db | no | 🔴     |
+--------------------+----------------------------------------------------------------+--------+
| HostSettings       | SERVER_HOSTNAME is required                                    | 🔴     |
+                    +----------------------------------------------------------------+--------+
|                    | MY_OWN_KEY must be of type Hostname, not NO_KEY_AT_ALL         | 🔴     |
+--------------------+----------------------------------------------------------------+--------+
| Redis              | Could not connect                                              | 🔴     |
+--------------------+----------------------------------------------------------------+--------+
| Unheard            | Something                                                      | 🔴     |
+--------------------+----------------------------------------------------------------+--------+
"""


def test_the_table_of_the_tool() -> None:
    found = refusal(TABLE, {"MY_OWN_KEY"})
    assert found.keys == ["DB_URI", "SERVER_HOSTNAME", "MY_OWN_KEY", "BUILDLOGS_REDIS", "USER_EVENTS_REDIS"]
    assert found.lines == [
        "Database: Could not connect to database. Error: dial tcp: lookup db | no",
        "HostSettings: SERVER_HOSTNAME is required",
        "HostSettings: MY_OWN_KEY must be of type Hostname, not NO_KEY_AT_ALL",
        "Redis: Could not connect",
        "Unheard: Something",
    ]


def test_any_other_text() -> None:
    output = "\n".join(
        [f"line {number}" for number in range(40)] + ["", "DB_URI is bad, DB_URI!", "NOT_A_KEY"]
    )
    found = refusal(output, [])
    assert found.keys == ["DB_URI"]
    assert len(found.lines) == 30
    assert found.lines[-2:] == ["DB_URI is bad, DB_URI!", "NOT_A_KEY"]


def test_nothing() -> None:
    assert refusal("", []) == ([], [])
