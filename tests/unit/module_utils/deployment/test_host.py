# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The look at a host: what the answers mean, and how they are asked for."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Optional

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.deployment import host, host_parsing
from ansible_collections.quayops.quay.plugins.modules import quay_host_info

from . import recorded
from .running import Runner

# What the answers mean


@pytest.mark.parametrize(
    ("mounts", "expected"),
    [
        (recorded.UNIFIED, (2, "unified")),
        (recorded.HYBRID, (1, "hybrid")),
        (recorded.LEGACY, (1, "legacy")),
        # A second mount covers the first, as in a namespace of its own.
        (recorded.HYBRID + recorded.UNIFIED, (2, "unified")),
        ("", (None, None)),
    ],
)
def test_control_groups(mounts: str, expected: Any) -> None:
    assert host_parsing.cgroups(mounts) == expected


def test_memory() -> None:
    assert host_parsing.memory_bytes("MemTotal:       24684084 kB\nMemFree: 1 kB\n") == 24684084 * 1024
    assert host_parsing.memory_bytes("") == 0


def test_who_listens() -> None:
    assert host_parsing.listeners(recorded.TCP) == {8099: {"1617094"}, 53: {"1616368"}, 6379: {"1616293"}}
    assert host_parsing.listeners(recorded.TCP6) == {80: {"42"}}
    assert host_parsing.listeners("") == {}


@pytest.mark.parametrize(
    ("cgroup", "container", "unit"),
    [
        (f"0::/system.slice/quay.service/libpod-payload-{recorded.ID}\n", recorded.ID, "quay.service"),
        (f"0::/machine.slice/libpod-conmon-{recorded.ID}.scope\n", recorded.ID, None),
        (
            f"0::/machine.slice/libpod-{'a' * 64}.scope/system.slice/quay.service/runtime\n",
            "a" * 64,
            "quay.service",
        ),
        ("0::/user.slice/user-0.slice/user@0.service/app.slice/web.service\n", None, "web.service"),
        ("0::/system.slice/nginx.service\n", None, "nginx.service"),
        ("0::/\n", None, None),
    ],
)
def test_whose_process(cgroup: str, container: Optional[str], unit: Optional[str]) -> None:
    assert host_parsing.owner_of_process(cgroup) == (container, unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("podman version 5.4.2\n", ("5.4.2", [5, 4, 2])),
        ("podman version 5.8.0-rc1\n", ("5.8.0", [5, 8, 0])),
        ("nothing", None),
    ],
)
def test_versions(text: str, expected: Any) -> None:
    assert host_parsing.version(text) == expected


def test_version_of_systemd() -> None:
    assert host_parsing.systemd_version("systemd 257 (257.9-1~deb13u1)\n+PAM\n") == 257
    assert host_parsing.systemd_version("") is None


@pytest.mark.parametrize(
    ("file", "unit"),
    [
        ("quay.container", "quay.service"),
        ("quay-redis.container", "quay-redis.service"),
        ("quay.network", "quay-network.service"),
        ("quay-data.volume", "quay-data-volume.service"),
        ("quayside.container", None),
        ("quay.conf", None),
        ("quay", None),
    ],
)
def test_units_of_files(file: str, unit: Optional[str]) -> None:
    assert host_parsing.unit_of_file(file, "quay") == unit


def test_units() -> None:
    assert host_parsing.listed_units(recorded.LIST_UNITS, "quay") == ["quay-redis.service", "quay.service"]
    units = host_parsing.units(recorded.SHOW)
    assert units["quay-redis.service"] == {
        "active_state": "active",
        "sub_state": "running",
        "load_state": "loaded",
        "unit_file_state": "generated",
        "result": "success",
        "need_daemon_reload": False,
        "restarts": 2,
    }
    assert units["quay.service"]["need_daemon_reload"] is True
    assert (units["quay.service"]["active_state"], units["quay.service"]["restarts"]) == ("failed", 0)


def test_containers() -> None:
    found = host_parsing.containers(recorded.PS)
    assert found["quay-redis"] == {
        "id": recorded.ID,
        "image": "localhost/quayops/redis:7",
        "image_id": "23c27f819d582d43a25dd0ed71e157f4801c514e5c002e1a072d9cd8d31377f6",
        "labels": {"PODMAN_SYSTEMD_UNIT": "quay-redis.service", "io.buildah.version": "1.28.2"},
        "state": "running",
        "health": "healthy",
        "created": 1795507187,
        "ports": [6379],
    }
    # A mapping can be of several ports; others than TCP do not count.
    assert (found["web"]["ports"], found["web"]["health"]) == ([8080, 8081, 8082], None)
    for text in ("", "null", "[]", "no json", "{}"):
        assert host_parsing.containers(text) == {}


