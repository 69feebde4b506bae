# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Notifications of repositories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..call import Call, Topic, repo_admin, repo_admin_view
from ..errors import InvalidRequest, NotFound, ServerFault
from ..model import accounts, teams
from ..names import new_uuid
from ..store import Row
from .repositories import find_or_404

topic = Topic("notifications")

LIST = "/repository/<repopath:repository>/notification/"
ITEM = LIST + "<uuid>"
_EVENTS = (
    "repo_push",
    "repo_mirror_sync_started",
    "repo_mirror_sync_success",
    "repo_mirror_sync_failed",
    "vulnerability_found",
    "build_queued",
    "build_start",
    "build_success",
    "build_failure",
    "build_cancelled",
    "repo_image_expiry",
)


def _required(config: dict[str, Any], key: str, text: str) -> None:
    if not config.get(key):
        raise InvalidRequest(text)


def _check_target(call: Call, namespace: str, config: dict[str, Any]) -> None:
    target = config.get("target") or {}
    kind, name = target.get("kind"), target.get("name") or ""
    found: Row | None = None
    if kind == "user":
        found = accounts.find_user(call.store, name)
    elif kind == "org":
        found = accounts.find_organization(call.store, name)
    elif kind == "team":
        found = teams.find(call.store, namespace, name)
    if found is None:
        raise InvalidRequest(f"Unknown {kind} {name}")


def _check_method(call: Call, namespace: str, method: str, config: dict[str, Any]) -> None:
    checks: dict[str, Callable[[], None]] = {
        "quay_notification": lambda: _check_target(call, namespace, config),
        "email": lambda: _required(config, "email", "Missing e-mail address"),
        "webhook": lambda: _required(config, "url", "Missing webhook URL"),
        "flowdock": lambda: _required(config, "flow_api_token", "Missing Flowdock API Token"),
        "hipchat": lambda: _required(config, "notification_token", "Missing Hipchat API Token"),
        "slack": lambda: _required(config, "url", "Missing Slack Callback URL"),
    }
    if method not in checks:
        raise ServerFault()  # Quay catches neither an unknown method nor, further on, an unknown event.
    checks[method]()


def _view(row: Row) -> dict[str, Any]:
    return {
        "uuid": row.uuid,
        "title": row.title,
        "event": row.event,
        "method": row.method,
        "config": row.config,
        "event_config": row.event_config,
        "number_of_failures": row.failures,
    }


def _find(call: Call, namespace: str, name: str, uuid: str) -> Row:
    row = call.store.notifications.first(uuid=uuid)
    if row is None:
        # The repository of the path is named, but not looked at.
        raise InvalidRequest(f"No repository notification found for: {namespace}, {name}, {uuid}")
    return row


@topic.get(LIST, right=repo_admin_view)
def list_all(call: Call, namespace: str, name: str) -> Any:
    """The notifications, with the whole of their configuration."""
    rows = call.store.notifications.find(repository=find_or_404(call, namespace, name).id)
    return {"notifications": [_view(row) for row in rows]}


@topic.post(LIST, right=repo_admin, schema="NotificationCreateRequest")
def create(call: Call, namespace: str, name: str) -> Any:
    """A new notification, even when the same one is there already."""
    body = call.body
    _check_method(call, namespace, body["method"], body["config"])
    if body["event"] not in _EVENTS:
        raise ServerFault()
    row = call.store.notifications.insert(
        repository=find_or_404(call, namespace, name).id,
        uuid=new_uuid(),
        title=body.get("title"),
        event=body["event"],
        method=body["method"],
        config=body["config"],
        event_config=body["eventConfig"],
        failures=0,
    )
    return _view(row), 201


@topic.get(ITEM, right=repo_admin_view)
def read(call: Call, namespace: str, name: str, uuid: str) -> Any:
    """One notification."""
    row = call.store.notifications.first(uuid=uuid)
    if row is None:
        raise NotFound()
    return _view(row)


@topic.post(ITEM, right=repo_admin)
def reset(call: Call, namespace: str, name: str, uuid: str) -> Any:
    """Sets the number of failures to zero."""
    call.store.notifications.update(_find(call, namespace, name, uuid), failures=0)
    return "", 204


@topic.delete(ITEM, right=repo_admin)
def delete(call: Call, namespace: str, name: str, uuid: str) -> Any:
    """Deletes a notification; an unknown one is 400, not 404."""
    call.store.notifications.delete(_find(call, namespace, name, uuid))
    return "", 204


@topic.post(ITEM + "/test", right=repo_admin)
def test(call: Call, namespace: str, name: str, uuid: str) -> Any:
    """Pretends to send the notification."""
    _find(call, namespace, name, uuid)
    return {}
