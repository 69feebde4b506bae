# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Repositories, their permissions, and the prototypes that make permissions when a repository is created."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import ServerFault
from ..names import new_uuid
from ..settings import Settings
from ..store import Row, Store

MARKED = "MARKED_FOR_DELETION"


def find(store: Store, namespace: str, name: str) -> Row | None:
    """The repository of a name; one whose deletion is running has lost its name."""
    owner = store.users.first(username=namespace)
    return store.repositories.first(namespace=owner.id, name=name) if owner is not None else None


def create(
    store: Store, namespace: str, name: str, creator: Row | None, visibility: str, description: str
) -> Row:
    """A new repository; the creator administers it, and the prototypes of its organization are applied."""
    owner = store.users.first(username=namespace)
    if owner is None:
        raise ServerFault()  # Only a full-access superuser comes this far, and Quay does not expect that.
    repository = store.repositories.insert(
        namespace=owner.id,
        name=name,
        visibility=visibility,
        description=description,
        state="NORMAL",
        kind="image",
        badge_token=new_uuid(),
        trust_enabled=False,
    )
    if creator is not None and not creator.organization:
        grant(store, repository, "user", creator.id, "admin")
        if creator.username != namespace:
            _apply_prototypes(store, owner, repository, creator)
    return repository


def grant(store: Store, repository: Row, kind: str, holder: int, role: str) -> Row:
    """Gives a user or a team a role on a repository, in place of the role that it had."""
    existing = store.permissions.first(repository=repository.id, **{kind: holder})
    if existing is not None:
        return store.permissions.update(existing, role=role)
    fields: dict[str, Any] = {"user": None, "team": None, kind: holder}
    return store.permissions.insert(
        repository=repository.id, namespace=repository.namespace, role=role, **fields
    )


def _apply_prototypes(store: Store, organization: Row, repository: Row, creator: Row) -> None:
    """Of the rules for one delegate, one with an activating user wins; the creator is admin in any case."""
    chosen: dict[tuple[str, int], str] = {}
    for rule in store.prototypes.find(organization=organization.id):
        if rule.activating_user not in (None, creator.id):
            continue
        kind = "team" if rule.delegate_team is not None else "user"
        key = (kind, rule["delegate_" + kind])
        if key in chosen and rule.activating_user is None:
            continue
        chosen[key] = rule.role
    for (kind, holder), role in chosen.items():
        if kind == "team" or holder != creator.id:
            grant(store, repository, kind, holder, role)


def mark_for_deletion(store: Store, settings: Settings, repository: Row) -> None:
    """Frees the name at once; the row, with its permissions, stays until the garbage is collected."""
    store.stars.delete_where(repository=repository.id)
    store.repositories.update(repository, name=new_uuid(), state=MARKED)
    if not settings.hold_deleted_names:
        purge(store, repository)


def purge(store: Store, repository: Row) -> None:
    """Removes a repository with everything in it."""
    for table in (
        store.permissions,
        store.stars,
        store.tags,
        store.labels,
        store.tag_pulls,
        store.manifests,
        store.mirrors,
        store.notifications,
        store.prune_policies,
        store.immutability_policies,
    ):
        table.delete_where(repository=repository.id)
    store.repositories.delete(repository)


def visible_filter(
    store: Store, user: Row | None, include_public: bool, all_of_them: bool
) -> Callable[[Row], bool]:
    """Which repositories a listing shows. As in Quay, the scopes of a token are not looked at."""
    if all_of_them:
        return lambda row: row.state != MARKED
    user_id = user.id if user is not None else None
    members = store.members.find(user=user_id) if user_id is not None else []
    team_ids = [member.team for member in members]
    administered = {
        store.teams.get(team).organization for team in team_ids if store.teams.get(team).role == "admin"
    }

    def visible(row: Row) -> bool:
        if row.state == MARKED:
            return False
        if include_public and row.visibility == "public":
            return True
        if user_id is None:
            return False
        if row.namespace in administered:
            return True
        if store.permissions.count(repository=row.id, user=user_id):
            return True
        return any(store.permissions.count(repository=row.id, team=team) for team in team_ids)

    return visible
