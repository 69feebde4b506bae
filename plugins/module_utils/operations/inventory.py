# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is there: robots, prototypes, teams. Reads everything or fails.

Each operation takes the options of the module of that name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

from ..engine.lanes import Batch, Call, all_of, one, run
from ..engine.values import Place
from ..engine.words import Item, Spec
from ..errors import FeatureOff, Forbidden, InvalidDeclaration, NotFound
from ..http.client import Client
from ..kinds.federation import federations_of
from ..kinds.member import humans_of, members_by_team, members_of_team
from ..kinds.names import is_robot, split_robot
from ..kinds.organization import check_existence, find_organization, organization_items
from ..kinds.permission import permissions_of
from ..kinds.prototype import prototypes_of
from ..kinds.robot import robot_roles, robot_views, robots_of
from ..kinds.team import TEAM, team_roles
from .namespaces import missing, place_of
from .operation import Operation

Params = Mapping[str, Any]


# Robots


def robot_info_options() -> Spec:
    """Return the options of quay_robot_info."""
    return {
        "organization": {"type": "str"},
        "name": {"type": "str"},
        "permissions": {"type": "bool", "default": False},
        "federations": {"type": "bool", "default": False},
        # Its name makes Ansible take it for a secret.
        "include_token": {"type": "bool", "default": False, "no_log": False},
    }


