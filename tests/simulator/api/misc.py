# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Messages, search, health, and what else answers a GET."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Response

from ..call import Call, Topic, superuser
from ..errors import DESCRIPTIONS, HTML, NotFound, ServerFault
from ..model import accounts, repositories
from ..names import new_uuid
from ..settings import RECORDED_FEATURES
from ..store import Row
from ..views import avatar, user_avatar
from .superuser import configuration

topic = Topic("misc")
web = Topic("web", prefix="")

_DISCOVERY = Path(__file__).resolve().parents[2] / "data" / "quay-api" / "discovery.json"
_MAXIMUM_RESULTS = 10
_INSTANCE = ("auth", "database", "disk_space", "registry_gunicorn", "service_key", "web_gunicorn")
_DEPENDENCIES = ("auth", "database", "redis", "storage")
# The versions that brought the paths that begin so.
_SINCE = {
    "/organization/{orgname}/immutabilitypolicy/": "3.17",
    "/organization/{orgname}/mirror": "3.17",
    "/registry/capabilities": "3.17",
    "/repository/{repository}/immutabilitypolicy/": "3.17",
    "/organization/{orgname}/applications/{client_id}/tokens": "3.18",
    "/repository/mirror/health": "3.18",
    "/superuser/{build_uuid}/logs/archive": "3.18",
    "/superuser/mirror/health": "3.18",
    "/user/robots/{robot_shortname}/federation": "3.18",
}
# What Quay tells the web interface of services that are not set up.
_BUILD_TRIGGERS = {
    "GITHUB_TRIGGER_CONFIG": {
        "AUTHORIZE_ENDPOINT": "https://github.com/login/oauth/authorize",
        "CLIENT_ID": None,
        "GITHUB_ENDPOINT": "https://github.com",
        "ORG_RESTRICT": False,
    },
    "GITLAB_TRIGGER_CONFIG": {
        "AUTHORIZE_ENDPOINT": "https://gitlab.com/oauth/authorize",
        "CLIENT_ID": None,
        "GITLAB_ENDPOINT": "https://gitlab.com",
    },
}


@topic.get("/messages")
def list_messages(call: Call) -> Any:
    """The messages to all users."""
    views = [
        {"uuid": row.uuid, "content": row.content, "severity": row.severity, "media_type": row.media_type}
        for row in call.store.messages
    ]
    return {"messages": views}


def _empty(status: int) -> Response:
    return Response("", status, content_type=HTML)


@topic.post(
    "/messages", feature="SUPER_USERS", fresh=True, not_prod=True, schema="CreateMessage", then=superuser
)
def create_message(call: Call) -> Any:
    """A new message; the answer has no body, so that the uuid has to be looked up."""
    if "message" not in call.body:
        raise ServerFault()  # The schema lets an empty body pass.
    message = call.body["message"]
    call.store.messages.insert(
        uuid=new_uuid(),
        content=message["content"],
        severity=message["severity"],
        media_type=message["media_type"],
    )
    return _empty(201)


@topic.delete("/message/<uuid>", feature="SUPER_USERS", fresh=True, not_prod=True, then=superuser)
def delete_message(call: Call, uuid: str) -> Any:
    """Deletes a message; an unknown one is answered in the same way."""
    call.store.messages.delete_where(uuid=uuid)
    return _empty(204)


@topic.get("/registry/capabilities", anonymous=True, since="3.17")
def capabilities(call: Call) -> Any:
    """What the registry can do."""
    return {
        "sparse_manifests": {
            "supported": call.feature("SPARSE_INDEX"),
            "required_architectures": [],
            "optional_architectures_allowed": call.feature("SPARSE_INDEX"),
        },
        "mirror_architectures": ["amd64", "arm64", "ppc64le", "s390x"],
    }


@topic.get("/error/<error_type>")
def error_description(call: Call, error_type: str) -> Any:
    """What an error type means."""
    if error_type not in DESCRIPTIONS:
        raise NotFound()
    return {
        "type": f"{call.settings.base_url}/api/v1/error/{error_type}",
        "title": error_type,
        "description": DESCRIPTIONS[error_type],
    }


@topic.get("/discovery", anonymous=True)
def discovery(call: Call) -> Any:
    """The description of the API, as it was recorded, without the paths that an older version lacks."""
    document = json.loads(_DISCOVERY.read_text())
    later = [path for path, since in _SINCE.items() if not call.settings.is_at_least(since)]
    document["paths"] = {
        path: methods
        for path, methods in document["paths"].items()
        if not any(path.startswith("/api/v1" + prefix) for prefix in later)
    }
    return document


def _entity(call: Call, user: Row, organization: Row | None) -> dict[str, Any]:
    view = {"name": user.username, "kind": "user", "is_robot": user.robot, "avatar": user_avatar(user)}
    if organization is not None:
        # Quay's query joins the teams, and calls everybody a member that it finds.
        view["is_org_member"] = True
    return view


