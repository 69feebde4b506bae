# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which groups a registry follows, by what it tells of itself."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.lanes import run
from ansible_collections.quayops.quay.plugins.module_utils.engine.values import Run
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Current, Desired
from ansible_collections.quayops.quay.plugins.module_utils.errors import NotFound
from ansible_collections.quayops.quay.plugins.module_utils.kinds.directory import (
    DIRECTORIES,
    DIRECTORY,
    directory_of,
    why_not_followed,
)
from ansible_collections.quayops.quay.plugins.module_utils.kinds.organization import ORGANIZATION


class Settings:
    """A client that is told the settings, or nothing."""

    def __init__(self, told: Any) -> None:
        self._told = told

    def settings(self) -> Any:
        if self._told is None:
            raise NotFound("There is nothing.")
        return self._told


def told(flag: Any, kind: Any) -> dict[str, Any]:
    return {"features": {"TEAM_SYNCING": flag}, "config": {"AUTHENTICATION_TYPE": kind}}


@pytest.mark.parametrize(
    ("settings", "unknown"),
    [
        (told(True, "LDAP"), {"OIDC", "Keystone"}),
        (told(True, "OIDC"), {"LDAP", "Keystone"}),
        (told(True, "Database"), {"LDAP", "OIDC", "Keystone"}),
        (told(False, "LDAP"), {"LDAP", "OIDC", "Keystone"}),
        # Where the registry does not tell, Quay decides.
        ({"features": {}, "config": {}}, set()),
        ({}, set()),
        (None, set()),
    ],
)
def test_which_groups_are_followed(settings: Any, unknown: set[str]) -> None:
    used = [directory_of(option) for option in DIRECTORIES]
    current, desired = Current("acme", exists=True), Desired("acme", ORGANIZATION)
    assert DIRECTORY.unknown is not None
    (found,) = run([DIRECTORY.unknown(Run(Settings(settings)), desired, current, used)], 1)
    assert found == unknown
    refused = {
        kind
        for option, kind in DIRECTORIES.items()
        if why_not_followed(option, Current("acme", True, unknown=frozenset(found)))
    }
    assert refused == unknown
