# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Robots, of organizations and of the caller's own namespace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..call import Call, Topic, user_admin
from ..errors import InvalidRequest, PlainAbort
from ..model import accounts
from ..names import random_upper
from ..sealed import readable
from ..store import Row
from ..views import avatar, permission_view, rfc2822
from .logs import log_action

topic = Topic("robots")

ORG = "/organization/<orgname>/robots"
OWN = "/user/robots"
_MAXIMUM_BODY = 1024 * 1024  # bytes


def _view(robot: Row, token: bool, metadata: bool = False) -> dict[str, Any]:
    view = {
        "name": robot.username,
        "created": rfc2822(robot.created),
        "last_accessed": rfc2822(robot.last_accessed),
        "description": robot.description,
    }
    if token:
        view["token"] = readable(robot.robot_token)
    if metadata:
        view["unstructured_metadata"] = robot.metadata
    return view


def _view_with_permissions(call: Call, robot: Row, token: bool) -> dict[str, Any]:
    store = call.store
    teams = [store.teams.get(member.team) for member in store.members.find(user=robot.id)]
    names = [store.repositories.get(row.repository).name for row in store.permissions.find(user=robot.id)]
    view = _view(robot, token)
    view["teams"] = [{"name": team.name, "avatar": avatar(team.name, "team")} for team in teams]
    view["repositories"] = list(dict.fromkeys(names))
    return view


def _list(call: Call, namespace: str, tokens: bool, permissions: bool) -> dict[str, Any]:
    # A namespace that does not exist has no robots; it is not an error.
    robots = accounts.robots_of(call.store, namespace)[: call.number("limit")]
    with_token = tokens and call.flag("token", True)
    if permissions and call.flag("permissions"):
        return {"robots": [_view_with_permissions(call, robot, with_token) for robot in robots]}
    return {"robots": [_view(robot, with_token) for robot in robots]}


def _create(call: Call, parent: Callable[[], Row], shortname: str) -> Any:
    if len(call.request.get_data()) > _MAXIMUM_BODY:
        raise InvalidRequest("Request error.")
    body, account = call.optional_body("CreateRobot"), parent()
    described = {name: body.get(name) for name in ("description", "unstructured_metadata")}
    robot = accounts.create_robot(call.store, call.settings, account, shortname, *described.values())
    log_action(call, "create_robot", account, {"robot": shortname, **described})
    # The answer repeats what was sent; what is stored, and read later, is {} for nothing.
    return dict(_view(robot, token=True), unstructured_metadata=body.get("unstructured_metadata")), 201


def _delete(call: Call, namespace: str, shortname: str) -> Any:
    robot = accounts.get_robot(call.store, namespace, shortname)
    if call.store.mirrors.count(robot=robot.id):
        raise InvalidRequest("Robot is being used by a mirror")
    accounts.remove_account(call.store, robot)
    return "", 204


def _regenerate(call: Call, namespace: str, shortname: str) -> Any:
    robot = accounts.get_robot(call.store, namespace, shortname)
    call.store.users.update(robot, robot_token=random_upper(64))
    return _view(robot, token=True)


def _permissions(call: Call, namespace: str, shortname: str) -> Any:
    store = call.store
    robot = accounts.get_robot(store, namespace, shortname)
    views = []
    for row in store.permissions.find(user=robot.id):
        repository = store.repositories.get(row.repository)
        views.append(permission_view(repository.visibility, repository.name, row.role))
    return {"permissions": views}


def _set_federation(call: Call, namespace: str, shortname: str) -> Any:
    config: list[dict[str, str]] = []
    for item in call.body:
        issuer, subject = item.get("issuer"), item.get("subject")
        if not issuer or not subject:
            raise InvalidRequest("Missing one or more required fields (issuer, subject)")
        if not issuer.startswith(("http://", "https://")):
            raise InvalidRequest("Issuer must be a URL (http:// or https://)")
        entry = {"issuer": issuer, "subject": subject}
        if entry in config:
            raise InvalidRequest("Duplicate federation config entry")
        config.append(entry)
    robot = accounts.get_robot(call.store, namespace, shortname)
    call.store.users.update(robot, federation=config)
    return config


def _clear_federation(call: Call, namespace: str, shortname: str) -> Any:
    call.store.users.update(accounts.get_robot(call.store, namespace, shortname), federation=[])
    return "", 204


@topic.get(ORG)
def list_org(call: Call, orgname: str) -> Any:
    """Robots for members; their tokens, teams and repositories for administrators alone."""
    rights = call.rights
    call.need(rights.org_member(orgname) or rights.readonly_superuser)
    admin = rights.org_admin(orgname)
    return _list(call, orgname, tokens=admin, permissions=admin or rights.readonly_superuser)


