# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which repositories are chosen by a list, by an expression, and by what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.kinds.selection import (
    Selection,
    choose,
    selection_of,
    selection_options,
)

THERE = ["web", "app", "app-old", "deep/app"]


def chosen(**options: Any) -> list[str]:
    return choose(selection_of("acme", **options), THERE)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["app", "app-old", "deep/app", "web"]),
        ({"names": ["web", "app"]}, ["app", "web"]),
        ({"names": ["acme/web", "web"]}, ["web"]),
        ({"names": []}, ["app", "app-old", "deep/app", "web"]),
        ({"matching": "app"}, ["app"]),
        ({"matching": "app.*"}, ["app", "app-old"]),
        ({"matching": ".*app|web"}, ["app", "deep/app", "web"]),
        ({"matching": ""}, []),
        ({"names": ["web"], "matching": "app"}, ["app", "web"]),
        ({"skip": ["web", "acme/deep/app", "none"]}, ["app", "app-old"]),
        ({"names": ["web", "app"], "skip": ["web"]}, ["app"]),
        ({"matching": "app.*", "skip": ["app"]}, ["app-old"]),
        # One that is left out need not be there.
        ({"names": ["app", "none"], "skip": ["none"]}, ["app"]),
    ],
)
def test_what_is_chosen(options: dict[str, Any], names: list[str]) -> None:
    assert chosen(**options) == names


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ({"names": ["app"]}, True),
        ({}, False),
        ({"matching": "a"}, False),
        ({"names": ["a"], "matching": "b"}, False),
    ],
)
def test_whether_the_names_are_known_beforehand(options: dict[str, Any], listed: bool) -> None:
    assert selection_of("acme", **options).is_listed is listed


def test_the_order_of_the_list_is_kept() -> None:
    assert selection_of("acme", ["web", "acme/app", "web"], None, ["acme/x"]) == Selection(
        ("web", "app"), None, frozenset({"x"})
    )


def test_what_is_not_there_is_named_all_of_it() -> None:
    with pytest.raises(InvalidDeclaration, match="there is no repository 'gone', 'lost'"):
        chosen(names=["lost", "app", "gone"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"matching": "("}, r"matching '\(' is not a regular expression: "),
        ({"names": ["app:v1", "web:v2"]}, "'app:v1' has too much.*; repository name 'web:v2' has too much"),
        ({"skip": ["app:v1"]}, "'app:v1' has too much"),
    ],
)
def test_what_is_wrong(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidDeclaration, match=message):
        selection_of("acme", **options)


def test_its_options_are_what_it_takes() -> None:
    assert set(selection_options()) == {"repositories", "matching", "skip"}
