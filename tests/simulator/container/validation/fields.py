# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Small rules that many groups share. Each answers None, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from ..versions import Version

_HOST = re.compile(r"^[a-zA-Z0-9.\-]+(:[0-9]+)?$")
_SPAN = re.compile(r"^[0-9]+(w|m|d|h|s)$")


def required(value: object, name: str) -> str | None:
    """A value that may not be empty."""
    return None if value else f"{name} is required"


def host_name(value: str, name: str, version: Version) -> str | None:
    """A host name with or without a port. From 3.18 on it has a dot in it, or is localhost."""
    value = value.strip(" ")
    if not _HOST.match(value):
        return f"{name} must be a host name"
    host = value.split(":")[0]
    if version >= (3, 18, 0) and host != "localhost" and "." not in host:
        return f"{name} must be a fully qualified host name such as registry.example.com, not {host}"
    return None


def one_of(value: str, choices: Iterable[str], name: str) -> str | None:
    """A value out of a list."""
    names = list(choices)
    return None if value in names else "{} must be one of {}".format(name, ", ".join(names))


def time_span(value: str, name: str) -> str | None:
    """A number and a unit, such as 2w."""
    return None if _SPAN.match(value) else f"{name} must be a time span such as 30m, 12h or 2w"


def url(value: str, name: str) -> str | None:
    """An address with a scheme and a host."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return f"{name} must be a URL"
    return None if parts.scheme and parts.netloc else f"{name} must be a URL"


def http_url(value: str, name: str) -> str | None:
    """An address that begins with http:// or https://."""
    return None if value.startswith(("http://", "https://")) else f"{name} must be a URL"


def found(*problems: str | None) -> list[str]:
    """What is wrong, without what is right."""
    return [problem for problem in problems if problem is not None]
