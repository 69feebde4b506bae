# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reads what is there of one namespace, with as few requests as the declaration allows.

A lane's generator (see lanes.py): batches of reads go out in parallel, each batch after what it needs
to know. Lists are read rather than objects, and only the kinds that are declared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from .access import read_permissions
from .client import Client
from .connection import segment
from .errors import AccountInactive, AuthenticationFailed, FreshLoginRequired, NotFound, SessionLost
from .expansion import expanded, sketched
from .lanes import Batch, Call, Outcome
from .resources.base import Place
from .resources.registry import (
    APPLICATIONS,
    AUTO_PRUNES,
    MEMBERS,
    ORGANIZATIONS,
    PROTOTYPES,
    REPOSITORIES,
    ROBOTS,
    USERS,
)
from .sessions import Password
from .state import (
    APPLICATION,
    AUTO_PRUNE,
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
    Current,
    Desired,
    Item,
    Secret,
    is_robot,
    split_robot,
)
from .tag_reading import read_tags

Reading = Generator[list[Call], list[Outcome], Any]


def read(
    client: Client, desired: Desired, users: dict[str, bool], check_mode: bool = False
) -> Batch[Current]:
    """Return what is there of everything that ``desired`` speaks of.

    ``users`` remembers, for all lanes, which users exist. In ``check_mode`` nothing but GET is sent.
    """
    if desired.mentions(USER):
        user: Current = yield from _read_user(client, desired, users, check_mode)
        return user
    if desired.mentions(TAG):
        tags: Current = yield from read_tags(client, desired)
        return tags
    # Repositories may belong to organizations that somebody else administers.
    as_admin = desired.mentions(ORGANIZATION, ROBOT, TEAM, MEMBER, PROTOTYPE, APPLICATION, AUTO_PRUNE)
    view = yield from one(lambda: ORGANIZATIONS.find(client, desired.namespace, as_admin))
    if view is None:
        missing: Current = yield from _without_organization(client, desired, users)
        return missing
    current = Current(
        desired.namespace,
        exists=True,
        admin=bool(view.get("is_admin")),
        sees_teams="teams" in view,
        items=tuple(ORGANIZATIONS.items(view)),
    )
    synced = frozenset(team.key[0] for team in current.of(TEAM) if team.facts.get("synced"))
    current = yield from _lists(client, desired, replace(current, synced=synced))
    desired = expanded(desired, current)
    current = yield from _details(client, desired, current)
    complete: Current = yield from _accounts(client, desired, current, users)
    return complete


def one(call: Call) -> Reading:
    """Run one call and return its value."""
    (value,) = yield from all_of([call])
    return value


def all_of(calls: list[Call]) -> Reading:
    """Run calls in parallel and return their values; raise the first error."""
    outcomes = yield calls
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return [outcome.value for outcome in outcomes]


def _without_organization(client: Client, desired: Desired, users: dict[str, bool]) -> Reading:
    """There is no organization of that name: it may be the caller's own namespace, or yet to be made."""
    nothing = Current(desired.namespace, exists=False)
    own_kinds = desired.mentions(ROBOT, REPOSITORY, AUTO_PRUNE) and not desired.mentions(
        ORGANIZATION, TEAM, PROTOTYPE, APPLICATION
    )
    mentions_owners = any(item.key == (OWNERS,) for item in desired.of(TEAM))
    if not (own_kinds or mentions_owners):
        return (yield from _accounts(client, desired, nothing, users))
    caller = yield from one(lambda: client.get("user/")["username"])
    if not own_kinds or caller != desired.namespace:
        return (yield from _accounts(client, desired, replace(nothing, caller=caller), users))
    current = Current(desired.namespace, exists=True, personal=True, caller=caller)
    current = yield from _lists(client, desired, current)
    return (yield from _details(client, expanded(desired, current), current))


# Lists, each of one request (repositories: one for 100)


def _lists(client: Client, desired: Desired, current: Current) -> Reading:
    place = Place(current.namespace, current.personal)
    desired = sketched(desired)
    calls: list[Call] = []
    if current.admin and (desired.mentions(ROBOT) or _uses_robot_lists(desired)):
        calls.append(lambda: _robots(client, desired, place))
    if desired.mentions(PROTOTYPE):
        calls.append(lambda: PROTOTYPES.all(client, place))
    if desired.mentions(REPOSITORY):
        calls.append(lambda: _repositories(client, desired, current, place))
    if desired.mentions(APPLICATION):
        calls.append(lambda: APPLICATIONS.all(client, place))
    if desired.mentions(AUTO_PRUNE):
        with_pattern = any(item.fields.get("tag_pattern") for item in desired.of(AUTO_PRUNE))
        calls.append(lambda: AUTO_PRUNES.all(client, place, with_pattern))
    if _uses_humans(desired):
        calls.append(lambda: _human_members(client, place))
    needs_caller = bool(desired.scopes) and not current.caller
    if needs_caller:
        calls.append(lambda: client.get("user/")["username"])
    found = yield from all_of(calls)
    caller = found.pop() if needs_caller else current.caller
    items = [*current.items, *(item for part in found for item in part)]
    items += _robot_members(items, current.namespace)
    return replace(current, items=tuple(items), caller=caller)


