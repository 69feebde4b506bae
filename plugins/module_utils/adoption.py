# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reads whole organizations and writes them down in the form in which they are declared.

What comes out can be handed to quay_organizations, which then finds nothing to change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .client import Client
from .errors import FeatureOff, Forbidden, QuayError
from .lanes import Batch, Call, run
from .reading import Reading, all_of, one, team_members
from .resources.base import Place
from .resources.registry import (
    APPLICATIONS,
    MEMBERS,
    ORGANIZATIONS,
    PERMISSIONS,
    PROTOTYPES,
    REPOSITORIES,
    ROBOTS,
    TEAMS,
)
from .state import ORGANIZATION, REPOSITORY, TEAM, Item, is_robot, split_robot

KINDS_TO_READ = ("robots", "teams", "prototypes", "repositories", "permissions", "applications")

# repository -> (kind of account, name) -> role
Grants = dict[str, dict[tuple[str, str], str]]


@dataclass
class Adopted:
    """One organization as an entry of quay_organizations, or why it could not be read."""

    name: str
    entry: dict[str, Any] | None = None
    warnings: list[str] = field(default_factory=list)
    error: QuayError | None = None


def organization_names(client: Client) -> list[str]:
    """Return the names of all organizations that the caller can see, sorted."""
    return ORGANIZATIONS.names(client)


def adopt(client: Client, names: Iterable[str], kinds: Iterable[str] = KINDS_TO_READ) -> Iterator[Adopted]:
    """Read the named organizations in parallel and yield them in the given order."""
    wanted = frozenset(kinds)
    return run((_lane(client, name, wanted) for name in names), client.connection.parallel, client.observer)


def _lane(client: Client, name: str, kinds: frozenset[str]) -> Batch[Adopted]:
    adopted = Adopted(name)
    try:
        view = yield from one(lambda: ORGANIZATIONS.find(client, name))
        if view is not None:
            adopted.entry = yield from _entry(client, view, kinds, adopted.warnings)
    except QuayError as error:
        adopted.error = error
    return adopted


def _entry(client: Client, view: Mapping[str, Any], kinds: frozenset[str], warnings: list[str]) -> Reading:
    place = Place(view["name"])
    items = ORGANIZATIONS.items(view)
    teams = sorted((item for item in items if item.kind == TEAM.name), key=lambda item: item.key)
    parts = yield from _lists(client, place, kinds)
    (settings,) = [item.fields for item in items if item.kind == ORGANIZATION.name]
    entry: dict[str, Any] = {"name": place.name, "email": settings["email"]}
    if settings["tag_expiration_s"] is not None:
        entry["time_machine_expiration"] = str(settings["tag_expiration_s"])
    robots = parts.get("robots", [])
    if "robots" in kinds:
        federations = yield from _federations(client, place, robots)
        entry["robots"] = [_robot(item, federations) for item in robots]
    if "teams" in kinds:
        members = yield from _members(client, place, teams, parts, warnings)
        entry["teams"] = [_team(item, members) for item in teams]
    if "prototypes" in kinds:
        entry["prototypes"] = _prototypes(parts["prototypes"])
    if "repositories" in kinds:
        grants: Grants | None = None
        if "permissions" in kinds:
            grants = yield from _grants(client, place, teams, parts)
        repositories = sorted(parts["repositories"], key=lambda item: item.key)
        entry["repositories"] = [_repository(item, grants) for item in repositories]
    if "applications" in kinds:
        entry["applications"] = _applications(parts["applications"], place, warnings)
    return entry


def _lists(client: Client, place: Place, kinds: frozenset[str]) -> Reading:
    calls: dict[str, Call] = {}
    if kinds & {"robots", "teams", "permissions"}:
        calls["robots"] = lambda: ROBOTS.all(client, place, with_teams=True)
    if kinds & {"teams", "permissions"}:
        calls["humans"] = lambda: MEMBERS.humans(client, place)
    if "prototypes" in kinds:
        calls["prototypes"] = lambda: PROTOTYPES.all(client, place)
    if "repositories" in kinds:
        calls["repositories"] = lambda: REPOSITORIES.all(client, place)
    if {"repositories", "permissions"} <= kinds:
        calls["collaborators"] = lambda: MEMBERS.collaborators(client, place)
    if "applications" in kinds:
        calls["applications"] = lambda: APPLICATIONS.all(client, place)
    found = yield from all_of(list(calls.values()))
    return dict(zip(calls, found))


# Robots


