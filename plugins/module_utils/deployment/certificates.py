# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Whether a certificate and a key make Quay reachable under its name. Looks at bytes, not at files."""

from __future__ import annotations

import datetime
import ipaddress
import re
import traceback
from collections.abc import Iterator
from typing import Any

CRYPTOGRAPHY_IMPORT_ERROR: str | None = None
try:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
except ImportError:
    CRYPTOGRAPHY_IMPORT_ERROR = traceback.format_exc()

CERTIFICATE = "ssl.cert"
KEY = "ssl.key"
SOON = datetime.timedelta(days=14)

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def missing_problems(certificate: bytes | None, key: bytes | None) -> Iterator[tuple[str, str]]:
    """Yield what is wrong where one of the two files is not there."""
    for name, content in ((CERTIFICATE, certificate), (KEY, key)):
        if content is None:
            yield (
                name,
                "is missing beside config.yaml, and PREFERRED_URL_SCHEME is https. Provide it, or write "
                "EXTERNAL_TLS_TERMINATION: true if a proxy ends TLS.",
            )


def problems(certificate: bytes, key: bytes, host: str, now: datetime.datetime) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a certificate and its key for ``host`` at ``now`` (with a time zone).

    Needs the library cryptography. Later certificates in the file are the chain, and are not looked at.
    """
    try:
        chain = [x509.load_pem_x509_certificate(block) for block in _PEM.findall(certificate)]
    except ValueError:
        chain = []
    if not chain:
        yield CERTIFICATE, "holds no certificate in PEM format (-----BEGIN CERTIFICATE-----)."
        return
    yield from _pair_problems(chain, key)
    yield from _date_problems(chain[0], now)
    yield from _name_problems(chain[0], host)


def expires_soon(certificate: bytes, now: datetime.datetime) -> Iterator[tuple[str, str]]:
    """Yield a warning if the certificate is valid for less than two weeks more."""
    blocks = _PEM.findall(certificate)
    if blocks:
        _start, end = _dates(x509.load_pem_x509_certificate(blocks[0]))
        if now < end < now + SOON:
            yield CERTIFICATE, f"is valid only until {_day(end)}. Replace it before."


def _pair_problems(chain: list[Any], key: bytes) -> Iterator[tuple[str, str]]:
    try:
        private = serialization.load_pem_private_key(key, password=None)
    except TypeError:
        yield KEY, "is encrypted with a passphrase, which Quay cannot ask for. Provide it without."
        return
    except Exception:  # ValueError, UnsupportedAlgorithm, and others of the library's releases
        yield KEY, "is not a private key in PEM format."
        return
    own = _public(private.public_key())
    matching = [index for index, one in enumerate(chain) if _public(one.public_key()) == own]
    if not matching:
        yield KEY, f"does not belong to {CERTIFICATE}. Provide the two that were made together."
    elif matching[0] > 0:
        yield CERTIFICATE, "must begin with the server's own certificate, which is followed by the chain."


def _public(key: Any) -> bytes:
    content: bytes = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return content


def _dates(certificate: Any) -> tuple[datetime.datetime, datetime.datetime]:
    """Return from when to when a certificate is valid. The names of today came with cryptography 42."""
    if hasattr(certificate, "not_valid_after_utc"):
        return certificate.not_valid_before_utc, certificate.not_valid_after_utc
    utc = datetime.timezone.utc
    start: datetime.datetime = certificate.not_valid_before.replace(tzinfo=utc)
    end: datetime.datetime = certificate.not_valid_after.replace(tzinfo=utc)
    return start, end


def _day(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _date_problems(certificate: Any, now: datetime.datetime) -> Iterator[tuple[str, str]]:
    start, end = _dates(certificate)
    if now >= end:
        yield CERTIFICATE, f"expired on {_day(end)}. Replace it."
    elif now < start:
        yield CERTIFICATE, f"is valid only from {_day(start)}; this host's clock says {_day(now)}."


def _name_problems(certificate: Any, host: str) -> Iterator[tuple[str, str]]:
    name = host.partition(":")[0].rstrip(".").lower()
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = []
    except ValueError:
        yield CERTIFICATE, "has extensions that cannot be read."
        return
    domains = [one.value.rstrip(".").lower() for one in names if isinstance(one, x509.DNSName)]
    addresses = [str(one.value) for one in names if isinstance(one, x509.IPAddress)]
    if not _matches(name, domains, addresses):
        listed = ", ".join([*domains, *addresses]) or "no name at all"
        yield (
            CERTIFICATE,
            f"is not for {name}, the host of SERVER_HOSTNAME: its subject alternative names are {listed}. "
            "Have one made for this name; the common name does not count.",
        )


def _matches(name: str, domains: list[str], addresses: list[str]) -> bool:
    try:
        return str(ipaddress.ip_address(name)) in addresses
    except ValueError:
        pass
    # A star stands for one label, the first.
    return name in domains or "*." + name.partition(".")[2] in domains
