# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Whether a certificate and its key belong together, and speak for a host."""

from __future__ import annotations

import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import serialization


def _matches(pattern: str, host: str) -> bool:
    pattern, host = pattern.rstrip(".").lower(), host.rstrip(".").lower()
    if pattern.startswith("*."):
        return "." in host and host.split(".", 1)[1] == pattern[2:]
    return pattern == host


def _speaks_for(certificate: x509.Certificate, host: str) -> bool:
    """By the subject alternative names only: the common name counts for nothing."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ipaddress.ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        return any(_matches(name, host) for name in names.get_values_for_type(x509.DNSName))


def check_pair(certificates: bytes, key: bytes, server_hostname: str) -> str | None:
    """None, or why the files cannot serve this host. Neither expiry nor the chain is looked at."""
    try:
        certificate = x509.load_pem_x509_certificates(certificates)[0]
    except (ValueError, IndexError):
        return "ssl.cert holds no certificate in PEM"
    try:
        private = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError):
        return "ssl.key holds no unencrypted private key in PEM"
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        return "ssl.key is not the key of ssl.cert"
    host = server_hostname.rsplit(":", 1)[0] if server_hostname.count(":") == 1 else server_hostname
    if not _speaks_for(certificate, host):
        return f"ssl.cert is not valid for {host}: its subject alternative names do not hold that name"
    return None