def test_images_tell_nothing_secret() -> None:
    about = host_parsing.image(json.loads(recorded.IMAGE)[0])
    assert about["env"] == {"QUAY_VERSION": "3.17.1", "POSTGRESQL_VERSION": "15"}
    assert about["labels"] == {"version": "3.17.1"}
    assert about["digest"].startswith("sha256:9db4c169")
    assert host_parsing.image({})["env"] == {}


def test_networks() -> None:
    assert host_parsing.network(recorded.NETWORK) == {
        "name": "quay",
        "driver": "bridge",
        "dns_enabled": True,
        "subnets": ["10.78.0.0/24"],
        "mtu": 1400,
    }
    assert host_parsing.network("[]") is None


# How they are asked for


PODMAN = """#!/bin/sh
echo "$*" >> "$RECORDED/asked"
case "$*" in
--version) echo 'podman version 5.4.2' ;;
ps*) cat "$RECORDED/ps" ;;
'secret ls'*) printf 'quay-b\\nquay-a\\n' ;;
'network inspect quay') cat "$RECORDED/network" ;;
'image inspect there') cat "$RECORDED/image" ;;
'image inspect there missing') cat "$RECORDED/image"; echo no such image >&2; exit 125 ;;
*) echo '[]'; echo "no such object: $*" >&2; exit 125 ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
echo "systemctl $*" >> "$RECORDED/asked"
case "$1" in
--version) echo 'systemd 257 (257.9)' ;;
list-units) cat "$RECORDED/list" ;;
show) cat "$RECORDED/show" ;;
esac
"""


