# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The planner: compares what is desired with what is current. Pure.

``plan(desired, current)`` returns the changes that turn the one into the other, or raises where the
declaration cannot be carried out, before anything is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from .accounts import check_user, needs_second_look
from .errors import InvalidDeclaration, NotFound, PurgeRefused
from .matching import check_matches, matched
from .state import (
    AUTO_PRUNE,
    KINDS,
    MEMBER,
    ORGANIZATION,
    OWNERS,
    PERMISSION,
    PROTOTYPE,
    REPOSITORY,
    ROBOT,
    TAG,
    TEAM,
    USER,
    Change,
    Current,
    Desired,
    Item,
    Key,
    Kind,
    Plan,
    Scope,
    is_robot,
    split_robot,
)


def plan(desired: Desired, current: Current, check_mode: bool = False) -> Plan:
    """Return the changes from ``current`` to ``desired``.

    ``check_mode``: the organization may still be missing, since an earlier task would have made it.

    Raises NotFound where the organization is missing and not declared, InvalidDeclaration where the
    declaration refers to something that does not exist, PurgeRefused where a purge would remove more
    than its limit.
    """
    if (ORGANIZATION.name, ()) in desired.absent:
        return _without_organization(current)
    if not _organization_at_hand(desired, current, check_mode):
        return Plan()
    current = _with_what_quay_adds(desired, current)
    warnings = _check_references(desired, current, check_mode)
    there = _by_key(current.items)
    check_matches(desired, there)
    changes: list[Change] = []
    for item in desired.present:
        changes += _ensure(*matched(item, there), current, warnings)
    changes += _removals(desired, current, there)
    warnings += check_user(desired, current, changes)
    return Plan(_in_order(changes), tuple(warnings), _needs_second_look(desired, changes))


def described(kind: str, key: Key) -> str:
    """Return how messages and diffs name an object."""
    if kind == MEMBER.name:
        return f"member {key[1]} of team {key[0]}"
    if kind == PERMISSION.name:
        return f"permission of {key[1]} {key[2]} on repository {key[0]}"
    if kind == PROTOTYPE.name:
        creator = f" when {key[0]} creates" if key[0] else ""
        return f"prototype for {key[1]} {key[2]}{creator}"
    if kind == TAG.name:
        return f"tag {':'.join(key)}"
    if kind == AUTO_PRUNE.name:
        return f"auto-prune policy {' '.join(part for part in key if part)}"
    return " ".join((kind, *key))


def _organization_at_hand(desired: Desired, current: Current, check_mode: bool) -> bool:
    """Return whether there is something to plan in; raise where the organization is missing."""
    if current.exists or any(item.kind in (ORGANIZATION.name, USER.name) for item in desired.present):
        return True
    if not desired.present:
        return False
    if check_mode:
        return True
    raise NotFound(
        f"Organization {desired.namespace!r} does not exist, or its name is not written as Quay has it. "
        "Create it first, with quay_organization or quay_organizations."
    )


def _without_organization(current: Current) -> Plan:
    if not current.exists:
        return Plan()
    before = next((dict(item.fields) for item in current.of(ORGANIZATION)), {})
    return Plan((Change("delete", ORGANIZATION.name, (), before=before),))


def _with_what_quay_adds(desired: Desired, current: Current) -> Current:
    """Return ``current`` as it is once a missing organization is made: with its team of owners."""
    if current.exists:
        return current
    items = [Item(TEAM.name, (OWNERS,), {"role": "admin", "description": ""})]
    if current.caller:
        items.append(Item(MEMBER.name, (OWNERS, current.caller)))
    return Current(
        namespace=current.namespace,
        exists=False,
        items=tuple(items),
        caller=current.caller,
        unknown=current.unknown,
    )


def _by_key(items: Iterable[Item]) -> dict[tuple[str, Key], list[Item]]:
    found: dict[tuple[str, Key], list[Item]] = defaultdict(list)
    for item in items:
        found[(item.kind, item.key)].append(item)
    return found


# One declared object


def _ensure(item: Item, found: list[Item], current: Current, warnings: list[str]) -> list[Change]:
    kind = KINDS[item.kind]
    if not found:
        if kind is MEMBER and item.key in current.invited:
            warnings.append(f"{item.key[1]} is invited to team {item.key[0]} and has not accepted yet.")
            return []
        return [_creation(kind, item)]
    keep, extra = _pick(item, found)
    if extra and not kind.repairable:
        warnings.append(
            f"{len(found)} {kind.plural} are named {item.key[-1]}; the first is managed, none is removed."
        )
        extra = []
    changes = [_deletion(one) for one in extra]
    update = _update(kind, item, keep, warnings)
    return ([update] if update else []) + changes


