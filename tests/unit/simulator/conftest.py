# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A registry with a superuser, two users and one organization."""

from __future__ import annotations

import pytest

from tests.simulator import Settings, Simulator
from tests.unit.simulator.client import Client


@pytest.fixture()
def settings() -> Settings:
    """Overridden by tests that need others."""
    return Settings()


@pytest.fixture()
def simulator(settings: Settings) -> Simulator:
    """With the users admin, alice and bob, and the organization acme of alice."""
    simulator = Simulator(settings)
    simulator.initialize()
    for name in ("alice", "bob"):
        simulator.add_user(name)
    created = Client(simulator, simulator.token("alice")).post("organization/", {"name": "acme"})
    assert created.status_code == 201
    simulator.requests.clear()
    return simulator


@pytest.fixture()
def admin(simulator: Simulator) -> Client:
    """The superuser, who is in no team of acme."""
    return Client(simulator, simulator.token("admin"))


@pytest.fixture()
def alice(simulator: Simulator) -> Client:
    """The owner of acme."""
    return Client(simulator, simulator.token("alice"))


@pytest.fixture()
def bob(simulator: Simulator) -> Client:
    """A user without any right."""
    return Client(simulator, simulator.token("bob"))


@pytest.fixture()
def nobody(simulator: Simulator) -> Client:
    """No credentials."""
    return Client(simulator)
