# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Members and collaborators of organizations."""

from __future__ import annotations

from typing import Any

from ..call import Call, Topic
from ..errors import ModelError, NotFound
from ..model import accounts, teams
from ..store import Row
from ..views import avatar, user_avatar
from .organizations import find_or_404

topic = Topic("members")


def _team_view(team: Row) -> dict[str, Any]:
    return {"name": team.name, "avatar": avatar(team.name, "team")}


def _direct_permissions(call: Call, organization: Row) -> list[tuple[Row, str]]:
    """The humans with a role on a repository of the organization, each with the name of the repository."""
    store = call.store
    found = []
    for permission in store.permissions.find(namespace=organization.id):
        user = store.users.get(permission.user)
        if user is not None and not user.robot:
            found.append((user, store.repositories.get(permission.repository).name))
    return found


@topic.get("/organization/<orgname>/members")
def list_members(call: Call, orgname: str) -> Any:
    """The humans that are in a team."""
    call.need_org_view(orgname)
    organization = find_or_404(call, orgname)
    views: dict[str, dict[str, Any]] = {}
    for member in call.store.members.find(organization=organization.id):
        user = call.store.users.get(member.user)
        if user.robot:
            continue
        fresh = {
            "name": user.username,
            "kind": "user",
            "avatar": user_avatar(user),
            "teams": [],
            "repositories": [],
        }
        view = views.setdefault(user.username, fresh)
        view["teams"].append(_team_view(call.store.teams.get(member.team)))
    for user, repository in _direct_permissions(call, organization):
        if user.username in views:
            views[user.username]["repositories"].append(repository)
    return {"members": list(views.values())}


@topic.get("/organization/<orgname>/collaborators")
def list_collaborators(call: Call, orgname: str) -> Any:
    """The humans that are in no team, but have a role on a repository."""
    call.need_org_view(orgname)
    organization = find_or_404(call, orgname)
    member_ids = {member.user for member in call.store.members.find(organization=organization.id)}
    views: dict[str, dict[str, Any]] = {}
    for user, repository in _direct_permissions(call, organization):
        if user.id not in member_ids:
            fresh = {"kind": "user", "name": user.username, "avatar": user_avatar(user), "repositories": []}
            views.setdefault(user.username, fresh)["repositories"].append(repository)
    return {"collaborators": list(views.values())}


@topic.get("/organization/<orgname>/members/<membername>")
def read_member(call: Call, orgname: str, membername: str) -> Any:
    """One member; robots of the organization count even when they are in no team."""
    call.need_org_view(orgname)
    store = call.store
    member = accounts.find_user(store, membername)
    namespace = accounts.find_account(store, orgname)
    if member is None or namespace is None:
        raise NotFound()
    found = store.members.find(organization=namespace.id, user=member.id)
    if not found and not (member.robot and accounts.robot_belongs_to(member.username, orgname)):
        raise NotFound()
    permissions = store.permissions.find(namespace=namespace.id, user=member.id)
    return {
        "name": member.username,
        "kind": "robot" if member.robot else "user",
        "avatar": user_avatar(member),
        "teams": [_team_view(store.teams.get(row.team)) for row in found],
        "repositories": [store.repositories.get(row.repository).name for row in permissions],
    }


@topic.delete("/organization/<orgname>/members/<membername>")
def remove_member(call: Call, orgname: str, membername: str) -> Any:
    """Takes a human out of all teams and repositories; one who was in none is answered in the same way."""
    call.need_org_admin(orgname)
    store = call.store
    user = accounts.find_person(store, membername)
    if user is None:
        raise NotFound()
    organization = find_or_404(call, orgname)
    if teams.admins(store, organization.id) == {user.id}:
        raise ModelError("Cannot remove user as they are the only organization admin")
    store.permissions.delete_where(namespace=organization.id, user=user.id)
    store.members.delete_where(organization=organization.id, user=user.id)
    return "", 204
