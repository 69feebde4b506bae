# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The accounts to which objects refer: users, the namespace's own robots, and those of others."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Kind
from ansible_collections.quayops.quay.plugins.module_utils.kinds.account import account
from ansible_collections.quayops.quay.plugins.module_utils.kinds.robot import ROBOT
from ansible_collections.quayops.quay.plugins.module_utils.kinds.user import USER


@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [("alice", USER, ("alice",)), ("acme+ci", ROBOT, ("ci",)), ("other+ci", ROBOT, ("other", "ci"))],
)
def test_what_a_name_refers_to(name: str, kind: Kind, key: tuple[str, ...]) -> None:
    found = account("acme", name)
    assert (found.kind, found.key, found.name) == (kind, key, name)
