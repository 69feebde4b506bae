# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Certificates that are trusted and that are not, and http and https taken for each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.certificates import Authority

from .conftest import StartSimulator
from .support.playbook import Playbook, Task, task
from .support.registry import Registry

pytestmark = [
    pytest.mark.simulator_only,
    # The observer looks past certificates that the modules must refuse.
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that no system trusts."""
    return Authority(tmp_path)


def org_task(fails: bool = False, **connection: Any) -> Task:
    """Return a task that needs the registry's answer, with its own options of the connection."""
    return task("quay_organization", check=True, fails=fails, name="some-org", **connection)


def test_an_authority_of_the_users_own(
    authority: Authority, start_simulator: StartSimulator, tmp_path: Path
) -> None:
    registry = start_simulator(*authority.leaf("good").options, verify=str(authority.path))
    ca_path = str(authority.path)
    defaults = {"quay_host": registry.url, "quay_token": registry.token}
    without_tls = registry.url.replace("https://", "http://")
    play = Playbook(registry, tmp_path)
    run = play(
        {
            "not trusted": org_task(fails=True),
            "not checked": org_task(validate_certs=False),
            "not checked, by the other name": org_task(verify_ssl=False),
            "trusted": org_task(ca_path=ca_path),
            "not there": org_task(fails=True, ca_path=str(tmp_path / "missing.pem")),
            "no certificate": org_task(fails=True, ca_path=__file__),
            "http": org_task(fails=True, quay_host=without_tls, ca_path=ca_path),
            "bulk": task(
                "quay_organizations", fails=True, organizations=[{"name": "one-org"}, {"name": "two-org"}]
            ),
        },
        defaults=defaults,
    )
    message = run.message("not trusted")
    assert message.startswith(f"{registry.url}: the certificate of the host is not trusted")
    assert "Set ca_path to the certificate of its authority" in message
    assert run["trusted"]["changed"]
    assert run["not checked"]["changed"]
    assert run["not checked, by the other name"]["changed"]
    assert f"ca_path '{tmp_path / 'missing.pem'}' does not exist" in run.message("not there")
    assert "ca_path" in run.message("no certificate")
    assert "write https:// in quay_host" in run.message("http")
    assert "is not trusted" in run.message("bulk")
    run = play(
        {"by the environment": org_task(), "or not": org_task(fails=True, ca_path="/etc/passwd")},
        defaults=defaults,
        environment={"QUAY_CA_PATH": ca_path},
    )
    assert run["by the environment"]["changed"]


def test_a_certificate_that_has_expired(
    authority: Authority, start_simulator: StartSimulator, tmp_path: Path
) -> None:
    leaf = authority.leaf("expired", valid_days=-2)
    registry = start_simulator(*leaf.options, verify=False)
    run = Playbook(registry, tmp_path)({"expired": org_task(fails=True, ca_path=str(authority.path))})
    assert run.message("expired").startswith(f"{registry.url}: the certificate of the host has expired")
    assert "Renew it" in run.message("expired")


def test_a_certificate_for_another_name(
    authority: Authority, start_simulator: StartSimulator, tmp_path: Path
) -> None:
    leaf = authority.leaf("other", host="other.example.com")
    registry = start_simulator(*leaf.options, verify=False)
    run = Playbook(registry, tmp_path)({"other": org_task(fails=True, ca_path=str(authority.path))})
    assert "the certificate of the host is made for another name" in run.message("other")


def test_https_where_http_is_served(play: Playbook, registry: Registry) -> None:
    with_tls = registry.url.replace("http://", "https://")
    run = play({"https": org_task(fails=True, quay_host=with_tls)})
    assert run.message("https") == f"{with_tls} does not speak TLS at that port: write http:// in quay_host."
