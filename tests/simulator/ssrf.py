# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which addresses Quay lets its own requests go to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from .errors import InvalidRequest
from .settings import Settings

_REFUSED = "The provided registry URL is not allowed"
_INTERNAL_NAMES = ("localhost", "metadata.google.internal", "metadata")


def check_registry(settings: Settings, location: str) -> None:
    """Refuses internal addresses, unless SSRF_ALLOWED_HOSTS lists them. Names are not resolved here; those
    that end in .invalid cannot be."""
    address = location if "://" in location else "https://" + location
    host = (urlsplit(address).hostname or "").lower()
    if host in settings.ssrf_allowed_hosts:
        return
    if not host:
        raise InvalidRequest("URL must include a hostname")
    if host in _INTERNAL_NAMES:
        raise InvalidRequest(_REFUSED)
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        if host.endswith(".invalid"):  # the one end of a name that never has an address
            raise InvalidRequest(f"Cannot resolve hostname '{host}'") from None
        return
    if not number.is_global:
        raise InvalidRequest(_REFUSED)


def is_allowed(settings: Settings, location: str) -> bool:
    """Whether Quay would ask an address."""
    try:
        check_registry(settings, location)
    except InvalidRequest:
        return False
    return True