class Machine:
    """A root directory and programs, as far as the module looks at them."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self._programs = root / "programs"
        self._programs.mkdir()
        for name, text in {
            "ps": recorded.PS,
            "network": recorded.NETWORK,
            "image": recorded.IMAGE,
            "list": recorded.LIST_UNITS,
            "show": recorded.SHOW,
        }.items():
            (root / name).write_text(text, encoding="utf-8")
        self.file("proc/self/mountinfo", recorded.UNIFIED)
        self.file("proc/meminfo", "MemTotal: 1024 kB\n")
        self.file("proc/net/tcp", recorded.TCP)
        self.file("proc/net/tcp6", recorded.TCP6)
        monkeypatch.setenv("RECORDED", str(root))
        monkeypatch.setenv("PATH", f"{self._programs}:/usr/bin:/bin")
        monkeypatch.setattr(host, "_SEARCHED", "")

    def file(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def program(self, name: str, text: str) -> None:
        path = self._programs / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def process(self, pid: int, name: str, cgroup: str, inode: int) -> None:
        self.file(f"proc/{pid}/comm", f"{name}\n")
        self.file(f"proc/{pid}/cgroup", cgroup)
        (self.root / f"proc/{pid}/fd").mkdir()
        (self.root / f"proc/{pid}/fd/3").symlink_to(f"socket:[{inode}]")
        (self.root / f"proc/{pid}/fd/4").symlink_to("/dev/null")

    def look(self, **questions: Any) -> dict[str, Any]:
        return host.look(host.Questions(**questions), str(self.root))

    def asked(self) -> list[str]:
        return (self.root / "asked").read_text(encoding="utf-8").splitlines()


@pytest.fixture(name="machine")
def fixture_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path, monkeypatch)
    machine.program("podman", PODMAN)
    machine.program("systemctl", SYSTEMCTL)
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    return machine


def test_a_deployed_host(machine: Machine) -> None:
    machine.file("etc/containers/systemd/quay.container", "")
    machine.file("sys/fs/selinux/enforce", "1")
    found = machine.look(images=["there"])
    assert found["systemd"] == {"running": True, "version": 257}
    assert (found["cgroups"], found["memory_bytes"]) == (2, 1024 * 1024)
    assert found["selinux"] == {"enabled": True, "mode": "enforcing"}
    assert found["podman"]["version_list"] == [5, 4, 2]
    assert found["podman"]["error"] is None
    assert found["secrets"] == ["quay-a", "quay-b"]
    assert found["network"]["mtu"] == 1400
    assert sorted(found["units"]) == ["quay-redis.service", "quay.service"]
    assert found["images"]["there"]["env"]["QUAY_VERSION"] == "3.17.1"
    assert "planted" not in str(found)
    # Each call costs: one for all images that are there.
    assert len([line for line in machine.asked() if line.startswith("image")]) == 1


def test_an_image_that_is_missing(machine: Machine) -> None:
    found = machine.look(images=["there", "missing", "there"])["images"]
    assert list(found) == ["there", "missing"]
    assert found["there"]["architecture"] == "amd64"
    assert found["missing"] is None
    assert machine.look(images=["missing"])["images"] == {"missing": None}


def test_an_empty_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(host, "_SEARCHED", "")
    (tmp_path / "proc").mkdir()
    found = host.look(host.Questions(images=["there"], ports=[443]), str(tmp_path))
    assert found["systemd"] == {"running": False, "version": None}
    assert (found["podman"], found["network"]) == (None, None)
    assert (found["containers"], found["units"], found["secrets"]) == ({}, {}, [])
    assert (found["images"], found["ports"]) == ({"there": None}, {"443": None})
    assert (found["cgroups"], found["cgroups_mode"], found["memory_bytes"]) == (None, None, 0)
    assert found["selinux"] == {"enabled": False, "mode": None}


def test_podman_that_does_not_work(machine: Machine) -> None:
    machine.program("podman", "#!/bin/sh\necho no storage >&2\nexit 125\n")
    found = machine.look(images=["there"])
    assert found["podman"]["error"] == "no storage"
    assert (found["podman"]["version"], found["podman"]["version_list"]) == (None, [])
    assert (found["containers"], found["images"]) == ({}, {"there": None})


def test_ports(machine: Machine) -> None:
    machine.process(152, "conmon", "0::/system.slice/quay-redis.service/runtime\n", 1616293)
    machine.process(9, "python3", "0::/\n", 1617094)
    machine.process(77, "nginx", f"0::/machine.slice/libpod-{recorded.ID}.scope\n", 42)
    assert machine.look(ports=[6379, 8099, 80, 53, 443, 8080])["ports"] == {
        "6379": {"process": "conmon", "pid": 152, "unit": "quay-redis.service", "container": "quay-redis"},
        "8099": {"process": "python3", "pid": 9, "unit": None, "container": None},
        # Of a container that shares the host's network only the control group tells.
        "80": {"process": "nginx", "pid": 77, "unit": None, "container": "quay-redis"},
        # Whose process cannot be seen.
        "53": {"process": None, "pid": None, "unit": None, "container": None},
        "443": None,
        # Published by a container that has ended.
        "8080": None,
    }


def test_a_port_that_is_published_without_a_socket(machine: Machine) -> None:
    machine.file("proc/net/tcp", "")
    assert machine.look(ports=[6379])["ports"]["6379"] == {
        "process": None,
        "pid": None,
        "unit": None,
        "container": "quay-redis",
    }


def test_paths(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)
    (tmp_path / "file").write_text("12345", encoding="utf-8")
    directory = host.about_path(str(tmp_path))
    assert (directory["exists"], directory["is_dir"], directory["empty"]) == (True, True, False)
    assert directory["free_bytes"] > 0
    empty = host.about_path(str(tmp_path / "empty"))
    assert (empty["empty"], empty["mode"], empty["uid"]) == (True, "0700", os.getuid())
    file = host.about_path(str(tmp_path / "file"))
    assert (file["is_dir"], file["size"], file["empty"]) == (False, 5, None)
    missing = host.about_path(str(tmp_path / "no" / "such" / "path"))
    assert (missing["exists"], missing["mode"], missing["size"]) == (False, None, None)
    assert missing["mount_device"] == directory["mount_device"]
    assert missing["total_bytes"] == directory["total_bytes"]


def test_checksum(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("12345", encoding="utf-8")
    assert host.checksum(str(tmp_path / "file")) == hashlib.sha256(b"12345").hexdigest()
    assert host.checksum(str(tmp_path)) is None
    assert host.checksum(str(tmp_path / "missing")) is None


def test_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(name: str, *_args: Any, **_kwargs: Any) -> list[Any]:
        if name == "slow":
            time.sleep(30)
        if name == "missing":
            raise socket.gaierror("no")
        return [
            (0, 0, 0, "", ("192.0.2.2", 0)),
            (0, 0, 0, "", ("192.0.2.1", 0)),
            (0, 0, 0, "", ("192.0.2.2", 0)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    started = time.monotonic()
    found = host.resolve(["there", "slow", "missing"], 0.2)
    assert found == {"there": ["192.0.2.1", "192.0.2.2"], "slow": [], "missing": []}
    assert time.monotonic() - started < 5


def test_a_real_socket_is_found() -> None:
    listening = "import socket, time; s = socket.create_server(('127.0.0.1', 0))"
    script = f"{listening}; print(s.getsockname()[1], flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        holder = host.ports("/", [port], {})[str(port)]
        assert holder is not None
        assert holder["pid"] == process.pid
    finally:
        process.kill()
        process.communicate()


# The module


@pytest.mark.skipif(os.geteuid() != 0, reason="the module looks at root's containers")
def test_the_module(run: Runner, machine: Machine) -> None:
    result = run(quay_host_info.main, names=["localhost"], paths=[str(machine.root)], unit_prefix="none")
    assert result["changed"] is False
    assert result["host"]["podman"]["version"] == "5.4.2"
    assert result["host"]["names"]["localhost"]
    assert result["host"]["paths"][str(machine.root)]["exists"]


def test_the_module_wants_root(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "set become: true" in run(quay_host_info.main, True)["msg"]
