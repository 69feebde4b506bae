# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Permissions on repositories."""

from __future__ import annotations

from typing import Any

from ..call import Call, Topic, repo_admin, repo_admin_view
from ..errors import InvalidRequest, ModelError, NotFound, ServerFault
from ..model import accounts, repositories, teams
from ..store import Row
from ..views import avatar, user_avatar

topic = Topic("permissions")

BASE = "/repository/<repopath:repository>/permissions"
NO_USER = "User does not have permission for repo."
NO_TEAM = "Team does not have permission for repo."
OWNER = "Namespace owner must always be admin."


def _user_view(call: Call, namespace: str, row: Row) -> dict[str, Any]:
    user = call.store.users.get(row.user)
    view = {"role": row.role, "name": user.username, "is_robot": user.robot, "avatar": user_avatar(user)}
    organization = accounts.find_organization(call.store, namespace)
    if organization is not None:
        view["is_org_member"] = accounts.is_member(call.store, organization, user)
    return view


def _team_view(team: Row, row: Row) -> dict[str, Any]:
    return {"role": row.role, "name": team.name, "avatar": avatar(team.name, "team")}


def _rows(call: Call, namespace: str, name: str) -> list[Row]:
    """The permissions of a repository; one that does not exist has none, which is no error."""
    repository = repositories.find(call.store, namespace, name)
    return call.store.permissions.find(repository=repository.id) if repository is not None else []


def _of_user(call: Call, namespace: str, name: str, username: str) -> Row | None:
    user = call.store.users.first(username=username)
    repository = repositories.find(call.store, namespace, name)
    if user is None or repository is None:
        return None
    return call.store.permissions.first(repository=repository.id, user=user.id)


def _of_team(call: Call, namespace: str, name: str, teamname: str) -> Row | None:
    team = teams.find(call.store, namespace, teamname)
    repository = repositories.find(call.store, namespace, name)
    if team is None or repository is None:
        return None
    return call.store.permissions.first(repository=repository.id, team=team.id)


def _existing(call: Call, namespace: str, name: str) -> Row:
    repository = repositories.find(call.store, namespace, name)
    if repository is None:
        raise ServerFault()  # Quay does not catch that the repository of a new permission is missing.
    return repository


@topic.get(BASE + "/user/", right=repo_admin_view)
def list_users(call: Call, namespace: str, name: str) -> Any:
    """The users and robots with a role of their own."""
    views = [_user_view(call, namespace, row) for row in _rows(call, namespace, name) if row.user is not None]
    return {"permissions": {view["name"]: view for view in views}}


@topic.get(BASE + "/team/", right=repo_admin_view)
def list_teams(call: Call, namespace: str, name: str) -> Any:
    """The teams with a role."""
    rows = [row for row in _rows(call, namespace, name) if row.team is not None]
    views = [_team_view(call.store.teams.get(row.team), row) for row in rows]
    return {"permissions": {view["name"]: view for view in views}}


@topic.get(BASE + "/user/<username>", right=repo_admin_view)
def read_user(call: Call, namespace: str, name: str, username: str) -> Any:
    """The role of one user; none is 400, not 404."""
    row = _of_user(call, namespace, name, username)
    if row is None:
        raise ModelError(NO_USER)
    return _user_view(call, namespace, row)


@topic.get(BASE + "/user/<username>/transitive", right=repo_admin_view)
def read_transitive(call: Call, namespace: str, name: str, username: str) -> Any:
    """The roles of a user, own ones and those of teams."""
    user = accounts.find_user(call.store, username)
    if user is None:
        raise NotFound()
    in_teams = {member.team for member in call.store.members.find(user=user.id)}
    roles = [row.role for row in _rows(call, namespace, name) if row.user == user.id or row.team in in_teams]
    if not roles:
        raise NotFound()
    return {"permissions": [{"role": role} for role in roles]}


@topic.put(BASE + "/user/<username>", right=repo_admin, schema="UserPermission")
def put_user(call: Call, namespace: str, name: str, username: str) -> Any:
    """Gives a user or robot a role."""
    if username == namespace:
        raise InvalidRequest(OWNER)
    user = call.store.users.first(username=username)
    if user is None:
        raise InvalidRequest(f"Invalid username: {username}")
    if user.robot and not accounts.robot_belongs_to(username, namespace):
        raise InvalidRequest(f"Cannot add robot {username} under namespace {namespace}")
    row = repositories.grant(call.store, _existing(call, namespace, name), "user", user.id, call.body["role"])
    return _user_view(call, namespace, row)


@topic.delete(BASE + "/user/<username>", right=repo_admin)
def delete_user(call: Call, namespace: str, name: str, username: str) -> Any:
    """Takes the role of a user away."""
    if username == namespace:
        raise InvalidRequest(OWNER)
    row = _of_user(call, namespace, name, username)
    if row is None:
        raise InvalidRequest(NO_USER)
    call.store.permissions.delete(row)
    return "", 204


@topic.get(BASE + "/team/<teamname>", right=repo_admin_view)
def read_team(call: Call, namespace: str, name: str, teamname: str) -> Any:
    """The role of one team, and nothing else about it."""
    row = _of_team(call, namespace, name, teamname)
    if row is None:
        raise ModelError(NO_TEAM)
    return {"role": row.role}


@topic.put(BASE + "/team/<teamname>", right=repo_admin, schema="TeamPermission")
def put_team(call: Call, namespace: str, name: str, teamname: str) -> Any:
    """Gives a team a role."""
    team = teams.find(call.store, namespace, teamname)
    if team is None:
        raise InvalidRequest(f"No team {teamname} in organization {namespace}")
    row = repositories.grant(call.store, _existing(call, namespace, name), "team", team.id, call.body["role"])
    return _team_view(team, row)


@topic.delete(BASE + "/team/<teamname>", right=repo_admin)
def delete_team(call: Call, namespace: str, name: str, teamname: str) -> Any:
    """Takes the role of a team away."""
    row = _of_team(call, namespace, name, teamname)
    if row is None:
        raise InvalidRequest(NO_TEAM)
    call.store.permissions.delete(row)
    return "", 204