def _pick(item: Item, found: list[Item]) -> tuple[Item, list[Item]]:
    """Return the object to keep, one that is right already if there is one, and its duplicates."""
    wanted = item.fields.items()
    right = [one for one in found if all(one.fields.get(name) == value for name, value in wanted)]
    keep = (right or found)[0]
    return keep, [one for one in found if one is not keep]


def _creation(kind: Kind, item: Item) -> Change:
    after = {field.name: item.fields.get(field.name, field.default) for field in kind.fields}
    after.pop("regenerate", None)
    sent = tuple(
        name
        for name, value in item.fields.items()
        if name != "regenerate" and value != kind.field(name).default
    )
    return Change("create", kind.name, item.key, after=_shown(after), fields=sent, facts=_manner(item))


def _update(kind: Kind, item: Item, there: Item, warnings: list[str]) -> Change | None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for field in kind.fields:
        if field.name not in item.fields:
            continue
        has, wants = there.fields.get(field.name), item.fields[field.name]
        if field.additive and item.append:
            wants = tuple(sorted({*(has or ()), *wants}))
        if has == wants:
            continue
        if field.create_only:
            warnings.append(
                f"{described(kind.name, item.key)}: its {field.name} differs, and Quay cannot change it. "
                "Removing and creating it again would change its token and drop its permissions."
            )
            continue
        before[field.name], after[field.name] = has, wants
    if not after:
        return None
    return Change(
        "update",
        kind.name,
        item.key,
        before=before,
        after=after,
        fields=tuple(after),
        ident=there.ident,
        facts={**there.facts, **there.fields, **_manner(item)},
    )


def _manner(item: Item) -> dict[str, Any]:
    """Return what the declaration says about how a change is made."""
    return {"restore": True} if "restore" in item.facts else {}


def _deletion(item: Item) -> Change:
    return Change(
        "delete", item.kind, item.key, before=_shown(item.fields), ident=item.ident, facts=item.fields
    )


