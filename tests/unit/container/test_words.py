# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The entry words of the container."""

from __future__ import annotations

import pytest

from tests.simulator.container import versions, words
from tests.simulator.container.words import Plan, plan

V316, V317, V318, V319 = (3, 16, 3), (3, 17, 1), (3, 18, 0), (3, 18, 1)
WITHOUT_MIGRATION = tuple(step for step in words.ALL_STEPS if step != words.MIGRATION)
FEW = (words.CERTIFICATES, words.CLIENT_CERTIFICATES)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], Plan(words.REGISTRY, words.ALL_STEPS)),
        (["registry"], Plan(words.REGISTRY, words.ALL_STEPS)),
        (["registry-nomigrate"], Plan(words.REGISTRY, WITHOUT_MIGRATION)),
        (["repomirror"], Plan(words.MIRROR, words.ALL_STEPS)),
        (["repomirror-nomigrate"], Plan(words.MIRROR, WITHOUT_MIGRATION)),
        (["migrate", "head"], Plan(words.UPGRADE, FEW, revision="head")),
        (["help"], Plan(words.HELP)),
        (["shell"], Plan(words.COMMAND, command=("/bin/bash",))),
        (
            ["config-tool", "print", "-c", "x"],
            Plan(words.COMMAND, command=("config-tool", "print", "-c", "x")),
        ),
    ],
)
def test_word(arguments: list[str], expected: Plan) -> None:
    assert plan(arguments, {}, V317) == expected


def test_steps_are_in_the_order_of_the_init_scripts() -> None:
    assert words.ALL_STEPS.index(words.VALIDATION) < words.ALL_STEPS.index(words.MIGRATION)
    assert words.ALL_STEPS[-1] == words.BOOT


def test_the_environment_wins_over_the_argument() -> None:
    assert plan(["registry"], {"QUAYENTRY": "repomirror"}, V317).then == words.MIRROR
    assert plan(["registry"], {"QUAYENTRY": ""}, V317).then == words.REGISTRY
    assert plan(["migrate", "head"], {"MIGRATION_VERSION": "abc"}, V317).revision == "abc"


@pytest.mark.parametrize("arguments", [["migrate"], ["config"]])
def test_a_missing_argument_is_an_error(arguments: list[str]) -> None:
    with pytest.raises(words.UsageError):
        plan(arguments, {}, V317)


@pytest.mark.parametrize(
    ("version", "then"),
    [(V316, words.EDITOR), (V317, words.IDLE), (V318, words.IDLE), (V319, words.COMMAND)],
)
def test_config_depends_on_the_version(version: versions.Version, then: str) -> None:
    assert plan(["config", "secret"], {}, version).then == then


def test_the_password_comes_from_the_argument_or_the_environment_and_is_never_shown() -> None:
    assert plan(["config", "argument"], {}, V316).password == "argument"
    found = plan(["config"], {"CONFIG_APP_PASSWORD": "environment"}, V316)
    assert found.password == "environment"
    assert "environment" not in repr(found)


@pytest.mark.parametrize(
    ("text", "expected"), [("3.17.1", (3, 17, 1)), ("v3.18.0", (3, 18, 0)), ("3.16", (3, 16, 0))]
)
def test_version(text: str, expected: versions.Version) -> None:
    assert versions.parse(text) == expected


def test_no_version() -> None:
    with pytest.raises(ValueError, match="not a version"):
        versions.parse("latest")


def test_each_version_knows_the_revisions_before_its_own() -> None:
    assert versions.revisions((3, 17, 4))[-1] == "c3d4e5f6a7b8"
    assert versions.revisions((3, 18, 0))[:-1] == versions.revisions((3, 17, 0))
