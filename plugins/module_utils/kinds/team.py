# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Teams (facts A5). They come along with their organization; who is in them is in member.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call
from ..engine.options import append_option, state_option
from ..engine.report import Report
from ..engine.values import Field, Place, Step
from ..engine.words import (
    Change,
    Current,
    Desired,
    Entry,
    Export,
    Exporting,
    Flat,
    Item,
    Kind,
    Reference,
    Spec,
)
from ..http.client import Client
from .member import MEMBER, exported_members, lists_of_members, take_members
from .names import check_name, is_robot, team_path
from .roles import roles_by_repository
from .team_sync import TEAM_SYNC, exported_syncs, missing_team, sync_options, take_sync

OWNERS = "owners"

# What the user writes


def _options() -> Spec:
    return {
        "name": {"type": "str", "required": True},
        "role": {"type": "str", "choices": ["member", "creator", "admin"]},
        "description": {"type": "str"},
        "members": {"type": "list", "elements": "str"},
        **append_option(),
        "sync": {"type": "dict", "options": sync_options()},
        **state_option(),
    }


def _take(entry: Entry, notes: Notes) -> None:
    name = str(entry["name"])
    check_name(notes, "team", name)
    if name == OWNERS and entry.get("state") == "absent":
        notes.wrong.append(
            f"team {OWNERS!r} cannot go: it is the team of those who own the organization; "
            "declare its members"
        )
    fields = {"role": entry.get("role"), "description": entry.get("description")}
    if notes.add(entry, TEAM, (name,), fields):
        take_members(entry, notes, name)
        take_sync(entry, notes, name)


def _describe(params: Entry, report: Report) -> dict[str, Any]:
    return {"name": params["name"], "organization": report.namespace}


# What is there


def teams_of(view: Mapping[str, Any]) -> Iterator[Item]:
    """Yield the teams that Quay's view of an organization holds."""
    for name, team in view.get("teams", {}).items():
        fields = {"role": team.get("role"), "description": team.get("description") or ""}
        facts = {
            "member_count": team.get("member_count"),
            "repo_count": team.get("repo_count"),
            "synced": bool(team.get("is_synced")),
        }
        yield Item(TEAM, (name,), fields, facts=facts)


def team_roles(client: Client, place: Place, team: str) -> dict[str, str]:
    """Return the team's role for each repository of the organization on which it has one."""
    return roles_by_repository(client.get(f"{team_path(place, team)}/permissions"))


# What else it is about


def owners(current: Current) -> tuple[Item, ...]:
    """Return what Quay makes along with an organization: its team of owners, with the caller in it."""
    team = Item(TEAM, (OWNERS,), {"role": "admin", "description": ""})
    return (team, Item(MEMBER, (OWNERS, current.caller))) if current.caller else (team,)


def declares_owners(desired: Desired) -> bool:
    """Tell whether the team of owners is declared."""
    return any(item.key == (OWNERS,) for item in desired.of(TEAM))


def _missing(reference: Reference, desired: Desired, current: Current) -> str | None:
    return missing_team(MEMBER, reference, desired, current)


def _protected(item: Item, current: Current) -> bool:
    return item.key == (OWNERS,)


# What changes


def _put(client: Client, place: Place, change: Change) -> Iterator[Step]:
    # The role is required; a description that is left out stays.
    body = {"role": change.value("role") or change.facts.get("role") or "member"}
    if "description" in change.fields:
        body["description"] = change.value("description")
    yield Step(("role", "description"), partial(client.send, "PUT", team_path(place, change.key[0]), body))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    path = team_path(place, change.key[0])
    if (change.before or {}).get("role") == "admin":
        # Quay fails (500) when a superuser who is in no admin team deletes a team with role admin.
        yield Step((), partial(client.send, "PUT", path, {"role": "member"}))
    yield Step((), partial(client.send, "DELETE", path))


# How it is written down


def _lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    return lists_of_members(client, place)


def _entries(exporting: Exporting) -> Batch[list[dict[str, Any]]]:
    teams = exporting.of(TEAM)
    members = yield from exported_members(exporting, teams)
    syncs = yield from exported_syncs(exporting, teams)
    return [_entry(item, members.get(item.key[0], set()), syncs.get(item.key[0])) for item in teams]


def _entry(team: Item, members: set[str], sync: dict[str, Any] | None) -> dict[str, Any]:
    if team.facts["synced"]:
        # Which users are in it, the group says.
        members = {name for name in members if is_robot(name)}
    entry = {"name": team.key[0], **team.fields, "members": sorted(members)}
    return entry if sync is None else {**entry, "sync": sync}


TEAM = Kind(
    "team",
    "teams",
    2,
    (Field("role", "member"), Field("description", "")),
    nested=True,
    options=_options,
    flat=Flat(lambda: {**_options(), "organization": {"type": "str", "required": True}}, _describe),
    parts=(TEAM_SYNC, MEMBER),
    take=_take,
    missing=_missing,
    protected=_protected,
    create=_put,
    update=_put,
    delete=_delete,
    export=Export(_lists, _entries),
)
