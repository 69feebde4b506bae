# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a host lacks."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.plugin_utils.preflight import problems

GB = 1 << 30
HOST: dict[str, Any] = {
    "unit_prefix": "quay",
    "architecture": "x86_64",
    "memory_bytes": 8 * GB,
    "systemd": {"running": True, "version": 257},
    "cgroups": 2,
    "cgroups_mode": "unified",
    "podman": {"path": "/usr/bin/podman", "version": "5.4.2", "version_list": [5, 4, 2], "error": None},
    "names": {"registry.example.com": ["192.0.2.1"], "db.example.com": []},
    "paths": {
        "/var/data/quay": {"free_bytes": 50 * GB, "mount_device": 1},
        "/var/lib/containers": {"free_bytes": 50 * GB, "mount_device": 1},
        "/srv": {"free_bytes": 5 * GB, "mount_device": 2},
    },
    "ports": {
        "80": None,
        "443": {"process": "conmon", "pid": 1, "unit": "quay.service", "container": "quay"},
        "8080": {"process": "nginx", "pid": 2, "unit": "nginx.service", "container": None},
        "8081": {"process": None, "pid": None, "unit": None, "container": "quay-swagger"},
        "8082": {"process": "conmon", "pid": 3, "unit": None, "container": "quayside"},
        "8083": {"process": None, "pid": None, "unit": None, "container": None},
        "8084": {"process": "pasta", "pid": 4, "unit": "quay-redis.service", "container": None},
    },
}


def host(**facts: Any) -> dict[str, Any]:
    return {**copy.deepcopy(HOST), **facts}


def podman(**facts: Any) -> dict[str, Any]:
    return host(podman={**HOST["podman"], **facts})


def test_a_host_that_will_do() -> None:
    needs = {
        "podman_version": "4.6",
        "memory_mb": 4096,
        "architectures": ["amd64", "arm64"],
        "disk": {"/var/data/quay": 20, "/var/lib/containers": 20, "/srv": 5},
        "names": ["registry.example.com"],
        "ports": [80, 443, "8081", 8084],
    }
    assert problems(HOST, needs) == []
    assert problems(HOST, {}) == []


@pytest.mark.parametrize(
    ("facts", "needs", "texts"),
    [
        (host(systemd={"running": False, "version": None}), {}, ["systemd does not run here"]),
        (host(systemd=None), {}, ["systemd does not run here"]),
        (host(systemd=None), {"systemd": False}, []),
        (host(cgroups=1, cgroups_mode="hybrid"), {}, ["found version 1 (hybrid), version 2 is needed"]),
        (host(cgroups=None, cgroups_mode=None), {}, ["found none, version 2 is needed"]),
        (host(cgroups=1), {"cgroups": False}, []),
        (host(podman=None), {}, ["podman is not installed, 4.6 or newer is needed"]),
        (host(podman=None), {"check_mode_podman_missing_ok": True}, []),
        (podman(version="4.3.1"), {}, ["podman 4.3.1 is installed, 4.6 or newer is needed"]),
        (podman(version="4.10.0"), {"podman_version": "4.9"}, []),
        (podman(version="4.6.0"), {"podman_version": 4.6}, []),
        (podman(version=None), {}, ["podman of an unknown version is installed"]),
        (podman(version="4.3.1", error="no storage"), {}, ["podman does not work: no storage."]),
        (
            HOST,
            {"architectures": ["arm64", "s390x"]},
            ["The architecture is x86_64, the images are for arm64, s390x"],
        ),
        (host(architecture="aarch64"), {"architectures": ["arm64"]}, []),
        (HOST, {"architectures": ["x86_64"]}, []),
        (host(memory_bytes=2 * GB), {"memory_mb": 4096}, ["The memory is 2048 MB, 4096 MB are needed"]),
        (host(memory_bytes=2 * GB), {"memory_mb": "4096"}, ["The memory is 2048 MB"]),
        # What a machine of 4 GB says that it has.
        (host(memory_bytes=3900 << 20), {"memory_mb": 4096}, []),
        (HOST, {"disk": {"/srv": 6}}, ["/srv has 5.0 GB free, 6 GB are needed"]),
        (HOST, {"disk": {"/srv": "0"}}, []),
        (
            HOST,
            {"disk": {"/var/data/quay": 30, "/var/lib/containers": 30}},
            ["/var/data/quay and /var/lib/containers are on one file system, which has 50.0 GB free, 60"],
        ),
        (HOST, {"disk": {"/no": 1}}, ["/no: the space was not looked at"]),
        (HOST, {"names": ["db.example.com"]}, ["The name db.example.com does not resolve on the host"]),
        (HOST, {"names": ["other"]}, ["other: whether it resolves was not looked at"]),
        (HOST, {"ports": [8080]}, ["Port 8080 is in use by the process nginx (2), the unit nginx.service"]),
        (HOST, {"ports": [8082]}, ["Port 8082 is in use by the container quayside, the process conmon (3)"]),
        (HOST, {"ports": [8083]}, ["Port 8083 is in use by a process that cannot be seen"]),
        (HOST, {"ports": [9999]}, ["Port 9999: who uses it was not looked at"]),
    ],
)
def test_what_is_missing(facts: Any, needs: Any, texts: list[str]) -> None:
    found = problems(facts, needs)
    assert len(found) == len(texts)
    for problem, text in zip(found, texts):
        assert problem.startswith(text) or text in problem
        assert problem.endswith(".")


def test_everything_at_once() -> None:
    needs = {
        "memory_mb": 1 << 20,
        "architectures": ["s390x"],
        "disk": {"/srv": 99},
        "names": ["x"],
        "ports": [8080],
    }
    assert len(problems(host(systemd=None, cgroups=1, podman=None), needs)) == 8


def test_needs_that_are_none() -> None:
    with pytest.raises(ValueError, match="not ram"):
        problems(HOST, {"ram": 1})
    with pytest.raises(ValueError, match="facts of quay_host_info"):
        problems(None, {})
