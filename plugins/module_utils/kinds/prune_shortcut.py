# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The one auto-prune policy that users say in two options of an organization or a repository.

It has no tag pattern, and takes the place of others that have none.
"""

from __future__ import annotations

from ..engine.declaration import Notes
from ..engine.words import Current, Entry, Item, Key, Kind, Spec
from ..errors import InvalidDeclaration
from .auto_prune import DATE, TAGS, said

_METHOD, _VALUE, _LIST = "auto_prune_method", "auto_prune_value", "auto_prune"
_NONE = "none"


def shortcut_options() -> Spec:
    """Return the two options."""
    return {_METHOD: {"type": "str", "choices": [_NONE, TAGS, DATE]}, _VALUE: {"type": "str"}}


def take_shortcut(kind: Kind, entry: Entry, notes: Notes, parent: Key = ()) -> None:
    """Note the policy that the two options of an entry declare, or that there shall be none."""
    method, value = entry.get(_METHOD), entry.get(_VALUE)
    if method is None and value is None:
        return
    if entry.get(_LIST) is not None:
        notes.wrong.append(f"{_METHOD} and {_LIST} say the same in two ways; write one of them")
    elif method is None:
        notes.wrong.append(f"{_VALUE} is given without {_METHOD}")
    elif method == _NONE:
        notes.complete_below({"append": False}, kind, parent)
    elif value is None:
        notes.wrong.append(f"{_METHOD}={method} needs {_VALUE}")
    else:
        _take_one(kind, method, str(value), notes, parent)


def _take_one(kind: Kind, method: str, value: str, notes: Notes, parent: Key) -> None:
    try:
        key, fields = said({"method": method, "value": value})
    except InvalidDeclaration as error:
        notes.wrong.append(f"auto_prune_{error.message.rstrip('.')}")
        return
    declared = (*parent, *key)

    def spares(item: Item, current: Current) -> bool:
        # Where it is there already nothing makes room for it: other tasks may have put others beside it.
        return bool(item.fields.get("tag_pattern")) or any(one.key == declared for one in current.of(kind))

    notes.add({}, kind, declared, fields)
    notes.replace_below(kind, parent, spares)
