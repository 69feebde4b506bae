# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the kernel, systemd and podman answer, made into facts. Pure, and forgiving: releases differ."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .masking import is_sensitive

# Of an image's environment only what tells a release; the rest can hold anything.
_VERSION_VARIABLES = re.compile(r"(?:[A-Z0-9]+_)*(?:VERSION|MAJOR)|PGDATA")
_CONTAINER = re.compile(r"libpod(?:-payload|-conmon)?-([0-9a-f]{64})")
_SERVICE = re.compile(r"/([^/]+\.service)(?=/|$)")
_HEALTH = re.compile(r"\((healthy|unhealthy|starting)\)")
_LISTEN = "0A"

_IMAGE_ARCHITECTURES = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "armv7l": "arm",
    "i686": "386",
    "riscv64": "riscv64",
}
# Which unit Quadlet makes of a file: its ending, and what the unit's name ends with.
_QUADLET = {
    ".build": "-build.service",
    ".container": ".service",
    ".image": "-image.service",
    ".kube": ".service",
    ".network": "-network.service",
    ".pod": "-pod.service",
    ".volume": "-volume.service",
}
_UNIT_PROPERTIES = {
    "active_state": "ActiveState",
    "sub_state": "SubState",
    "load_state": "LoadState",
    "unit_file_state": "UnitFileState",
    "result": "Result",
}
UNIT_PROPERTIES = ("Id", "NeedDaemonReload", "NRestarts", *_UNIT_PROPERTIES.values())


def image_architecture(machine: str) -> str:
    """Return what images call the architecture of a machine, such as amd64 for x86_64."""
    return _IMAGE_ARCHITECTURES.get(machine, machine)


