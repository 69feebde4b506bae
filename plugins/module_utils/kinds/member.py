# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Who is in a team (facts A5).

Robots of the organization know their teams, and one list tells the teams of all humans; a team itself is
asked only where these do not tell its members for sure. Quay lets whoever administers the organization put
robots of others into its teams too, unless FEATURE_MAILING and FEATURE_REQUIRE_TEAM_INVITE are both on (its
source does so since it is public, Quay 3.1). No list that this organization has tells where they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call, all_of
from ..engine.values import Place, Step
from ..engine.words import Change, Current, Desired, Entry, Exporting, Item, Key, Kind, Question, Reference
from ..errors import NotFound
from ..http.client import Client
from ..http.connection import segment
from .account import account
from .names import check_robot, home_path, is_foreign, is_robot, team_path
from .robot import ROBOT, robots_of
from .team_sync import will_follow

# What the user writes


def take_members(entry: Entry, notes: Notes, team: str) -> None:
    """Note the members in the entry of a team."""
    if entry.get("members") is None:
        return
    for member in sorted(set(map(str, entry["members"]))):
        if is_robot(member):
            check_robot(notes, member, f"team {team!r}")
        elif not member:
            notes.wrong.append(f"team {team!r}: the name of a member is empty")
        notes.add({}, MEMBER, (team, member), {})
    notes.complete_below(entry, MEMBER, (team,))


# What is there


def members_of_team(client: Client, place: Place, team: str) -> tuple[list[Item], set[Key]]:
    """Return the members of one team, and the (team, user) pairs that are invited."""
    answer = client.get(f"{team_path(place, team)}/members", {"includePending": "true"})
    items: list[Item] = []
    invited: set[Key] = set()
    for member in answer["members"]:
        name = member.get("name") or member.get("email") or ""
        if member.get("invited"):
            invited.add((team, name))
        else:
            items.append(Item(MEMBER, (team, name)))
    return items, invited


def humans_of(client: Client, place: Place) -> list[dict[str, Any]]:
    """Return the organization's human members, each with ``teams`` and ``repositories``."""
    found: list[dict[str, Any]] = client.get(f"{home_path(place)}/members")["members"]
    return found


def collaborators_of(client: Client, place: Place) -> list[dict[str, Any]]:
    """Return who is in no team but has a right on a repository, each with ``repositories``."""
    found: list[dict[str, Any]] = client.get(f"{home_path(place)}/collaborators")["collaborators"]
    return found


def members_by_team(
    client: Client, place: Place, teams: list[Item], humans: list[dict[str, Any]], robots: list[Item]
) -> Batch[dict[str, set[str]]]:
    """Return the names of the members by team, from the lists of humans and robots.

    A request each is needed only for teams that the lists do not tell whole: Quay counts more members
    where there are robots of other organizations.
    """
    members: dict[str, set[str]] = defaultdict(set)
    for item in (*_humans(humans), *_robots(robots, place.name)):
        members[item.key[0]].add(item.key[1])
    unsure = [
        item.key[0]
        for item in teams
        if item.facts["member_count"] is not None and item.facts["member_count"] != len(members[item.key[0]])
    ]
    found = yield from all_of([partial(members_of_team, client, place, name) for name in unsure])
    for name, (items, _invited) in zip(unsure, found):
        members[name] = {item.key[1] for item in items}
    return members


def _needs(desired: Desired) -> tuple[Kind, ...]:
    in_teams = any(is_robot(item.key[1]) for item in desired.of(MEMBER))
    return (ROBOT,) if in_teams or desired.complete_lists(MEMBER) else ()


def _lists(client: Client, question: Question) -> list[Call]:
    desired = question.desired
    humans = any(not is_robot(item.key[1]) for item in desired.of(MEMBER))
    if not humans and not desired.complete_lists(MEMBER):
        return []
    return [lambda: _humans(humans_of(client, question.current.place))]


def _humans(views: list[dict[str, Any]]) -> list[Item]:
    return [Item(MEMBER, (team["name"], view["name"])) for view in views for team in view.get("teams") or ()]


def _robots(robots: list[Item], namespace: str) -> list[Item]:
    return [
        Item(MEMBER, (team, f"{namespace}+{item.key[0]}"))
        for item in robots
        for team in item.facts.get("teams") or ()
    ]


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    items = (*current.items, *_robots(current.of(ROBOT), current.namespace))
    synced = will_follow(desired, current)
    current = replace(current, items=items, facts={**current.facts, "synced": synced})
    teams = _teams_to_read(desired, current)
    found = yield from all_of([partial(members_of_team, client, current.place, team) for team in teams])
    invited: set[Key] = set()
    for team, (members, waiting) in zip(teams, found):
        others = [item for item in current.items if not (item.kind is MEMBER and item.key[0] == team)]
        current = replace(current, items=(*others, *members))
        invited |= waiting
    return replace(current, facts={**current.facts, "invited": invited})


