# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is desired, what is current and what changes, in few words, for tables of the planner."""

from __future__ import annotations

from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.engine.plan import plan
from ansible_collections.quayops.quay.plugins.module_utils.engine.report import (
    Report,
    change_views,
    diffs,
)
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import (
    Change,
    Current,
    Desired,
    Item,
    Scope,
)
from tests.unit.module_utils.named_kinds import KINDS

ORG = Item(KINDS["organization"], (), {"email": "", "tag_expiration_s": 1209600})
OWNERS = Item(KINDS["team"], ("owners",), {"role": "admin", "description": ""})


def item(kind: str, *key: str, append: bool = True, ident: str = "", **fields: Any) -> Item:
    return Item(KINDS[kind], key, fields, append=append, ident=ident)


def current(*items: Item, **options: Any) -> Current:
    facts = {name: options.pop(name) for name in ("synced", "invited") if name in options}
    return Current("acme", exists=True, items=(ORG, OWNERS, *items), facts=facts, **options)


def missing(**options: Any) -> Current:
    return Current("acme", exists=False, **options)


def desired(*items: Item, scopes: tuple[Scope, ...] = (), absent: Any = (), **options: Any) -> Desired:
    gone = tuple((KINDS[kind], key) for kind, key in absent)
    home = KINDS["organization"]
    return Desired("acme", home, present=items, scopes=frozenset(scopes), absent=gone, **options)


def label(change: Change) -> str:
    fields = ",".join(change.fields)
    return (
        f"{change.action} {change.kind.name} {' '.join(change.key)}{' ' + fields if fields else ''}".rstrip()
    )


def labels(wanted: Desired, there: Current, **options: Any) -> list[str]:
    return [label(change) for change in plan(wanted, there, **options).changes]


def change(action: str, kind: str, *key: str, **sides: Any) -> Change:
    fields = tuple(sides.get("after") or ())
    return Change(
        action, KINDS[kind], key, before=sides.get("before"), after=sides.get("after"), fields=fields
    )


def names(one: Change) -> tuple[str, str]:
    """Return how results and diffs name what changes in organization acme."""
    report = Report("acme", [one])
    return change_views(report)[0]["name"], diffs(report)[0]["after_header"]


ROBOT = item("robot", "ci", description="CI", federations=())
TEAM = item("team", "creators", role="creator", description="d")
MEMBER = item("member", "creators", "alice")
RULE = item("prototype", "", "user", "acme+ci", ident="p1", role="write")
REPO = item("repository", "app", visibility="private", description="", repo_state="NORMAL", star=False)
GRANT = item("permission", "app", "user", "alice", role="read")
