# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The registry behind a proxy that ends TLS."""

from __future__ import annotations

import pytest

from tests.deployment.client import Client
from tests.deployment.deployment import Deployment
from tests.deployment.host import Host

pytestmark = pytest.mark.tls("external")

# More than nginx lets through by default, less than Quay itself does.
LARGE = 4 * 1024 * 1024


def test_registry_itself_serves_plain_http(deployment: Deployment, host: Host) -> None:
    url = "http://127.0.0.1:%s/health/instance" % deployment.plain_port
    assert host.run("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", url) == "200"


def test_registry_itself_has_no_certificate(deployment: Deployment, host: Host) -> None:
    names = ["ssl.cert", "ssl.key"]
    directory = deployment.data_dir + "/config"
    assert set(host.lines("ls", directory)).isdisjoint(names)


def test_links_lead_to_the_proxy(client: Client, deployment: Deployment) -> None:
    challenge = client.get("/v2/").headers["WWW-Authenticate"]
    assert 'realm="https://%s/v2/auth"' % deployment.name in challenge


def test_cookies_are_for_https(client: Client) -> None:
    cookies = client.get("/csrf_token").headers.get_all("Set-Cookie") or []
    assert cookies and all("secure" in cookie.lower() for cookie in cookies)


def test_large_requests_get_through(client: Client) -> None:
    """The answer is the registry's own: nobody has this password."""
    assert client.sign_in("admin", "x" * LARGE).status in (400, 403)
