# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What of a retention policy Quay's own auto-prune can express, and what it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.translation import (
    INEXPRESSIBLE,
    translated,
)

NO_KEEP_LIST = {"allow_empty_keeplist": True}


@pytest.mark.parametrize(
    ("options", "policy"),
    [
        ({"older_than": "30d"}, {"method": "date", "value": "30d"}),
        ({"older_than": "2w"}, {"method": "date", "value": "14d"}),
        ({"older_than": 7}, {"method": "date", "value": "7d"}),
        ({"older_than": "12h"}, {"method": "date", "value": "12h"}),
        ({"keep_newest": 5}, {"method": "tags", "value": "5"}),
        ({"keep_newest": "5"}, {"method": "tags", "value": "5"}),
        (
            {"older_than": "1d", "include": "pr-[0-9]+"},
            {"method": "date", "value": "1d", "tag_pattern": "^(?:pr-[0-9]+)$"},
        ),
        (
            {"keep_newest": 3, "include": "(?:a|b)(?!c)"},
            {"method": "tags", "value": "3", "tag_pattern": "^(?:(?:a|b)(?!c))$"},
        ),
        (
            {"older_than": "1d", "keep_names": [], "skip": [], "grace": None, "group_by": ""},
            {"method": "date", "value": "1d"},
        ),
    ],
)
def test_what_quay_can_express(options: dict[str, Any], policy: dict[str, Any]) -> None:
    assert translated({**options, **NO_KEEP_LIST}) == (policy, [])


@pytest.mark.parametrize("option", INEXPRESSIBLE)
def test_each_option_that_quay_cannot_express_is_named(option: str) -> None:
    policy, problems = translated({"older_than": "7d", **NO_KEEP_LIST, option: ["x"]})
    assert policy == {}
    assert [problem.partition(":")[0] for problem in problems] == [option]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"older_than": "7d", "keep_newest": 5, **NO_KEEP_LIST}, "older_than with keep_newest"),
        ({"older_than": "7d"}, "allow_empty_keeplist"),
        ({"older_than": "7d", "include": "(?P<n>a)", **NO_KEEP_LIST}, "include"),
        ({"older_than": "7d", "include": "(?i)a", **NO_KEEP_LIST}, "include"),
    ],
)
def test_what_quay_cannot_express(options: dict[str, Any], word: str) -> None:
    policy, problems = translated(options)
    assert policy == {}
    assert len(problems) == 1 and problems[0].startswith(word)


def test_all_problems_are_named_at_once() -> None:
    _policy, problems = translated({"older_than": "7d", "keep_newest": 5, "keep_names": ["a"], "grace": "1d"})
    assert len(problems) == 3


def test_a_policy_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidDeclaration):
        translated(NO_KEEP_LIST)