def _robots(client: Client, desired: Desired, place: Place) -> list[Item]:
    names = {item.key[0] for item in desired.of(ROBOT)}
    names |= {key[0] for kind, key in desired.absent if kind == ROBOT.name}
    if len(names) == 1 and not desired.covers(ROBOT) and not _uses_robot_lists(desired):
        return ROBOTS.find(client, place, names.pop())
    return ROBOTS.all(client, place, with_teams=_uses_robot_lists(desired))


def _repositories(client: Client, desired: Desired, current: Current, place: Place) -> list[Item]:
    names = {item.key[0] for item in desired.of(REPOSITORY)}
    names |= {key[0] for kind, key in desired.absent if kind == REPOSITORY.name}
    # To whoever does not administer the namespace a repository that is missing looks like one that
    # is forbidden (403); the list tells.
    if len(names) == 1 and current.admin and not (desired.covers(REPOSITORY) or desired.each):
        return REPOSITORIES.find(client, place, names.pop())
    return REPOSITORIES.all(client, place)


def _uses_robot_lists(desired: Desired) -> bool:
    """Tell whether it matters which robots are in which teams or have which repositories."""
    in_teams = any(is_robot(item.key[1]) for item in desired.of(MEMBER))
    on_repositories = any(is_robot(item.key[2]) for item in desired.of(PERMISSION) if item.key[1] == "user")
    return in_teams or on_repositories or any(scope.kind == MEMBER.name for scope in desired.scopes)


def _uses_humans(desired: Desired) -> bool:
    humans = any(not is_robot(item.key[1]) for item in desired.of(MEMBER))
    return humans or any(scope.kind == MEMBER.name for scope in desired.scopes)


def _human_members(client: Client, place: Place) -> list[Item]:
    return [
        Item(MEMBER.name, (team["name"], human["name"]))
        for human in MEMBERS.humans(client, place)
        for team in human.get("teams") or ()
    ]


def _robot_members(items: Iterable[Item], namespace: str) -> list[Item]:
    return [
        Item(MEMBER.name, (team, f"{namespace}+{item.key[0]}"))
        for item in items
        if item.kind == ROBOT.name
        for team in item.facts.get("teams") or ()
    ]


def team_members(
    client: Client, place: Place, teams: list[Item], humans: list[dict[str, Any]], robots: list[Item]
) -> Reading:
    """Return the names of the members by team, from the lists of humans and robots.

    A request each is needed only for teams that the lists do not tell whole: Quay counts more members
    where there are robots of other organizations.
    """
    members: dict[str, set[str]] = defaultdict(set)
    for human in humans:
        for team in human.get("teams") or ():
            members[team["name"]].add(human["name"])
    for robot in robots:
        for name in robot.facts["teams"]:
            members[name].add(f"{place.name}+{robot.key[0]}")
    unsure = [
        item.key[0]
        for item in teams
        if item.facts["member_count"] is not None and item.facts["member_count"] != len(members[item.key[0]])
    ]
    found = yield from all_of([partial(MEMBERS.of_team, client, place, name) for name in unsure])
    for name, (items, _invited) in zip(unsure, found):
        members[name] = {item.key[1] for item in items}
    return members


# What no list holds


def _details(client: Client, desired: Desired, current: Current) -> Reading:
    place = Place(current.namespace, current.personal)
    robots = [item for item in desired.of(ROBOT) if item.fields.get("federations") is not None]
    there = {item.key for item in current.of(ROBOT)}
    asked = [item.key[0] for item in robots if item.key in there]
    teams = _teams_to_read(desired, current)
    found = yield from all_of(
        [partial(ROBOTS.federations, client, place, short) for short in asked]
        + [partial(MEMBERS.of_team, client, place, team) for team in teams]
    )
    current = _with_federations(current, dict(zip(asked, found)))
    for team, (members, invited) in zip(teams, found[len(asked) :]):
        others = [item for item in current.items if not (item.kind == MEMBER.name and item.key[0] == team)]
        current = replace(current, items=(*others, *members), invited=current.invited | invited)
    permissions = yield from read_permissions(client, place, desired, current)
    return replace(current, items=(*current.items, *permissions))


def _with_federations(current: Current, federations: dict[str, Any]) -> Current:
    items = tuple(
        replace(item, fields={**item.fields, "federations": federations[item.key[0]]})
        if item.kind == ROBOT.name and item.key[0] in federations
        else item
        for item in current.items
    )
    return replace(current, items=items)


