# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Certificates that are good, and the ways in which they are not."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from ansible_collections.quayops.quay.plugins.module_utils.deployment import certificates
from tests.certificates import Authority, Leaf

NOW = datetime.datetime.now(datetime.timezone.utc)


@pytest.fixture(name="authority", scope="module")
def fixture_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def found(leaf: Leaf, host: str, now: datetime.datetime = NOW) -> list[tuple[str, str]]:
    return list(certificates.problems(leaf.certificate.read_bytes(), leaf.key.read_bytes(), host, now))


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("registry.example.com", "registry.example.com"),
        ("registry.example.com", "Registry.Example.Com:8443"),
        ("*.example.com", "registry.example.com"),
        ("127.0.0.1", "127.0.0.1:8443"),
    ],
)
def test_good(authority: Authority, name: str, host: str) -> None:
    assert found(authority.leaf("good", name), host) == []


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("registry.example.com", "other.example.com"),
        ("*.example.com", "a.b.example.com"),
        ("*.example.com", "example.com"),
        ("registry.example.com", "127.0.0.1"),
        ("127.0.0.1", "registry.example.com"),
    ],
)
def test_for_another_name(authority: Authority, name: str, host: str) -> None:
    ((file, text),) = found(authority.leaf("other", name), host)
    assert file == "ssl.cert"
    assert f"is not for {host}, the host of SERVER_HOSTNAME" in text
    assert name in text


def test_without_any_name(authority: Authority, tmp_path: Path) -> None:
    # The authority's own certificate has a common name only.
    leaf = authority.leaf("plain")
    own = authority.path.read_bytes()
    texts = [text for _file, text in certificates.problems(own, leaf.key.read_bytes(), "a.example.com", NOW)]
    assert any("names are no name at all" in text for text in texts)


def test_dates(authority: Authority) -> None:
    leaf = authority.leaf("dates", "a.example.com", valid_days=7)
    ((_file, text),) = found(leaf, "a.example.com", NOW + datetime.timedelta(days=8))
    assert text.startswith("expired on ")
    ((_file, text),) = found(leaf, "a.example.com", NOW - datetime.timedelta(days=30))
    assert text.startswith("is valid only from ")
    assert "clock" in text
    assert found(authority.leaf("expired", "a.example.com", valid_days=-1), "a.example.com") != []


def test_that_it_will_expire(authority: Authority) -> None:
    soon = authority.leaf("soon", valid_days=7).certificate.read_bytes()
    later = authority.leaf("later", valid_days=20).certificate.read_bytes()
    assert "is valid only until" in next(certificates.expires_soon(soon, NOW))[1]
    assert list(certificates.expires_soon(later, NOW)) == []
    assert list(certificates.expires_soon(b"nothing", NOW)) == []


def test_the_key_of_another(authority: Authority) -> None:
    one, other = authority.leaf("one", "a.example.com"), authority.leaf("two", "a.example.com")
    ((file, text),) = found(Leaf(one.certificate, other.key), "a.example.com")
    assert file == "ssl.key"
    assert "does not belong to ssl.cert" in text


def test_a_chain_follows_the_own_certificate(authority: Authority) -> None:
    leaf = authority.leaf("chain", "a.example.com")
    own, above, key = leaf.certificate.read_bytes(), authority.path.read_bytes(), leaf.key.read_bytes()
    assert list(certificates.problems(own + above, key, "a.example.com", NOW)) == []
    texts = [text for _file, text in certificates.problems(above + own, key, "a.example.com", NOW)]
    assert texts[0].startswith("must begin with the server's own certificate")


def test_files_that_are_something_else(authority: Authority) -> None:
    leaf = authority.leaf("files", "a.example.com")
    own, key = leaf.certificate.read_bytes(), leaf.key.read_bytes()
    broken = b"-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n"
    for pem in (b"", b"text", key, broken):
        assert list(certificates.problems(pem, key, "a.example.com", NOW)) == [
            ("ssl.cert", "holds no certificate in PEM format (-----BEGIN CERTIFICATE-----).")
        ]
    assert list(certificates.problems(own, b"text", "a.example.com", NOW)) == [
        ("ssl.key", "is not a private key in PEM format.")
    ]
    secret = serialization.load_pem_private_key(key, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"passphrase"),
    )
    ((_file, text),) = certificates.problems(own, secret, "a.example.com", NOW)
    assert "is encrypted with a passphrase" in text


def test_files_that_are_missing() -> None:
    assert [file for file, _text in certificates.missing_problems(None, None)] == ["ssl.cert", "ssl.key"]
    ((file, text),) = certificates.missing_problems(b"x", None)
    assert file == "ssl.key"
    assert "EXTERNAL_TLS_TERMINATION: true" in text
