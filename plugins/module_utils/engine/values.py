# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What objects are made of and where they are, whatever their kind; and what a run shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Protocol

from ..errors import QuayError


@dataclass(frozen=True)
class Field:
    """One property of a kind of object.

    ``default`` is what Quay gives a new object for which the field is not sent. ``fixed``: Quay cannot
    change it later; the text says what making the object anew would cost. ``additive``: a list to which
    an item with ``append`` adds. ``on_request``: something to do with an object, which a new one does not
    need.
    """

    name: str
    default: Any = None
    fixed: str = ""
    additive: bool = False
    on_request: bool = False


@dataclass(frozen=True, repr=False)
class Secret:
    """A value that is compared and sent, and never shown; "" stands for one that nobody knows.

    ``compared``: whether it is found out if the present one is another, or is only given to new objects.
    """

    value: str
    compared: bool = field(default=False, compare=False)

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True)
class Place:
    """A namespace: an organization, or (``personal``) the caller's own."""

    name: str
    personal: bool = False


@dataclass(frozen=True)
class Step:
    """One request that carries out a change, wholly or in part.

    ``fields`` names what of the change is done once ``call`` has returned.
    """

    fields: tuple[str, ...]
    call: Callable[[], Any]


class Client(Protocol):
    """What the engine itself needs of a client; kinds need more, and know its real class."""

    observer: Callable[[int, int], None] | None

    @property
    def parallel(self) -> int:
        """How many requests may be under way at a time."""

    def caller(self) -> str:
        """Return the user name of who asks. One request."""

    def pause(self, tries: int, cause: QuayError) -> None:
        """Wait before something is tried again that has failed ``tries`` times, last for that ``cause``."""


@dataclass
class Run:
    """What all lanes of a run share: ``accounts`` remembers who exists, ``known`` that Quay knows the caller.

    In ``check_mode`` nothing but GET is sent.
    """

    client: Any
    check_mode: bool = False
    accounts: dict[str, bool] = field(default_factory=dict)
    known: bool = False
