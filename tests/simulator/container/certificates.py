# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Certificates of other authorities that the processes of the container shall trust."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from .log import say
from .paths import Paths

_CERTIFICATE = re.compile(
    b"-----BEGIN (?:TRUSTED )?CERTIFICATE-----.+?-----END (?:TRUSTED )?CERTIFICATE-----", re.DOTALL
)


class CertificateError(Exception):
    """A certificate cannot be installed."""


def _sources(paths: Paths) -> list[Path]:
    """The files that are installed, in the order in which Quay takes them."""
    found = []
    if (paths.stack / "ldap.crt").exists():
        found.append(paths.stack / "ldap.crt")
    extra = paths.extra_ca_certs
    if extra.is_dir():
        found += sorted(path for path in extra.iterdir() if not path.name.startswith("."))
    # A file of the name extra_ca_certs is among these.
    found += sorted(path for path in paths.stack.glob("extra_ca*") if path.is_file())
    return found


def install(paths: Paths, environment: MutableMapping[str, str]) -> list[Path]:
    """Copies the certificates to the system's anchors, and makes one bundle of all that is trusted.

    The environment is told where the bundle is, for this process and those that it starts. Raises
    CertificateError.
    """
    sources = _sources(paths)
    try:
        for source in sources:
            say("installing the extra certificates of %s", source, source="certs_install")
            shutil.copyfile(source, paths.anchors / source.name)
        blocks = [_read(paths.system_trust)]
        blocks += [_read(path) for path in sorted(paths.anchors.iterdir()) if path.is_file()]
        paths.trust.parent.mkdir(parents=True, exist_ok=True)
        paths.trust.write_bytes(b"\n".join(block for block in blocks if block))
    except OSError as error:
        raise CertificateError(f"{error.filename}: {error.strerror}") from None
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"):
        environment[name] = str(paths.trust)
    return sources


def _read(path: Path) -> bytes:
    """The certificates of a file, without the comments around them."""
    return b"\n".join(_CERTIFICATE.findall(path.read_bytes())) if path.exists() else b""


def install_client(paths: Paths) -> None:
    """Copies the client certificate for PostgreSQL to where its library looks. Raises CertificateError."""
    if not paths.client_certificates.is_dir():
        return
    if not paths.client_store.is_dir():
        raise CertificateError(f"{paths.client_store} is not there")
    names = {
        "tls.crt": "postgresql.crt",
        "tls.key": "postgresql.key",
        "ca.crt": "root.crt",
        "ca.crl": "root.crl",
    }
    for source, target in names.items():
        if (paths.client_certificates / source).exists():
            shutil.copyfile(paths.client_certificates / source, paths.client_store / target)
            if source == "tls.key":
                (paths.client_store / target).chmod(0o600)


def use_for_validation(files: Mapping[str, bytes]) -> None:
    """Trusts the certificates of a bundle in this process; those of the image stay trusted."""
    extra = [data for name, data in files.items() if name.startswith(("extra_ca_certs/", "extra_ca_cert_"))]
    if not extra:
        return
    known = os.environ.get("SSL_CERT_FILE") or str(Paths.system_trust)
    with tempfile.NamedTemporaryFile(prefix="trust-", suffix=".pem", delete=False) as stream:
        stream.write(b"\n".join([_read(Path(known)), *extra]))
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"):
        os.environ[name] = stream.name
