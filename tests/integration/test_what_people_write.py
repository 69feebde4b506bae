# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What people write as they know it from elsewhere: hosts, owners, others' robots, names of images, texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import Authority

from .conftest import StartSimulator
from .project_creation_support import HOST, INVENTORY, ROLE, Role
from .support.playbook import Playbook, run_ansible, task
from .support.registry import Registry
from .test_quaytool import FROM_CHECKOUT, Tool

# As Markdown has them: with line ends, a template of another language, and signs of shells and formats.
DESCRIPTIONS = {
    "newline": "One line, and its end.\n",
    "newlines": "\n\nTwo before, two after.\n\n",
    "markdown": "# Title\n\n- *one*\n- `two`\n\n| a | b |\n|---|---|\n\n```sh\nls > /dev/null\n```\n",
    "emoji": "Ship it \U0001f680\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2014 na\u00efve \u6f22\u5b57",
    "braces": "{{ not_a_variable }} {% if x %} {# no comment #} }}{{",
    "dollar": "$HOME ${PATH} $(id) `id` \\n \\ \"quoted\" 'quoted'",
    "percent": "100 % %s %(name)s %20 %%",
    "blanks": "  in front and behind  \t",
    "yaml": "- no: list\n# no comment\n--- no: end",
}


# --- quay_host ----------------------------------------------------------------------------------------


