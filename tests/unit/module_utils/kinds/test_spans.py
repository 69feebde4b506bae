# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Time spans: what is one, and what it is in seconds."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.spans import seconds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0s", 0),
        ("1209600", 1209600),
        ("2w", 1209600),
        ("1d", 86400),
        ("12h", 43200),
        ("30m", 1800),
        (" 90 s ", 90),
    ],
)
def test_time_spans(text: str, value: int) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "w", "2 weeks", "-1d", "1.5d", "2W"])
def test_what_is_no_time_span_is_refused(text: str) -> None:
    with pytest.raises(InvalidDeclaration, match="is not a time span"):
        seconds(text)
