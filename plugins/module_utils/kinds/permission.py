# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Permissions of users, robots and teams on one repository (facts A8), read with the fewest requests.

Quay lists permissions three ways: by repository, by team, by robot. Which is cheapest depends on how
many of each there are (facts B6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..engine.declaration import Notes
from ..engine.lanes import Batch, Call
from ..engine.options import list_of
from ..engine.values import Field, Place, Step
from ..engine.words import Change, Current, Desired, Entry, Export, Item, Key, Kind, Reference
from ..errors import Forbidden
from ..http.client import Client
from ..http.connection import repository_path, segment
from .account import account
from .member import collaborators_of, humans_of
from .names import is_robot, own_robot, split_robot
from .robot import ROBOT, robot_roles, robots_of
from .roles import ROLES
from .team import TEAM, team_roles

# From so many repositories on it is worth asking first who has rights anywhere.
_MANY = 10

# What the user writes


def permission_options() -> dict[str, Any]:
    """Return the option of a repository that holds its permissions."""
    return list_of(
        {
            "name": {"type": "str", "required": True},
            "type": {"type": "str", "choices": ["user", "team"], "default": "user"},
            "role": {"type": "str", "choices": ROLES, "default": "read"},
        }
    )


def take_permissions(entry: Entry, notes: Notes, repository: str) -> None:
    """Note the permissions in the entry of a repository."""
    if entry.get("perms") is None:
        return
    for grant in entry["perms"]:
        kind, name = grant.get("type") or "user", str(grant["name"])
        if kind == "user" and is_robot(name):
            why = f", says Quay (Cannot add robot {name} under namespace {notes.namespace})"
            own_robot(
                notes, name, f"repository {repository!r}", f"{why}; a team may hold it, and have the role"
            )
        notes.add(grant, PERMISSION, (repository, kind, name), {"role": grant.get("role") or "read"})
    notes.complete_below(entry, PERMISSION, (repository,))


# What is there


def permissions_of(client: Client, place: Place, repository: str, kind: str) -> list[Item]:
    """Return the direct permissions of one kind ("user", robots included, or "team") on a repository."""
    path = f"{repository_path(place.name, repository)}/permissions/{kind}/"
    return [
        _item(repository, kind, name, entry["role"])
        for name, entry in client.get(path)["permissions"].items()
    ]


def _item(repository: str, kind: str, name: str, role: str) -> Item:
    return Item(PERMISSION, (repository, kind, name), {"role": role})


def _needs(desired: Desired) -> tuple[Kind, ...]:
    robots = any(is_robot(item.key[2]) for item in desired.of(PERMISSION) if item.key[1] == "user")
    return (ROBOT,) if robots else ()


@dataclass(frozen=True)
class _Question:
    """Which permissions of one kind matter: on which repositories, of whom (None: of all)."""

    kind: str
    repositories: frozenset[str]
    names: frozenset[str] | None


def _details(client: Client, desired: Desired, current: Current) -> Batch[Current]:
    """Return ``current`` with the permissions that are there and that the declaration speaks of."""
    items = list(current.items)
    for kind in ("team", "user"):
        question = _question(kind, desired, current)
        question = yield from _narrowed(client, question, current)
        plain = _by_repository(client, current.place, question)
        other = _by_holder(client, question, current)
        short = other is not None and len(other) < len(plain)
        outcomes = yield other if other is not None and short else plain
        if short and any(isinstance(outcome.error, Forbidden) for outcome in outcomes):
            # A robot's permissions need the scope user:admin besides org:admin; a repository's do not.
            outcomes = yield plain
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
            items += outcome.value
    return replace(current, items=tuple(items))


def _question(kind: str, desired: Desired, current: Current) -> _Question:
    there = {item.key[0] for item in current.wholes(PERMISSION)}
    complete = {parent[0] for parent in desired.complete_lists(PERMISSION)} & there
    declared = [key for key in desired.named(PERMISSION) if key[1] == kind and key[0] in there]
    names = None if complete else frozenset(key[2] for key in declared)
    return _Question(kind, frozenset(complete | {key[0] for key in declared}), names)


def _narrowed(client: Client, question: _Question, current: Current) -> Batch[_Question]:
    """Return the question for those repositories only on which a human of it has a right at all.

    The lists of members and collaborators tell that for all repositories at once, though not which right.
    """
    names, place = question.names, current.place
    if names is None or place.personal or not current.admin or any(is_robot(name) for name in names):
        return question
    if question.kind != "user" or len(question.repositories) < _MANY:
        return question
    outcomes = yield [partial(humans_of, client, place), partial(collaborators_of, client, place)]
    if any(outcome.error is not None for outcome in outcomes):
        # Whatever it is, reading the repositories themselves tells, or fails for a reason of its own.
        return question
    named = {
        repository
        for outcome in outcomes
        for view in outcome.value
        if view["name"] in names
        for repository in view.get("repositories") or ()
    }
    return replace(question, repositories=question.repositories & named)


def _by_repository(client: Client, place: Place, question: _Question) -> list[Call]:
    return [
        partial(permissions_of, client, place, name, question.kind) for name in sorted(question.repositories)
    ]


def _by_holder(client: Client, question: _Question, current: Current) -> list[Call] | None:
    if question.kind == "team":
        return _by_team(client, question, current)
    return _by_robot(client, question, current)


def _by_team(client: Client, question: _Question, current: Current) -> list[Call] | None:
    place = current.place
    if place.personal or not current.facts.get("sees_teams", True):
        return None
    teams = [team.key[0] for team in current.of(TEAM) if team.facts.get("repo_count") != 0]
    wanted = [name for name in teams if question.names is None or name in question.names]
    return [partial(_of_holder, team_roles, client, place, name, "team", name, question) for name in wanted]


def _by_robot(client: Client, question: _Question, current: Current) -> list[Call] | None:
    """Only where all whom it is about are the namespace's own robots; humans have no such list."""
    place = current.place
    if not current.admin or question.names is None:
        return None
    if not all(split_robot(name)[0] == place.name for name in question.names):
        return None
    robots = {item.key[0] for item in current.of(ROBOT) if item.facts.get("repositories")}
    own = [(name, split_robot(name)[1]) for name in sorted(question.names)]
    return [
        partial(_of_holder, robot_roles, client, place, short, "user", name, question)
        for name, short in own
        if short in robots
    ]


def _of_holder(
    roles: Any, client: Client, place: Place, holder: str, kind: str, name: str, question: _Question
) -> list[Item]:
    return [
        _item(repository, kind, name, role)
        for repository, role in sorted(roles(client, place, holder).items())
        if repository in question.repositories
    ]


# What else it is about


def _references(namespace: str, item: Item) -> Iterator[Reference]:
    _repository, kind, name = item.key
    yield Reference(TEAM, (name,), name) if kind == "team" else account(namespace, name)


def _protected(item: Item, current: Current) -> bool:
    """Tell whether it is the caller's own right."""
    return item.key[1:] == ("user", current.caller)


def _look_again(desired: Desired, changes: list[Change]) -> bool:
    """Tell whether a new repository's permissions are declared completely.

    Quay gives it the creator's permission and those of the prototypes.
    """
    new = {change.key for change in changes if change.action == "create" and PERMISSION in change.kind.parts}
    return any(parent in new for parent in desired.complete_lists(PERMISSION))


# What changes


def _put(client: Client, place: Place, change: Change) -> Iterator[Step]:
    """Quay's PUT creates and updates."""
    yield Step(("role",), partial(client.send, "PUT", _path(place, change), {"role": change.value("role")}))


def _delete(client: Client, place: Place, change: Change) -> Iterator[Step]:
    yield Step((), partial(client.send, "DELETE", _path(place, change)))


def _path(place: Place, change: Change) -> str:
    repository, kind, name = change.key
    return f"{repository_path(place.name, repository)}/permissions/{kind}/{segment(name)}"


def _described(key: Key) -> str:
    return f"permission of {key[1]} {key[2]} on repository {key[0]}"


# How it is written down: within its repository


def _export_lists(client: Client, place: Place, wanted: frozenset[str]) -> dict[str, Call]:
    found: dict[str, Call] = {
        "robots": partial(robots_of, client, place, with_links=True),
        "humans": partial(humans_of, client, place),
    }
    if "repositories" in wanted:
        found["collaborators"] = partial(collaborators_of, client, place)
    return found


PERMISSION = Kind(
    "permission",
    "permissions",
    7,
    (Field("role", "read"),),
    parent_length=1,
    personal=True,
    for_admins=False,
    needs=_needs,
    details=_details,
    references=_references,
    protected=_protected,
    look_again=_look_again,
    create=_put,
    update=_put,
    delete=_delete,
    describe=_described,
    title=lambda namespace, key: f"{key[0]}:{key[2]}",
    export=Export(_export_lists),
)