@pytest.mark.simulator_only
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_a_host_without_a_scheme(start_simulator: StartSimulator, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    ca_path = str(authority.path)
    registry = start_simulator(*authority.leaf("good").options, verify=ca_path)
    bare = registry.url.partition("://")[2]
    org = registry.new_org_name()
    connection = {"quay_token": registry.token, "ca_path": ca_path}
    run = Playbook(registry, tmp_path)(
        {
            "option": task("quay_organization", name=org, quay_host=bare),
            "with the path of the API": task("quay_organization", name=org, quay_host=f"{bare}/api/v1/"),
            "environment": task("quay_organization", name=org),
        },
        defaults=connection,
        environment={"QUAY_HOST": bare},
    )
    assert run["option"]["changed"]
    assert not run["with the path of the API"]["changed"]
    assert not run["environment"]["changed"]
    said = Tool(registry, FROM_CHECKOUT).run(
        *("list-robots", "--organization", org, "--output", "json", "--api-url", bare, "--ca-file", ca_path)
    )
    assert (said.code, said.out.strip()) == (0, "[]")
    variables = {"quay_api_url": f"{bare}/api/v1", "quay_project_creation_ca_path": ca_path}
    user = registry.new_user()
    role_run = Role(registry, tmp_path)(
        {user.name: [{"name": registry.new_org_name(), "token": ""}]},
        {user.name: {"token": registry.new_token(user)}},
        variables=variables,
    ).ensured()
    assert role_run.recap("changed") == 1


@pytest.mark.simulator_only
def test_a_host_without_a_scheme_that_speaks_no_tls(play: Playbook, registry: Registry) -> None:
    bare = registry.url.partition("://")[2]
    run = play({"plain": task("quay_organization", fails=True, check=True, name="some-org", quay_host=bare)})
    assert run.message("plain") == (
        f"https://{bare} does not speak TLS at that port: write http:// in quay_host ({registry.url})."
    )
    said = Tool(registry, FROM_CHECKOUT).run("list-robots", "--organization", "some-org", "--api-url", bare)
    assert said.code != 0
    assert f"write http:// in --api-url ({registry.url})" in said.err


# --- owners -------------------------------------------------------------------------------------------


def test_owners_cannot_go(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    if registry.simulated:
        registry.forget_requests()
    owners = {"name": "owners", "state": "absent"}
    bulk = [{"name": org, "teams": [owners]}]
    run = play(
        {
            "team": task("quay_team", fails=True, organization=org, **owners),
            "in check mode": task("quay_team", fails=True, check=True, organization=org, **owners),
            "in an organization": task("quay_organizations", fails=True, organizations=bulk),
        }
    )
    for name in run.results:
        assert "team 'owners' cannot go" in run.message(name)
    if registry.simulated:
        assert registry.requests_log() == []
    assert registry.members(org, "owners") == [registry.admin]


def test_the_last_owner_stays_and_that_is_said(play: Playbook, registry: Registry) -> None:
    org = registry.new_org()
    nobody = {"name": "owners", "members": [], "append": False}
    run = play(
        {
            "in check mode": task("quay_team", check=True, organization=org, **nobody),
            "for real": task("quay_team", organization=org, **nobody),
            "in an organization": task(
                "quay_organizations", organizations=[{"name": org, "teams": [nobody]}]
            ),
        }
    )
    for name, result in run.results.items():
        assert not result["changed"], name
        (warning,) = result["warnings"]
        assert warning.startswith(
            f"{org}: member {registry.admin} of team owners is not declared and stays: "
        )
        assert "Quay keeps it in the last team" in warning
    assert registry.members(org, "owners") == [registry.admin]


# --- robots of other organizations --------------------------------------------------------------------


def test_a_robot_of_another_organization_in_a_team(play: Playbook, registry: Registry) -> None:
    org, other = registry.new_org(), registry.new_org()
    registry.send("PUT", f"organization/{other}/robots/ci", {})
    robot = f"{other}+ci"
    devs = {"organization": org, "name": "devs", "role": "member"}
    bulk = [{"name": org, "teams": [{"name": "devs", "members": [robot], "append": False}]}]
    repository = {"name": f"{org}/app", "perms": [{"name": robot}]}
    run = play(
        {
            "check": task("quay_team", check=True, **devs, members=[robot]),
            "add": task("quay_team", **devs, members=[robot]),
            "again": task("quay_team", **devs, members=[robot]),
            "complete": task("quay_organizations", organizations=bulk),
            "exported": task("quay_organization_info", name=org),
            "on a repository": task("quay_repository", fails=True, **repository),
            "prototype": task("quay_prototype", organization=org, name=robot, role="read"),
            "prototype again": task("quay_prototype", organization=org, name=robot, role="read"),
            "none": task("quay_team", **devs, members=[], append=False),
            "unknown": task("quay_team", fails=True, **devs, members=[f"{other}+none"]),
        }
    )
    assert run.changes("check") == run.changes("add")
    assert run.changes("add") == [("create", "team", "devs"), ("create", "member", f"devs/{robot}")]
    assert not run["again"]["changed"] and not run["complete"]["changed"]
    (entry,) = run["exported"]["organizations"]
    assert {team["name"]: team["members"] for team in entry["teams"]}["devs"] == [robot]
    assert f"Cannot add robot {robot} under namespace {org}" in run.message("on a repository")
    assert registry.repository(f"{org}/app") is None
    assert run["prototype"]["changed"] and not run["prototype again"]["changed"]
    assert run.changes("none") == [("delete", "member", f"devs/{robot}")]
    assert "Unknown user" in run.message("unknown")
    assert registry.members(org, "devs") == []


def test_an_owner_without_further_rights_may_add_one(play: Playbook, registry: Registry) -> None:
    other, alice, org = registry.new_org(), registry.new_user(), registry.new_org_name()
    registry.send("PUT", f"organization/{other}/robots/ci", {})
    entry = {"name": org, "teams": [{"name": "devs", "members": [f"{other}+ci"]}]}
    defaults = {"quay_host": registry.url, "quay_token": registry.new_token(alice)}
    run = play({"own": task("quay_organizations", organizations=[entry])}, defaults=defaults)
    assert run["own"]["changed"]
    assert registry.members(org, "devs") == [f"{other}+ci"]


# --- names of repositories ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("around", "part"),
    [
        ("registry.example.com/{}", "host 'registry.example.com'"),
        ("localhost:8080/{}", "host 'localhost:8080'"),
        ("{}:latest", "tag ':latest'"),
        (f"{{}}@sha256:{'a' * 64}", "digest '@sha256:aaa"),
        (
            "https://registry.example.com/{}:v1",
            "scheme 'https://' and host 'registry.example.com' and tag ':v1'",
        ),
    ],
)
def test_a_name_with_more_than_a_repository(
    play: Playbook, registry: Registry, around: str, part: str
) -> None:
    org = registry.new_org()
    name = around.format(f"{org}/app")
    bulk = [{"name": org, "repositories": [{"name": name}]}]
    tasks = {
        "repository": task("quay_repository", fails=True, name=name),
        "in check mode": task("quay_repository", fails=True, check=True, name=name),
        "absent": task("quay_repository", fails=True, name=name, state="absent"),
        "in an organization": task("quay_organizations", fails=True, organizations=bulk),
        "in a list": task(
            "quay_repositories", fails=True, organizations=[org], repositories=[name], visibility="public"
        ),
        "info": task("quay_repository_info", fails=True, name=name),
        "tags": task("quay_tag_info", fails=True, repository=name),
        "prune": task(
            "quay_tag_prune",
            fails=True,
            organizations=[org],
            repositories=[name],
            older_than="1d",
            allow_empty_keeplist=True,
        ),
        "tag": task("quay_tag", fails=True, organization=org, repositories=[name], tag="v1", immutable=True),
    }
    if "host" in part:
        tasks["image"] = task("quay_tag", fails=True, image=name, tag="v9", immutable=True)
    run = play(tasks)
    for one in tasks:
        assert "has too much: " in run.message(one), one
        assert part.split(" and ")[0] in run.message(one) or part in run.message(one), one
    assert registry.repository(f"{org}/app") is None
    said = Tool(registry, FROM_CHECKOUT).run("create-repository", name, "--organization", org)
    assert said.code != 0
    assert part in said.err


# --- descriptions -------------------------------------------------------------------------------------


def _unsafe(directory: Path, name: str, value: Any) -> Path:
    """Write a file of variables in which every description is marked, as who writes braces in one must."""
    text = json.dumps({name: value}, indent=1, ensure_ascii=False)
    path = directory / f"{name}.yml"
    path.write_text(text.replace('"description": "', '"description": !unsafe "'), encoding="utf-8")
    return path


def test_descriptions_stay_as_they_are(play: Playbook, registry: Registry, tmp_path: Path) -> None:
    org, single = registry.new_org_name(), registry.new_org()
    entry = {
        "name": org,
        "teams": [{"name": name, "description": text} for name, text in DESCRIPTIONS.items()],
        "robots": [{"name": name, "description": text} for name, text in DESCRIPTIONS.items()],
        "repositories": [{"name": name, "description": text} for name, text in DESCRIPTIONS.items()],
    }
    loop = [{"name": f"{single}/{name}", "description": text} for name, text in DESCRIPTIONS.items()]
    files = [_unsafe(tmp_path, "wanted", [entry]), _unsafe(tmp_path, "repositories", loop)]
    repository = task("quay_repository", name="{{ item.name }}", description="{{ item.description }}")
    tasks = {
        "organizations": task("quay_organizations", organizations="{{ wanted }}"),
        "again": task("quay_organizations", organizations="{{ wanted }}"),
        "repository": {**repository, "loop": "{{ repositories }}"},
        "repository again": {**repository, "loop": "{{ repositories }}"},
    }
    run = play(tasks, *(word for path in files for word in ("-e", f"@{path}")))
    assert run["organizations"]["changed"] and not run["again"]["changed"]
    assert all(one["changed"] for one in run["repository"]["results"])
    assert not any(one["changed"] for one in run["repository again"]["results"])
    for name, text in DESCRIPTIONS.items():
        assert registry.repository(f"{org}/{name}")["description"] == text
        assert registry.repository(f"{single}/{name}")["description"] == text
        assert registry.teams(org)[name]["description"] == text
        assert registry.robots(org)[f"{org}+{name}"]["description"] == text


def test_descriptions_stay_as_they_are_by_the_role(registry: Registry, tmp_path: Path) -> None:
    user, org = registry.new_user(), registry.new_org_name()
    entry = {
        "name": org,
        "repositories": [{"name": name, "description": text} for name, text in DESCRIPTIONS.items()],
    }
    wanted = _unsafe(tmp_path, "quay_organizations", {user.name: [entry]})
    given = {
        "quay_data_dir": str(tmp_path),
        "quay_users": {user.name: {"token": registry.new_token(user)}},
        "quay_api_url": registry.url,
    }
    (tmp_path / "hosts").write_text(INVENTORY, encoding="utf-8")
    play = {"hosts": HOST, "gather_facts": False, "vars": given, "roles": [ROLE]}
    (tmp_path / "play.yml").write_text(json.dumps([play]), encoding="utf-8")
    for changed in (True, False):
        code, output, lines = run_ansible(tmp_path, ["-i", "hosts", "play.yml", "-e", f"@{wanted}"])
        assert code == 0, output
        results = {line["task"].rpartition(" : ")[2]: line["result"] for line in lines}
        assert results[f"Ensure the organizations of {user.name}"]["changed"] is changed
        (tmp_path / "results.jsonl").unlink()
    for name, text in DESCRIPTIONS.items():
        assert registry.repository(f"{org}/{name}")["description"] == text
