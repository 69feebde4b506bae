# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who asks: tokens with and without what they need, signing in, and where the options may come from."""

from __future__ import annotations

import pytest

from .support.playbook import Playbook, look, task
from .support.registry import ALL_SCOPES, Registry

MODULES = [
    "quay_organization",
    "quay_organization_info",
    "quay_organizations",
    "quay_prototype",
    "quay_default_perm",
    "quay_repository",
    "quay_robot",
    "quay_team",
]


def without(scope: str) -> str:
    """Return all scopes but one."""
    return " ".join(one for one in ALL_SCOPES.split() if one != scope)


# Where the options come from


def options_of(module: str, org: str) -> dict[str, object]:
    """Return options with which the module works on an organization."""
    own = {"organization": org, "name": "owners"}
    return {
        "quay_organization": {"name": org},
        "quay_organization_info": {"name": org},
        "quay_organizations": {"organizations": [{"name": org}]},
        "quay_prototype": {**own, "type": "team"},
        "quay_default_perm": {**own, "type": "team"},
        "quay_repository": {"name": f"{org}/app"},
        "quay_robot": {"name": f"{org}+ci"},
        "quay_team": own,
    }[module]


def test_module_defaults_reach_every_module(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    tasks = {module: task(module, check=True, **options_of(module, org)) for module in MODULES}
    run = play(tasks)
    assert run["quay_organization_info"]["organizations"][0]["name"] == org
    run = play({"nothing given": task("quay_organization", fails=True, name=org)}, defaults={})
    assert "give quay_token, or quay_username and quay_password" in run.message("nothing given")


def test_the_environment_is_asked_for_what_is_left_out(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    environment = {
        "QUAY_HOST": registry.url,
        "QUAY_TOKEN": registry.token,
        "QUAY_TIMEOUT": "20.5",
        "QUAY_PARALLEL": "3",
    }
    modules = ("quay_organization_info", "quay_robot", "quay_team")
    tasks = {module: task(module, check=True, **options_of(module, org)) for module in modules}
    run = play(tasks, defaults={}, environment=environment)
    assert run["quay_organization_info"]["organizations"][0]["name"] == org
    arguments = run["quay_team"]["invocation"]["module_args"]
    assert (arguments["timeout"], arguments["parallel"]) == (20.5, 3)
    assert arguments["quay_host"] == registry.url


def test_the_environment_names_a_user(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    environment = {
        "QUAY_HOST": registry.url,
        "QUAY_USERNAME": person.name,
        "QUAY_PASSWORD": person.password,
        "QUAY_VERIFY_SSL": "false",
    }
    run = play(
        {"repository": task("quay_repository", check=True, name="mine")}, defaults={}, environment=environment
    )
    assert run["repository"]["name"] == f"{person.name}/mine"
    assert run["repository"]["invocation"]["module_args"]["validate_certs"] is False


def test_options_that_exclude_each_other(play: Playbook, registry: Registry) -> None:
    team = {"organization": "some-org", "name": "devs", "quay_host": registry.url}
    token, user, password = (
        {name: "something-long"} for name in ("quay_token", "quay_username", "quay_password")
    )
    run = play(
        {
            "token and user": task("quay_team", fails=True, **team, **token, **user, **password),
            "user alone": task("quay_team", fails=True, **team, **user),
            "password alone": task("quay_team", fails=True, **team, **password),
            "empty token": task("quay_team", fails=True, **team, quay_token=""),
            "line end": task("quay_team", fails=True, **team, quay_token=registry.token + "\n"),
            "empty password": task("quay_team", fails=True, **team, **user, quay_password=""),
        },
        defaults={},
    )
    assert "mutually exclusive" in run.message("token and user")
    for name in ("user alone", "password alone", "empty password"):
        assert "quay_username and quay_password must both be given" in run.message(name)
    assert run.message("empty token") == "quay_token is empty."
    assert "a line end often comes from reading it out of a file" in run.message("line end")


# Tokens


def test_a_token_that_is_not_valid(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    tasks = {
        module: task(module, fails=True, **options_of(module, org))
        for module in MODULES
        if module not in ("quay_organizations", "quay_repository")
    }
    public = {"name": f"{org}/app", "visibility": "public"}
    run = play(
        {
            **tasks,
            "bulk": task(
                "quay_organizations", fails=True, organizations=[{"name": org, "email": "a@b.example"}]
            ),
            "new": task("quay_organization", fails=True, name=registry.new_org_name()),
            "repository": task("quay_repository", fails=True, **public),
            "all": task("quay_organization_info", fails=True),
        },
        defaults={"quay_host": registry.url, "quay_token": "a" * 40},
    )
    for name in (*tasks, "bulk", "new", "repository", "all"):
        assert "token is invalid, expired or revoked" in run.message(name), name
        assert "a" * 40 not in run.output
        assert run[name].get("changes", []) == []
    assert registry.repository(f"{org}/app") is None


@pytest.mark.simulator_only
def test_a_token_that_has_expired(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    expired = registry.control("POST", "tokens", {"user": registry.admin, "expires_in": -1})["token"]
    run = play(
        {
            "change": task("quay_organization", fails=True, name=org, email="new@example.com"),
            "read": task("quay_organization_info", fails=True, name=org),
        },
        defaults={"quay_host": registry.url, "quay_token": expired},
    )
    for name in ("change", "read"):
        assert "token is invalid, expired or revoked" in run.message(name)


@pytest.mark.parametrize(
    ("scope", "module", "options"),
    [
        ("user:admin", "quay_organization", {"name": "{new}"}),
        ("org:admin", "quay_team", {"organization": "{org}", "name": "devs"}),
        ("org:admin", "quay_organization", {"name": "{org}", "email": "new@example.com"}),
        ("org:admin", "quay_robot", {"name": "{org}+ci"}),
        ("repo:create", "quay_repository", {"name": "{org}/app"}),
        ("repo:admin", "quay_repository", {"name": "{org}/there", "visibility": "public"}),
    ],
)
def test_a_token_that_lacks_a_scope(
    play: Playbook, registry: Registry, scope: str, module: str, options: dict[str, str]
) -> None:
    # A superuser's token makes up for other scopes, so a plain user asks.
    person = registry.new_user()
    org = registry.new_org()
    registry.send("PUT", f"organization/{org}/team/owners/members/{person.name}")
    body = {"repository": "there", "namespace": org, "visibility": "private", "description": ""}
    registry.send("POST", "repository", body)
    # With org:admin a member of the owners may do everything in the organization's repositories.
    scopes = "repo:read repo:create user:read" if scope == "repo:admin" else without(scope)
    if scope == "repo:create":
        scopes = "repo:read repo:write user:read"
    names = {"org": org, "new": registry.new_org_name()}
    filled = {name: value.format(**names) for name, value in options.items()}
    run = play(
        {"task": task(module, fails=True, **filled)},
        defaults={"quay_host": registry.url, "quay_token": registry.new_token(person, scopes)},
    )
    message = run.message("task")
    assert f"the scope {scope}" in message
    assert "lacks" in message
    assert run["task"]["changes"] == []


def test_a_user_without_the_right(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    token = registry.new_token(registry.new_user())
    run = play(
        {
            "team": task("quay_team", fails=True, organization=org, name="devs"),
            "repository": task("quay_repository", fails=True, name=f"{org}/app"),
            "organization": task("quay_organization", fails=True, name=org, state="absent"),
            "rename": task("quay_organization", fails=True, name=org, new_name=registry.new_org_name()),
        },
        defaults={"quay_host": registry.url, "quay_token": token},
    )
    for name in ("team", "organization", "rename"):
        assert "in a team with role admin" in run.message(name) or "does not administer" in run.message(name)
    assert "may not create repositories there (role creator or admin)" in run.message("repository")
    assert registry.exists(org)


# Signing in


def test_signing_in_with_a_password(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    org = registry.new_org_name()
    members = {"organization": org, "name": "devs", "members": [person.name]}
    if registry.simulated:
        registry.forget_requests()
    run = play(
        {
            "create": task("quay_organization", name=org, email=f"{org}@example.com"),
            "team": task("quay_team", **members),
            "team again": task("quay_team", **members),
            "look": look(registry, f"organization/{org}"),
            "absent": task("quay_organization", name=org, state="absent"),
        },
        defaults={
            "quay_host": registry.url,
            "quay_username": person.name,
            "quay_password": person.password,
        },
    )
    assert run["create"]["changed"] and run["team"]["changed"] and run["absent"]["changed"]
    assert not run["team again"]["changed"]
    assert "devs" in run.seen("look")["teams"]
    assert person.password not in run.output
    if registry.simulated:
        log = [(entry["method"], entry["path"]) for entry in registry.requests_log()]
        # One sign-in for each task, and none is ever ended.
        assert log.count(("POST", "/api/v1/signin")) == 4
        assert not [path for _method, path in log if "signout" in path]


def test_threads_share_one_session(play: Playbook, registry: Registry) -> None:
    names = [registry.new_org_name() for _ in range(8)]
    listed = [{"name": name, "robots": [{"name": "ci"}], "teams": [{"name": "devs"}]} for name in names]
    if registry.simulated:
        registry.forget_requests()
    run = play(
        {
            "bulk": task("quay_organizations", organizations=listed, parallel=16),
            "again": task("quay_organizations", organizations=listed, parallel=16),
        },
        defaults={
            "quay_host": registry.url,
            "quay_username": registry.admin,
            "quay_password": registry.admin_password,
        },
    )
    assert len(run["bulk"]["changes"]) == 24
    assert not run["again"]["changed"]
    if registry.simulated:
        assert [entry["path"] for entry in registry.requests_log()].count("/api/v1/signin") == 2


def test_a_password_that_is_wrong(play: Playbook, registry: Registry) -> None:
    person = registry.new_user()
    nobody = registry.new_name("nobody")
    team = {"organization": "some-org", "name": "devs", "quay_host": registry.url}
    run = play(
        {
            "password": task(
                "quay_team", fails=True, **team, quay_username=person.name, quay_password="not-it"
            ),
            "user": task("quay_team", fails=True, **team, quay_username=nobody, quay_password="not-it"),
        },
        defaults={},
    )
    assert f"Quay did not sign in '{person.name}'" in run.message("password")
    assert "Check quay_username and quay_password" in run.message("password")
    assert f"Quay did not sign in '{nobody}'" in run.message("user")
    assert "not-it" not in run.output
