# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Time spans: what is one, and what it is in seconds."""

from __future__ import annotations

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.spans import parse_span, span_text

HOUR, DAY, WEEK = 3600, 86400, 604800


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0s", 0),
        ("1209600", 2 * WEEK),
        ("2w", 2 * WEEK),
        ("2W", 2 * WEEK),
        ("1d", DAY),
        ("1 day", DAY),
        ("5  d", 5 * DAY),
        ("12h", 12 * HOUR),
        ("1 hour", HOUR),
        ("30m", 1800),
        ("90 minutes", 5400),
        (" 90 s ", 90),
        ("2 weeks", 2 * WEEK),
        ("1w 2d", WEEK + 2 * DAY),
        ("1w2d", WEEK + 2 * DAY),
        ("2 days, 1 Hour", 2 * DAY + HOUR),
        ("1 week, 30 sec", WEEK + 30),
    ],
)
def test_time_spans(text: str, value: int) -> None:
    assert parse_span("option", text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "w",
        "-1d",
        "1.5d",
        "soon",
        "a week",
        "d1",
        "1d,",
        "1x",
        "1d and 2h",
        "\u0667d",
        "1" * 10,
        "1d -2h",
    ],
)
def test_what_is_no_time_span_is_refused(text: str) -> None:
    with pytest.raises(InvalidDeclaration, match=r"^option .* is not a time span"):
        parse_span("option", text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1M", "M may be minutes or months"),
        ("1 month", "months differ in length"),
        ("3mo", "months differ in length"),
        ("1y", "years differ in length"),
        ("1w 2", "a number has no unit"),
        ("1d 2d", "a unit stands there twice"),
    ],
)
def test_what_may_be_read_in_two_ways_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidDeclaration) as caught:
        parse_span("option", text)
    assert why in str(caught.value)


def test_a_number_alone_is_what_the_option_says() -> None:
    assert parse_span("older_than", "7", bare="d") == 7 * DAY
    with pytest.raises(InvalidDeclaration, match="a number has no unit"):
        parse_span("value", "7", bare=None)
    for bare, word in (("s", "means seconds"), ("d", "means days")):
        with pytest.raises(InvalidDeclaration, match=word):
            parse_span("value", "x", bare=bare)


@pytest.mark.parametrize("value", [0, 30, 90, 1800, HOUR, 25 * HOUR, DAY, WEEK, WEEK + 1])
def test_it_is_written_in_one_way_only(value: int) -> None:
    assert parse_span("value", span_text(value)) == value


def test_it_is_written_in_days_where_it_can_be() -> None:
    assert [span_text(value) for value in (WEEK, 25 * HOUR, 1800, 31)] == ["7d", "25h", "30m", "31s"]
