# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Clair, the mirror worker, Swagger UI, and the object store."""

from __future__ import annotations

import ipaddress
import re

import pytest
import yaml

from tests.deployment import secrets
from tests.deployment.client import Client
from tests.deployment.deployment import Deployment
from tests.deployment.host import Host


@pytest.fixture
def configuration(deployment: Deployment, host: Host) -> dict[str, object]:
    loaded: dict[str, object] = yaml.safe_load(host.read(deployment.data_dir + "/config/config.yaml"))
    return loaded


def test_settings_arrived(deployment: Deployment, configuration: dict[str, object]) -> None:
    wrong = [name for name, value in deployment.settings.items() if configuration.get(name) != value]
    assert wrong == []


def test_the_first_users_door_is_closed(configuration: dict[str, object]) -> None:
    assert configuration["FEATURE_USER_INITIALIZE"] is False
    assert configuration["SETUP_COMPLETE"] is True
    assert configuration["TESTING"] is False


@pytest.mark.component("quay-clair")
def test_clair_is_ready(host: Host) -> None:
    template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    address = host.run("podman", "inspect", "--format", template, "quay-clair").strip()
    host.run("curl", "--fail", "--silent", "--show-error", "http://%s:8089/readyz" % address)


@pytest.mark.component("quay-clair")
def test_clair_shares_a_key_with_quay(
    deployment: Deployment, host: Host, configuration: dict[str, object]
) -> None:
    clair = yaml.safe_load(host.read(deployment.data_dir + "/clair/config.yaml"))
    same = clair["auth"]["psk"]["key"] == configuration["SECURITY_SCANNER_V4_PSK"]
    assert same
    assert secrets.stored(host, deployment.data_dir)["clair_psk"]


@pytest.mark.component("quay-mirror")
def test_mirror_worker_runs(host: Host, configuration: dict[str, object]) -> None:
    assert configuration["FEATURE_REPO_MIRROR"] is True
    command = host.run("podman", "inspect", "--format", "{{.Config.Cmd}}", "quay-mirror")
    assert "repomirror-nomigrate" in command


@pytest.mark.component("quay-mirror")
def test_mirror_worker_reaches_the_registry(deployment: Deployment, host: Host) -> None:
    """By its public name; what it trusts is another test's."""
    script = "curl -sk -o /dev/null -w '%%{http_code}' https://%s/health/instance"
    assert host.inside("quay-mirror", script % deployment.name).stdout == b"200"
    # The host's own entries may be among these, and would make up for ours.
    found = host.inside("quay-mirror", "getent ahosts " + deployment.fqdn).stdout.decode().splitlines()
    assert found and not [line for line in found if ipaddress.ip_address(line.split()[0]).is_loopback]


@pytest.mark.component("quay-swagger")
def test_swagger_shows_this_registry(deployment: Deployment, host: Host) -> None:
    url = "http://127.0.0.1:%s/" % deployment.swagger_port
    assert "swagger-ui" in host.run("curl", "--fail", "--silent", url)
    page = host.run("curl", "--fail", "--silent", url + "swagger-initializer.js")
    found = re.search(r'url: "([^"]+)"', page)
    assert found and found[1] == "https://%s/api/v1/discovery" % deployment.name


@pytest.mark.component("quay-swagger")
def test_browsers_may_read_the_description(client: Client, deployment: Deployment) -> None:
    answer = client.get("/api/v1/discovery")
    assert answer.status == 200 and answer.json()["paths"]


def test_layers_are_where_they_should_be(deployment: Deployment, host: Host) -> None:
    present = host.attempt("test", "-d", deployment.data_dir + "/storage").returncode == 0
    assert present is not bool(deployment.storage)
