# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One look at a host: what is there, what runs, what is free. Changes nothing, and fails at nothing.

Other programs are asked at the same time, since each of podman's answers takes a while.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import socket
import stat
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

from . import commands, host_parsing
from .errors import DeploymentError

QUADLET_DIRECTORY = "etc/containers/systemd"
_PODMAN_SECONDS = 60
_SYSTEMD_SECONDS = 20
_NAME_SECONDS = 10
_SEARCHED = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


class Questions(NamedTuple):
    """What to look for. The options of the module that have these names explain each."""

    names: Sequence[str] = ()
    ports: Sequence[int] = ()
    paths: Sequence[str] = ()
    checksums: Sequence[str] = ()
    images: Sequence[str] = ()
    unit_prefix: str = "quay"
    network: str = "quay"


def look(questions: Questions, root: str = "/") -> dict[str, Any]:
    """Return the facts. ``root`` is where the host's /proc, /sys, /run and /etc are."""
    with ThreadPoolExecutor(max_workers=6) as pool:
        systemd = pool.submit(_systemd, root, questions.unit_prefix)
        names = pool.submit(resolve, questions.names, _NAME_SECONDS)
        podman = _ask_podman(pool, questions)
    return {
        "unit_prefix": questions.unit_prefix,
        **_machine(root),
        "names": names.result(),
        "paths": {path: about_path(path) for path in questions.paths},
        "checksums": {path: checksum(path) for path in questions.checksums},
        **systemd.result(),
        **podman,
        "ports": ports(root, questions.ports, podman["containers"]),
    }


def _machine(root: str) -> dict[str, Any]:
    machine = platform.machine()
    version, mode = host_parsing.cgroups(_read(root, "proc/self/mountinfo"))
    enforce = _read(root, "sys/fs/selinux/enforce").strip()
    selinux = {"0": "permissive", "1": "enforcing"}.get(enforce)
    return {
        "architecture": machine,
        "image_architecture": host_parsing.image_architecture(machine),
        "cpus": len(os.sched_getaffinity(0)),
        "memory_bytes": host_parsing.memory_bytes(_read(root, "proc/meminfo")),
        "cgroups": version,
        "cgroups_mode": mode,
        "selinux": {"enabled": selinux is not None, "mode": selinux},
    }


def _read(root: str, path: str) -> str:
    """Return the text of a file; nothing if it cannot be read."""
    try:
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _ask(*argv: str, seconds: float) -> commands.Outcome:
    """Run a program; one that cannot be run counts as one that failed."""
    try:
        return commands.run(argv, seconds)
    except DeploymentError as error:
        return commands.Outcome(-1, "", str(error))


# Names and paths


def resolve(names: Sequence[str], seconds: float) -> dict[str, list[str]]:
    """Return the addresses of each name, none for one that does not resolve within ``seconds``."""
    found: dict[str, list[str]] = {name: [] for name in names}

    def ask(name: str) -> None:
        try:
            answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found[name] = sorted({str(answer[4][0]) for answer in answers})

    # A name server that is silent must not hold up the end of the program.
    threads = [threading.Thread(target=ask, args=(name,), daemon=True) for name in found]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0))
    return dict(found)


