# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command line of quaytool: which words mean which action, and what is refused at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.quayops.quay.plugins.module_utils.command.catalog import ACTIONS, VERSION
from ansible_collections.quayops.quay.plugins.module_utils.command.option_table import COMMON, SPECS
from ansible_collections.quayops.quay.plugins.module_utils.command.options import parse

# Every option that the command of this name had before.
ESTABLISHED = [
    "--api-url",
    "--token",
    "--organization",
    "--repository",
    "--skip-repo",
    "--skip",
    "--visibility",
    "--set-visibility",
    "--list-robots",
    "--list-repositories",
    "--list-images",
    "--list-prototypes",
    "--info",
    "--create-organization",
    "--create-repository",
    "--create-robot",
    "--create-team",
    "--create-prototype",
    "--add-member",
    "--set-permissions",
    "--robot-privileges",
    "--regenerate-token",
    "--restore-tag",
    "--expire",
    "--tag",
    "--team",
    "--robot",
    "--user",
    "--insecure",
    "--debug",
]


def given(*words: str) -> tuple[str, dict[str, Any]]:
    """Return action and the options that have a value, but those that always have one."""
    order = parse(words)
    # 0 days are given, and 0 == False.
    unset = (None, False)
    options = {
        name: value
        for name, value in order.options.items()
        if value != [] and not any(value is one for one in unset)
    }
    assert options.pop("output") == "table"
    return order.action.name, options


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what is said of words that are no use."""
    with pytest.raises(SystemExit) as caught:
        parse(words)
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


# --- the established form ---------------------------------------------------------------------------


@pytest.mark.parametrize("option", ESTABLISHED)
def test_every_established_option_is_in_the_help(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(["--help"])
    assert caught.value.code == 0
    assert option in capsys.readouterr().out.replace("[", " ").replace(",", " ").split()


ORG = ("--organization", "acme")
ACME = {"organization": ["acme"]}

FORMS: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
    ("info", ("--info",), {}),
    ("list-repositories", ("--list-repositories",), {}),
    ("list-repositories", ("--list-repositories", *ORG, "--visibility", "public"), {"visibility": "public"}),
    ("list-images", ("--list-images", "--repository", "app", *ORG), {"repository": ["app"]}),
    ("list-robots", ("--list-robots", *ORG), {}),
    ("list-prototypes", (*ORG, "--list-prototypes"), {}),
    (
        "set-visibility",
        ("--set-visibility", *ORG, "--visibility", "private", "--skip-repo", "a", "--skip", "b"),
        {"visibility": "private", "skip": ["a", "b"]},
    ),
    (
        "set-permissions",
        ("--set-permissions", *ORG, "--user", "alice", "--repository", "a", "--repository", "b"),
        {"user": "alice", "repository": ["a", "b"]},
    ),
    (
        "robot-privileges",
        ("--robot-privileges", "write", *ORG, "--robot", "ci"),
        {"role": "write", "robot": "ci"},
    ),
    ("create-organization", ("--create-organization", *ORG), {}),
    ("create-organization", ("--create-organization", "acme"), {}),
    ("create-repository", ("--create-repository", *ORG, "--repository", "a"), {"repository": ["a"]}),
    ("create-robot", ("--create-robot", "ci", *ORG), {"robot": "ci"}),
    ("create-robot", ("--create-robot", *ORG, "--robot", "ci"), {"robot": "ci"}),
    ("create-robot", ("--create-robot", "ci", *ORG, "--robot", "ci"), {"robot": "ci"}),
    ("regenerate-token", ("--regenerate-token", "ci", *ORG), {"robot": "ci"}),
    ("regenerate-token", ("--regenerate-token", *ORG, "--robot", "ci"), {"robot": "ci"}),
    ("create-team", ("--create-team", "devs", *ORG), {"team": "devs"}),
    ("create-team", ("--create-team", *ORG, "--team", "devs"), {"team": "devs"}),
    (
        "add-member",
        ("--add-member", *ORG, "--team", "devs", "--user", "alice"),
        {"team": "devs", "user": "alice"},
    ),
    ("create-prototype", ("--create-prototype", *ORG, "--team", "devs"), {"team": "devs"}),
    ("restore-tag", ("--restore-tag", *ORG, "--tag", "v1"), {"tag": "v1"}),
    ("expire", ("--expire", "7", *ORG, "--tag", "v1"), {"days": 7, "tag": "v1"}),
    ("expire", (*ORG, "--tag", "v1", "--expire", "0"), {"days": 0, "tag": "v1"}),
    ("expire", (*ORG, "--tag", "v1", "--expire", "never"), {"days": 0, "tag": "v1"}),
]


@pytest.mark.parametrize(("action", "words", "options"), FORMS)
def test_established_options(action: str, words: tuple[str, ...], options: dict[str, Any]) -> None:
    where = ACME if "acme" in words else {}
    assert given(*words) == (action, {**where, **options})


def test_what_says_how_to_reach_the_registry() -> None:
    words = ("--api-url", "https://q", "--token", "t", "--insecure", "--debug", "--list-robots", *ORG)
    assert given(*words)[1] == {"api_url": "https://q", "token": "t", "insecure": True, "debug": True, **ACME}


# --- commands ---------------------------------------------------------------------------------------

COMMANDS: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
    ("set-visibility", ("public", *ORG), {"visibility": "public"}),
    ("set-visibility", (*ORG, "public"), {"visibility": "public"}),
    ("set-visibility", (*ORG, "--visibility", "public"), {"visibility": "public"}),
    ("create-organization", ("acme", "other"), {"organization": ["acme", "other"]}),
    ("create-organization", ("acme", "acme"), {}),
    ("create-repository", ("a", "b", *ORG), {"repository": ["a", "b"]}),
    ("create-robot", (*ORG, "ci"), {"robot": "ci"}),
    ("robot-privileges", ("read", *ORG, "--robot", "ci"), {"role": "read", "robot": "ci"}),
    ("expire", ("0", *ORG, "--tag", "v1"), {"days": 0, "tag": "v1"}),
    ("expire", ("never", *ORG, "--tag", "v1"), {"days": 0, "tag": "v1"}),
    ("restore-tag", ("v1", *ORG, "--matching", "a.*"), {"tag": "v1", "matching": "a.*"}),
    ("list-tags", (*ORG, "--output=table"), {}),
    ("list-teams", (*ORG, "--organization", "b"), {"organization": ["acme", "b"]}),
    (
        "prune",
        (*ORG, "--older-than", "30d", "--keep-name", "a", "--keep-name", "b", "--max-expire-percent", "2.5"),
        {"older_than": "30d", "keep_name": ["a", "b"], "max_expire_percent": 2.5},
    ),
]


@pytest.mark.parametrize(("action", "words", "options"), COMMANDS)
def test_commands(action: str, words: tuple[str, ...], options: dict[str, Any]) -> None:
    where = ACME if "acme" in words else {}
    assert given(action, *words) == (action, {**where, **options})


@pytest.mark.parametrize(("action", "words", "options"), FORMS)
def test_commands_take_what_the_established_options_take(
    action: str, words: tuple[str, ...], options: dict[str, Any]
) -> None:
    rest = [word for word in words if word != f"--{action}"]
    assert given(action, *rest) == given(*words)


def test_options_may_stand_before_the_command() -> None:
    words = ("--debug", "--api-url", "https://q", "--tag", "prune", "expire", "--organization", "acme", "7")
    assert given(*words) == (
        "expire",
        {"debug": True, "api_url": "https://q", "tag": "prune", "days": 7, **ACME},
    )


def test_a_name_behind_an_established_action_is_not_a_command() -> None:
    assert given("--create-robot", "prune", *ORG) == ("create-robot", {"robot": "prune", **ACME})


@pytest.mark.parametrize("action", ACTIONS)
def test_every_command_has_a_help_with_its_own_options(
    action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse([action, "--help"])
    assert caught.value.code == 0
    words = capsys.readouterr().out.replace("[", " ").replace("]", " ").replace(",", " ").split()
    shown = {name for name, (flags, _how) in SPECS.items() if flags[0] in words}
    assert shown - COMMON == ACTIONS[action].options


# --- what is refused --------------------------------------------------------------------------------

WRONG = [
    ((), "say what to do"),
    (("--organization", "acme"), "say what to do"),
    (("list-robot", *ORG), "there is no command 'list-robot'. Is list-robots meant?"),
    (("xyz",), "there is no command 'xyz'. All of them: quaytool --help."),
    (("--list-robots", "--list-teams", *ORG), "one action at a time"),
    (("--list-robots",), "list-robots: it needs --organization."),
    (("--set-visibility", *ORG), "set-visibility: it needs --visibility."),
    (("--set-visibility", "--visibility", "public"), "it needs --organization"),
    (("--set-permissions", *ORG), "it needs --user or --robot or --team"),
    (("--set-permissions", *ORG, "--user", "a", "--team", "b"), "only one of --user and --team is possible"),
    (("--add-member", *ORG, "--team", "devs"), "it needs --user or --robot"),
    (("--create-robot", *ORG), "it needs --robot"),
    (("--create-robot", "a", "--robot", "b", *ORG), "--robot and 'a' both say which is meant"),
    (("create-organization", "a", *ORG), "--organization and 'a' both say which is meant"),
    (("--list-images", *ORG), "it needs --repository"),
    (("--expire", *ORG), "expected one argument"),
    (("--expire", "soon", *ORG, "--tag", "v1"), "'soon' is neither a number of days, up to 36500, nor never"),
    (("--expire", "-1", *ORG, "--tag", "v1"), "'-1' is neither a number of days"),
    (("--expire", "999999", *ORG, "--tag", "v1"), "'999999' is neither a number of days"),
    (("--expire", "7", *ORG), "it needs --tag"),
    (("--restore-tag", "--tag", "v1"), "it needs --organization"),
    (("set-visibility", "purple", *ORG), "the visibility is public or private"),
    (("set-visibility", "public", "private", *ORG), "unrecognized arguments: private"),
    (("robot-privileges", "owner", *ORG, "--robot", "ci"), "--role is one of read, write, admin"),
    (("create-team", "devs", *ORG, "--role", "write"), "--role is one of member, creator, admin"),
    (("--list-robots", *ORG, "--tag", "v1"), "list-robots: it does not use --tag"),
    (("list-robots", *ORG, "--tag", "v1"), "unrecognized arguments: --tag v1"),
    (("list-robots", *ORG, "--output", "xml"), "--output is one of table, json, yaml"),
    (("list-robots", *ORG, "--org", "acme"), "unrecognized arguments: --org"),
    (("list-robots", *ORG, "--parallel", "many"), "invalid int value"),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_wrong_use(words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, *words)
    assert said.startswith("quaytool: error: ")
    assert message in said


def test_everything_that_is_wrong_is_said_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "--add-member", "--tag", "v1")
    for part in ("--organization", "--team", "--user or --robot", "--tag"):
        assert part in said


# --- the tables -------------------------------------------------------------------------------------


def test_the_version_is_that_of_the_collection() -> None:
    galaxy = Path(__file__).resolve().parents[4] / "galaxy.yml"
    assert yaml.safe_load(galaxy.read_text(encoding="utf-8"))["version"] == VERSION


def test_every_option_is_of_use_to_some_action() -> None:
    used = set().union(*(action.options for action in ACTIONS.values()))
    assert used | COMMON == set(SPECS)
    assert used & COMMON == set()
