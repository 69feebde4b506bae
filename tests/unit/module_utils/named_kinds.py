# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The kinds by their names, for tables; and one object as its own module declares it."""

from __future__ import annotations

from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Desired, Entry, Kind, Scope
from ansible_collections.quayops.quay.plugins.module_utils.kinds.catalog import CATALOG
from ansible_collections.quayops.quay.plugins.module_utils.kinds.single import single

KINDS: dict[str, Kind] = {kind.name: kind for kind in CATALOG}


def scope(kind: str, *where: Any, **options: Any) -> Scope:
    """Return where undeclared objects of the kind with that name are removed."""
    return Scope(KINDS[kind], *where, **options)


def declared_alone(kind: str, params: Entry, client: Any = None) -> Desired:
    """Return what the module for one object of the kind desires; what is left out has its default."""
    options, declare, _describe = single(KINDS[kind])
    return declare({**{name: option.get("default") for name, option in options.items()}, **params}, client)
