# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Teams, their members and invitations."""

from __future__ import annotations

from ..errors import ModelError, ServerFault
from ..names import name_problem, new_uuid
from ..store import Row, Store


def find(store: Store, orgname: str, name: str) -> Row | None:
    """The team of an organization, or None."""
    organization = store.users.first(username=orgname)
    if organization is None or not organization.organization:
        return None
    return store.teams.first(organization=organization.id, name=name)


def create(store: Store, organization: Row, name: str, role: str, description: str) -> Row:
    """A new team."""
    problem = name_problem(name, "Team")
    if problem:
        raise ModelError(f"Invalid team name {name}: {problem}")
    return store.teams.insert(organization=organization.id, name=name, role=role, description=description)


def add_member(store: Store, team: Row, user: Row) -> None:
    """Puts a user or robot into a team."""
    if store.members.first(team=team.id, user=user.id):
        raise ModelError(f"User {user.username} is already a member of team {team.name}")
    store.members.insert(team=team.id, user=user.id, organization=team.organization)


def add_or_invite(
    store: Store, inviter: Row, team: Row, user: Row | None, email: str | None, needs_invite: bool
) -> Row | None:
    """Adds a user, or invites it when invitations are needed and it is new to the organization.

    Answers the invitation, or None when the user became a member at once.
    """
    organization = store.users.get(team.organization)
    if user is not None and needs_invite:
        if user.robot:
            needs_invite = False
            if not user.username.startswith(organization.username + "+"):
                raise ModelError(
                    "Cannot add the specified robot to this team, as it is not a member of the organization"
                )
        else:
            needs_invite = not store.members.count(organization=organization.id, user=user.id)
    if user is not None and not needs_invite:
        add_member(store, team, user)
        return None
    return store.invites.insert(
        team=team.id,
        organization=team.organization,
        user=user.id if user is not None else None,
        email=email if user is None else None,
        inviter=inviter.id,
        code="urn:teaminvite:" + new_uuid(),
    )


def find_invite(store: Store, code: str, user: Row) -> Row:
    """The invitation of a code, if it is meant for the user."""
    invite = store.invites.first(code=code)
    if invite is None:
        raise ModelError("Invalid confirmation code.")
    if invite.user not in (None, user.id) or (invite.user is None and invite.email != user.email):
        raise ModelError("Invalid confirmation code.")
    return invite


def accept_invite(store: Store, code: str, user: Row) -> Row:
    """Accepts an invitation, and with it all others of the same organization; answers the team."""
    invite = find_invite(store, code, user)
    team = store.teams.get(invite.team)
    for other in store.invites.find(organization=invite.organization):
        if other.user == user.id or (other.user is None and other.email == user.email):
            if not store.members.first(team=other.team, user=user.id):
                add_member(store, store.teams.get(other.team), user)
            store.invites.delete(other)
    return team


def admin_teams(store: Store, organization_id: int, user: Row) -> list[Row]:
    """The teams through which a user administers an organization."""
    members = store.members.find(organization=organization_id, user=user.id)
    found = [store.teams.get(member.team) for member in members]
    return [team for team in found if team.role == "admin"]


def admins(store: Store, organization_id: int) -> set[int]:
    """The ids of the humans who administer an organization."""
    found = set()
    for team in store.teams.find(organization=organization_id, role="admin"):
        found.update(member.user for member in store.members.find(team=team.id))
    return {user_id for user_id in found if not store.users.get(user_id).robot}


def set_role(store: Store, team: Row, role: str, caller: Row) -> None:
    """Changes the role of a team; callers cannot take away the only right by which they administer."""
    if team.role == "admin" and role != "admin":
        names = [found.name for found in admin_teams(store, team.organization, caller)]
        if names == [team.name]:
            text = (
                "Cannot remove admin from team '%s' "
                "because calling user would no longer have admin on org '%s'"
            )
            raise ModelError(text % (team.name, store.users.get(team.organization).username))
    store.teams.update(team, role=role)


def remove_checked(store: Store, orgname: str, name: str, caller: Row) -> None:
    """Deletes a team, unless it is the caller's only admin team."""
    team = find(store, orgname, name)
    if team is None:
        raise ModelError(f"Team '{name}' is not a team in org '{orgname}'")
    if team.role == "admin":
        own = admin_teams(store, team.organization, caller)
        if not own:
            # Quay looks at the first of an empty list when a full-access superuser is in no admin team.
            raise ServerFault()
        if len(own) == 1 and own[0].name == name:
            text = "Deleting team '%s' would remove admin ability for user '%s' in organization '%s'"
            raise ModelError(text % (name, caller.username, orgname))
    remove(store, team)


def remove(store: Store, team: Row) -> None:
    """Deletes a team with its members, permissions, invitations and prototypes."""
    for table in (store.members, store.permissions, store.invites, store.team_syncs):
        table.delete_where(team=team.id)
    store.prototypes.delete_where(delegate_team=team.id)
    store.teams.delete(team)


def remove_member(store: Store, team: Row, user: Row, caller: Row) -> None:
    """Takes a user out of a team."""
    member = store.members.first(team=team.id, user=user.id)
    if member is None:
        raise ModelError(f"User {user.username} does not belong to team {team.name}")
    if user.id == caller.id:
        names = [found.name for found in admin_teams(store, team.organization, caller)]
        if names == [team.name]:
            raise ModelError("User cannot remove themselves from their only admin team.")
    store.members.delete(member)