def _teams_to_read(desired: Desired, current: Current) -> list[str]:
    """Return the teams whose members the lists do not tell for sure.

    Where a declared human is missing, there may be an invitation. Robots of other organizations are in
    none of the lists: they may be there where one is declared, or where the members are declared to be
    complete and Quay counts more of them than the lists hold.
    """
    namespace = current.namespace
    counts = {item.key[0]: item.facts.get("member_count") for item in current.wholes(MEMBER)}
    known = {item.key for item in current.of(MEMBER)}
    asked = {
        item.key[0]
        for item in desired.of(MEMBER)
        if item.key not in known and (not is_robot(item.key[1]) or is_foreign(namespace, item.key[1]))
    }
    for (team,) in desired.complete_lists(MEMBER):
        count = counts.get(team)
        if count is not None and count != sum(key[0] == team for key in known):
            asked.add(team)
    return sorted(asked & set(counts))


# What else it is about


def _references(namespace: str, item: Item) -> Iterator[Reference]:
    yield account(namespace, item.key[1])


def _pending(item: Item, current: Current) -> str | None:
    team, name = item.key
    if item.key not in current.facts.get("invited", ()):
        return None
    return f"{name} is invited to team {team} and has not accepted yet."


def _protected(item: Item, current: Current) -> bool:
    """Tell whether it is the caller, or a human of a team whose members follow a group."""
    team, name = item.key
    return name == current.caller or (team in current.facts.get("synced", ()) and not is_robot(name))


def _check(desired: Desired, current: Current, changes: list[Change]) -> list[str]:
    """Return a warning for each team whose members are declared without the caller, who stays in it."""
    caller, there = current.caller, {item.key for item in current.of(MEMBER)}
    declared = {item.key for item in desired.of(MEMBER)}
    roles = {item.key[0]: item.fields.get("role") for item in current.wholes(MEMBER)}
    return [
        f"{MEMBER.described((team, caller))} is not declared and stays: {_why_kept(roles.get(team))}"
        for (team,) in sorted(desired.complete_lists(MEMBER))
        if caller and (team, caller) in there and (team, caller) not in declared
    ]


def _why_kept(role: str | None) -> str:
    if role == "admin":
        return (
            "it is the account that asks, and Quay keeps it in the last team through which it administers "
            "the organization. Declare it, or let another owner remove it."
        )
    return "the account that asks is never removed from a team. Declare it, or let another account remove it."


def _trouble(item: Item, current: Current) -> list[str]:
    if is_robot(item.key[1]) or item.key[0] not in current.facts.get("synced", ()):
        return []
    if any(one.key == item.key for one in current.of(MEMBER)):
        return []
    return [
        f"{MEMBER.described(item.key)}: the team is synchronized with a group of the identity provider, "
        "so only robots can be added here"
    ]


def _named(key: Key) -> str:
    return f"member {key[1]} of team {key[0]}"


# What changes


def _create(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(_add, client, place, change))


def _add(client: Client, place: Place, change: Change) -> Any:
    try:
        return client.send("PUT", _path(place, change))
    except NotFound as error:
        name = change.key[1]
        if not is_foreign(place.name, name):
            raise
        # Whoever may add it need not be allowed to look for it beforehand.
        text = f"{error.message} Is there a robot {name!r}? Those of other organizations are not looked for."
        raise NotFound(text, error.status) from error


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", _path(place, change)))


def _path(place: Place, change: Change) -> str:
    team, name = change.key
    return f"{team_path(place, team)}/members/{segment(name)}"


# How it is written down: within its team


def lists_of_members(client: Client, place: Place) -> dict[str, Call]:
    """Return the reads that tell who is in which team."""
    return {
        "robots": partial(robots_of, client, place, with_links=True),
        "humans": partial(humans_of, client, place),
    }


def exported_members(exporting: Exporting, teams: list[Item]) -> Batch[dict[str, set[str]]]:
    """Return the names of the members by team."""
    place, parts = exporting.place, exporting.parts
    return (yield from members_by_team(exporting.client, place, teams, parts["humans"], parts["robots"]))


MEMBER = Kind(
    "member",
    "members",
    4,
    parent_length=1,
    needs=_needs,
    lists=_lists,
    details=_details,
    references=_references,
    pending=_pending,
    protected=_protected,
    trouble=_trouble,
    check=_check,
    create=_create,
    delete=_delete,
    describe=_named,
    title=lambda namespace, key: f"{key[0]}/{key[1]}",
)
