# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How Quay writes names, and what is said of one that it does not allow."""

from __future__ import annotations

from typing import Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.declaration import Notes
from ansible_collections.quayops.quay.plugins.module_utils.engine.values import Place
from ansible_collections.quayops.quay.plugins.module_utils.kinds.names import (
    check_name,
    check_robot,
    email_of,
    home_path,
    is_foreign,
    own_robot,
    robot_path,
    split_robot,
    team_path,
)

ACME, OWN = Place("acme"), Place("alice", personal=True)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (home_path(ACME), "organization/acme"),
        (home_path(OWN), "user"),
        (home_path(Place("a/b")), "organization/a%2Fb"),
        (robot_path(ACME, "ci"), "organization/acme/robots/ci"),
        (robot_path(OWN, "ci"), "user/robots/ci"),
        (robot_path(ACME, "a/b"), "organization/acme/robots/a%2Fb"),
        (team_path(ACME, "devs"), "organization/acme/team/devs"),
        (team_path(ACME, "a?b"), "organization/acme/team/a%3Fb"),
    ],
)
def test_paths(path: str, expected: str) -> None:
    assert path == expected


@pytest.mark.parametrize(
    ("name", "parts"),
    [("acme+ci", ("acme", "ci")), ("ci", ("", "ci")), ("+ci", ("", "ci")), ("acme+", ("acme", ""))],
)
def test_a_robot_in_parts(name: str, parts: tuple[str, str]) -> None:
    assert split_robot(name) == parts


@pytest.mark.parametrize(
    ("name", "foreign"), [("acme+ci", False), ("other+ci", True), ("alice", False), ("acmes+ci", True)]
)
def test_robots_of_others(name: str, foreign: bool) -> None:
    assert is_foreign("acme", name) is foreign


@pytest.mark.parametrize(
    ("name", "short", "wrong"),
    [
        ("ci", "ci", []),
        ("acme+ci", "ci", []),
        (
            "other+ci",
            "ci",
            ["robots: robot 'other+ci' belongs to 'other'; only robots of 'acme' can be here"],
        ),
    ],
)
def test_a_robot_of_the_namespace(name: str, short: str, wrong: list[str]) -> None:
    notes = Notes("acme")
    assert own_robot(notes, name, "robots") == short
    assert notes.wrong == wrong


def test_why_it_must_be_one_of_the_namespace_can_be_said() -> None:
    notes = Notes("acme")
    own_robot(notes, "other+ci", "here", "; so it is")
    assert notes.wrong[0].endswith("only robots of 'acme' can be here; so it is")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("other+ci", []),
        ("+ci", ["here: robot '+ci' has no namespace in front of its '+'"]),
        ("other+C", ["here: robot name 'C' is not allowed"]),
    ],
)
def test_a_robot_of_any_namespace(name: str, words: list[str]) -> None:
    notes = Notes("acme")
    check_robot(notes, name, "here")
    assert [text.partition(":")[0] + ":" + text.split(":")[1] for text in notes.wrong] == words


def test_a_name_that_is_not_allowed_comes_with_the_rule() -> None:
    notes = Notes("acme")
    check_name(notes, "team", "devs")
    assert notes.wrong == []
    check_name(notes, "team", "Devs")
    assert notes.wrong[0].startswith("team name 'Devs' is not allowed: lower-case letters")


@pytest.mark.parametrize(
    ("stored", "address"),
    [
        ("a@example.com", "a@example.com"),
        (None, ""),
        ("", ""),
        ("01234567-89ab-cdef-0123-456789abcdef", ""),
        (
            "01234567-89ab-cdef-0123-456789abcdef@example.com",
            "01234567-89ab-cdef-0123-456789abcdef@example.com",
        ),
    ],
)
def test_an_address_that_is_none(stored: Optional[str], address: str) -> None:
    assert email_of(stored) == address
