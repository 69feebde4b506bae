# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Where Quay is and how to reach it; how its paths are written."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from .errors import InvalidDeclaration
from .sessions import Credentials

API = "/api/v1"
MAX_PARALLEL = 32
MAX_TIMEOUT = 86400


@dataclass(frozen=True)
class Connection:
    """Where and how to reach Quay.

    ``host`` is a URL, with or without ``/api/v1``. ``timeout`` is in seconds, for connecting and for
    each wait for data. ``ca_path`` is a file or directory of certificates to trust, instead of the
    system's. ``unix_socket`` is the path of a socket through which to speak to Quay without TLS, whatever
    address ``host`` names.
    """

    host: str
    credentials: Credentials = None
    validate_certs: bool = True
    ca_path: str | None = None
    timeout: float = 30.0
    parallel: int = 8
    unix_socket: str | None = None

    def __post_init__(self) -> None:
        base_url(self.host)
        if not 1 <= self.parallel <= MAX_PARALLEL:
            raise InvalidDeclaration(f"parallel is {self.parallel}; it may be 1 to {MAX_PARALLEL}.")
        if not 0 < self.timeout <= MAX_TIMEOUT:
            raise InvalidDeclaration(
                f"timeout is {self.timeout:g}; it must be more than 0 and at most {MAX_TIMEOUT} seconds."
            )


def base_url(host: str) -> str:
    """Return the URL of the registry without a trailing slash and without ``/api/v1``.

    Raises InvalidDeclaration where ``host`` is not an http or https URL.
    """
    url = host.strip().rstrip("/")
    if url.endswith(API):
        url = url[: -len(API)].rstrip("/")
    if "@" in url:
        # Not shown: it may hold a password.
        raise InvalidDeclaration(
            "quay_host holds a user name or a password; give them as quay_username and quay_password."
        )
    if not _is_address(url):
        raise InvalidDeclaration(
            f"quay_host {host!r} is not the address of a registry; write for example "
            "https://registry.example.com."
        )
    return url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return False
    odd = any(char in "?#" or char.isspace() or not char.isprintable() for char in url)
    return known and _is_host(parts.hostname or "") and not odd


def _is_host(name: str) -> bool:
    """Tell whether a host can have this name (or IPv6 address), which urllib3 fails over otherwise."""
    return ":" in name or all(0 < len(label) <= 63 for label in name.rstrip(".").split("."))


def segment(name: str) -> str:
    """Return ``name`` quoted as one part of a path (robots contain '+')."""
    return quote(name, safe="")


def repository_path(namespace: str, name: str) -> str:
    """Return the path of a repository; the slashes inside its name stay."""
    return f"repository/{quote(namespace, safe='')}/{quote(name, safe='/')}"
