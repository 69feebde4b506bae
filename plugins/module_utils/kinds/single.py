# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One object, declared by a module of its own."""

from __future__ import annotations

from typing import Any, Callable

from ..engine.declaration import declared
from ..engine.options import entry_with
from ..engine.report import Report
from ..engine.words import Desired, Entry, Flat, Kind, Spec
from ..http.client import Client
from .organization import ORGANIZATION

Declare = Callable[[Entry, Client], Desired]
Describe = Callable[[Entry, Report], dict[str, Any]]


def single(kind: Kind, way: Flat | None = None) -> tuple[Spec, Declare, Describe]:
    """Return the options of the module for one object, what it desires, and what it returns.

    ``way`` is how that module declares it, where the kind has several.
    """
    flat = way or kind.flat
    if flat is None:
        raise TypeError(f"{kind!r} has no module of its own.")

    def declare(params: Entry, client: Client) -> Desired:
        return _desired(kind, flat, params, client)

    return flat.options(), declare, flat.describe


def _desired(kind: Kind, flat: Flat, params: Entry, client: Client) -> Desired:
    if flat.declare is not None:
        return flat.declare(params)
    if kind is ORGANIZATION:
        return declared(ORGANIZATION, params, ())
    namespace, entry = flat.entry(params, client)
    return declared(ORGANIZATION, entry_with(kind, namespace, entry), [kind], with_home=False)
