# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The playbooks for day-to-day work, as a user starts them: by name, with variables on the command line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .support.playbook import run_ansible
from .support.registry import Registry

Start = Callable[..., dict[str, Any]]


@pytest.fixture
def start(registry: Registry, tmp_path: Path) -> Start:
    """Runs a playbook of the collection and returns the results of its tasks by name."""
    runs = 0

    def run(playbook: str, *arguments: str, fails: bool = False, **variables: str) -> dict[str, Any]:
        nonlocal runs
        runs += 1
        directory = tmp_path / f"run{runs}"
        directory.mkdir()
        given = [part for name, value in variables.items() for part in ("-e", f"{name}={value}")]
        environment = {"QUAY_HOST": registry.url, "QUAY_TOKEN": registry.token}
        code, output, lines = run_ansible(
            directory, [f"quayops.quay.{playbook}", *given, *arguments], environment
        )
        assert (code != 0) is fails, output
        assert registry.token not in output
        return {line["task"]: line["result"] for line in lines}

    return run


def test_visibility(start: Start, registry: Registry) -> None:
    org = registry.new_org()
    for name in ("api", "web", "internal"):
        registry.new_repository(org, name)
    wanted = {"organization": org, "visibility": "public", "skip": "internal,unknown"}
    foreseen = start("visibility", "--check", "--diff", **wanted)["Set the visibility"]
    done = start("visibility", **wanted)["Set the visibility"]
    assert foreseen["changes"] == done["changes"] != []
    assert not start("visibility", **wanted)["Set the visibility"]["changed"]
    public = {name: registry.repository(f"{org}/{name}")["is_public"] for name in ("api", "web", "internal")}
    assert public == {"api": True, "web": True, "internal": False}


def test_restore_tag(start: Start, registry: Registry) -> None:
    org = registry.new_org()
    for name in ("api", "web"):
        registry.new_repository(org, name)
        registry.push(f"{org}/{name}", "v1")
        registry.send("DELETE", f"repository/{org}/{name}/tag/v1")
    foreseen = start("restore_tag", "--check", organization=org, tag="v1", repositories="api")
    assert foreseen["Restore the tag"]["changed"]
    assert registry.tags(f"{org}/api") == {}
    told = start("restore_tag", organization=org, tag="v1", repositories="api")
    assert f"restored in: {org}/api" in told["Tell what became of it"]["msg"]
    told = start("restore_tag", organization=org, tag="v1")
    assert told["Tell what became of it"]["msg"] == [
        f"restored in: {org}/web",
        f"there already: {org}/api",
        "never had it: -",
    ]
    assert not start("restore_tag", organization=org, tag="v1")["Restore the tag"]["changed"]
    assert set(registry.tags(f"{org}/web")) == {"v1"}


def test_new_release(start: Start, registry: Registry, tmp_path: Path) -> None:
    org = registry.new_org_name()
    token_file = tmp_path / "token"
    task = "Declare organization, robot, team and default permission"
    assert start("new_release", "--check", name=org)[task]["changed"]
    assert not registry.exists(org)
    assert start("new_release", name=org, token_file=str(token_file))[task]["changed"]
    assert registry.members(org, "creators") == [f"{org}+cirobot"]
    assert registry.teams(org)["creators"]["role"] == "creator"
    assert registry.prototypes(org) == [("", "user", f"{org}+cirobot", "write")]
    assert token_file.stat().st_mode & 0o777 == 0o600
    assert token_file.read_text().strip() == registry.robots(org)[f"{org}+cirobot"]["token"]
    again = start("new_release", name=org, token_file=str(token_file))
    assert [name for name, result in again.items() if result.get("changed")] == []


def test_what_is_left_out_is_named(start: Start) -> None:
    result = start("visibility", fails=True, organization="acme")["Set the visibility"]
    assert "'visibility' is undefined" in str(result["msg"])


@pytest.mark.simulator_only
def test_prune(start: Start, registry: Registry) -> None:
    # Only the simulator can be given tags of some age.
    org = registry.new_org()
    registry.new_repository(org, "app")
    old = int(time.time()) - 40 * 86400
    rows = [
        {"org": org, "repo": "app", "tag": tag, "start_ts": old - number}
        for number, tag in enumerate(("v1", "v2", "latest"))
    ]
    registry.control("POST", "tags", [*rows, {"org": org, "repo": "app", "tag": "new"}])
    wanted = {"organization": org, "older_than": "30d", "keep_names": "latest,stable"}
    foreseen = start("prune", "--check", **wanted)["Prune"]
    assert registry.tags(f"{org}/app")["v1"].get("end_ts") is None
    done = start("prune", **wanted)["Prune"]
    assert foreseen["counts"] == done["counts"]
    ends = {name: tag.get("end_ts") is not None for name, tag in registry.tags(f"{org}/app").items()}
    assert ends == {"v1": True, "v2": True, "latest": False, "new": False}
    assert not start("prune", **wanted)["Prune"]["changed"]
    refused = start("prune", fails=True, organization=org, older_than="30d")["Prune"]
    assert "The keep-list is empty" in refused["msg"]
