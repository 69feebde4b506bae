# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""With what rights the containers run, and who keeps them running."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.deployment.deployment import Deployment
from tests.deployment.host import Host

HEALTH_CHECK = re.compile(r"[0-9a-f]{64}-")


@pytest.fixture(scope="module")
def inspected(host: Host, deployment: Deployment) -> dict[str, Any]:
    names = host.lines("podman", "ps", "--all", "--format", "{{.Names}}")
    return {entry["Name"]: entry for entry in host.json("podman", "inspect", *names)} if names else {}


def unit(host: Host, name: str) -> dict[str, str]:
    lines = host.lines("systemctl", "show", name + ".service")
    return dict(line.split("=", 1) for line in lines if "=" in line)


def test_there_are_no_others(inspected: dict[str, Any], deployment: Deployment) -> None:
    assert set(inspected) == deployment.on_host()


def test_runs_without_rights(inspected: dict[str, Any], container: str) -> None:
    settings = inspected[container]["HostConfig"]
    assert settings["Privileged"] is False
    assert settings["CapAdd"] in ([], None)
    assert not inspected[container]["EffectiveCaps"]
    assert not inspected[container]["BoundingCaps"]
    assert "no-new-privileges" in settings["SecurityOpt"]
    assert settings["NetworkMode"] == "bridge"
    assert settings["PidMode"] != "host" and settings["IpcMode"] != "host"


def test_is_not_root(host: Host, inspected: dict[str, Any], container: str) -> None:
    status = host.read("/proc/%s/status" % inspected[container]["State"]["Pid"])
    fields = dict(line.split(":", 1) for line in status.splitlines())
    assert "0" not in fields["Uid"].split()
    assert int(fields["CapEff"], 16) == 0 and int(fields["CapBnd"], 16) == 0
    assert fields["NoNewPrivs"].strip() == "1"


def test_systemd_keeps_it_running(host: Host, inspected: dict[str, Any], container: str) -> None:
    described = unit(host, container)
    assert (described["ActiveState"], described["SubState"]) == ("active", "running")
    assert described["Restart"] == "always"
    assert described["TimeoutStartUSec"] == "infinity"
    assert described["NeedDaemonReload"] == "no"
    # Not podman as well: two that restart get in each other's way.
    assert inspected[container]["HostConfig"]["RestartPolicy"]["Name"] in ("", "no")


def test_it_starts_with_the_host(host: Host, container: str) -> None:
    wants = host.run("systemctl", "list-dependencies", "--plain", "multi-user.target")
    assert container + ".service" in wants.split()


def test_it_logs_to_the_journal(host: Host, inspected: dict[str, Any], container: str) -> None:
    assert inspected[container]["HostConfig"]["LogConfig"]["Type"] == "journald"
    assert host.run("journalctl", "--no-pager", "--lines", "1", "CONTAINER_NAME=" + container)


def test_configuration_is_read_only(inspected: dict[str, Any], deployment: Deployment) -> None:
    mounts = {
        entry["Source"]: entry["RW"] for entry in inspected["quay"]["Mounts"] if entry["Type"] == "bind"
    }
    assert mounts[deployment.data_dir + "/config"] is False


def test_health_is_watched(inspected: dict[str, Any]) -> None:
    assert inspected["quay"]["Config"]["Healthcheck"]["Test"]


@pytest.mark.component("quay-postgresql")
def test_postgresql_is_watched(inspected: dict[str, Any]) -> None:
    assert inspected["quay-postgresql"]["State"]["Health"]["Status"] == "healthy"


def test_no_service_has_failed(host: Host) -> None:
    failed = host.lines("systemctl", "list-units", "--failed", "--no-legend", "--plain")
    # podman runs each health check as a service, and one that came too early stays in the list as failed.
    assert [line for line in failed if not HEALTH_CHECK.match(line)] == []


def test_version(host: Host, deployment: Deployment, inspected: dict[str, Any]) -> None:
    assert "QUAY_VERSION=" + deployment.version in inspected["quay"]["Config"]["Env"]