def checksum(path: str) -> str | None:
    """Return the SHA-256 of a file in hexadecimal digits, None if there is no such file."""
    try:
        with open(path, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()
    except OSError:
        return None


def about_path(path: str) -> dict[str, Any]:
    """Return what is at a path, and the space of the file system on which it is or would be."""
    facts: dict[str, Any] = dict.fromkeys(("size", "empty", "uid", "gid", "mode"))
    facts.update(exists=False, is_dir=False)
    try:
        about = os.stat(path)
        facts.update(exists=True, is_dir=stat.S_ISDIR(about.st_mode), uid=about.st_uid, gid=about.st_gid)
        facts["mode"] = f"{stat.S_IMODE(about.st_mode):04o}"
        if facts["is_dir"]:
            with os.scandir(path) as entries:
                facts["empty"] = next(entries, None) is None
        else:
            facts["size"] = about.st_size
    except OSError:
        pass
    nearest = os.path.abspath(path)
    while not os.path.isdir(nearest):
        nearest = os.path.dirname(nearest)
    usage = shutil.disk_usage(nearest)
    return {
        **facts,
        "free_bytes": usage.free,
        "total_bytes": usage.total,
        "mount_device": os.stat(nearest).st_dev,
    }


# systemd


def _systemd(root: str, prefix: str) -> dict[str, Any]:
    running = os.path.isdir(os.path.join(root, "run/systemd/system"))
    version = host_parsing.systemd_version(_ask("systemctl", "--version", seconds=_SYSTEMD_SECONDS).output)
    about = {"running": running, "version": version}
    return {"systemd": about, "units": _units(root, prefix) if running else {}}


def _units(root: str, prefix: str) -> dict[str, dict[str, Any]]:
    options = ("--all", "--plain", "--no-legend", "--no-pager")
    listing = _ask("systemctl", "list-units", *options, f"{prefix}*", seconds=_SYSTEMD_SECONDS)
    try:
        files = os.listdir(os.path.join(root, QUADLET_DIRECTORY))
    except OSError:
        files = []
    made = [host_parsing.unit_of_file(name, prefix) for name in files]
    names = sorted({*(name for name in made if name), *host_parsing.listed_units(listing.output, prefix)})
    if not names:
        return {}
    properties = f"--property={','.join(host_parsing.UNIT_PROPERTIES)}"
    return host_parsing.units(_ask("systemctl", "show", properties, *names, seconds=_SYSTEMD_SECONDS).output)


# Podman


def _ask_podman(pool: ThreadPoolExecutor, questions: Questions) -> dict[str, Any]:
    path = shutil.which("podman", path=f"{os.environ.get('PATH', '')}:{_SEARCHED}")
    if path is None:
        images: dict[str, Any] = dict.fromkeys(questions.images)
        return {"podman": None, "containers": {}, "images": images, "secrets": [], "network": None}

    def ask(*arguments: str) -> Future[commands.Outcome]:
        return pool.submit(_ask, path, *arguments, seconds=_PODMAN_SECONDS)

    version = ask("--version")
    listing = ask("ps", "--all", "--no-trunc", "--format", "json")
    secrets = ask("secret", "ls", "--format", "{{.Name}}")
    network = ask("network", "inspect", questions.network)
    images = _images(ask, questions.images)
    found = host_parsing.version(version.result().output)
    failed = next((one.errors.strip() for one in (version.result(), listing.result()) if one.code), None)
    return {
        "podman": {
            "path": path,
            "version": found[0] if found else None,
            "version_list": found[1] if found else [],
            "error": failed,
        },
        "containers": host_parsing.containers(listing.result().output),
        "images": images,
        "secrets": sorted(secrets.result().output.split()),
        "network": host_parsing.network(network.result().output),
    }


def _images(ask: Any, references: Sequence[str]) -> dict[str, Any]:
    """Return what is known of each image, None for one that is not there.

    All are asked for at once. If one is missing the answer does not say which, and each is asked for alone.
    """
    wanted = list(dict.fromkeys(references))
    if not wanted:
        return {}
    together = ask("image", "inspect", *wanted).result()
    listed = host_parsing.json_list(together.output)
    if together.code == 0 and len(listed) == len(wanted):
        return {name: host_parsing.image(about) for name, about in zip(wanted, listed)}
    if not listed:
        return dict.fromkeys(wanted)
    alone = {name: ask("image", "inspect", name) for name in wanted}
    answers = {name: host_parsing.json_list(answer.result().output) for name, answer in alone.items()}
    return {name: host_parsing.image(found[0]) if found else None for name, found in answers.items()}


# Ports


def ports(
    root: str, wanted: Sequence[int], containers: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any] | None]:
    """Return by whom each port is held, None for one that is free.

    What podman publishes counts as the container's although another process may hold the socket.
    """
    held: dict[int, set[str]] = {}
    for table in ("proc/net/tcp", "proc/net/tcp6"):
        for port, inodes in host_parsing.listeners(_read(root, table)).items():
            held.setdefault(port, set()).update(inodes)
    published = {
        port: name for name, one in containers.items() if one["state"] == "running" for port in one["ports"]
    }
    sought = {inode for port in wanted for inode in held.get(port, ())}
    holders = _processes(root, sought) if sought else {}
    names = {str(one["id"]): name for name, one in containers.items()}
    return {
        str(port): _holder(root, held.get(port, set()), holders, names, published.get(port))
        for port in wanted
    }


def _holder(
    root: str,
    inodes: set[str],
    holders: Mapping[str, int],
    names: Mapping[str, str],
    published: str | None,
) -> dict[str, Any] | None:
    if not inodes and published is None:
        return None
    pid = next((holders[inode] for inode in sorted(inodes) if inode in holders), None)
    if pid is None:
        return {"process": None, "pid": None, "unit": None, "container": published}
    container, unit = host_parsing.owner_of_process(_read(root, f"proc/{pid}/cgroup"))
    return {
        "process": _read(root, f"proc/{pid}/comm").strip() or None,
        "pid": pid,
        "unit": unit,
        "container": published or names.get(container or ""),
    }


def _processes(root: str, inodes: set[str]) -> dict[str, int]:
    """Return which process holds each of the sockets; the first of several."""
    found: dict[str, int] = {}
    directory = os.path.join(root, "proc")
    for pid in sorted((name for name in os.listdir(directory) if name.isdigit()), key=int):
        try:
            descriptors = os.listdir(os.path.join(directory, pid, "fd"))
        except OSError:
            continue
        for descriptor in descriptors:
            try:
                target = os.readlink(os.path.join(directory, pid, "fd", descriptor))
            except OSError:
                continue
            inode = target[len("socket:[") : -1] if target.startswith("socket:[") else ""
            if inode in inodes:
                found.setdefault(inode, int(pid))
    return found
