# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Where things are in the container, by the variables that Quay's own scripts read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """Directories and files of the image."""

    home: Path = Path("/quay-registry")
    conf: Path = Path("/quay-registry/conf")
    anchors: Path = Path("/etc/pki/ca-trust/source/anchors")
    trust: Path = Path("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem")
    system_trust: Path = Path("/etc/ssl/certs/ca-certificates.crt")
    client_certificates: Path = Path("/run/secrets/postgresql")
    client_store: Path = Path("/.postgresql")

    @property
    def stack(self) -> Path:
        """The directory with config.yaml."""
        return self.conf / "stack"

    @property
    def extra_ca_certs(self) -> Path:
        """A file with certificates, or a directory of such files."""
        return self.stack / "extra_ca_certs"


def from_environment(environment: Mapping[str, str]) -> Paths:
    """The paths that an environment asks for."""
    home = Path(environment.get("QUAYPATH") or Paths.home)
    return Paths(
        home=home,
        conf=Path(environment.get("QUAYCONF") or home / "conf"),
        anchors=Path(environment.get("SYSTEM_CERTDIR") or Paths.anchors),
    )