def robots(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the robots of an organization, or of the caller."""
    organization, wanted = params["organization"], params["name"]
    owner, short = split_robot(wanted or "")
    if owner and organization not in (None, owner):
        raise InvalidDeclaration(f"robot {wanted!r} does not belong to {organization!r}.")
    place = place_of(client, organization if organization is not None else owner or None)
    place, views = _robot_views(client, place, params["include_token"])
    if wanted is not None:
        views = [view for view in views if split_robot(view["name"])[1] == short]
    (found,) = run([_robots(params, client, place, views)], client.connection.parallel, client.observer)
    return Operation(values={"robots": found})


def _robot_views(client: Client, place: Place, with_token: bool) -> tuple[Place, list[dict[str, Any]]]:
    """Return Quay's views of all robots, and the place, which may turn out to be the caller's own namespace.

    Raises Forbidden rather than returning less than what was asked for.
    """
    views: list[dict[str, Any]] = []
    refusal: Forbidden | None = None
    try:
        views = robot_views(client, place, with_token=with_token)
    except Forbidden as error:
        refusal = error
    if not views and not place.personal and find_organization(client, place.name, as_admin=False) is None:
        check_existence(client, place.name)
        return _robot_views(client, Place(place.name, personal=True), with_token)
    if refusal is not None:
        raise refusal
    linked = all("teams" in view and "repositories" in view for view in views)
    hidden = "" if linked else "teams and repositories"
    if with_token and not all(view.get("token") for view in views):
        hidden = hidden or "tokens"
    if hidden:
        raise Forbidden(
            f"Quay does not show the {hidden} of the robots of {place.name!r}: the account is in none of its "
            "teams with role admin, or its token lacks the scope org:admin.",
            403,
        )
    return place, views


def _robots(params: Params, client: Client, place: Place, views: list[dict[str, Any]]) -> Batch[Any]:
    entries = [_robot(view) for view in views]
    if params["permissions"]:
        roles = yield from _roles_of_robots(client, place, entries)
        for entry in entries:
            entry["perms"] = _roles(roles.get(entry["name"], {}))
    if params["federations"]:
        shorts = [split_robot(entry["name"])[1] for entry in entries]
        found = yield from all_of([partial(_federations, client, place, short) for short in shorts])
        for entry, federations in zip(entries, found):
            entry["federations"] = federations
    return entries


def _roles_of_robots(client: Client, place: Place, entries: list[dict[str, Any]]) -> Batch[Any]:
    """Return the role for each repository, by full name of the robot."""
    names = [entry["name"] for entry in entries if entry["repositories"]]
    shorts = [split_robot(name)[1] for name in names]
    outcomes = yield [partial(robot_roles, client, place, short) for short in shorts]
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    if not errors:
        return {name: outcome.value for name, outcome in zip(names, outcomes)}
    others = [error for error in errors if not isinstance(error, Forbidden)]
    if others:
        raise others[0]
    # That needs the scope user:admin besides org:admin; what the repositories tell needs repo:admin only.
    held = sorted({repository for entry in entries for repository in entry["repositories"]})
    calls: list[Call] = [partial(permissions_of, client, place, repository, "user") for repository in held]
    found = yield from all_of(calls)
    roles: dict[str, dict[str, str]] = defaultdict(dict)
    for item in (item for part in found for item in part):
        repository, _kind, name = item.key
        roles[name][repository] = item.fields["role"]
    return roles


def _robot(view: Mapping[str, Any]) -> dict[str, Any]:
    entry = {
        "name": view["name"],
        "description": view.get("description") or "",
        "created": view.get("created"),
        "last_accessed": view.get("last_accessed"),
        "teams": sorted(team["name"] for team in view["teams"]),
        "repositories": sorted(view["repositories"]),
    }
    if view.get("token"):
        entry["token"] = view["token"]
    return entry


def _roles(by_repository: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"repository": name, "role": role} for name, role in sorted(by_repository.items())]


def _federations(client: Client, place: Place, short: str) -> list[dict[str, str]]:
    """Return the federations of a robot; none where this Quay has none (before 3.13)."""
    try:
        pairs = federations_of(client, place, short)
    except FeatureOff:
        return []
    return [{"issuer": issuer, "subject": subject} for issuer, subject in pairs]


# Prototypes


def prototype_info_options() -> Spec:
    """Return the options of quay_prototype_info."""
    return {
        "organization": {"type": "str", "required": True},
        "name": {"type": "str"},
        "type": {"type": "str", "choices": ["user", "team"]},
        "creator": {"type": "str"},
    }


def prototypes(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the default permissions of an organization, in the options of quay_prototype."""
    place = place_of(client, params["organization"])
    try:
        found = [_prototype(item) for item in prototypes_of(client, place)]
    except (Forbidden, NotFound):
        if find_organization(client, place.name, as_admin=False) is None:
            raise missing(place) from None
        raise
    for option in ("name", "type", "creator"):
        if params[option] is not None:
            found = [entry for entry in found if entry[option] == params[option]]
    return Operation(values={"prototypes": found})


def _prototype(item: Item) -> dict[str, Any]:
    creator, kind, name = item.key
    return {"id": item.ident, "name": name, "type": kind, "role": item.fields["role"], "creator": creator}


# Teams


def team_info_options() -> Spec:
    """Return the options of quay_team_info."""
    return {
        "organization": {"type": "str", "required": True},
        "name": {"type": "str"},
        "permissions": {"type": "bool", "default": False},
        "invited": {"type": "bool", "default": False},
    }


def teams(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the teams of an organization with their members."""
    place = place_of(client, params["organization"])
    (found,) = run([_teams(params, client, place)], client.connection.parallel, client.observer)
    return Operation(values={"teams": found})


def _teams(params: Params, client: Client, place: Place) -> Batch[Any]:
    view = yield from one(lambda: find_organization(client, place.name))
    if view is None:
        raise missing(place)
    items = [item for item in organization_items(view) if item.kind is TEAM]
    if params["name"] is not None:
        items = [item for item in items if item.key == (params["name"],)]
    items.sort(key=lambda item: item.key)
    members, invited = yield from _memberships(params, client, place, items)
    entries = [_team(item, members) for item in items]
    if params["invited"]:
        entries = [{**entry, "invited": sorted(invited[entry["name"]])} for entry in entries]
    if params["permissions"]:
        holders = [item.key[0] for item in items if item.facts["repo_count"] != 0]
        found = yield from all_of([partial(team_roles, client, place, name) for name in holders])
        roles = dict(zip(holders, found))
        entries = [{**entry, "perms": _roles(roles.get(entry["name"], {}))} for entry in entries]
    return entries


def _memberships(params: Params, client: Client, place: Place, items: list[Item]) -> Batch[Any]:
    """Return who is in which team, and who is invited, each by team.

    Two lists tell the former for all teams; where one team only is asked for, or who is invited, the
    teams themselves do.
    """
    invited: dict[str, set[str]] = defaultdict(set)
    if params["name"] is None and not params["invited"]:
        humans, own = yield from all_of(
            [partial(humans_of, client, place), partial(robots_of, client, place, with_links=True)]
        )
        members = yield from members_by_team(client, place, items, humans, own)
        return members, invited
    names = [item.key[0] for item in items]
    found = yield from all_of([partial(members_of_team, client, place, name) for name in names])
    members = {name: {item.key[1] for item in there} for name, (there, _invited) in zip(names, found)}
    for name, (_there, waiting) in zip(names, found):
        invited[name] = {user for _team_name, user in waiting}
    return members, invited


def _team(item: Item, members: Mapping[str, set[str]]) -> dict[str, Any]:
    there = members.get(item.key[0], set())
    return {
        "name": item.key[0],
        "role": item.fields["role"],
        "description": item.fields["description"],
        "synced": item.facts["synced"],
        "members": sorted(there),
        "robots": sorted(name for name in there if is_robot(name)),
    }
