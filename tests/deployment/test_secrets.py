# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""No secret is anywhere but where it is needed. The messages name secrets and places, never a value."""

from __future__ import annotations

from pathlib import Path

from tests.deployment import secrets
from tests.deployment.deployment import Deployment
from tests.deployment.host import Host

Secrets = secrets.Secrets


def test_the_search_finds_what_is_there(deployment: Deployment, host: Host, known_secrets: Secrets) -> None:
    """A search that finds nothing anywhere proves nothing."""
    stored = Secrets({name: value for name, value in known_secrets.items() if name.startswith("secrets.yml")})
    names = set(stored)
    assert len(names) >= 4
    found = set(secrets.search(stored, host.output("cat", deployment.data_dir + "/secrets.yml")))
    assert found == names
    found = set(secrets.search(stored, host.output("cat", deployment.data_dir + "/config/config.yaml")))
    assert {name for name in names if name.endswith(("SECRET_KEY", "redis_password"))} <= found
    has_key = any(name.startswith("private key") for name in known_secrets)
    assert has_key is (deployment.tls != "external")


def test_ansible_did_not_print_them(deployment: Deployment, known_secrets: Secrets) -> None:
    log = Path(deployment.log).read_bytes()
    assert log.count(b"\nPLAY RECAP") >= 3
    found = secrets.search(known_secrets, log)
    assert found == []


def test_journal(host: Host, known_secrets: Secrets) -> None:
    """The whole of it, with all fields: command lines, environment, what the containers said."""
    journal = host.output("journalctl", "--no-pager", "--output", "export")
    for name in (b"CONTAINER_NAME=quay\n", b"_CMDLINE="):
        assert name in journal
    found = secrets.search(known_secrets, journal)
    assert found == []


def test_log_files(host: Host, known_secrets: Secrets) -> None:
    names = host.lines("find", "/var/log", "-type", "f", "-not", "-path", "*/journal/*")
    found = secrets.places(known_secrets, ((name, host.output("cat", name)) for name in names))
    assert found == []


def test_units(host: Host, known_secrets: Secrets) -> None:
    directories = ["/etc/containers", "/etc/systemd/system", "/run/systemd/generator"]
    names = host.lines("find", *directories, "-type", "f")
    assert any(name.endswith("quay.container") for name in names)
    found = secrets.places(known_secrets, ((name, host.output("cat", name)) for name in names))
    assert found == []


def test_systemd_tells_nobody(host: Host, known_secrets: Secrets) -> None:
    shown = host.output("systemctl", "show", "--all", "quay*.service")
    assert b"Id=quay.service" in shown
    found = secrets.search(known_secrets, shown)
    assert found == []


def test_podman_tells_nobody(host: Host, known_secrets: Secrets) -> None:
    for kind in ("container", "volume", "network"):
        names = host.lines("podman", kind, "ls", "--quiet", *(["--all"] if kind == "container" else []))
        shown = host.output("podman", kind, "inspect", *names) if names else b""
        found = secrets.search(known_secrets, shown)
        assert found == []
    names = host.lines("podman", "secret", "ls", "--quiet")
    shown = host.output("podman", "secret", "inspect", *names) if names else b""
    found = secrets.search(known_secrets, shown)
    assert found == []


def test_no_process_has_them_in_its_arguments(
    deployment: Deployment, host: Host, known_secrets: Secrets
) -> None:
    """Of those that run now, and of those that were seen since before anything was deployed."""
    now = host.output("sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '")
    seen = host.output("cat", deployment.processes)
    assert b"conmon" in now
    assert b"podman exec" in seen or b"podman run" in seen
    found = secrets.search(known_secrets, now)
    assert found == []
    found = secrets.search(known_secrets, seen)
    assert found == []


def test_nothing_is_left_in_temporary_directories(host: Host, known_secrets: Secrets) -> None:
    directories = ["/tmp", "/var/tmp", "/root", "/dev/shm"]
    names = host.lines("find", *directories, "-xdev", "-type", "f", "-size", "-1M")
    found = secrets.places(known_secrets, ((name, host.output("cat", name)) for name in names))
    assert found == []
