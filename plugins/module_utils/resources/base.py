# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What all kinds of objects have in common: where they live, and steps that change them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Callable, Protocol

from ..client import Client
from ..connection import segment
from ..state import Change, Kind

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Place:
    """A namespace: an organization, or (``personal``) the caller's own."""

    name: str
    personal: bool = False

    @property
    def path(self) -> str:
        """The path under which the API keeps what belongs to the namespace."""
        return "user" if self.personal else f"organization/{segment(self.name)}"


@dataclass(frozen=True)
class Step:
    """One request that carries out a change, wholly or in part.

    ``fields`` names what of the change is done once ``call`` has returned.
    """

    fields: tuple[str, ...]
    call: Callable[[], Any]


class Resource(Protocol):
    """How the objects of one kind are changed: the requests, in order. No decisions.

    Reading differs too much to be alike; each class has its own functions for it.
    """

    kind: Kind

    def create(self, client: Client, place: Place, change: Change) -> Iterator[Step]: ...

    def update(self, client: Client, place: Place, change: Change) -> Iterator[Step]: ...

    def delete(self, client: Client, place: Place, change: Change) -> Iterator[Step]: ...


def value_of(change: Change, name: str) -> Any:
    """Return the value that the change gives to a field."""
    return (change.after or {}).get(name)


def email_of(value: Any) -> str:
    """Return the address; Quay stores a UUID where there is none, and some versions show it."""
    text = str(value or "")
    return "" if _UUID.fullmatch(text) else text
