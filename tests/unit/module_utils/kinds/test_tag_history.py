# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Rows of a tag's history: which is in force, and when one can end."""

from __future__ import annotations

from typing import Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.kinds.tag_history import (
    LONGEST_LIFETIME,
    SHORTEST_LIFETIME,
    Tag,
    in_force,
    possible_end,
    tag_of,
)

VIEW = {"name": "v1", "manifest_digest": "sha256:1", "start_ts": 100}
NOW = 1000


def row(start: int, end: Optional[int] = None) -> Tag:
    return Tag("v1", "sha256:1", start, end)


def test_a_row_of_quays_view() -> None:
    assert tag_of(VIEW) == Tag("v1", "sha256:1", 100, None, False, 0)
    assert tag_of({**VIEW, "end_ts": None, "immutable": True}, 7) == Tag("v1", "sha256:1", 100, None, True, 7)
    assert tag_of({**VIEW, "end_ts": 0}).end == 0, "0 is a moment, too"


def test_a_row_is_the_same_wherever_it_is_listed() -> None:
    first, later = tag_of(VIEW, 0), tag_of(VIEW, 3)
    assert first != later
    assert first.row == later.row


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], None),
        ([row(5)], 0),
        ([row(5, NOW + 1)], 0),
        ([row(5, NOW)], None),
        ([row(5, NOW - 1), row(1, 5)], None),
        ([row(5, NOW + 1), row(1, 5)], 0),
        ([row(9, 12), row(5)], 1),
    ],
)
def test_the_row_in_force(rows: list[Tag], found: Optional[int]) -> None:
    assert in_force(rows, NOW) == (None if found is None else rows[found])


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        (0, 100 + SHORTEST_LIFETIME),
        (100 + SHORTEST_LIFETIME - 1, 100 + SHORTEST_LIFETIME),
        (100 + SHORTEST_LIFETIME + 1, 100 + SHORTEST_LIFETIME + 1),
        (100 + LONGEST_LIFETIME - 1, 100 + LONGEST_LIFETIME - 1),
        (100 + LONGEST_LIFETIME + 1, 100 + LONGEST_LIFETIME),
    ],
)
def test_when_it_can_end(moment: int, end: int) -> None:
    assert possible_end(100, moment) == end
