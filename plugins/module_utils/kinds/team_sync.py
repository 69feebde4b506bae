# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Teams whose users follow a group of a directory (facts A5); a part of its team.

That a team follows a group comes along with its organization; which one only the team tells, and only to who
may set it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, all_of, one
from ..engine.options import state_option
from ..engine.report import Report
from ..engine.values import Field, Place
from ..engine.words import Change, Current, Desired, Entry, Exporting, Flat, Item, Kind, Reference, Spec
from ..http.client import Client
from .directory import DIRECTORIES, directory_of, why_not_followed
from .names import check_name, is_robot, team_path
from .team_sync_requests import follow, follow_another, follow_none

# What the user writes


def sync_options() -> Spec:
    """Return the options of a team's entry that say which group it follows."""
    return {**{name: {"type": "str"} for name in DIRECTORIES}, **state_option()}


def take_sync(entry: Entry, notes: Notes, team: str) -> None:
    """Note which group the team follows by the ``sync`` in its entry, and what cannot stand beside it."""
    sync = entry.get("sync")
    if sync is None:
        return
    if sync.get("state") != "absent":
        _check_group(sync, notes, team)
        _check_members(entry.get("members") or (), notes, team)
    notes.add(sync, TEAM_SYNC, (team,), _groups(sync))


def _groups(entry: Entry) -> dict[str, str | None]:
    return {name: entry.get(name) or None for name in DIRECTORIES}


def _check_group(sync: Entry, notes: Notes, team: str) -> None:
    if sum(group is not None for group in _groups(sync).values()) != 1:
        notes.wrong.append(f"team {team!r}: sync names one group, by one of {', '.join(DIRECTORIES)}")


def _check_members(members: Any, notes: Notes, team: str) -> None:
    users = sorted({str(name) for name in members if not is_robot(str(name))})
    if users:
        notes.wrong.append(
            f"team {team!r}: its group says which users are in it, so only robots can be members beside "
            f"sync, not {', '.join(users)}"
        )


def _flat(option: str, **more: Any) -> Flat:
    """Return how the group of one type of directory is declared by a module of its own."""
    options = {
        "name": {"type": "str", "required": True},
        "organization": {"type": "str", "required": True},
        "sync": {"type": "bool", "default": True},
        option: {"type": "str"},
        **more,
    }
    return Flat(lambda: options, _describe)


def _take_flat(entry: Entry, notes: Notes) -> None:
    team = str(entry["name"])
    check_name(notes, "team", team)
    if entry["sync"]:
        _check_group(entry, notes, team)
    sync = {"state": "present" if entry["sync"] else "absent"}
    notes.add(
        sync, TEAM_SYNC, (team,), _groups(entry), facts={"keep_users": entry.get("keep_users") is not False}
    )


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {"name": params["name"], "organization": report.namespace}


# What is there


def synced_teams(teams: list[Item]) -> list[str]:
    """Return the names of those of the teams that follow a group."""
    return [team.key[0] for team in teams if team.facts.get("synced")]


def will_follow(desired: Desired, current: Current) -> frozenset[str]:
    """Return the teams that follow a group once the declaration is carried out."""
    gone = {key[0] for kind, key in desired.absent if kind is TEAM_SYNC}
    declared = {item.key[0] for item in desired.of(TEAM_SYNC)}
    return frozenset(declared.union(synced_teams(current.wholes(TEAM_SYNC))) - gone)


def _group_of(client: Client, place: Place, team: str) -> list[Item]:
    """Return what a team follows, as one item or none.

    Its facts: ``config`` is the group as Quay takes it, None where the caller may not see it; ``service`` is
    whose groups the registry follows now, None likewise; ``users`` are the names of the users in the team.
    """
    view = client.find(f"{team_path(place, team)}/members") or {}
    synced = view.get("synced")
    if synced is None:
        return []
    config = synced.get("config")
    groups = {name: config[name] for name in DIRECTORIES if (config or {}).get(name)}
    users = [str(one["name"]) for one in view["members"] if one.get("name") and not one.get("is_robot")]
    facts = {"config": config, "service": (view.get("can_sync") or {}).get("service"), "users": users}
    return [Item(TEAM_SYNC, (team,), groups, facts=facts)]


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    declared = {key[0] for key in desired.named(TEAM_SYNC)}
    teams = [name for name in synced_teams(current.wholes(TEAM_SYNC)) if name in declared]
    found = yield from all_of([partial(_group_of, client, current.place, name) for name in teams])
    items = [item for some in found for item in some]
    if any(not desired.manners.get((item.kind, item.key), {}).get("keep_users", True) for item in items):
        caller = current.caller or (yield from one(client.caller))
        items = [_without(item, caller) for item in items]
    return replace(current, items=(*current.items, *items))


