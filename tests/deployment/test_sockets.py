# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What can be reached from elsewhere: the registry or a proxy in front of it, and nothing else."""

from __future__ import annotations

import ipaddress
import socket

from tests.deployment.deployment import Deployment
from tests.deployment.host import Host

# PostgreSQL, Redis, Clair's API and introspection, Quay's own ports and metrics, Swagger UI.
INNER_PORTS = (5432, 6379, 6060, 8089, 8080, 8443, 7443, 9091, 55443, 8081)
DNS = 53


def listening(host: Host) -> set[tuple[str, int]]:
    """Address and port of each socket that waits for TCP connections or UDP packets."""
    found = set()
    for line in host.lines("ss", "--no-header", "--listening", "--tcp", "--udp", "--numeric"):
        address, _, port = line.split()[4].rpartition(":")
        found.add((address.strip("[]").split("%")[0], int(port)))
    return found


def networks(host: Host) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Of the containers: podman's name server listens there."""
    entries = [
        entry for name in host.lines("podman", "network", "ls", "--quiet") for entry in _subnets(host, name)
    ]
    return [ipaddress.ip_network(entry) for entry in entries]


def _subnets(host: Host, name: str) -> list[str]:
    described = host.json("podman", "network", "inspect", name)
    return [subnet["subnet"] for subnet in described[0].get("subnets", [])]


def is_reachable(deployment: Deployment, port: int) -> bool:
    try:
        socket.create_connection((deployment.address, port), 5).close()
    except OSError:
        return False
    return True


def test_host_listens_for_the_registry_only(deployment: Deployment, host: Host) -> None:
    inner = networks(host)
    seen = set()
    for address, port in listening(host):
        if address not in ("*", "0.0.0.0", "::"):
            place = ipaddress.ip_address(address)
            if place.is_loopback or (port == DNS and any(place in network for network in inner)):
                continue
        seen.add(port)
    assert seen == deployment.public_ports


def test_only_the_registry_is_reached_from_elsewhere(deployment: Deployment) -> None:
    tried = {*INNER_PORTS, *deployment.public_ports, *deployment.loopback_ports}
    assert {port for port in tried if is_reachable(deployment, port)} == deployment.public_ports


def test_containers_publish_nothing_else(deployment: Deployment, host: Host) -> None:
    # The public ones may be those of a proxy.
    public = set() if deployment.plain_port else deployment.public_ports
    ports = [port for entry in host.json("podman", "ps", "--format", "json") for port in entry["Ports"] or []]
    assert {port["host_port"] for port in ports} == public | deployment.loopback_ports
    loopback = {port["host_port"] for port in ports if port["host_ip"] == "127.0.0.1"}
    assert loopback == deployment.loopback_ports
