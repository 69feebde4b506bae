# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The certificate, as a client sees it."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from cryptography import x509

from tests.deployment.client import Client
from tests.deployment.deployment import Deployment
from tests.deployment.host import Host


@pytest.fixture
def certificate(client: Client) -> x509.Certificate:
    return x509.load_der_x509_certificate(client.certificate())


def names_of(certificate: x509.Certificate) -> tuple[list[str], list[str]]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = names.get_values_for_type(x509.IPAddress)
    return names.get_values_for_type(x509.DNSName), [str(address) for address in addresses]


def test_chain_leads_to_the_authority(certificate: x509.Certificate, authority: str) -> None:
    issuer = x509.load_pem_x509_certificate(authority.encode())
    certificate.verify_directly_issued_by(issuer)
    assert issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_clients_that_do_not_know_the_authority_refuse(client: Client) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=r"unable to get local issuer|self-signed"):
        replace(client, authority="").certificate()


def test_wrong_name_is_refused(client: Client) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        client.certificate("other.example.com")


def test_names(certificate: x509.Certificate, deployment: Deployment) -> None:
    names, _ = names_of(certificate)
    assert deployment.fqdn in names


@pytest.mark.tls("self-signed")
def test_addresses(certificate: x509.Certificate, deployment: Deployment, client: Client) -> None:
    _, addresses = names_of(certificate)
    assert deployment.address in addresses
    assert client.certificate(deployment.address)


def test_dates(certificate: x509.Certificate) -> None:
    now = datetime.now(timezone.utc)
    assert certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc


def test_it_is_no_authority_itself(certificate: x509.Certificate) -> None:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return
    assert not constraints.ca


def test_plain_http_leads_to_https(deployment: Deployment) -> None:
    connection = http.client.HTTPConnection(deployment.address, deployment.http_port, timeout=30)
    connection.request("GET", "/repository/", headers={"Host": deployment.fqdn})
    answer = connection.getresponse()
    assert answer.status in (301, 302, 307, 308)
    assert (answer.getheader("Location") or "").startswith("https://" + deployment.fqdn)


@pytest.mark.tls("self-signed", "external")
def test_host_trusts_the_authority(deployment: Deployment, host: Host) -> None:
    url = "https://%s/health/instance" % deployment.name
    assert host.run("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", url) == "200"


@pytest.mark.tls("self-signed")
def test_podman_trusts_the_authority(deployment: Deployment, host: Host, authority: str) -> None:
    assert host.read("/etc/containers/certs.d/%s/ca.crt" % deployment.name).strip() == authority.strip()


def test_containers_get_the_authorities(deployment: Deployment, host: Host, authority: str) -> None:
    directory = deployment.data_dir + "/config/extra_ca_certs"
    texts = [host.read(path).strip() for path in host.lines("find", directory, "-type", "f")]
    assert authority.strip() in texts
