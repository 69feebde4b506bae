# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Moments as users write them and as Quay answers them, wherever the host is."""

from __future__ import annotations

import time
from typing import Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.moments import (
    answered_moment,
    instant,
    moment,
    moment_text,
)

LAYOUT = "%Y%m%d%H%M.%S"
SOME = 4071006245


@pytest.mark.parametrize("zone", ["UTC0", "PST8PDT,M3.2.0,M11.1.0", "IST-5:30"])
def test_a_date_means_the_same_everywhere(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert moment("209901020304.05", LAYOUT) == SOME
        assert moment("2099-01-02T03:04:05Z", LAYOUT) == SOME
        assert moment("2099-01-02T05:04:05+02:00") == SOME
        assert moment("2099-01-02 03:04:05") == SOME
        assert moment("", LAYOUT) is None
        assert moment("Never") is None
        assert answered_moment("Fri, 02 Jan 2099 03:04:05 GMT") == SOME
        assert answered_moment("Fri, 02 Jan 2099 03:04:05 -0000") == SOME
        assert answered_moment("2099-01-02T03:04:05Z") == SOME
        assert moment_text(SOME) == "2099-01-02T03:04:05Z"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("text", "layout", "message"),
    [
        ("tomorrow", LAYOUT, "neither a date in the format '%Y%m%d%H%M.%S' nor in ISO 8601"),
        ("2001-01-01", LAYOUT, "is in the past"),
    ],
)
def test_what_is_no_date_to_come(text: str, layout: str, message: str) -> None:
    with pytest.raises(InvalidDeclaration, match=message):
        moment(text, layout)


def test_what_is_no_date_where_there_is_one_format() -> None:
    with pytest.raises(InvalidDeclaration, match="expiration 'soon' is not a date in ISO 8601"):
        moment("soon")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2001-02-03", "2001-02-03T00:00:00Z"),
        (" 2001-02-03T04:05:06Z ", "2001-02-03T04:05:06Z"),
        ("2001-02-03T00:00:00+02:00", "2001-02-02T22:00:00Z"),
    ],
)
def test_a_moment_that_may_be_past(text: str, shown: str) -> None:
    assert moment_text(int(instant("start", text).timestamp())) == shown


def test_what_is_no_moment() -> None:
    with pytest.raises(InvalidDeclaration, match="end 'soon' is not a date in ISO 8601"):
        instant("end", "soon")


@pytest.mark.parametrize("text", [None, "", "soon"])
def test_an_answer_without_a_date(text: Optional[str]) -> None:
    assert answered_moment(text) is None


def test_what_does_not_expire() -> None:
    assert moment_text(None) == "never"