def _federations(client: Client, place: Place, robots: list[Item]) -> Reading:
    """Return the federations by robot; nothing where this Quay has none (before 3.13)."""

    def read(short: str) -> Any:
        try:
            return ROBOTS.federations(client, place, short)
        except FeatureOff:
            return None

    found = yield from all_of([partial(read, item.key[0]) for item in robots])
    return {item.key[0]: pairs for item, pairs in zip(robots, found)}


def _robot(item: Item, federations: Mapping[str, Any]) -> dict[str, Any]:
    entry = {"name": item.key[0], "description": item.fields["description"]}
    pairs = federations.get(item.key[0])
    if pairs is not None:
        entry["federations"] = [{"issuer": issuer, "subject": subject} for issuer, subject in pairs]
    return entry


# Teams


def _members(
    client: Client, place: Place, teams: list[Item], parts: Mapping[str, Any], warnings: list[str]
) -> Reading:
    """Return the members by team that can be declared."""
    members = yield from team_members(client, place, teams, parts["humans"], parts["robots"])
    for team, names in members.items():
        foreign = {name for name in names if is_robot(name) and split_robot(name)[0] != place.name}
        if foreign:
            warnings.append(
                f"{place.name}: team {team} holds robots of other organizations, which cannot be declared: "
                f"{', '.join(sorted(foreign))}."
            )
            names -= foreign
    return members


def _team(item: Item, members: Mapping[str, set[str]]) -> dict[str, Any]:
    return {"name": item.key[0], **item.fields, "members": sorted(members.get(item.key[0], ()))}


# Prototypes


def _prototypes(items: list[Item]) -> list[dict[str, Any]]:
    entries: dict[tuple[str, ...], dict[str, Any]] = {}
    for item in items:
        creator, kind, name = item.key
        entry = {"name": name, "type": kind, "role": item.fields["role"]}
        if creator:
            entry["creator"] = creator
        entries.setdefault(item.key, entry)
    return list(entries.values())


# Applications


def _applications(items: list[Item], place: Place, warnings: list[str]) -> list[dict[str, Any]]:
    """Return each name once: the first is the one that a declaration manages."""
    entries: dict[str, dict[str, Any]] = {}
    for item in items:
        name = item.key[0]
        if name in entries:
            warnings.append(f"{place.name}: several applications are named {name}; the first is declared.")
        # What the options of quay_organizations do not have cannot be declared.
        fields = {key: value for key, value in item.fields.items() if key != "avatar_email"}
        entries.setdefault(name, {**fields, "name": name})
    return list(entries.values())


# Repositories and who may do what on them


def _repository(item: Item, grants: Grants | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": item.key[0]}
    # A star is the caller's own affair, not the organization's.
    entry.update({one.name: item.fields[one.name] for one in REPOSITORY.fields if one.name != "star"})
    if grants is not None:
        entry["perms"] = [
            {"name": name, "type": kind, "role": role}
            for (kind, name), role in sorted(grants.get(item.key[0], {}).items())
        ]
    return entry


def _grants(client: Client, place: Place, teams: list[Item], parts: Mapping[str, Any]) -> Reading:
    """Return all permissions by repository.

    Teams and robots have lists of their own; the roles of humans only the repository itself holds.
    """
    holders = [item.key[0] for item in teams if item.facts["repo_count"] != 0]
    robots = [item.key[0] for item in parts["robots"] if item.facts["repositories"]]
    of_humans = {
        name
        for account in (*parts["humans"], *parts["collaborators"])
        for name in account.get("repositories") or ()
    }
    there = {item.key[0] for item in parts["repositories"]}
    outcomes = yield from all_of(
        [partial(TEAMS.permissions, client, place, name) for name in holders]
        + [partial(_robot_roles, client, place, short) for short in robots]
    )
    grants: Grants = defaultdict(dict)
    for name, roles in zip(holders, outcomes):
        for repository, role in roles.items():
            grants[repository][("team", name)] = role
    for short, roles in zip(robots, outcomes[len(holders) :]):
        if roles is None:
            of_humans |= {name for item in parts["robots"] for name in item.facts["repositories"]}
        for repository, role in (roles or {}).items():
            grants[repository][("user", f"{place.name}+{short}")] = role
    asked = sorted(of_humans & there)
    found = yield from all_of(
        [partial(PERMISSIONS.of_repository, client, place, name, "user") for name in asked]
    )
    for items in found:
        for item in items:
            grants[item.key[0]][(item.key[1], item.key[2])] = item.fields["role"]
    return grants


def _robot_roles(client: Client, place: Place, short: str) -> dict[str, str] | None:
    """Return the robot's roles, or None where the token lacks user:admin, which this one request needs."""
    try:
        return ROBOTS.permissions(client, place, short)
    except Forbidden:
        return None