def _without(item: Item, caller: str) -> Item:
    """Return what is followed, with the account that asks left out: it stays in every team."""
    users = [name for name in item.facts["users"] if name != caller]
    stays = caller if caller in item.facts["users"] else ""
    return replace(item, facts={**item.facts, "users": users, "stays": stays})


# What else it is about


def _references(namespace: str, item: Item) -> Iterator[Reference]:
    yield Reference(TEAM_SYNC, item.key, item.key[0])
    yield from (directory_of(name) for name in item.fields)


def _missing(reference: Reference, desired: Desired, current: Current) -> str | None:
    return missing_team(TEAM_SYNC, reference, desired, current)


def missing_team(part: Kind, reference: Reference, desired: Desired, current: Current) -> str | None:
    """Return that there is no such team, None if it is there or declared; teams are what has the ``part``."""
    if not current.facts.get("sees_teams", True):
        return None
    teams = (*current.wholes(part), *(item for item in desired.present if part in item.kind.parts))
    there = any(item.key == reference.key for item in teams)
    return None if there else f"there is no team {reference.name!r} in {desired.namespace}"


def _trouble(item: Item, current: Current) -> list[str]:
    facts = next((one.facts for one in current.of(TEAM_SYNC) if one.key == item.key), {})
    service = facts.get("service")
    wrong = [text for name in item.fields for text in why_not_followed(name, current, service)]
    if facts and facts["config"] is None:
        wrong.append(
            "Quay tells which group a team follows only to superusers (a token needs the scope super:user), "
            "unless FEATURE_NONSUPERUSER_TEAM_SYNCING_SETUP is on in its config.yaml"
        )
    return [f"{TEAM_SYNC.described(item.key)}: {text}" for text in wrong]


def _check(desired: Desired, current: Current, changes: list[Change]) -> list[str]:
    """Return a warning for each team whose users leave it and in which the account that asks stays."""
    return [
        f"{change.facts['stays']} stays in team {change.key[0]}: the account that asks is never removed from "
        "a team. Let another account remove it."
        for change in changes
        if change.kind is TEAM_SYNC and change.action == "delete" and change.facts.get("stays")
    ]


# How it is written down: within its team


def exported_syncs(exporting: Exporting, teams: list[Item]) -> Batch[dict[str, dict[str, Any]]]:
    """Return the ``sync`` of those of the teams that follow a group, by team; a request for each."""
    client, place, names = exporting.client, exporting.place, synced_teams(teams)
    found = yield from all_of([partial(_group_of, client, place, name) for name in names])
    syncs = {item.key[0]: dict(item.fields) for items in found for item in items if item.fields}
    untold = ", ".join(name for name in names if name not in syncs)
    if untold:
        text = "Quay does not tell which groups these teams follow, so their sync is left out"
        exporting.warnings.append(f"{place.name}: {text}: {untold}.")
    return syncs


TEAM_SYNC = Kind(
    "team_sync",
    "sync",
    3,
    tuple(Field(name) for name in DIRECTORIES),
    parent_length=1,
    single=True,
    in_the_way=True,
    take=_take_flat,
    details=_details,
    references=_references,
    missing=_missing,
    trouble=_trouble,
    check=_check,
    create=follow,
    update=follow_another,
    delete=follow_none,
    describe=lambda key: f"synchronization of team {key[0]}",
)

LDAP = _flat("group_dn", keep_users={"type": "bool", "default": True})
OIDC = _flat("group_name")