def _teams_to_read(desired: Desired, current: Current) -> list[str]:
    """Return the teams whose members the lists do not tell for sure.

    Where a declared human is missing, there may be an invitation. Where the members are declared to
    be complete and Quay counts more of them than the lists hold, there are robots of other
    organizations.
    """
    there = {item.key[0]: item for item in current.of(TEAM)}
    known = {item.key for item in current.of(MEMBER)}
    asked = {
        item.key[0] for item in desired.of(MEMBER) if not is_robot(item.key[1]) and item.key not in known
    }
    for scope in desired.scopes:
        if scope.kind == MEMBER.name and scope.parent[0] in there:
            count = there[scope.parent[0]].facts.get("member_count")
            if count is not None and count != sum(key[0] == scope.parent[0] for key in known):
                asked.add(scope.parent[0])
    return sorted(asked & set(there))


# Accounts that are about to be used for the first time


def _accounts(client: Client, desired: Desired, current: Current, users: dict[str, bool]) -> Reading:
    """Find out which accounts that the declaration brings in do not exist."""
    there = {(item.kind, item.key) for item in current.items}
    names: set[str] = set()
    for item in desired.present:
        if (item.kind, item.key) in there:
            continue
        if item.kind == MEMBER.name:
            names.add(item.key[1])
        elif item.kind == PERMISSION.name and item.key[1] == "user":
            names.add(item.key[2])
        elif item.kind == PROTOTYPE.name:
            names |= {name for name in (item.key[0], item.key[2] if item.key[1] == "user" else "") if name}
    unknown_robots = yield from _unknown_robots(client, desired, current, names)
    humans = {name for name in names if not is_robot(name) and name != current.caller}
    new = sorted(humans - set(users))
    users.update(zip(new, (yield from all_of([partial(_user_exists, client, name) for name in new]))))
    unknown_humans = {name for name in humans if not users[name]}
    return replace(current, unknown=frozenset(unknown_humans | unknown_robots))


def _unknown_robots(client: Client, desired: Desired, current: Current, names: set[str]) -> Reading:
    """Return the organization's own robots among ``names`` that neither exist nor are declared."""
    own = {name for name in names if is_robot(name) and split_robot(name)[0] == desired.namespace}
    own -= {f"{desired.namespace}+{item.key[0]}" for item in desired.of(ROBOT)}
    if not own or not current.admin:
        return set()
    robots = current.of(ROBOT)
    if current.exists and not (desired.covers(ROBOT) or _uses_robot_lists(desired)):
        # What was read for other reasons may be one robot only.
        place = Place(current.namespace, current.personal)
        robots = yield from one(lambda: ROBOTS.all(client, place, with_teams=False))
    return own - {f"{desired.namespace}+{item.key[0]}" for item in robots}


def _user_exists(client: Client, name: str) -> bool:
    try:
        client.get(f"users/{segment(name)}")
    except NotFound:
        return False
    return True


# A user, who is a namespace of their own


def _read_user(client: Client, desired: Desired, users: dict[str, bool], check_mode: bool) -> Reading:
    name = desired.namespace
    found: Item | None = yield from one(lambda: USERS.find(client, name))
    if found is None:
        users[name] = False
        return Current(name, exists=False)
    # Of a user who was missing a moment ago nobody knows if the password came through.
    made = not users.setdefault(name, True)
    for item in desired.of(USER):
        password = item.fields.get("password")
        if password is not None:
            password = replace(password, compared=password.compared or made)
            found = yield from _with_password(client, name, found, password, check_mode)
        elif made:
            found = replace(found, facts={**found.facts, "password_lost": True})
        if found.facts["superuser"] and _differs(item, found):
            # A superuser is changed by nobody else.
            caller = yield from one(lambda: client.get("user/")["username"])
            found = replace(found, facts={**found.facts, "own": caller == name})
    return Current(name, exists=True, items=(found,))


def _differs(wanted: Item, found: Item) -> bool:
    return any(found.fields.get(name) != value for name, value in wanted.fields.items())


def _with_password(client: Client, name: str, found: Item, wanted: Secret, check_mode: bool) -> Reading:
    """Return the user with the wanted password, or with an unknown one where Quay does not accept that."""
    present, facts = wanted, dict(found.facts)
    if wanted.compared and check_mode:
        facts["password_unknown"] = True
    elif wanted.compared and not (yield from one(lambda: _accepts(client, Password(name, wanted.value)))):
        present = Secret("")
    return replace(found, fields={**found.fields, "password": present}, facts=facts)


def _accepts(client: Client, password: Password) -> bool:
    """Tell whether it is the password of the user. A wrong one makes Quay refuse others for half a second."""
    try:
        client.as_user(password).sign_in()
    except (FreshLoginRequired, SessionLost):
        raise
    except AccountInactive:
        return True
    except AuthenticationFailed:
        return False
    return True