@topic.get(ORG + "/<shortname>")
def read_org(call: Call, orgname: str, shortname: str) -> Any:
    """One robot."""
    call.need_org_view(orgname)
    accounts.get_organization(call.store, orgname)
    robot = accounts.get_robot(call.store, orgname, shortname)
    return _view(robot, token=call.rights.org_admin(orgname), metadata=True)


@topic.put(ORG + "/<shortname>")
def create_org(call: Call, orgname: str, shortname: str) -> Any:
    """A new robot."""
    call.need_org_admin(orgname)
    return _create(call, lambda: accounts.get_organization(call.store, orgname), shortname)


@topic.delete(ORG + "/<shortname>")
def delete_org(call: Call, orgname: str, shortname: str) -> Any:
    """Deletes a robot, unless a mirror uses it."""
    call.need_org_admin(orgname)
    return _delete(call, orgname, shortname)


@topic.post(ORG + "/<shortname>/regenerate")
def regenerate_org(call: Call, orgname: str, shortname: str) -> Any:
    """A new token for a robot."""
    call.need_org_admin(orgname)
    accounts.get_organization(call.store, orgname)
    return _regenerate(call, orgname, shortname)


@topic.get(ORG + "/<shortname>/permissions", right=user_admin)
def permissions_org(call: Call, orgname: str, shortname: str) -> Any:
    """The roles of a robot; this one call needs user:admin beside org:admin."""
    if not (call.rights.org_admin(orgname) or call.rights.readonly_superuser):
        raise PlainAbort(403)
    accounts.get_organization(call.store, orgname)
    return _permissions(call, orgname, shortname)


@topic.get(ORG + "/<shortname>/federation")
def read_federation_org(call: Call, orgname: str, shortname: str) -> Any:
    """Whose tokens a robot accepts: a bare list."""
    call.need_org_view(orgname)
    return accounts.get_robot(call.store, orgname, shortname).federation


@topic.post(ORG + "/<shortname>/federation", schema="CreateRobotFederation")
def set_federation_org(call: Call, orgname: str, shortname: str) -> Any:
    """Replaces the whole list."""
    call.need_org_admin(orgname)
    return _set_federation(call, orgname, shortname)


@topic.delete(ORG + "/<shortname>/federation")
def clear_federation_org(call: Call, orgname: str, shortname: str) -> Any:
    """Empties the list."""
    call.need_org_admin(orgname)
    return _clear_federation(call, orgname, shortname)


@topic.get(OWN, right=user_admin)
def list_own(call: Call) -> Any:
    """The caller's robots."""
    return _list(call, call.me.username, tokens=True, permissions=True)


@topic.get(OWN + "/<shortname>", right=user_admin)
def read_own(call: Call, shortname: str) -> Any:
    """One of the caller's robots."""
    return _view(accounts.get_robot(call.store, call.me.username, shortname), token=True, metadata=True)


@topic.put(OWN + "/<shortname>", right=user_admin)
def create_own(call: Call, shortname: str) -> Any:
    """A new robot of the caller."""
    return _create(call, lambda: call.me, shortname)


@topic.delete(OWN + "/<shortname>", right=user_admin)
def delete_own(call: Call, shortname: str) -> Any:
    """Deletes one of the caller's robots."""
    return _delete(call, call.me.username, shortname)


@topic.post(OWN + "/<shortname>/regenerate", right=user_admin)
def regenerate_own(call: Call, shortname: str) -> Any:
    """A new token for one of the caller's robots."""
    return _regenerate(call, call.me.username, shortname)


@topic.get(OWN + "/<shortname>/permissions", right=user_admin)
def permissions_own(call: Call, shortname: str) -> Any:
    """The roles of one of the caller's robots."""
    return _permissions(call, call.me.username, shortname)


@topic.get(OWN + "/<shortname>/federation", right=user_admin, since="3.18")
def read_federation_own(call: Call, shortname: str) -> Any:
    """Whose tokens one of the caller's robots accepts."""
    return accounts.get_robot(call.store, call.me.username, shortname).federation


@topic.post(OWN + "/<shortname>/federation", right=user_admin, schema="CreateRobotFederation", since="3.18")
def set_federation_own(call: Call, shortname: str) -> Any:
    """Replaces the whole list."""
    return _set_federation(call, call.me.username, shortname)


@topic.delete(OWN + "/<shortname>/federation", right=user_admin, since="3.18")
def clear_federation_own(call: Call, shortname: str) -> Any:
    """Empties the list."""
    return _clear_federation(call, call.me.username, shortname)
