# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a user's file of credentials holds."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils.token_files import token_file


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "export USER_PASSWORD=abc\nexport ADMIN_TOKEN=def\n",
            {"USER_PASSWORD": "abc", "ADMIN_TOKEN": "def"},
        ),
        ("export ADMIN_TOKEN='a b'\n# comment\nOTHER=1\n", {"ADMIN_TOKEN": "a b"}),
        ("export ADMIN_TOKEN=\n", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_token_file(text: Any, found: dict[str, str]) -> None:
    assert token_file(text) == found
