# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Where Quay is and how to reach it; how its paths are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from ..errors import InvalidDeclaration, InvalidName
from .sessions import Credentials

API = "/api/v1"
MAX_PARALLEL = 32
MAX_TIMEOUT = 86400
_NO_PARTS = ("", ".", "..")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# A scheme with a slash too few, which is no host's name with a port either.
_BROKEN_SCHEME = re.compile(r"https?:(?!//)", re.IGNORECASE)


@dataclass(frozen=True)
class Connection:
    """Where and how to reach Quay.

    ``host`` is a URL or a host, with or without ``/api/v1`` (see base_url). ``timeout`` is in
    seconds, for connecting and for each wait for data. ``ca_path`` is a file or directory of certificates to
    trust, instead of the system's. ``unix_socket`` is the path of a socket through which to speak to Quay
    without TLS, whatever address ``host`` names.
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

    Without a scheme https:// is meant. Raises InvalidDeclaration where ``host`` is not the address of a host.
    """
    url = host.strip().rstrip("/")
    if not has_scheme(url) and not _BROKEN_SCHEME.match(url):
        url = f"https://{url}"
    scheme, separator, rest = url.partition("://")
    url = f"{scheme.lower()}{separator}{rest}"
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
            "https://registry.example.com, or an IPv6 address as https://[2001:db8::1]:8443."
        )
    return url


def has_scheme(host: str) -> bool:
    """Tell whether the user wrote which protocol is meant, any one."""
    return _SCHEME.match(host.strip()) is not None


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
    """Return ``name`` quoted as one part of a path (robots contain '+').

    Raises InvalidName where it would not stay one: every client takes ".." for a step up, quoted or not, and
    to delete what is called so would delete what it belongs to.
    """
    if name in _NO_PARTS:
        raise InvalidName(f"{name!r} is no name that anything in Quay can have.")
    return quote(name, safe="")


def repository_path(namespace: str, name: str) -> str:
    """Return the path of a repository; the slashes inside its name stay. Raises InvalidName."""
    return f"repository/{segment(namespace)}/{'/'.join(segment(part) for part in name.split('/'))}"


def manifest_path(namespace: str, name: str, digest: str) -> str:
    """Return the path of an image of a repository."""
    return f"{repository_path(namespace, name)}/manifest/{segment(digest)}"
