# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a rule is given, and what it answers with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..versions import Version


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, and the group of fields it is in."""

    group: str
    message: str


@dataclass(frozen=True)
class Probes:
    """The outside world. Each answers None, or why it is not as the configuration says."""

    database: Callable[[str, Mapping[str, Any]], str | None]  # DB_URI, DB_CONNECTION_ARGS
    redis: Callable[[Mapping[str, Any]], str | None]  # host, port, password, ssl, db
    bucket: Callable[[str, Mapping[str, Any]], str | None]  # engine, its options
    tcp: Callable[[str, int, float], str | None]  # host, port, seconds
    http: Callable[[str, float], str | None]  # URL, seconds


@dataclass(frozen=True)
class Context:
    """A configuration, the files beside it, and how to look at the outside world."""

    config: Mapping[str, Any] = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    mode: str
    version: Version
    probes: Probes

    def flag(self, name: str, default: bool = False) -> bool:
        """A key that is true or false."""
        return bool(self.config.get(name, default))

    def text(self, name: str, default: str = "") -> str:
        """A key that is a text."""
        return str(self.config.get(name, default))

    def block(self, name: str) -> Mapping[str, Any] | None:
        """A key that is a mapping; None when it is left out."""
        found = self.config.get(name)
        return found if isinstance(found, dict) else None
