# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wanted of a token where the task does not say it."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens import oauth
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.order import (
    default_rights,
    token_options,
)


def test_the_least_that_is_of_use() -> None:
    assert default_rights(None) == ("repo:read",)
    assert set(default_rights("/file")) & set(oauth.SHOW_THE_USER)
    assert "default" not in token_options()["rights"]
