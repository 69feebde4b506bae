# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Teams, their members, invitations and synchronization."""

from __future__ import annotations

from typing import Any

from ..call import Call, Topic, user_admin
from ..errors import InvalidRequest, ModelError, NotFound, ServerFault
from ..model import accounts, teams
from ..store import Row
from ..views import avatar, permission_view, rfc2822, user_avatar
from .logs import log_action

topic = Topic("teams")

TEAM = "/organization/<orgname>/team/<teamname>"
_GROUP_KEYS = {"ldap": "group_dn", "keystone": "group_id"}


def _find_or_404(call: Call, orgname: str, teamname: str) -> Row:
    team = teams.find(call.store, orgname, teamname)
    if team is None:
        raise NotFound()
    return team


def _view(call: Call, orgname: str, team: Row, new: bool = False) -> dict[str, Any]:
    return {
        "name": team.name,
        "description": team.description,
        "can_view": call.rights.view_team(orgname, team.name),
        "role": team.role,
        "avatar": avatar(team.name, "team"),
        "new_team": new,
    }


def _member_view(user: Row, invited: bool = False) -> dict[str, Any]:
    return {
        "name": user.username,
        "kind": "user",
        "is_robot": user.robot,
        "avatar": user_avatar(user),
        "invited": invited,
    }


def _invite_view(call: Call, invite: Row) -> dict[str, Any]:
    if invite.user is not None:
        return _member_view(call.store.users.get(invite.user), invited=True)
    return {"email": invite.email, "kind": "invite", "avatar": avatar(invite.email, "user"), "invited": True}


@topic.put(TEAM, schema="TeamDescription")
def put(call: Call, orgname: str, teamname: str) -> Any:
    """Creates or updates; only what differs is written, and the answer is always 200."""
    call.need_org_admin(orgname)
    store, body = call.store, call.body
    team = teams.find(store, orgname, teamname)
    if team is None:
        organization = accounts.get_organization(store, orgname)
        team = teams.create(store, organization, teamname, body["role"], body.get("description", ""))
        log_action(call, "org_create_team", organization, {"team": teamname})
        return _view(call, orgname, team, new=True)
    if "description" in body and team.description != body["description"]:
        store.teams.update(team, description=body["description"])
    if team.role != body["role"]:
        teams.set_role(store, team, body["role"], call.me)
    return _view(call, orgname, team)


@topic.delete(TEAM)
def delete(call: Call, orgname: str, teamname: str) -> Any:
    """Deletes a team."""
    call.need_org_admin(orgname)
    teams.remove_checked(call.store, orgname, teamname, call.me)
    return "", 204


@topic.get(TEAM + "/members")
def list_members(call: Call, orgname: str, teamname: str) -> Any:
    """The members, and the invited ones when asked for."""
    call.need(call.rights.view_team(orgname, teamname) or call.rights.readonly_superuser)
    team = _find_or_404(call, orgname, teamname)
    store, can_edit = call.store, call.rights.org_admin(orgname)
    views = [_member_view(store.users.get(member.user)) for member in store.members.find(team=team.id)]
    if call.flag("includePending") and can_edit:
        views += [_invite_view(call, invite) for invite in store.invites.find(team=team.id)]
    data: dict[str, Any] = {"name": teamname, "members": views, "can_edit": can_edit}
    if call.settings.team_syncing:
        _add_sync(call, orgname, team, data)
    return data


def _add_sync(call: Call, orgname: str, team: Row, data: dict[str, Any]) -> None:
    if _may_set_up_sync(call, orgname):
        data["can_sync"] = {"service": call.settings.federated_service, **_service_metadata(call)}
    sync = call.store.team_syncs.first(team=team.id)
    if sync is None:
        return
    data["synced"] = {"service": sync.service}
    if call.feature("NONSUPERUSER_TEAM_SYNCING_SETUP") or call.rights.superuser:
        data["synced"].update(last_updated=rfc2822(sync.last_updated), config=sync.config)


def _service_metadata(call: Call) -> dict[str, str]:
    shown = {
        "ldap": {"base_dn": call.settings.ldap_base_dn},
        "oidc": {"issuer_domain": call.settings.oidc_issuer_domain},
    }
    return shown.get(str(call.settings.federated_service), {})


def _may_set_up_sync(call: Call, orgname: str) -> bool:
    allowed = call.feature("NONSUPERUSER_TEAM_SYNCING_SETUP") or call.rights.superuser
    return allowed and call.rights.org_admin(orgname)


def _refuse_synced(call: Call, orgname: str, teamname: str, membername: str | None = None) -> None:
    """The members of a synced team come from the directory; only robots may be changed."""
    if not call.settings.team_syncing or (membername is not None and "+" in membername):
        return
    team = teams.find(call.store, orgname, teamname)
    if team is not None and call.store.team_syncs.count(team=team.id):
        raise InvalidRequest("Cannot call this method on an auth-synced team")


def _add(call: Call, team: Row, user: Row | None, email: str | None) -> Row | None:
    needs_invite = call.feature("MAILING") and call.feature("REQUIRE_TEAM_INVITE")
    return teams.add_or_invite(call.store, call.me, team, user, email, needs_invite)


