# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Prototypes: the permissions that new repositories of an organization get."""

from __future__ import annotations

from typing import Any

from ..call import Call, Topic
from ..errors import InvalidRequest, ModelError, NotFound
from ..model import accounts, teams
from ..names import new_uuid
from ..store import Row
from ..views import avatar, user_avatar
from .organizations import find_or_404

topic = Topic("prototypes")

LIST = "/organization/<orgname>/prototypes"


def _user_view(call: Call, organization: Row, user: Row) -> dict[str, Any]:
    return {
        "name": user.username,
        "is_robot": user.robot,
        "kind": "user",
        "is_org_member": accounts.is_member(call.store, organization, user),
        "avatar": user_avatar(user),
    }


def _view(call: Call, organization: Row, rule: Row) -> dict[str, Any]:
    users = call.store.users
    if rule.delegate_user is not None:
        delegate = _user_view(call, organization, users.get(rule.delegate_user))
    else:
        team = call.store.teams.get(rule.delegate_team)
        delegate = {"name": team.name, "kind": "team", "avatar": avatar(team.name, "team")}
    activating = users.get(rule.activating_user)
    return {
        "activating_user": _user_view(call, organization, activating) if activating is not None else None,
        "delegate": delegate,
        "role": rule.role,
        "id": rule.uuid,
    }


def _find_rule(call: Call, organization: Row, prototypeid: str) -> Row:
    rule = call.store.prototypes.first(organization=organization.id, uuid=prototypeid)
    if rule is None:
        raise NotFound()
    return rule


@topic.get(LIST)
def list_all(call: Call, orgname: str) -> Any:
    """All rules of an organization."""
    call.need_org_view(orgname)
    organization = find_or_404(call, orgname)
    rules = call.store.prototypes.find(organization=organization.id)
    return {"prototypes": [_view(call, organization, rule) for rule in rules]}


@topic.post(LIST, schema="NewPrototype")
def create(call: Call, orgname: str) -> Any:
    """A new rule, even when the same one is there already."""
    call.need_org_admin(orgname)
    organization = find_or_404(call, orgname)
    store, body = call.store, call.body
    name, kind = body["delegate"]["name"], body["delegate"]["kind"]
    activating_name = body.get("activating_user", {}).get("name")
    activating = accounts.find_user(store, activating_name) if activating_name else None
    user = accounts.find_user(store, name) if kind == "user" else None
    team = None
    if kind == "team":
        team = teams.find(store, orgname, name)
        if team is None:
            # Quay forgets to put the names into the text.
            raise ModelError(f"('Team does not exist: %s/%s', {orgname!r}, {name!r})")
    if activating_name and activating is None:
        raise InvalidRequest("Unknown activating user")
    if user is None and team is None:
        raise InvalidRequest("Missing delegate user or team")
    rule = store.prototypes.insert(
        organization=organization.id,
        uuid=new_uuid(),
        role=body["role"],
        activating_user=activating.id if activating is not None else None,
        delegate_user=user.id if user is not None else None,
        delegate_team=team.id if team is not None else None,
    )
    return _view(call, organization, rule)


@topic.put(LIST + "/<prototypeid>", schema="PrototypeUpdate")
def update(call: Call, orgname: str, prototypeid: str) -> Any:
    """Changes the role of a rule."""
    call.need_org_admin(orgname)
    organization = find_or_404(call, orgname)
    rule = _find_rule(call, organization, prototypeid)
    call.store.prototypes.update(rule, role=call.body["role"])
    return _view(call, organization, rule)


@topic.delete(LIST + "/<prototypeid>")
def delete(call: Call, orgname: str, prototypeid: str) -> Any:
    """Deletes a rule; repositories keep the permissions that it made."""
    call.need_org_admin(orgname)
    organization = find_or_404(call, orgname)
    call.store.prototypes.delete(_find_rule(call, organization, prototypeid))
    return "", 204
