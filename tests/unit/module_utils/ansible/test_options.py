# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What modules document is what they accept, and the bulk module takes what the single ones take."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import pytest
import yaml

from ansible_collections.quayops.quay.plugins.doc_fragments import selection
from ansible_collections.quayops.quay.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.quayops.quay.plugins.module_utils.ansible import module
from ansible_collections.quayops.quay.plugins.module_utils.ansible.options import connection_spec
from ansible_collections.quayops.quay.plugins.module_utils.errors import InvalidDeclaration
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import MAX_PARALLEL, Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Password, Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.directory import DIRECTORY
from ansible_collections.quayops.quay.plugins.module_utils.kinds.message import MESSAGE
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import PURGEABLE
from ansible_collections.quayops.quay.plugins.module_utils.kinds.organization import ORGANIZATION
from ansible_collections.quayops.quay.plugins.module_utils.kinds.registry import REGISTRY
from ansible_collections.quayops.quay.plugins.module_utils.kinds.service_key import SERVICE_KEY
from ansible_collections.quayops.quay.plugins.module_utils.kinds.tag import TAG
from ansible_collections.quayops.quay.plugins.module_utils.kinds.user import USER
from ansible_collections.quayops.quay.plugins.module_utils.operations.adoption import (
    KINDS_TO_READ,
    READ_BY_DEFAULT,
)
from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens import order as tokens
from tests.simulator.settings import ALL_SCOPES
from tests.unit.module_utils.named_kinds import KINDS

Options = dict[str, dict[str, Any]]

MODULES = Path(__file__).resolve().parents[4] / "plugins" / "modules"
DESCRIPTION = Path(__file__).resolve().parents[3] / "data" / "quay-api" / "discovery.json"
# These work on the host of the registry, and ask no registry; ansible-test compares their options.
OF_THE_HOST = {
    "quay_command",
    "quay_config_file",
    "quay_config_file_info",
    "quay_host_info",
    "quay_service_wait",
}
NAMES = sorted({path.stem for path in MODULES.glob("*.py")} - OF_THE_HOST)

# The list of the bulk module, the module for one of its entries, and the options that only that one has.
SINGLE = {
    "robots": ("quay_robot", {"regenerate"}),
    "teams": ("quay_team", {"organization"}),
    "prototypes": ("quay_prototype", {"organization"}),
    "repositories": ("quay_repository", set()),
    "auto_prune": ("quay_organization_prune", {"namespace"}),
    "immutability": ("quay_organization_immutability", {"namespace", "new_tag_pattern"}),
    "quota": ("quay_quota", {"organization", "user"}),
    "proxy_cache": ("quay_proxy_cache", {"organization"}),
}


def load(name: str) -> Any:
    return importlib.import_module(f"ansible_collections.quayops.quay.plugins.modules.{name}")


# Fragments whose options are a module's own; those of the connection all modules have.
FRAGMENTS = {"quayops.quay.selection": selection.ModuleDocFragment}


def documented(name: str) -> Options:
    """Return the options that the module's own documentation describes, and those of its fragments."""
    text = yaml.safe_load(load(name).DOCUMENTATION)
    found: Options = dict(text["options"])
    for fragment in set(text["extends_documentation_fragment"]) & set(FRAGMENTS):
        found.update(yaml.safe_load(FRAGMENTS[fragment].DOCUMENTATION)["options"])
    return found


def accepted(name: str) -> Options:
    """Return the options that the module hands to Ansible, without those of the connection."""
    found: list[Options] = []

    def note(options: Options, *_arguments: Any, **_constraints: Any) -> None:
        found.append(options)

    loaded = load(name)
    with pytest.MonkeyPatch.context() as patch:
        for runner in ("run_single", "run_operation", "run_info", "run_first_user", "run_token"):
            if hasattr(loaded, runner):
                patch.setattr(loaded, runner, note)
        loaded.main()
    (options,) = found
    return options


def as_documented(options: Options, nested: str) -> Options:
    """Return what of the options can be told in both, in one form."""
    return {name: _told(option, nested) for name, option in options.items()}


