# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The planner: compares what is desired with what is current. Pure.

``plan(desired, current)`` returns the changes that turn the one into the other, or raises where the
declaration cannot be carried out, before anything is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..errors import NotFound, PurgeRefused
from .matching import check_matches, matched, new_key
from .references import check_references, referred_to
from .words import Change, Current, Desired, Item, Kind, Named, Plan, Scope


def plan(desired: Desired, current: Current, check_mode: bool = False) -> Plan:
    """Return the changes from ``current`` to ``desired``.

    ``check_mode``: the namespace may still be missing, since an earlier task would have made it.

    Raises NotFound where the namespace is missing and not declared, InvalidDeclaration where the
    declaration refers to something that does not exist, PurgeRefused where a purge would remove more
    than its limit.
    """
    gone = next((kind for kind, _key in desired.absent if kind.namespace), None)
    if gone is not None:
        return _without_namespace(gone, desired, current)
    if not _namespace_at_hand(desired, current, check_mode):
        return Plan()
    current = _with_what_quay_adds(desired, current)
    warnings = check_references(desired, current, check_mode)
    there = _by_key(current.items)
    check_matches(desired, there)
    changes: list[Change] = []
    for item in desired.present:
        changes += _ensure(*matched(item, there), current, warnings)
    changes += _removals(desired, current, there)
    warnings += _checked(desired, current, changes)
    look_again = any(kind.look_again(desired, changes) for kind in desired.kinds)
    return Plan(_in_order(changes), tuple(warnings), look_again)


def _namespace_at_hand(desired: Desired, current: Current, check_mode: bool) -> bool:
    """Return whether there is something to plan in; raise where the namespace is missing."""
    if current.exists or any(item.kind.namespace for item in desired.present):
        return True
    if not desired.present:
        return False
    if check_mode:
        return True
    home = desired.home
    raise NotFound(
        f"{home.name.capitalize()} {desired.namespace!r} does not exist, or its name is not written as Quay "
        f"has it. Create it first, with {home.makers}."
    )


def _without_namespace(kind: Kind, desired: Desired, current: Current) -> Plan:
    changes = [_deletion(item) for item in current.of(kind)]
    if current.exists and not changes:
        changes = [Change("delete", kind, (), before={})]
    return Plan(tuple(changes), tuple(_checked(desired, current, changes)))


def _with_what_quay_adds(desired: Desired, current: Current) -> Current:
    """Return ``current`` as it is once a missing namespace is made."""
    if current.exists:
        return current
    return replace(current, items=desired.home.brings(current))


def _checked(desired: Desired, current: Current, changes: list[Change]) -> list[str]:
    kinds = sorted(desired.kinds, key=lambda kind: kind.rank)
    return [text for kind in kinds for text in kind.check(desired, current, changes)]


def _by_key(items: Iterable[Item]) -> dict[Named, list[Item]]:
    found: dict[Named, list[Item]] = defaultdict(list)
    for item in items:
        found[(item.kind, item.key)].append(item)
    return found


# One declared object


def _ensure(item: Item, found: list[Item], current: Current, warnings: list[str]) -> list[Change]:
    kind = item.kind
    if not found:
        why_not = kind.pending(item, current)
        if why_not is None:
            return [_creation(item)]
        warnings.append(why_not)
        return []
    keep, extra = _pick(item, found)
    if extra and not kind.repairable:
        warnings.append(
            f"{len(found)} {kind.plural} are named {item.key[-1]}; the first is managed, none is removed."
        )
        extra = []
    changes = [_deletion(one) for one in extra]
    update = _update(item, keep, warnings)
    return ([update] if update else []) + changes


def _pick(item: Item, found: list[Item]) -> tuple[Item, list[Item]]:
    """Return the object to keep, one that is right already if there is one, and its duplicates."""
    wanted = item.fields.items()
    right = [one for one in found if all(one.fields.get(name) == value for name, value in wanted)]
    keep = (right or found)[0]
    return keep, [one for one in found if one is not keep]


def _creation(item: Item) -> Change:
    kind = item.kind
    lasting = [field for field in kind.fields if not field.on_request]
    after = {field.name: item.fields.get(field.name, field.default) for field in lasting}
    defaults = {field.name: field.default for field in lasting}
    sent = tuple(name for name, value in item.fields.items() if name in defaults and value != defaults[name])
    return Change("create", kind, item.key, after=_shown(after), fields=sent, facts=kind.manner(item))


def _update(item: Item, there: Item, warnings: list[str]) -> Change | None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    kind = item.kind
    for field in kind.fields:
        if field.name not in item.fields:
            continue
        has, wants = there.fields.get(field.name), item.fields[field.name]
        if field.additive and item.append:
            wants = tuple(sorted({*(has or ()), *wants}))
        if has == wants:
            continue
        if field.fixed:
            text = f"{kind.described(item.key)}: its {field.name} differs, and Quay cannot change it."
            warnings.append(f"{text} {field.fixed}")
            continue
        before[field.name], after[field.name] = has, wants
    if not after:
        return None
    return Change(
        "update",
        kind,
        item.key,
        before=before,
        after=after,
        fields=tuple(after),
        ident=there.ident,
        facts={**there.facts, **there.fields, **kind.manner(item)},
    )


def _deletion(item: Item, manner: Mapping[str, Any] | None = None) -> Change:
    facts = {**item.facts, **item.fields, **(manner or {})}
    return Change("delete", item.kind, item.key, before=_shown(item.fields), ident=item.ident, facts=facts)


def _shown(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


# Removing


def _removals(desired: Desired, current: Current, there: Mapping[Named, list[Item]]) -> list[Change]:
    changes = [
        _deletion(item, desired.manners.get(ref)) for ref in desired.absent for item in there.get(ref, [])
    ]
    gone = {(change.kind, change.key) for change in changes}
    declared = {(item.kind, key) for item in desired.present for key in (item.key, new_key(item))} | gone
    spared = referred_to(desired)
    for scope in sorted(desired.scopes, key=lambda one: (one.kind.name, one.parent)):
        victims = [
            item
            for item in current.of(scope.kind)
            if item.parent == scope.parent
            and (item.kind, item.key) not in declared
            and (item.kind, item.key) not in spared
            and not item.kind.protected(item, current)
            and not (scope.spares is not None and scope.spares(item, current))
        ]
        if scope.limited:
            _check_limit(scope, victims, desired)
        changes += [_deletion(item) for item in victims]
    return changes


def _check_limit(scope: Scope, victims: list[Item], desired: Desired) -> None:
    if len(victims) <= desired.purge_limit:
        return
    names = ", ".join(sorted(item.kind.described(item.key) for item in victims))
    where = " ".join((desired.namespace, *scope.parent))
    raise PurgeRefused(
        f"Purging {scope.kind.plural} of {where} would remove {len(victims)} of them, more than "
        f"purge_limit ({desired.purge_limit}): {names}. None was removed."
    )


# Order


def _in_order(changes: list[Change]) -> tuple[Change, ...]:
    """Return what goes first, creations and updates by rank, then deletions the other way round."""
    made = [change for change in changes if change.action != "delete"]
    removed = [change for change in changes if change.action == "delete"]
    made.sort(key=lambda change: (change.rank, change.key))
    removed.sort(key=lambda change: (-change.rank, change.key, change.ident))
    first = [change for change in removed if change.kind.in_the_way]
    return (*first, *made, *(change for change in removed if not change.kind.in_the_way))
