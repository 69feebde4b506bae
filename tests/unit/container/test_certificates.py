# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Installing the certificates of other authorities."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.simulator.container import certificates
from tests.simulator.container.certificates import CertificateError
from tests.simulator.container.paths import Paths, from_environment


@pytest.fixture()
def paths(tmp_path: Path) -> Paths:
    """The directories of an image."""
    found = Paths(
        home=tmp_path,
        conf=tmp_path / "conf",
        anchors=tmp_path / "anchors",
        trust=tmp_path / "extracted" / "bundle.pem",
        system_trust=tmp_path / "system.pem",
        client_certificates=tmp_path / "secrets",
        client_store=tmp_path / "store",
    )
    found.stack.mkdir(parents=True)
    found.anchors.mkdir()
    return found


def test_a_directory_of_certificates(paths: Paths, authority: Authority) -> None:
    paths.extra_ca_certs.mkdir()
    (paths.extra_ca_certs / "ca.crt").write_bytes(b"a comment\n" + authority.path.read_bytes())
    paths.system_trust.write_text("-----BEGIN CERTIFICATE-----\nsystem\n-----END CERTIFICATE-----\n")
    environment: dict[str, str] = {}
    assert certificates.install(paths, environment) == [paths.extra_ca_certs / "ca.crt"]
    bundle = paths.trust.read_text()
    assert "system" in bundle
    assert authority.path.read_text().strip() in bundle
    assert "a comment" not in bundle
    assert environment["SSL_CERT_FILE"] == environment["REQUESTS_CA_BUNDLE"] == str(paths.trust)


@pytest.mark.parametrize("name", ["extra_ca_certs", "extra_ca_cert_mine.crt", "ldap.crt"])
def test_files_beside_the_configuration(paths: Paths, authority: Authority, name: str) -> None:
    (paths.stack / name).write_bytes(authority.path.read_bytes())
    certificates.install(paths, {})
    assert (paths.anchors / name).exists()
    assert authority.path.read_text().strip() in paths.trust.read_text()


def test_what_an_image_was_given_as_anchor_is_trusted(paths: Paths, authority: Authority) -> None:
    (paths.anchors / "mounted.crt").write_bytes(authority.path.read_bytes())
    assert certificates.install(paths, {}) == []
    assert authority.path.read_text().strip() in paths.trust.read_text()


def test_a_directory_within_the_directory_is_an_error(paths: Paths) -> None:
    (paths.extra_ca_certs / "below").mkdir(parents=True)
    with pytest.raises(CertificateError, match="below"):
        certificates.install(paths, {})


def test_the_client_certificate_of_the_database(paths: Paths) -> None:
    certificates.install_client(paths)  # nothing to do
    paths.client_certificates.mkdir()
    (paths.client_certificates / "tls.key").write_text("key")
    with pytest.raises(CertificateError, match="store"):
        certificates.install_client(paths)
    paths.client_store.mkdir()
    certificates.install_client(paths)
    assert (paths.client_store / "postgresql.key").stat().st_mode & 0o777 == 0o600


def test_paths_follow_the_environment() -> None:
    assert from_environment({}).stack == Path("/quay-registry/conf/stack")
    found = from_environment({"QUAYPATH": "/q", "QUAYCONF": "/q/c", "SYSTEM_CERTDIR": "/anchors"})
    assert (found.home, found.stack, found.anchors) == (Path("/q"), Path("/q/c/stack"), Path("/anchors"))