def _told(option: dict[str, Any], nested: str) -> dict[str, Any]:
    told = {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "required": option.get("required", False),
        "default": option.get("default"),
        "choices": list(option["choices"]) if "choices" in option else None,
        "aliases": sorted(option.get("aliases", [])),
    }
    if option.get(nested):
        told["options"] = as_documented(option[nested], nested)
    return told


def spec(options: Options) -> Options:
    return as_documented(options, "options")


def words(options: Options) -> Options:
    return as_documented(options, "suboptions")


def env_fallback(*_arguments: Any, **_keywords: Any) -> None:
    """Stand in for Ansible's function of that name."""


@pytest.mark.parametrize("name", NAMES)
def test_a_module_accepts_what_it_documents(name: str) -> None:
    assert spec(accepted(name)) == words(documented(name))


def test_the_options_of_the_connection_are_documented() -> None:
    fragment: Options = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    assert spec(connection_spec(env_fallback)) == words(fragment)


@pytest.mark.parametrize("name", NAMES)
def test_every_module_has_the_options_of_the_connection(name: str) -> None:
    text = yaml.safe_load(load(name).DOCUMENTATION)
    assert "quayops.quay.connection" in text["extends_documentation_fragment"]
    assert not set(accepted(name)) & set(connection_spec(env_fallback))


def test_every_option_of_the_connection_falls_back_to_the_variable_that_is_documented() -> None:
    fragment: Options = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    for name, option in connection_spec(env_fallback).items():
        # Who asks falls back as a whole, see test_who_asks.
        function, (variable,) = option.get("fallback", (env_fallback, [name.upper()]))
        assert function is env_fallback
        assert variable.startswith("QUAY_")
        assert any(f"E({variable})" in line for line in fragment[name]["description"])


def test_secrets_of_the_connection_are_not_logged() -> None:
    options = connection_spec(env_fallback)
    assert {name for name, option in options.items() if option.get("no_log")} == {
        "quay_token",
        "quay_password",
    }


def test_the_defaults_are_those_of_the_library() -> None:
    options = connection_spec(env_fallback)
    connection = Connection(options["quay_host"]["default"])
    assert options["timeout"]["default"] == connection.timeout
    assert options["parallel"]["default"] == connection.parallel
    assert options["validate_certs"]["default"] is connection.validate_certs
    fragment: Options = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    assert f"1 to {MAX_PARALLEL}" in " ".join(fragment["parallel"]["description"])


# --- one object and many ------------------------------------------------------------------------


def in_bulk(kind: str) -> Options:
    options: Options = accepted("quay_organizations")["organizations"]["options"][kind]["options"]
    return options


def documented_in_bulk(kind: str) -> Options:
    options: Options = documented("quay_organizations")["organizations"]["suboptions"][kind]["suboptions"]
    return options


@pytest.mark.parametrize("kind", SINGLE)
def test_an_entry_takes_what_the_module_for_one_takes(kind: str) -> None:
    name, only_there = SINGLE[kind]
    single = spec(accepted(name))
    assert spec(in_bulk(kind)) == {key: value for key, value in single.items() if key not in only_there}


@pytest.mark.parametrize("kind", SINGLE)
def test_an_entry_is_documented_as_in_the_module_for_one(kind: str) -> None:
    name, only_there = SINGLE[kind]
    single = words(documented(name))
    assert words(documented_in_bulk(kind)) == {
        key: value for key, value in single.items() if key not in only_there
    }


def test_an_organization_takes_what_its_own_module_takes() -> None:
    single = spec(accepted("quay_organization"))
    bulk = spec(accepted("quay_organizations")["organizations"]["options"])
    inside = {kind.plural for kind in KINDS.values()} & set(bulk)
    assert {name: value for name, value in bulk.items() if name not in inside} == {
        name: value for name, value in single.items() if name != "new_name"
    }
    lists = {"robots", "teams", "prototypes", "repositories", "applications", "auto_prune", "immutability"}
    assert inside == lists | {"quota", "proxy_cache"}