def _shown(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


# Removing


def _removals(desired: Desired, current: Current, there: dict[tuple[str, Key], list[Item]]) -> list[Change]:
    changes = [_deletion(item) for ref in desired.absent for item in there.get(ref, [])]
    gone = {(change.kind, change.key) for change in changes}
    declared = {(item.kind, item.key) for item in desired.present} | gone
    spared = _referred_to(desired)
    for scope in sorted(desired.scopes, key=lambda one: (one.kind, one.parent)):
        victims = [
            item
            for item in current.of(KINDS[scope.kind])
            if item.parent == scope.parent
            and (item.kind, item.key) not in declared
            and (item.kind, item.key) not in spared
            and not _protected(item, current)
        ]
        if scope.limited:
            _check_limit(scope, victims, desired)
        changes += [_deletion(item) for item in victims]
    return changes


def _referred_to(desired: Desired) -> set[tuple[str, Key]]:
    """Return the robots and teams that the declaration uses without declaring them as objects."""
    used: set[tuple[str, Key]] = set()
    for kind, name in _references(desired.present):
        if kind == "team":
            used.add((TEAM.name, (name,)))
        else:
            robot = _robot_of(desired.namespace, name)
            used |= {robot} if robot else set()
    return used


def _protected(item: Item, current: Current) -> bool:
    """Tell what is never removed for being undeclared: owners, and the caller's own rights.

    Humans of a synchronized team come and go with their group, which Quay does not let us change.
    """
    if item.kind == TEAM.name:
        return item.key == (OWNERS,)
    if item.kind == MEMBER.name:
        team, name = item.key
        return name == current.caller or (team in current.synced and not is_robot(name))
    if item.kind == PERMISSION.name:
        return item.key[1:] == ("user", current.caller)
    return False


def _check_limit(scope: Scope, victims: list[Item], desired: Desired) -> None:
    if len(victims) <= desired.purge_limit:
        return
    names = ", ".join(sorted(described(item.kind, item.key) for item in victims))
    where = " ".join((desired.namespace, *scope.parent))
    raise PurgeRefused(
        f"Purging {KINDS[scope.kind].plural} of {where} would remove {len(victims)} of them, more than "
        f"purge_limit ({desired.purge_limit}): {names}. None was removed."
    )


# Things that the declaration refers to


def _references(items: Iterable[Item]) -> Iterable[tuple[str, str]]:
    """Yield ("team" or "user", name) for every account or team that the items refer to."""
    for item in items:
        if item.kind == MEMBER.name:
            yield "user", item.key[1]
        elif item.kind == PERMISSION.name:
            yield item.key[1], item.key[2]
        elif item.kind == PROTOTYPE.name:
            yield item.key[1], item.key[2]
            if item.key[0]:
                yield "user", item.key[0]


def _check_references(desired: Desired, current: Current, check_mode: bool) -> list[str]:
    """Raise where the declaration refers to something that does not exist, or contradicts itself.

    In check mode an earlier task for one object may be about to make it; then return a warning.
    """
    teams = {item.key[0] for item in (*current.of(TEAM), *desired.of(TEAM))} if current.sees_teams else None
    dropped = set(desired.absent)
    missing: list[str] = []
    wrong: list[str] = []
    for item in desired.present:
        missing += _missing_for(item, teams, desired.namespace, current.unknown)
        wrong += [*_dropped_for(item, dropped, desired.namespace), *_synced_team_trouble(item, current)]
    if missing and check_mode and not wrong and not desired.of(ORGANIZATION):
        return [f"{'; '.join(missing)}. Check mode takes it that an earlier task makes what is missing."]
    if missing or wrong:
        raise InvalidDeclaration("; ".join(missing + wrong) + ".")
    return []


def _missing_for(item: Item, teams: set[str] | None, namespace: str, unknown: frozenset[str]) -> list[str]:
    """Return what the item refers to and that neither exists nor is declared; ``teams``: None if not seen."""
    where = described(item.kind, item.key)
    found = []
    for kind, name in _references([item]):
        if kind == "team" and teams is not None and name not in teams:
            found.append(f"{where}: there is no team {name!r} in {namespace}")
        elif kind == "user" and name in unknown:
            found.append(f"{where}: {_unknown(name)}")
    return found


def _dropped_for(item: Item, dropped: set[tuple[str, Key]], namespace: str) -> list[str]:
    """Return what the item refers to and that the same declaration removes."""
    where = described(item.kind, item.key)
    found = []
    for kind, name in _references([item]):
        used = (TEAM.name, (name,)) if kind == "team" else _robot_of(namespace, name)
        if used in dropped:
            found.append(f"{where}: {'team' if kind == 'team' else 'robot'} {name!r} is declared absent")
    return found


def _unknown(name: str) -> str:
    if is_robot(name):
        return f"robot {name!r} does not exist"
    return f"user {name!r} does not exist (users of a directory come into being when they first sign in)"


def _robot_of(namespace: str, name: str) -> tuple[str, Key] | None:
    """Return kind and key of the namespace's own robot of that full name; None for other accounts."""
    owner, short = split_robot(name)
    return (ROBOT.name, (short,)) if is_robot(name) and owner == namespace else None


def _synced_team_trouble(item: Item, current: Current) -> list[str]:
    if item.kind != MEMBER.name or is_robot(item.key[1]) or item.key[0] not in current.synced:
        return []
    if any(one.key == item.key for one in current.of(MEMBER)):
        return []
    return [
        f"{described(item.kind, item.key)}: the team is synchronized with a group of the identity provider, "
        "so only robots can be added here"
    ]


# Order


def _in_order(changes: list[Change]) -> tuple[Change, ...]:
    """Return creations and updates by rank, then deletions the other way round."""
    made = [change for change in changes if change.action != "delete"]
    removed = [change for change in changes if change.action == "delete"]
    made.sort(key=lambda change: (change.rank, change.key))
    removed.sort(key=lambda change: (-change.rank, change.key, change.ident))
    return (*made, *removed)


def _needs_second_look(desired: Desired, changes: list[Change]) -> bool:
    """Tell whether Quay does more than was sent.

    To a new repository it adds the creator's permission and those of the prototypes, which matters where
    they are declared completely. For users see accounts.py.
    """
    new = {change.key for change in changes if change.action == "create" and change.kind == REPOSITORY.name}
    complete = any(scope.kind == PERMISSION.name and scope.parent in new for scope in desired.scopes)
    return complete or needs_second_look(desired, changes) or _tag_moves_with_more(desired, changes)


def _tag_moves_with_more(desired: Desired, changes: list[Change]) -> bool:
    """Tell whether a tag moves of which more is declared than what is sent.

    It loses its expiration and its lock then, and a policy may lock it anew.
    """
    moved = {
        change.key: set(change.fields)
        for change in changes
        if change.kind == TAG.name and change.action == "update" and "manifest_digest" in change.fields
    }
    return any(set(item.fields) - moved.get(item.key, set(item.fields)) for item in desired.of(TAG))
