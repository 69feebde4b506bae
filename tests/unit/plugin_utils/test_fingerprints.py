# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Fingerprints change with their parts."""

from __future__ import annotations

import re

from ansible_collections.quayops.quay.plugins.plugin_utils.fingerprints import fingerprint


def test_fingerprint() -> None:
    one = fingerprint({"b": [1, None, True], "a": "ä"}, "key")
    assert re.fullmatch("[0-9a-f]{16}", one)
    assert fingerprint({"a": "ä", "b": [1, None, True]}, "key") == one
    # It must be the same in every release: a change restarts every container.
    assert one == "20712b5d52bee0f0"
    others = [
        fingerprint({"b": [1, None, True], "a": "ä"}, "other"),
        fingerprint({"b": [1, None, False], "a": "ä"}, "key"),
        fingerprint({"b": ["1", None, True], "a": "ä"}, "key"),
        fingerprint([], "key"),
    ]
    assert len({one, *others}) == 5
