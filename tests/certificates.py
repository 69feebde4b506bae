# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""An authority of the tests' own, and certificates that are good, expired, or made for another name."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Leaf:
    """The files of a server's certificate."""

    certificate: Path
    key: Path

    @property
    def options(self) -> tuple[str, ...]:
        """The options with which the simulator serves it."""
        return ("--tls-cert", str(self.certificate), "--tls-key", str(self.key))


class Authority:
    """Issues certificates; ``path`` is the file of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Authority of the tests")
        now = _now()
        builder = _builder(self._name, self._name, self._key, now - _days(1), now + _days(30))
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(self._key_id(), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        self.path = directory / "authority.pem"
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, host: str = _LOOPBACK, valid_days: int = 7) -> ssl.SSLContext:
        """Return what a server in this process needs to serve a certificate as ``leaf`` makes it."""
        made = self.leaf(f"{host}{valid_days}", host, valid_days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(made.certificate), str(made.key))
        return context

    def leaf(self, name: str, host: str = _LOOPBACK, valid_days: int = 7) -> Leaf:
        """Return a certificate for ``host``, an address or a name; it has expired if ``valid_days`` < 0."""
        key = ec.generate_private_key(ec.SECP256R1())
        end = _now() + _days(valid_days)
        builder = _builder(_name(host), self._name, key, min(end, _now()) - _days(7), end)
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._key_id())
        certificate = builder.add_extension(issuer, critical=False).sign(self._key, hashes.SHA256())
        found = Leaf(self._directory / f"{name}.pem", self._directory / f"{name}.key")
        found.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        found.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return found

    def _key_id(self) -> x509.SubjectKeyIdentifier:
        return x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    start: datetime.datetime,
    end: datetime.datetime,
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(issuer_name=issuer, subject_name=subject, public_key=key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(start).not_valid_after(end)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def _days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)
