# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What holds of the planner whatever is declared and whatever is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.quayops.quay.plugins.module_utils.engine.plan import plan
from ansible_collections.quayops.quay.plugins.module_utils.engine.words import (
    Change,
    Current,
    Desired,
    Item,
    Key,
    Kind,
    Scope,
)
from tests.unit.module_utils.named_kinds import KINDS

NAMES = st.sampled_from(["a1", "b1", "c1"])
USERS = st.sampled_from(["alice", "bob", "carol"])
ROLES = st.sampled_from(["read", "write", "admin"])
ORG = Item(KINDS["organization"], (), {"email": "", "tag_expiration_s": 0})
OWNERS = Item(KINDS["team"], ("owners",), {"role": "admin", "description": ""})


def items(
    kind: str, key: st.SearchStrategy[Key], **fields: st.SearchStrategy[Any]
) -> st.SearchStrategy[Item]:
    return st.builds(
        lambda key, values: Item(KINDS[kind], key, values), key, st.fixed_dictionaries({}, optional=fields)
    )


def kinds(*names: str) -> st.SearchStrategy[Kind]:
    return st.sampled_from([KINDS[name] for name in names])


TEXTS = st.sampled_from(["", "x", "y"])
TEAMS = items(
    "team", st.tuples(NAMES), role=st.sampled_from(["member", "creator", "admin"]), description=TEXTS
)
ROBOTS = items("robot", st.tuples(NAMES), description=TEXTS)
MEMBERS = items("member", st.tuples(NAMES, USERS))
PROTOTYPES = items("prototype", st.tuples(st.just(""), st.just("user"), USERS), role=ROLES)
REPOSITORIES = items(
    "repository",
    st.tuples(NAMES),
    visibility=st.sampled_from(["public", "private"]),
    description=TEXTS,
    star=st.booleans(),
)
PERMISSIONS = items("permission", st.tuples(NAMES, st.just("user"), USERS), role=ROLES)
ANY = st.one_of(TEAMS, ROBOTS, MEMBERS, PROTOTYPES, REPOSITORIES, PERMISSIONS)
MANY = st.lists(ANY, max_size=12, unique_by=lambda item: (item.kind, item.key))
SCOPES = st.frozensets(
    st.one_of(
        st.builds(
            Scope, st.sampled_from([KINDS[name] for name in ("robot", "team", "prototype", "repository")])
        ),
        st.builds(
            Scope, st.sampled_from([KINDS[name] for name in ("member", "permission")]), st.tuples(NAMES)
        ),
    ),
    max_size=4,
)


def full(item: Item, number: int) -> Item:
    """Return the item as Quay answers it: with all fields, and with an id."""
    defaults = {field.name: field.default for field in item.kind.fields if field.name != "regenerate"}
    return replace(item, fields={**defaults, **item.fields}, ident=f"id{number}")


def there(found: list[Item], caller: str = "") -> Current:
    all_items = (ORG, OWNERS, *(full(item, number) for number, item in enumerate(found)))
    return Current("acme", exists=True, items=all_items, caller=caller)


def applied(current: Current, changes: tuple[Change, ...]) -> Current:
    """Return what is there after the changes, as Quay would carry them out."""
    found = {(item.kind, item.key, item.ident): item for item in current.items}
    for number, change in enumerate(changes):
        place = (change.kind, change.key, change.ident)
        if change.action == "delete":
            found.pop(place, None)
        elif change.action == "update":
            found[place] = replace(found[place], fields={**found[place].fields, **(change.after or {})})
        else:
            new = full(Item(change.kind, change.key, change.after or {}), 1000 + number)
            found[(new.kind, new.key, new.ident)] = new
    return replace(current, items=tuple(found.values()))


def wanted(present: list[Item], scopes: frozenset[Scope] = frozenset()) -> Desired:
    # Members belong to declared teams, permissions to declared repositories.
    teams = {item.key[0] for item in present if item.kind.name == "team"}
    repositories = {item.key[0] for item in present if item.kind.name == "repository"}
    parents = {"member": teams, "permission": repositories}
    kept = [
        item for item in present if item.kind.name not in parents or item.key[0] in parents[item.kind.name]
    ]
    return Desired("acme", KINDS["organization"], present=tuple(kept), scopes=scopes, purge_limit=1000)


@given(MANY, MANY, SCOPES)
def test_what_was_carried_out_leaves_nothing_to_do(
    present: list[Item], found: list[Item], scopes: frozenset[Scope]
) -> None:
    desired, current = wanted(present, scopes), there(found)
    assert plan(desired, applied(current, plan(desired, current).changes)).changes == ()


@given(MANY, MANY, SCOPES, st.randoms())
def test_the_order_of_the_declaration_does_not_matter(
    present: list[Item], found: list[Item], scopes: frozenset[Scope], random: Any
) -> None:
    desired = wanted(present, scopes)
    shuffled = list(desired.present)
    random.shuffle(shuffled)
    current = there(found)
    assert plan(replace(desired, present=tuple(shuffled)), current).changes == plan(desired, current).changes


@given(MANY, MANY)
def test_without_a_scope_nothing_is_removed(present: list[Item], found: list[Item]) -> None:
    changes = plan(wanted(present), there(found)).changes
    assert [change for change in changes if change.action == "delete"] == []


@given(MANY, MANY, SCOPES)
def test_nothing_declared_and_nothing_protected_is_removed(
    present: list[Item], found: list[Item], scopes: frozenset[Scope]
) -> None:
    desired = wanted(present, scopes)
    declared = {(item.kind, item.key) for item in desired.present}
    for change in plan(desired, there(found, caller="alice")).changes:
        if change.action == "delete":
            assert (change.kind, change.key) not in declared
            assert (change.kind, change.key) != (KINDS["team"], ("owners",))
            assert not (change.kind in ("member", "permission") and change.key[-1] == "alice")


@given(MANY, MANY, SCOPES)
def test_what_is_needed_comes_first(present: list[Item], found: list[Item], scopes: frozenset[Scope]) -> None:
    changes = plan(wanted(present, scopes), there(found)).changes
    made = [change.rank for change in changes if change.action != "delete"]
    removed = [change.rank for change in changes if change.action == "delete"]
    assert made == sorted(made)
    assert removed == sorted(removed, reverse=True)
    assert [change.action == "delete" for change in changes] == [False] * len(made) + [True] * len(removed)


@given(MANY, st.lists(PROTOTYPES, max_size=6))
def test_declared_prototypes_end_up_once(present: list[Item], found: list[Item]) -> None:
    desired = wanted(present)
    current = there(found)
    after = applied(current, plan(desired, current).changes)
    for item in desired.present:
        if item.kind == "prototype":
            assert len([one for one in after.items if (one.kind, one.key) == (item.kind, item.key)]) == 1