@topic.get("/entities/<prefix>")
def entities(call: Call, prefix: str) -> Any:
    """The first few users, robots, teams and organizations whose name starts so."""
    namespace = call.text("namespace") or ""
    organization = accounts.find_organization(call.store, namespace) if namespace else None
    results: list[dict[str, Any]] = []
    if organization is not None and call.flag("includeTeams") and call.rights.org_member(namespace):
        for team in call.store.teams.find(organization=organization.id):
            if team.name.startswith(prefix):
                results.append(
                    {
                        "name": team.name,
                        "kind": "team",
                        "is_org_member": True,
                        "avatar": avatar(team.name, "team"),
                    }
                )
    if call.flag("includeOrgs"):
        for row in call.store.users.find(organization=True):
            if row.enabled and row.username.startswith(prefix):
                results.append({"name": row.username, "kind": "org", "avatar": avatar(row.username, "org")})
    people = call.store.users.find(organization=False, robot=False)
    if call.feature("PARTIAL_USER_AUTOCOMPLETE"):
        found = [row for row in people if row.enabled and row.username.startswith(prefix)]
    else:
        found = [row for row in people if row.enabled and row.username == prefix]
    if call.user is not None and namespace and call.rights.org_admin(namespace):
        robots = accounts.robots_of(call.store, namespace)
        found += [row for row in robots if row.username.split("+", 1)[1].startswith(prefix.split("+", 1)[-1])]
    results += [_entity(call, row, organization) for row in found[:_MAXIMUM_RESULTS]]
    return {"results": results}


@topic.get("/find/repositories")
def find_repositories(call: Call) -> Any:
    """The repositories whose name contains the query."""
    query, page = (call.text("query") or "").lower(), max(1, call.number("page", 1) or 1)
    wanted = repositories.visible_filter(call.store, call.user, True, call.rights.sees_all)
    found = [row for row in call.store.repositories if query in row.name and wanted(row)]
    start = (page - 1) * _MAXIMUM_RESULTS
    views = []
    for row in found[start : start + _MAXIMUM_RESULTS]:
        owner = call.store.users.get(row.namespace)
        kind = "org" if owner.organization else "user"
        views.append(
            {
                "kind": "repository",
                "title": "repo",
                "namespace": {
                    "title": kind,
                    "kind": kind,
                    "avatar": avatar(owner.username, kind),
                    "name": owner.username,
                    "score": 1,
                    "href": "/{}/{}".format("organization" if kind == "org" else "user", owner.username),
                },
                "name": row.name,
                "description": row.description,
                "is_public": row.visibility == "public",
                "score": 1.0,
                "href": f"/repository/{owner.username}/{row.name}",
                "last_modified": None,
                "stars": call.store.stars.count(repository=row.id),
                "popularity": 0.0,
            }
        )
    return {
        "results": views,
        "has_additional": len(found) > start + _MAXIMUM_RESULTS,
        "page": page,
        "page_size": _MAXIMUM_RESULTS,
        "start_index": start,
    }


def _health(services: dict[str, bool]) -> Any:
    status = 200 if all(services.values()) else 503
    return {"data": {"services": services}, "status_code": status}, status


@web.get("/health", health=True)
def health(call: Call) -> Any:
    """The same as /health/instance."""
    return health_instance(call)


@web.get("/health/instance", health=True)
def health_instance(call: Call) -> Any:
    """Whether this instance works."""
    if call.simulator.health is not None:
        return _health(call.simulator.health.instance())
    return _health(dict.fromkeys(_INSTANCE, True))


@web.get("/health/endtoend", health=True)
def health_endtoend(call: Call) -> Any:
    """Whether what the instance depends on works."""
    if call.simulator.health is not None:
        return _health(call.simulator.health.end_to_end())
    return _health(dict.fromkeys(_DEPENDENCIES, True))


@web.get("/status", health=True)
def status(call: Call) -> Any:
    """The same as /health/endtoend."""
    return health_endtoend(call)


@web.get("/health/warning", health=True)
def health_warning(call: Call) -> Any:
    """Whether the disk is getting full."""
    return _health({"disk_space_warning": True})


@web.get("/_internal_ping", health=True)
def ping(call: Call) -> Any:
    """Whether the process is alive."""
    return Response("true", 200, content_type=HTML)


@web.get("/v2/", web=True)
def registry(call: Call) -> Any:
    """The registry protocol asks everybody to authenticate; more of it is not there."""
    realm = f"{call.settings.base_url}/v2/auth"
    challenge = f'Bearer realm="{realm}",service="{call.settings.server_hostname}"'
    return Response("true", 401, headers={"WWW-Authenticate": challenge}, content_type=HTML)


@web.get("/config", web=True)
def frontend_config(call: Call) -> Any:
    """What the web interface has to know."""
    features = {name: call.feature(name) for name in sorted({*RECORDED_FEATURES, *call.settings.features})}
    return {
        "account_recovery_mode": False,
        "config": configuration(call.settings),
        "external_login": [],
        "features": features,
        "oauth": _BUILD_TRIGGERS,
        "registry_state": "readonly" if call.settings.registry_readonly else "normal",
        "version_number": f"Quay v{call.settings.version}",
    }
