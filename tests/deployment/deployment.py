# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a scenario deployed, as its verify.yml writes it down for these tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Backend:
    """PostgreSQL or Redis. `beside` says that its container stands beside the host, not on it."""

    container: str
    address: str
    beside: bool
    user: str = ""
    database: str = ""


@dataclass(frozen=True)
class Deployment:
    """`planted` are the secrets that the scenario's variables hold, by what they are for.

    Where TLS ends at a proxy on the host, `http_port` and `https_port` are the proxy's, and `plain_port` is
    the registry's own, on 127.0.0.1; else it is 0.
    """

    host: str
    address: str
    fqdn: str
    http_port: int
    https_port: int
    plain_port: int
    swagger_port: int
    data_dir: str
    tls: str
    authority: str
    components: list[str]
    superusers: list[str]
    users: dict[str, dict[str, Any]] = field(repr=False)
    organizations: dict[str, list[dict[str, Any]]]
    postgresql: Backend
    redis: Backend
    storage: dict[str, Any] = field(repr=False)
    settings: dict[str, Any] = field(repr=False)
    version: str
    planted: dict[str, str] = field(repr=False)
    log: str
    processes: str

    @property
    def name(self) -> str:
        """As it stands in SERVER_HOSTNAME."""
        return self.fqdn if self.https_port == 443 else "%s:%s" % (self.fqdn, self.https_port)

    @property
    def overseers(self) -> set[str]:
        """Whom Quay lets see what belongs to others."""
        return {*self.superusers, *self.settings.get("GLOBAL_READONLY_SUPER_USERS", [])}

    @property
    def public_ports(self) -> set[int]:
        """What can be reached from elsewhere."""
        return {self.http_port, self.https_port}

    @property
    def loopback_ports(self) -> set[int]:
        """What the containers publish on 127.0.0.1 only."""
        swagger = {self.swagger_port} if "quay-swagger" in self.components else set()
        return swagger | ({self.plain_port} if self.plain_port else set())

    def on_host(self) -> set[str]:
        """The containers that have to run on the host."""
        return set(self.components)


def load(path: Path) -> Deployment:
    """Raises TypeError when a field is missing or unknown."""
    values = json.loads(path.read_text())
    for name in ("postgresql", "redis"):
        values[name] = Backend(**values[name])
    return Deployment(**values)
