# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a host lacks to run a registry. Pure: compares the facts of quay_host_info with what is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.deployment.host_parsing import (
    image_architecture,
    is_ours,
)

Facts = Mapping[str, Any]

DEFAULTS: dict[str, Any] = {
    "podman_version": "4.6",
    "memory_mb": 0,
    "architectures": [],
    "disk": {},
    "names": [],
    "ports": [],
    "systemd": True,
    "cgroups": True,
    "check_mode_podman_missing_ok": False,
}
_GIB = 1 << 30
_MIB = 1 << 20
# The kernel keeps some of the memory for itself: a machine of 4 GB says that it has less.
_MEMORY_TOLERANCE = 0.9


def problems(host: Any, needs: Any) -> list[str]:
    """Return everything that is missing: what was found, what is needed, and what to do.

    Raises ValueError for a need that does not exist.
    """
    if not isinstance(host, Mapping) or not isinstance(needs, Mapping):
        raise ValueError("quay_preflight needs the facts of quay_host_info, and a dictionary of needs.")
    unknown = sorted(set(map(str, needs)) - set(DEFAULTS))
    if unknown:
        raise ValueError(f"quay_preflight knows {', '.join(DEFAULTS)}, not {', '.join(unknown)}.")
    wanted = {**DEFAULTS, **needs}
    return [
        *_system(host, wanted),
        *_podman(host, wanted),
        *_machine(host, wanted),
        *_disk(host, wanted["disk"]),
        *_names(host, wanted["names"]),
        *_ports(host, wanted["ports"]),
    ]


def _system(host: Facts, wanted: Facts) -> Iterator[str]:
    systemd = host.get("systemd") or {}
    if wanted["systemd"] and not systemd.get("running"):
        yield (
            "systemd does not run here. The registry is run by systemd units; use a host, a virtual machine, "
            "or a container that was started with /sbin/init."
        )
    if wanted["cgroups"] and host.get("cgroups") != 2:
        found = {1: f"version 1 ({host.get('cgroups_mode')})"}.get(host.get("cgroups") or 0, "none")
        yield (
            f"Control groups: found {found}, version 2 is needed. Boot with "
            "systemd.unified_cgroup_hierarchy=1 on the kernel's command line."
        )


def _podman(host: Facts, wanted: Facts) -> Iterator[str]:
    needed = str(wanted["podman_version"])
    podman = host.get("podman")
    if podman is None:
        if not wanted["check_mode_podman_missing_ok"]:
            yield f"podman is not installed, {needed} or newer is needed. Install the package podman."
        return
    if podman.get("error"):
        yield f"podman does not work: {podman['error']}. Run podman ps as root, and follow what it says."
    elif _numbers(podman.get("version") or "0") < _numbers(needed):
        yield (
            f"podman {podman.get('version') or 'of an unknown version'} is installed, {needed} or newer is "
            "needed for units made by Quadlet. Update podman, or take a newer release of the system."
        )


def _numbers(text: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in text.split(".")]


def _machine(host: Facts, wanted: Facts) -> Iterator[str]:
    architecture = str(host.get("architecture") or "unknown")
    allowed = [str(one) for one in wanted["architectures"]]
    if allowed and image_architecture(architecture) not in map(image_architecture, allowed):
        yield (
            f"The architecture is {architecture}, the images are for {', '.join(allowed)}. Use another host, "
            "or images for this architecture."
        )
    memory, needed = int(host.get("memory_bytes") or 0), float(wanted["memory_mb"] or 0)
    if memory < needed * _MIB * _MEMORY_TOLERANCE:
        yield (
            f"The memory is {memory // _MIB} MB, {needed:g} MB are needed. Give the host more, or lower "
            "quay_minimum_memory_mb if you know that it is enough."
        )


def _disk(host: Facts, disk: Mapping[str, Any]) -> Iterator[str]:
    """Compare by file system, since several paths can be on one."""
    paths = host.get("paths") or {}
    together: dict[Any, list[str]] = {}
    for path, needed in disk.items():
        if path not in paths:
            yield f"{path}: the space was not looked at. Name it in paths of quay_host_info."
        elif float(needed) > 0:
            together.setdefault(paths[path]["mount_device"], []).append(path)
    for group in together.values():
        free = int(paths[group[0]]["free_bytes"])
        needed_bytes = sum(float(disk[path]) for path in group) * _GIB
        if free < needed_bytes:
            verb = "are on one file system, which has" if len(group) > 1 else "has"
            yield (
                f"{' and '.join(group)} {verb} {free / _GIB:.1f} GB free, {needed_bytes / _GIB:g} GB are "
                "needed. Free or add space, or lower quay_minimum_disk_gb."
            )


def _names(host: Facts, names: Sequence[str]) -> Iterator[str]:
    resolved = host.get("names") or {}
    for name in names:
        if name not in resolved:
            yield f"{name}: whether it resolves was not looked at. Name it in names of quay_host_info."
        elif not resolved[name]:
            yield f"The name {name} does not resolve on the host. Add it to DNS, or to /etc/hosts."


def _ports(host: Facts, ports: Sequence[Any]) -> Iterator[str]:
    held = host.get("ports") or {}
    prefix = str(host.get("unit_prefix") or "quay")
    for port in map(str, ports):
        if port not in held:
            yield f"Port {port}: who uses it was not looked at. Name it in ports of quay_host_info."
        elif held[port] is not None and not _is_own(held[port], prefix):
            yield (
                f"Port {port} is in use by {_holder(held[port])}. Stop that, or set quay_http_port, "
                "quay_https_port or quay_swagger_port to a free port."
            )


def _is_own(holder: Facts, prefix: str) -> bool:
    container = str(holder.get("container") or "")
    unit = str(holder.get("unit") or "")
    unit = unit[: -len(".service")] if unit.endswith(".service") else unit
    return bool(is_ours(container, prefix) or is_ours(unit, prefix))


def _holder(holder: Facts) -> str:
    parts = []
    if holder.get("container"):
        parts.append(f"the container {holder['container']}")
    if holder.get("process"):
        parts.append(f"the process {holder['process']} ({holder.get('pid')})")
    if holder.get("unit"):
        parts.append(f"the unit {holder['unit']}")
    return ", ".join(parts) or "a process that cannot be seen"
