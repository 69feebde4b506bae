# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a policy says by which Quay makes tags immutable (facts A11); a namespace or a repository has it.

Its pattern is its key: of one pattern there is one policy, and it can be given another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.options import append_option, state_option
from ..engine.values import Field, Step
from ..engine.words import Change, Entry, Item, Key, Kind, Spec
from ..http.client import Client
from ..http.connection import segment

MATCHING, OTHERS = "matching_immutable", "not_matching_immutable"
# The pattern is what the policy is called by, and what is changed under ``name``.
FIELDS = (Field("behavior", MATCHING), Field("name"))
_LONGEST = 256

# What the user writes


def policy_options() -> Spec:
    """Return the options of one policy."""
    return {
        "tag_pattern": {"type": "str", "required": True},
        "behavior": {"type": "str", "choices": [MATCHING, OTHERS]},
        **append_option(),
        **state_option(),
    }


def flat_options() -> Spec:
    """Return the options of one policy that is declared alone."""
    return {**policy_options(), "new_tag_pattern": {"type": "str"}}


def take_policy(kind: Kind, entry: Entry, notes: Notes, parent: Key = ()) -> None:
    """Note one policy, of the kind and below the parent that are given."""
    pattern, new = (_pattern(entry, name, notes) for name in ("tag_pattern", "new_tag_pattern"))
    key = (*parent, pattern or "")
    if notes.add(entry, kind, key, {"behavior": entry.get("behavior"), "name": new}):
        notes.complete_below(entry, kind, parent)
    elif new not in (None, pattern):
        # It may have got its new pattern already.
        notes.add(entry, kind, (*parent, str(new)), {})


def _pattern(entry: Entry, option: str, notes: Notes) -> str | None:
    if entry.get(option) is None:
        return None
    # Quay leaves out what is around it, too. What it takes for a regular expression it knows best.
    pattern = str(entry[option]).strip()
    if not pattern or len(pattern) > _LONGEST:
        notes.wrong.append(f"{option} {pattern!r} must have 1 to {_LONGEST} characters")
    return pattern


# What is there


def policies_at(client: Client, path: str, kind: Kind, parent: Key) -> list[Item]:
    """Return all policies that Quay has below a path."""
    views = client.get(path)["policies"]
    return sorted((_item(kind, parent, view) for view in views), key=lambda item: (item.key, item.ident))


def _item(kind: Kind, parent: Key, view: Mapping[str, Any]) -> Item:
    behavior = OTHERS if view.get("tagPatternMatches") is False else MATCHING
    return Item(kind, (*parent, view["tagPattern"]), {"behavior": behavior}, ident=view["uuid"])


# What changes


def creation(client: Client, path: str, change: Change) -> Iterator[Step]:
    """Yield the step that makes a policy below a path."""
    body = _body(change.key[-1], change.value("behavior"))
    yield Step(change.fields, partial(client.send, "POST", path, body))


def update(client: Client, path: str, change: Change) -> Iterator[Step]:
    """Yield the step that changes a policy below a path; Quay wants all of it."""
    pattern, behavior = (change.value(name) or change.facts.get(name) for name in ("name", "behavior"))
    body = _body(pattern or change.key[-1], behavior)
    yield Step(change.fields, partial(client.send, "PUT", path + segment(change.ident), body))


def deletion(client: Client, path: str, change: Change) -> Iterator[Step]:
    """Yield the step that removes a policy below a path."""
    yield Step((), partial(client.send, "DELETE", path + segment(change.ident)))


def _body(pattern: str, behavior: Any) -> dict[str, Any]:
    return {"tagPattern": pattern, "tagPatternMatches": behavior != OTHERS}


# How it is shown, and written down


def shown(values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as the user writes them."""
    return {"tag_pattern" if name == "name" else name: value for name, value in values.items()}


def entries_of(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Return policies as they are declared, each pattern once."""
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        found.setdefault(item.key[-1], {"tag_pattern": item.key[-1], **item.fields})
    return list(found.values())