@pytest.mark.parametrize(
    ("policies", "module"),
    [("auto_prune", "quay_repository_prune"), ("immutability", "quay_repository_immutability")],
)
def test_policies_are_said_alike_of_an_organization_and_of_a_repository(policies: str, module: str) -> None:
    of_a_repository = spec(in_bulk("repositories")[policies]["options"])
    assert of_a_repository == spec(in_bulk(policies))
    alone = {"repository", "new_tag_pattern"}
    assert of_a_repository == {k: v for k, v in spec(accepted(module)).items() if k not in alone}


# None means that a thing is not managed: no default may make it managed.
STEERING = {"append", "state", "regenerate", "type", "purge", "purge_limit", "include"}
STEERING |= {"create_token", "rights", "update_password", "skip", "expiration_format"}
STEERING |= {"allow_empty_keeplist", "grace", "return_tags"}
STEERING |= {"image_expiry_days"}  # for the event that is about that, one that is declared
STEERING |= {"reset_failcount", "test"}  # what is done with a notification
STEERING |= {"tag_pattern_matches"}  # without tag_pattern it means nothing
# What is read.
STEERING |= {"registry", "aggregated", "limit"}
STEERING |= {"permissions", "public", "federations", "robots", "include_token", "only_active_tags", "invited"}
# A proxy cache that is declared has a registry; how it is made.
STEERING |= {"registry", "validate", "force"}
STEERING |= {"approve"}  # what waits for that; it cannot be taken back
STEERING |= {"sync", "keep_users"}  # of a module that is about nothing else
OF_A_PERMISSION = {"role"}  # a permission that is declared has a role


def defaults(options: Options, inside: str = "") -> dict[str, Any]:
    found = {}
    for name, option in options.items():
        if option.get("default") is not None and not (inside == "perms" and name in OF_A_PERMISSION):
            found[name] = option["default"]
        found.update(defaults(option.get("options", {}), name))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_what_is_left_out_is_not_managed(name: str) -> None:
    assert set(defaults(accepted(name))) <= STEERING


SECRET = {
    "token",
    "password",
    "secret",
    "client_secret",
    "quay_token",
    "quay_password",
    "user_password",
}


@pytest.mark.parametrize("name", NAMES)
def test_nested_options_hold_no_secret_that_would_be_logged(name: str) -> None:
    for nested in _nested(accepted(name)):
        # The URL of a webhook is all that it takes to post there.
        sounding = {key for key in nested if key == "url" or re.search("token|password|secret", key)}
        assert {key for key in nested if nested[key].get("no_log")} == sounding


@pytest.mark.parametrize("name", NAMES)
def test_secrets_are_not_logged(name: str) -> None:
    options = accepted(name)
    # Ansible goes by the name; what only sounds like a secret has to say that it is none.
    sounding = {key for key in options if "token" in key or "password" in key}
    assert sounding == {key for key in options if "no_log" in options[key]}
    assert {key for key in options if options[key].get("no_log")} == set(options) & SECRET


def test_the_rights_are_the_scopes_of_quay() -> None:
    assert [*sorted(ALL_SCOPES.split()), tokens.ALL_RIGHTS] == tokens.RIGHTS


def _nested(options: Options) -> Iterator[Options]:
    """Yield the options of all entries within entries."""
    for option in options.values():
        if "options" in option:
            yield option["options"]
            yield from _nested(option["options"])


# --- kinds of objects ---------------------------------------------------------------------------


SINGLES = {kind.plural for kind in KINDS.values() if kind.single}


def test_every_list_in_an_organization_can_be_purged() -> None:
    plurals = [kind.plural for kind in sorted(KINDS.values(), key=lambda kind: kind.rank)]
    outside = {
        REGISTRY.plural,
        DIRECTORY.plural,
        MESSAGE.plural,
        SERVICE_KEY.plural,
        ORGANIZATION.plural,
        TAG.plural,
        USER.plural,
        *SINGLES,
    }
    assert [plural for plural in plurals if plural not in outside] == PURGEABLE


def test_everything_but_members_can_be_left_out_when_reading() -> None:
    # Members, and the group that a team follows, come with the teams.
    assert set(KINDS_TO_READ) == (set(PURGEABLE) | SINGLES) - {"members", "sync"}


