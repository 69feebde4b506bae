# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs only for a deployment: QUAYOPS_DEPLOYMENT names the file that describes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.deployment import secrets
from tests.deployment.client import Client
from tests.deployment.deployment import Deployment, load
from tests.deployment.host import Host


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "component(name): only where the scenario deploys this container")
    config.addinivalue_line("markers", "tls(name, ...): only where the certificate comes from there")


def described() -> Deployment:
    return load(Path(os.environ["QUAYOPS_DEPLOYMENT"]))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What a scenario does not deploy is not skipped, but is no test of it."""
    deployment = described()

    def fits(item: pytest.Item) -> bool:
        component = item.get_closest_marker("component")
        tls = item.get_closest_marker("tls")
        return (component is None or component.args[0] in deployment.components) and (
            tls is None or deployment.tls in tls.args
        )

    config.hook.pytest_deselected(items=[item for item in items if not fits(item)])
    items[:] = [item for item in items if fits(item)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    deployment = described()
    if "user" in metafunc.fixturenames:
        metafunc.parametrize("user", sorted(deployment.users))
    if "container" in metafunc.fixturenames:
        metafunc.parametrize("container", sorted(deployment.components))


@pytest.fixture(scope="session")
def deployment() -> Deployment:
    return described()


@pytest.fixture(scope="session")
def host(deployment: Deployment) -> Host:
    return Host(deployment.host)


@pytest.fixture(scope="session")
def authority(deployment: Deployment, host: Host) -> str:
    """The certificate authority that a client has to trust (PEM)."""
    if deployment.authority:
        return Path(deployment.authority).read_text()
    return host.read(deployment.data_dir + "/ca/ca.crt")


@pytest.fixture
def client(deployment: Deployment, authority: str) -> Client:
    return Client(deployment.fqdn, deployment.address, deployment.https_port, authority)


@pytest.fixture(scope="session")
def tokens(deployment: Deployment, host: Host) -> dict[str, secrets.Secrets]:
    """USER_PASSWORD and ADMIN_TOKEN of each user, as stored."""
    return {
        user: secrets.exports(host, "%s/%s_token" % (deployment.data_dir, user)) for user in deployment.users
    }


@pytest.fixture(scope="session")
def known_secrets(deployment: Deployment, host: Host) -> secrets.Secrets:
    return secrets.collect(deployment, host)
