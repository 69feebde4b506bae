# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The kinds by their names, for tables."""

from __future__ import annotations

from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.engine.words import Kind, Scope
from ansible_collections.quayops.quay.plugins.module_utils.kinds.catalog import CATALOG

KINDS: dict[str, Kind] = {kind.name: kind for kind in CATALOG}


def scope(kind: str, *where: Any, **options: Any) -> Scope:
    """Return where undeclared objects of the kind with that name are removed."""
    return Scope(KINDS[kind], *where, **options)