def test_what_costs_a_request_for_each_repository_is_read_only_where_it_is_asked_for() -> None:
    assert set(KINDS_TO_READ) - set(READ_BY_DEFAULT) == {
        "notifications",
        "repository_auto_prune",
        "repository_immutability",
    }
    include = accepted("quay_organization_info")["include"]
    assert (include["choices"], include["default"]) == (list(KINDS_TO_READ), list(READ_BY_DEFAULT))


def test_nothing_is_purged_unless_asked_for() -> None:
    options = accepted("quay_organizations")
    assert options["purge"]["default"] == []
    assert options["purge_limit"]["default"] == 10


def choices(*path: str) -> list[str]:
    """Return what Quay's API description allows at a place of its schemas."""
    found = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["definitions"]
    for name in path:
        found = found[name] if name in found else found["properties"][name]
    allowed: list[str] = found["enum"]
    return allowed


@pytest.mark.parametrize(
    ("option", "schema"),
    [
        (("teams", "role"), ("TeamDescription", "role")),
        (("prototypes", "role"), ("NewPrototype", "role")),
        (("prototypes", "type"), ("NewPrototype", "delegate", "kind")),
        (("repositories", "visibility"), ("NewRepo", "visibility")),
        (("repositories", "repo_state"), ("ChangeRepoState", "state")),
        (("repositories", "perms", "role"), ("UserPermission", "role")),
        (("repositories", "perms", "role"), ("TeamPermission", "role")),
    ],
)
def test_choices_are_those_that_quay_describes(option: tuple[str, ...], schema: tuple[str, ...]) -> None:
    kind, *inner, name = option
    options = in_bulk(kind)
    for one in inner:
        options = options[one]["options"]
    assert options[name]["choices"] == choices(*schema)


# --- who asks -----------------------------------------------------------------------------------


class Module:
    """As much of an AnsibleModule as who asks is read from."""

    def __init__(self, **given: Optional[str]) -> None:
        self.params = {"quay_token": None, "quay_username": None, "quay_password": None, **given}
        self.no_log_values: set[str] = set()


@pytest.fixture(autouse=True)
def nobody_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUAY_TOKEN", "QUAY_USERNAME", "QUAY_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_nobody_is_not_a_caller() -> None:
    with pytest.raises(InvalidDeclaration, match="quay_token, or quay_username and quay_password"):
        module.credentials_of(Module())


@pytest.mark.parametrize("given", [{"quay_token": ""}, {"quay_username": "alice"}, {"quay_password": "p"}])
def test_half_a_caller_is_none(given: dict[str, str]) -> None:
    with pytest.raises(InvalidDeclaration, match="empty"):
        module.credentials_of(Module(**given))


ENVIRONMENT = {"QUAY_TOKEN": "env-token", "QUAY_USERNAME": "bob", "QUAY_PASSWORD": "env-password"}


@pytest.mark.parametrize(
    ("given", "environment", "caller"),
    [
        ({"quay_token": "x"}, [], Token("x")),
        ({"quay_username": "alice", "quay_password": "p"}, [], Password("alice", "p")),
        ({}, ["QUAY_TOKEN"], Token("env-token")),
        ({}, ["QUAY_USERNAME", "QUAY_PASSWORD"], Password("bob", "env-password")),
        ({}, ["QUAY_TOKEN", "QUAY_USERNAME", "QUAY_PASSWORD"], Token("env-token")),
        # The task decides against the environment.
        ({"quay_token": "x"}, ["QUAY_USERNAME", "QUAY_PASSWORD"], Token("x")),
        ({"quay_username": "alice", "quay_password": "p"}, ["QUAY_TOKEN"], Password("alice", "p")),
        ({"quay_username": "alice"}, ["QUAY_TOKEN", "QUAY_PASSWORD"], Password("alice", "env-password")),
    ],
)
def test_who_asks(
    given: dict[str, str], environment: list[str], caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in environment:
        monkeypatch.setenv(name, ENVIRONMENT[name])
    assert module.credentials_of(Module(**given)) == caller


def test_secrets_of_the_environment_are_not_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    asked = Module()
    module.credentials_of(asked)
    assert asked.no_log_values == {"env-token"}
    asked = Module(quay_username="alice")
    module.credentials_of(asked)
    assert asked.no_log_values == {"env-password"}
