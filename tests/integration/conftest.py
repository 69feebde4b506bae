# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the integration tests share.

They run against the simulator, or against the Quay that QUAY_URL, QUAY_ADMIN_USERNAME and
QUAY_ADMIN_PASSWORD name; its certificate is checked as QUAY_CA_PATH and QUAY_VERIFY_SSL say. That
administrator must be a superuser, of a registry with FEATURE_SUPERUSERS_FULL_ACCESS, FEATURE_REPO_MIRROR,
FEATURE_ORG_MIRROR, FEATURE_QUOTA_MANAGEMENT and FEATURE_PROXY_CACHE, without FEATURE_MAILING.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .support.playbook import Playbook, link_collection
from .support.registry import Registry
from .support.server import SimulatorServer

ADMIN = "admin"
ADMIN_PASSWORD = "an-administrators-password"
REAL_QUAY = ("QUAY_URL", "QUAY_ADMIN_USERNAME", "QUAY_ADMIN_PASSWORD")

StartSimulator = Callable[..., Registry]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot be done with the registry at hand."""
    real = _is_real()
    for item in items:
        if real and item.get_closest_marker("simulator_only"):
            item.add_marker(pytest.mark.skip(reason="needs the simulator, and QUAY_URL names a real Quay"))
        if not real and item.get_closest_marker("real_quay"):
            item.add_marker(pytest.mark.skip(reason="needs a real Quay, and QUAY_URL is not set"))


@pytest.fixture(scope="session")
def registry() -> Iterator[Registry]:
    """The registry that the tests share; each makes organizations and users of its own in it."""
    link_collection()
    if _is_real():
        real = _real_quay()
        try:
            yield real
        finally:
            real.clean_up()
        return
    with SimulatorServer(ADMIN, ADMIN_PASSWORD) as server:
        yield Registry(server.url, ADMIN, ADMIN_PASSWORD)


@pytest.fixture
def play(registry: Registry, tmp_path: Path) -> Playbook:
    """Runs tasks as the administrator."""
    return Playbook(registry, tmp_path)


@pytest.fixture
def start_simulator() -> Iterator[StartSimulator]:
    """Starts further simulators, with options of their own."""
    link_collection()
    with ExitStack() as stack:

        def start(*options: str, verify: bool | str = True) -> Registry:
            server = stack.enter_context(SimulatorServer(ADMIN, ADMIN_PASSWORD, *options))
            return Registry(server.url, ADMIN, ADMIN_PASSWORD, verify)

        yield start


def _is_real() -> bool:
    given = [name for name in REAL_QUAY if os.environ.get(name)]
    if given and len(given) < len(REAL_QUAY):
        raise pytest.UsageError(f"of {', '.join(REAL_QUAY)} either all must be set, or none")
    return bool(given)


def _real_quay() -> Registry:
    verify: bool | str = os.environ.get("QUAY_CA_PATH") or True
    if os.environ.get("QUAY_VERIFY_SSL", "").lower() in ("false", "no", "0", "off"):
        verify = False
    url, admin, password = (os.environ[name] for name in REAL_QUAY)
    return Registry(url, admin, password, verify, simulated=False)
