# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reads who may do what on an organization's repositories, with the fewest requests.

Quay lists permissions three ways: by repository, by team, by robot. Which is cheapest depends on how
many of each there are (facts B6).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from .client import Client
from .errors import Forbidden
from .lanes import Call, Outcome
from .resources.base import Place
from .resources.permissions import permission
from .resources.registry import MEMBERS, PERMISSIONS, ROBOTS, TEAMS
from .state import PERMISSION, REPOSITORY, ROBOT, TEAM, Current, Desired, Item, is_robot, split_robot

# From so many repositories on it is worth asking first who has rights anywhere.
_MANY = 10


@dataclass(frozen=True)
class _Question:
    """Which permissions of one kind matter: on which repositories, of whom (None: of all)."""

    kind: str
    repositories: frozenset[str]
    names: frozenset[str] | None


def read_permissions(
    client: Client, place: Place, desired: Desired, current: Current
) -> Generator[list[Call], list[Outcome], list[Item]]:
    """Return the permissions on repositories that are there and that the declaration speaks of."""
    items: list[Item] = []
    for kind in ("team", "user"):
        question = _question(kind, desired, current)
        question = yield from _narrowed(client, place, question, current)
        plain = _by_repository(client, place, question)
        other = _by_holder(client, place, question, current)
        short = other is not None and len(other) < len(plain)
        outcomes = yield other if other is not None and short else plain
        if short and any(isinstance(outcome.error, Forbidden) for outcome in outcomes):
            # A robot's permissions need the scope user:admin besides org:admin; a repository's do not.
            outcomes = yield plain
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
            items += outcome.value
    return items


def _question(kind: str, desired: Desired, current: Current) -> _Question:
    there = {item.key[0] for item in current.of(REPOSITORY)}
    complete = {scope.parent[0] for scope in desired.scopes if scope.kind == PERMISSION.name} & there
    keys = [item.key for item in desired.of(PERMISSION)]
    keys += [key for name, key in desired.absent if name == PERMISSION.name]
    declared = [key for key in keys if key[1] == kind and key[0] in there]
    names = None if complete else frozenset(key[2] for key in declared)
    return _Question(kind, frozenset(complete | {key[0] for key in declared}), names)


def _narrowed(
    client: Client, place: Place, question: _Question, current: Current
) -> Generator[list[Call], list[Outcome], _Question]:
    """Return the question for those repositories only on which a human of it has a right at all.

    The lists of members and collaborators tell that for all repositories at once, though not which right.
    """
    names = question.names
    if names is None or place.personal or not current.admin or any(is_robot(name) for name in names):
        return question
    if question.kind != "user" or len(question.repositories) < _MANY:
        return question
    outcomes = yield [partial(MEMBERS.humans, client, place), partial(MEMBERS.collaborators, client, place)]
    if any(outcome.error is not None for outcome in outcomes):
        # Whatever it is, reading the repositories themselves tells, or fails for a reason of its own.
        return question
    named = {
        repository
        for outcome in outcomes
        for account in outcome.value
        if account["name"] in names
        for repository in account.get("repositories") or ()
    }
    return replace(question, repositories=question.repositories & named)


def _by_repository(client: Client, place: Place, question: _Question) -> list[Call]:
    return [
        partial(PERMISSIONS.of_repository, client, place, name, question.kind)
        for name in sorted(question.repositories)
    ]


def _by_holder(client: Client, place: Place, question: _Question, current: Current) -> list[Call] | None:
    if question.kind == "team":
        return _by_team(client, place, question, current)
    return _by_robot(client, place, question, current)


def _by_team(client: Client, place: Place, question: _Question, current: Current) -> list[Call] | None:
    if place.personal or not current.sees_teams:
        return None
    teams = [team.key[0] for team in current.of(TEAM) if team.facts.get("repo_count") != 0]
    wanted = [name for name in teams if question.names is None or name in question.names]
    return [
        partial(_of_holder, TEAMS.permissions, client, place, name, "team", name, question)
        for name in wanted
    ]


def _by_robot(client: Client, place: Place, question: _Question, current: Current) -> list[Call] | None:
    """Only where all whom it is about are the namespace's own robots; humans have no such list."""
    if not current.admin:
        return None
    if question.names is None or not all(split_robot(name)[0] == place.name for name in question.names):
        return None
    robots = {item.key[0] for item in current.of(ROBOT) if item.facts.get("repositories")}
    own = [(name, split_robot(name)[1]) for name in sorted(question.names)]
    return [
        partial(_of_holder, ROBOTS.permissions, client, place, short, "user", name, question)
        for name, short in own
        if short in robots
    ]


def _of_holder(
    roles: Any, client: Client, place: Place, holder: str, kind: str, name: str, question: _Question
) -> list[Item]:
    return [
        permission(repository, kind, name, role)
        for repository, role in sorted(roles(client, place, holder).items())
        if repository in question.repositories
    ]
