# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A simulator in the same process and clients that talk to it without a socket."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.engine.reconcile import reconcile
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import Report
from ansible_collections.quayops.quay.plugins.module_utils.http.client import Client
from ansible_collections.quayops.quay.plugins.module_utils.http.connection import Connection
from ansible_collections.quayops.quay.plugins.module_utils.http.sessions import Credentials, Token
from ansible_collections.quayops.quay.plugins.module_utils.kinds.nesting import desired_organizations
from tests.simulator import Settings, Simulator

HOST = "http://localhost:8080"


class Registry:
    """A simulator with a superuser ``admin`` and the users alice and bob."""

    def __init__(self, settings: Settings) -> None:
        self.simulator = Simulator(settings)
        self.token = self.simulator.initialize()
        for name in ("alice", "bob"):
            self.simulator.add_user(name, password=f"{name}-password")
        self.waits: list[float] = []

    def client(self, credentials: Credentials = None, parallel: int = 4) -> Client:
        connection = Connection(HOST, credentials or Token(self.token), parallel=parallel)
        return Client(connection, adapter=self.simulator.adapter, sleep=self.waits.append)

    def reconcile(
        self, *entries: dict[str, Any], check_mode: bool = False, client: Client | None = None, **purge: Any
    ) -> list[Report]:
        """Run the bulk module's work on the entries."""
        desired = desired_organizations(entries, **purge)
        return list(reconcile(client or self.client(), desired, check_mode))

    def one(self, entry: dict[str, Any], **options: Any) -> Report:
        """Reconcile one organization, which must not fail."""
        (report,) = self.reconcile(entry, **options)
        assert report.error is None, report.error
        return report

    def state(self, organization: str) -> dict[str, Any]:
        return self.simulator.state()[organization]

    def writes(self) -> list[str]:
        """Return the requests that changed something, as 'METHOD path' below /api/v1, and forget all."""
        found = [f"{one.method} {one.path.removeprefix('/api/v1/')}" for one in self.simulator.writes()]
        self.simulator.requests.clear()
        return found

    def requests(self) -> list[str]:
        """Return all requests as 'METHOD path?query', without /api/v1, and forget them."""
        found = [
            f"{one.method} {one.path.removeprefix('/api/v1/')}{'?' + one.query if one.query else ''}"
            for one in self.simulator.requests
        ]
        self.simulator.requests.clear()
        return found


@pytest.fixture
def make_registry() -> Callable[..., Registry]:
    """Return a maker of registries, whose arguments are those of the simulator's settings."""

    def make(**settings: Any) -> Registry:
        registry = Registry(Settings(**settings))
        registry.simulator.requests.clear()
        return registry

    return make


@pytest.fixture
def registry(make_registry: Callable[..., Registry]) -> Registry:
    return make_registry()
