# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the security scanner found in an image (facts A10), and how that is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import NotFound
from ..http.client import Client
from .image import Image, manifest_path
from .offered import below_repository

SCANNED = "scanned"
# Quay holds no such image, such as one of a list that was not copied along.
UNKNOWN = "unknown"
# In Quay's words, the worst first; the scanner's database does not know the last.
SEVERITIES = ("Critical", "High", "Medium", "Low", "Negligible", "Unknown")


@dataclass(frozen=True)
class Scan:
    """``packages`` are those with vulnerabilities, in Quay's words; none unless ``status`` is scanned."""

    status: str
    packages: tuple[Mapping[str, Any], ...] = ()


def scan_of(client: Client, image: Image, digest: str) -> Scan:
    """Return what is known of the image with that digest in the image's repository.

    Raises FeatureOff where the registry does not scan, ServerFault where it cannot ask its scanner.
    """
    path = f"{manifest_path(image, digest)}/security"
    try:
        view = below_repository(client, path, {"vulnerabilities": "true"})
    except NotFound:
        return Scan(UNKNOWN)
    layer = (view.get("data") or {}).get("Layer") or {}
    found = [one for one in layer.get("Features") or () if one.get("Vulnerabilities")]
    return Scan(view["status"], tuple(found))


def counts_of(scans: Iterable[Scan]) -> dict[str, dict[str, int]]:
    """Return how many vulnerabilities there are of each severity, and of how many the fix is known.

    As on Quay's own page, one counts for each package that has it; so it does for each image.
    """
    counts = dict.fromkeys(SEVERITIES, 0)
    fixable = dict.fromkeys(SEVERITIES, 0)
    for found in _vulnerabilities(scans):
        severity = found.get("Severity")
        severity = severity if severity in counts else SEVERITIES[-1]
        counts[severity] += 1
        fixable[severity] += bool(found.get("FixedBy"))
    return {"counts": counts, "fixable": fixable}


def _vulnerabilities(scans: Iterable[Scan]) -> Iterable[Mapping[str, Any]]:
    return (found for scan in scans for package in scan.packages for found in package["Vulnerabilities"])