def memory_bytes(meminfo: str) -> int:
    """Return the machine's memory in bytes, of /proc/meminfo; 0 if it does not say."""
    found = re.search(r"^MemTotal:\s+(\d+) kB", meminfo, re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0


def cgroups(mountinfo: str) -> tuple[int | None, str | None]:
    """Return version and mode of the control groups, of /proc/self/mountinfo."""
    kinds: dict[str, str] = {}
    for line in mountinfo.splitlines():
        front, _dash, back = line.partition(" - ")
        words = front.split()
        if len(words) > 4 and back:
            # What is mounted later covers what was there.
            kinds[words[4]] = back.split()[0]
    root = kinds.get("/sys/fs/cgroup")
    if root == "cgroup2":
        return 2, "unified"
    if any(kind == "cgroup" for kind in kinds.values()):
        return 1, "hybrid" if "cgroup2" in kinds.values() else "legacy"
    return None, None


def listeners(table: str) -> dict[int, set[str]]:
    """Return the ports on which somebody listens with the sockets' inodes, of /proc/net/tcp or tcp6."""
    found: dict[int, set[str]] = {}
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 9 and fields[3] == _LISTEN:
            port = int(fields[1].rpartition(":")[2], 16)
            found.setdefault(port, set()).add(fields[9])
    return found


def owner_of_process(cgroup: str) -> tuple[str | None, str | None]:
    """Return the container's id and the unit to which a process belongs, of /proc/PID/cgroup."""
    # The innermost counts: one is inside of the other, and this host may itself be a container.
    container, service = _CONTAINER.findall(cgroup), _SERVICE.findall(cgroup)
    return (container[-1] if container else None), (service[-1] if service else None)


def version(text: str) -> tuple[str, list[int]] | None:
    """Return the first version number in a text as it stands and as numbers; None if there is none."""
    found = re.search(r"\d+(?:\.\d+)+", text)
    return (found.group(), [int(part) for part in found.group().split(".")]) if found else None


def systemd_version(text: str) -> int | None:
    """Return the version of systemd, of what systemctl --version prints."""
    found = re.match(r"systemd (\d+)", text)
    return int(found.group(1)) if found else None


# Units


def unit_of_file(name: str, prefix: str) -> str | None:
    """Return the unit that Quadlet makes of a file; None if it is not one of ours."""
    stem, dot, ending = name.rpartition(".")
    after = _QUADLET.get(f"{dot}{ending}")
    return f"{stem}{after}" if after is not None and is_ours(stem, prefix) else None


def is_ours(name: str, prefix: str) -> bool:
    """Tell by its name whether a container or unit belongs to this deployment."""
    return name == prefix or name.startswith(f"{prefix}-")


def listed_units(text: str, prefix: str) -> list[str]:
    """Return our services among what systemctl list-units prints."""
    names = [line.split()[0] for line in text.splitlines() if line.strip()]
    return [name for name in names if name.endswith(".service") and is_ours(name[: -len(".service")], prefix)]


def units(text: str) -> dict[str, dict[str, Any]]:
    """Return the units that systemctl show describes, each a block of lines NAME=value."""
    found = {}
    for block in text.strip().split("\n\n"):
        values = dict(line.partition("=")[::2] for line in block.splitlines())
        if values.get("Id"):
            restarts = values.get("NRestarts", "")
            found[values["Id"]] = {
                **{name: values.get(key, "") for name, key in _UNIT_PROPERTIES.items()},
                "need_daemon_reload": values.get("NeedDaemonReload") == "yes",
                "restarts": int(restarts) if restarts.isdigit() else 0,
            }
    return found


# Podman


def json_list(text: str) -> list[Mapping[str, Any]]:
    """Return the mappings of a JSON list; an empty list for anything else, such as null."""
    try:
        data = json.loads(text or "null")
    except ValueError:
        return []
    return [one for one in data if isinstance(one, Mapping)] if isinstance(data, list) else []


def containers(text: str) -> dict[str, dict[str, Any]]:
    """Return the containers by name, of podman ps --all --format json. Each has its id as ``id``."""
    found = {}
    for one in json_list(text):
        names = one.get("Names") or []
        names = [names] if isinstance(names, str) else names
        health = _HEALTH.search(str(one.get("Status") or ""))
        about = {
            "id": str(one.get("Id") or one.get("ID") or ""),
            "image": str(one.get("Image") or ""),
            "image_id": str(one.get("ImageID") or ""),
            "labels": _labels(one.get("Labels")),
            "state": str(one.get("State") or "").lower(),
            "health": health.group(1) if health else None,
            "created": one.get("Created"),
            "ports": sorted(_published(one.get("Ports") or [])),
        }
        found.update({str(name): about for name in names})
    return found


def _published(mappings: Iterable[Any]) -> set[int]:
    """Return the host's ports of a container; a mapping can stand for a range of them."""
    ports: set[int] = set()
    for one in mappings:
        if isinstance(one, Mapping):
            first = one.get("host_port", one.get("hostPort")) or 0
            if first and str(one.get("protocol") or "tcp") == "tcp":
                ports.update(range(int(first), int(first) + max(int(one.get("range") or 1), 1)))
    return ports


def image(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what matters of an image, of one element of podman image inspect."""
    config = about.get("Config") or {}
    pairs = [str(one).partition("=")[::2] for one in config.get("Env") or []]
    return {
        "id": str(about.get("Id") or ""),
        "digest": str(about.get("Digest") or ""),
        "labels": _labels(config.get("Labels") or about.get("Labels")),
        "env": {name: value for name, value in pairs if _VERSION_VARIABLES.fullmatch(name)},
        "architecture": str(about.get("Architecture") or ""),
        "created": str(about.get("Created") or ""),
        "size": about.get("Size"),
    }


def _labels(labels: Any) -> dict[str, str]:
    if not isinstance(labels, Mapping):
        return {}
    return {str(name): str(value) for name, value in sorted(labels.items()) if not is_sensitive(name)}


def network(text: str) -> dict[str, Any] | None:
    """Return the first network that podman network inspect describes; None if there is none."""
    for one in json_list(text):
        options = one.get("options") or {}
        mtu = str(options.get("mtu") or options.get("com.docker.network.driver.mtu") or "")
        return {
            "name": str(one.get("name") or ""),
            "driver": str(one.get("driver") or ""),
            "dns_enabled": bool(one.get("dns_enabled")),
            "subnets": [str(each.get("subnet")) for each in one.get("subnets") or [] if each.get("subnet")],
            "mtu": int(mtu) if mtu.isdigit() else None,
        }
    return None