@topic.put(TEAM + "/members/<membername>")
def add_member(call: Call, orgname: str, teamname: str, membername: str) -> Any:
    """Adds or invites a member."""
    _refuse_synced(call, orgname, teamname, membername)
    call.need_org_admin(orgname)
    team = _find_or_404(call, orgname, teamname)
    user = accounts.find_user(call.store, membername)
    if user is None:
        raise InvalidRequest("Unknown user")
    return _member_view(user, invited=_add(call, team, user, None) is not None)


@topic.delete(TEAM + "/members/<membername>")
def remove_member(call: Call, orgname: str, teamname: str, membername: str) -> Any:
    """Withdraws an invitation if there is one, removes the member otherwise."""
    _refuse_synced(call, orgname, teamname, membername)
    call.need_org_admin(orgname)
    team = _find_or_404(call, orgname, teamname)
    user = accounts.find_user(call.store, membername)
    if user is None:
        raise NotFound()
    invite = call.store.invites.first(team=team.id, user=user.id)
    if invite is not None:
        call.store.invites.delete(invite)
    else:
        teams.remove_member(call.store, team, user, call.me)
    return "", 204


@topic.get(TEAM + "/permissions")
def list_permissions(call: Call, orgname: str, teamname: str) -> Any:
    """The roles of a team on repositories."""
    call.need_org_view(orgname)
    team = _find_or_404(call, orgname, teamname)
    views = []
    for row in call.store.permissions.find(team=team.id):
        repository = call.store.repositories.get(row.repository)
        views.append(permission_view(repository.visibility, repository.name, row.role))
    return {"permissions": views}


@topic.put(TEAM + "/invite/<email>", feature="MAILING")
def invite_email(call: Call, orgname: str, teamname: str, email: str) -> Any:
    """Invites somebody by e-mail."""
    _refuse_synced(call, orgname, teamname)
    call.need_org_admin(orgname)
    team = _find_or_404(call, orgname, teamname)
    invite = _add(call, team, None, email)
    assert invite is not None
    return _invite_view(call, invite)


@topic.delete(TEAM + "/invite/<email>", feature="MAILING")
def withdraw_email(call: Call, orgname: str, teamname: str, email: str) -> Any:
    """Withdraws an invitation by e-mail."""
    call.need_org_admin(orgname)
    team = _find_or_404(call, orgname, teamname)
    invite = call.store.invites.first(team=team.id, email=email)
    if invite is None:
        raise NotFound()
    call.store.invites.delete(invite)
    return "", 204


@topic.put("/teaminvite/<code>", feature="MAILING", right=user_admin)
def accept_invite(call: Call, code: str) -> Any:
    """Accepts an invitation."""
    team = teams.accept_invite(call.store, code, call.me)
    return {"org": call.store.users.get(team.organization).username, "team": team.name}


@topic.delete("/teaminvite/<code>", feature="MAILING", right=user_admin)
def decline_invite(call: Call, code: str) -> Any:
    """Declines an invitation; only one that names the caller can be declined."""
    invite = call.store.invites.first(code=code)
    if invite is None or invite.user != call.me.id:
        raise ModelError("Invalid confirmation code.")
    call.store.invites.delete(invite)
    return "", 204


@topic.post(TEAM + "/syncing", feature="TEAM_SYNCING", fresh=True, not_prod=True)
def sync(call: Call, orgname: str, teamname: str) -> Any:
    """Lets a team follow a group of the directory."""
    call.need(_may_set_up_sync(call, orgname))
    team = _find_or_404(call, orgname, teamname)
    service, config = call.settings.federated_service, call.body
    wrong = _wrong_with_group(call, config)
    if wrong is not None:
        raise InvalidRequest(f"Could not sync to group: {wrong}")
    if call.store.team_syncs.count(team=team.id):
        # TeamSync.team is unique, and nothing catches what the database says to a second row.
        raise ServerFault()
    call.store.team_syncs.insert(team=team.id, service=service, config=config, last_updated=None)
    if service == "oidc":
        for member in call.store.members.find(team=team.id):
            if not call.store.users.get(member.user).robot:
                call.store.members.delete(member)
    return _view(call, orgname, team)


def _wrong_with_group(call: Call, config: Any) -> str | None:
    service = call.settings.federated_service
    if service == "oidc":
        return None  # Quay cannot look for groups there, and takes anything.
    key = _GROUP_KEYS.get(str(service))
    if key is None:
        return "Not supported"
    if not isinstance(config, dict):
        raise ServerFault()  # whatever is no object has no get()
    if not config.get(key):
        return f"Missing {key}"
    groups = call.settings.directory_groups
    if groups is None or config[key] in groups:
        return None
    return "Group does not exist or is empty" if service == "ldap" else "Group not found"


@topic.delete(TEAM + "/syncing", feature="TEAM_SYNCING", fresh=True, not_prod=True)
def unsync(call: Call, orgname: str, teamname: str) -> Any:
    """Ends the synchronization; a team that has none is answered in the same way."""
    call.need(_may_set_up_sync(call, orgname))
    team = _find_or_404(call, orgname, teamname)
    call.store.team_syncs.delete_where(team=team.id)
    return _view(call, orgname, team)
