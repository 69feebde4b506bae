# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Options that most kinds have."""

from __future__ import annotations

from typing import Any

from .words import Entry, Kind, Spec


def state_option() -> Spec:
    return {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}


def append_option() -> Spec:
    return {"append": {"type": "bool", "default": True}}


def list_of(options: Spec) -> dict[str, Any]:
    """Return an option that is a list of entries with these options."""
    return {"type": "list", "elements": "dict", "options": options}


def option_of(kind: Kind) -> dict[str, Any]:
    """Return the option of a namespace's entry that holds what is declared of a kind."""
    held = holding(kind, kind.options())
    return {**held, "aliases": list(kind.aliases)} if kind.aliases else held


def holding(kind: Kind, options: Spec) -> dict[str, Any]:
    """Return an option that holds entries of a kind with these options: a list, or the one that there is."""
    return {"type": "dict", "options": options} if kind.single else list_of(options)


def entry_with(kind: Kind, namespace: str, entry: Entry) -> Entry:
    """Return the entry of a namespace in which one object is declared."""
    return {"name": namespace, kind.plural: entry if kind.single else [entry]}
