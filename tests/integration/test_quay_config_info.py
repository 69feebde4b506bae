# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a registry tells about itself: quay_config_info and quay_capabilities_info."""

from __future__ import annotations

import pytest

from .conftest import StartSimulator
from .support.playbook import Playbook, task
from .support.registry import Registry


def test_what_the_registry_tells(play: Playbook, registry: Registry) -> None:
    run = play(
        {
            "config": task("quay_config_info"),
            "check": task("quay_config_info", check=True),
            "capabilities": task("quay_capabilities_info"),
        }
    )
    config = run["config"]["config"]
    assert registry.admin in config["SUPER_USERS"]
    assert run["check"]["config"] == config
    assert not run["config"]["changed"] and "env" not in run["config"]
    assert "amd64" in run["capabilities"]["capabilities"]["mirror_architectures"]


def test_who_is_no_superuser_is_told_so(play: Playbook, registry: Registry) -> None:
    token = registry.new_token(registry.new_user())
    run = play({"config": task("quay_config_info", fails=True, quay_token=token)})
    assert "super:user" in run.message("config") or "superuser" in run.message("config")


@pytest.mark.simulator_only
def test_a_registry_that_does_not_tell_names_the_flag(tmp_path, start_simulator: StartSimulator) -> None:
    registry = start_simulator("--feature", "SUPERUSER_CONFIGDUMP=false")
    run = Playbook(registry, tmp_path)({"config": task("quay_config_info", fails=True)})
    assert "FEATURE_SUPERUSER_CONFIGDUMP" in run.message("config")


@pytest.mark.simulator_only
def test_an_older_registry_names_the_version(tmp_path, start_simulator: StartSimulator) -> None:
    registry = start_simulator("--version", "3.14.0")
    run = Playbook(registry, tmp_path)({"capabilities": task("quay_capabilities_info", fails=True)})
    assert "3.17" in run.message("capabilities")
