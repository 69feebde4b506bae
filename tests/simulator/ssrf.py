# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which addresses Quay lets its own requests go to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from .errors import InvalidRequest
from .settings import Settings

_REFUSED = "The provided registry URL is not allowed"
_LOCATION_REFUSED = "The provided registry location is not allowed"
_INTERNAL_NAMES = ("localhost", "metadata.google.internal", "metadata")


def check_registry(settings: Settings, location: str, refused: str = _REFUSED) -> None:
    """Refuses internal addresses, unless SSRF_ALLOWED_HOSTS lists them. Names are not resolved here; those
    that end in .invalid cannot be."""
    address = location if "://" in location else "https://" + location
    host = (urlsplit(address).hostname or "").lower()
    if host in settings.ssrf_allowed_hosts:
        return
    if not host:
        raise InvalidRequest("URL must include a hostname")
    if host in _INTERNAL_NAMES:
        raise InvalidRequest(refused)
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        if host.endswith(".invalid"):  # the one end of a name that never has an address
            raise InvalidRequest(f"Cannot resolve hostname '{host}'") from None
        return
    if not number.is_global:
        raise InvalidRequest(refused)


def is_address(host: str) -> bool:
    """Whether a host is written as a number, for which no registry has a certificate."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def check_url(settings: Settings, url: str) -> None:
    """Refuses what is no address of a registry with its protocol, and what check_registry refuses."""
    if not url.strip():
        raise InvalidRequest("External registry URL is required")
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https"):
        raise InvalidRequest(f"Invalid URL scheme '{parts.scheme}': only HTTP and HTTPS are allowed")
    if parts.username or parts.password:
        raise InvalidRequest("URLs with embedded credentials are not allowed")
    check_registry(settings, url)


def check_reference(settings: Settings, reference: str) -> None:
    """Refuses what is no repository of another registry, and what check_registry refuses."""
    wrong = _wrong(reference)
    if wrong:
        raise InvalidRequest(f"External registry reference {wrong}")
    check_registry(settings, reference.partition("/")[0], _LOCATION_REFUSED)


def _wrong(reference: str) -> str:
    if not reference.strip():
        return "is required"
    if any(char.isspace() for char in reference):
        return "must not include whitespace"
    if "://" in reference:
        return "must not include a URL scheme"
    if any(char in reference for char in "?#\\%"):
        return "contains an invalid character"
    host, _slash, path = reference.partition("/")
    return "" if host and path else "must include a repository path"
