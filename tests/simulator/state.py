# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The state as tests look at it."""

from __future__ import annotations

from typing import Any

from .model.repositories import MARKED
from .store import Row, Store


def dump(store: Store) -> dict[str, Any]:
    """All organizations with what belongs to them, without secrets."""
    found = [row for row in store.users.find(organization=True) if row.enabled]
    return {row.username: _organization(store, row) for row in found}


def _organization(store: Store, row: Row) -> dict[str, Any]:
    robots = store.users.find(robot=True, namespace=row.id)
    teams = store.teams.find(organization=row.id)
    repositories = [found for found in store.repositories.find(namespace=row.id) if found.state != MARKED]
    return {
        "email": row.email,
        "tag_expiration_s": row.tag_expiration_s,
        "robots": {robot.username: _robot(robot) for robot in robots},
        "teams": {team.name: _team(store, team) for team in teams},
        "prototypes": [_prototype(store, rule) for rule in store.prototypes.find(organization=row.id)],
        "repositories": {repository.name: _repository(store, repository) for repository in repositories},
        "applications": [
            {"name": application.name, "client_id": application.client_id}
            for application in store.applications.find(organization=row.id)
        ],
    }


def _robot(robot: Row) -> dict[str, Any]:
    return {
        "description": robot.description,
        "unstructured_metadata": robot.metadata,
        "federation": robot.federation,
    }


def _team(store: Store, team: Row) -> dict[str, Any]:
    members = store.members.find(team=team.id)
    return {
        "role": team.role,
        "description": team.description,
        "members": sorted(store.users.get(member.user).username for member in members),
    }


def _prototype(store: Store, rule: Row) -> dict[str, Any]:
    kind = "team" if rule.delegate_team is not None else "user"
    delegate = store.teams.get(rule.delegate_team) if kind == "team" else store.users.get(rule.delegate_user)
    activating = store.users.get(rule.activating_user)
    return {
        "id": rule.uuid,
        "role": rule.role,
        "delegate_kind": kind,
        "delegate": delegate.name if kind == "team" else delegate.username,
        "activating_user": activating.username if activating is not None else None,
    }


def _repository(store: Store, repository: Row) -> dict[str, Any]:
    permissions: dict[str, dict[str, str]] = {"user": {}, "team": {}}
    for row in store.permissions.find(repository=repository.id):
        if row.user is not None:
            permissions["user"][store.users.get(row.user).username] = row.role
        else:
            permissions["team"][store.teams.get(row.team).name] = row.role
    tags = [tag for tag in store.tags.find(repository=repository.id) if tag.end is None]
    return {
        "visibility": repository.visibility,
        "description": repository.description,
        "state": repository.state,
        "permissions": permissions,
        "tags": {tag.name: tag.digest for tag in tags},
    }
