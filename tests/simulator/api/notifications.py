# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Notifications of repositories."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ..call import Call, Topic, repo_admin, repo_admin_view
from ..errors import InvalidRequest, ModelError, NotFound, ServerFault
from ..model import accounts, repositories, teams
from ..names import new_uuid
from ..store import Row

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
    # Of namespaces, but taken for a repository as well, where they never happen.
    "quota_warning",
    "quota_error",
)
_OWN_HOSTS = ("localhost", "127.0.0.1")
_EXPRESSION = re.compile(r"\$\{([^}]*)\}")


def _required(config: dict[str, Any], key: str, text: str) -> None:
    if not config.get(key):
        raise InvalidRequest(text)


def _human(call: Call, name: str) -> Row | None:
    found = accounts.find_user(call.store, name)
    return None if found is None or found.robot else found


def _check_target(call: Call, namespace: str, config: dict[str, Any]) -> None:
    target = config.get("target") or {}
    if not target.get("kind"):
        raise InvalidRequest("Missing target")
    kind, name = target["kind"], target.get("name")
    lookups: dict[str, Callable[[], Row | None]] = {
        "user": lambda: _human(call, name),
        "org": lambda: accounts.find_organization(call.store, name),
        "team": lambda: teams.find(call.store, namespace, name),
    }
    if kind not in lookups or not name:
        raise ServerFault()  # Quay falls off the end of its cases, or reads a name that is not there.
    if lookups[kind]() is None:
        words = {"user": "user", "org": "organization", "team": "team"}
        raise InvalidRequest(f"Unknown {words[kind]} {name}")
    if kind == "org" and name != namespace:
        raise ServerFault()  # Here Quay returns two values where three are taken.


def _check_email(config: dict[str, Any]) -> None:
    _required(config, "email", "Missing e-mail address")
    # Nobody can confirm an address here: that takes mail.
    raise InvalidRequest(
        "The specified e-mail address is not authorized to receive notifications for this repository"
    )


def _check_webhook(config: dict[str, Any]) -> None:
    _required(config, "url", "Missing webhook URL")
    url = urlsplit(config["url"])
    if url.scheme not in ("http", "https") or (url.hostname or "").lower() in _OWN_HOSTS:
        raise InvalidRequest("Invalid webhook URL")
    template = config.get("template")
    if not template:
        return
    try:
        parsed = json.loads(template)
    except ValueError as error:
        raise InvalidRequest(f"Could not parse template: {error}") from error
    if "" in _EXPRESSION.findall(json.dumps(parsed)):
        raise InvalidRequest("Empty expression found")


def _check_hipchat(config: dict[str, Any]) -> None:
    _required(config, "notification_token", "Missing Hipchat Room Notification Token")
    _required(config, "room_id", "Missing Hipchat Room ID")


def _check_method(call: Call, namespace: str, method: str, config: dict[str, Any]) -> None:
    checks: dict[str, Callable[[], None]] = {
        "quay_notification": lambda: _check_target(call, namespace, config),
        "email": lambda: _check_email(config),
        "webhook": lambda: _check_webhook(config),
        "flowdock": lambda: _required(config, "flow_api_token", "Missing Flowdock API Token"),
        "hipchat": lambda: _check_hipchat(config),
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


def _gone(namespace: str, name: str, uuid: str) -> InvalidRequest:
    return InvalidRequest(f"No repository notification found for: {namespace}, {name}, {uuid}")


def _find(call: Call, namespace: str, name: str, uuid: str) -> Row:
    row = call.store.notifications.first(uuid=uuid)
    if row is None:
        raise _gone(namespace, name, uuid)
    return row


def _is_of(call: Call, row: Row, namespace: str, name: str) -> bool:
    repository = repositories.find(call.store, namespace, name)
    return repository is not None and row.repository == repository.id


@topic.get(LIST, right=repo_admin_view)
def list_all(call: Call, namespace: str, name: str) -> Any:
    """The notifications, with the whole of their configuration."""
    repository = repositories.find(call.store, namespace, name)
    if repository is None:
        return {"notifications": []}  # to whoever may administer what is not there
    rows = call.store.notifications.find(repository=repository.id)
    return {"notifications": [_view(row) for row in rows]}


@topic.post(LIST, right=repo_admin, schema="NotificationCreateRequest")
def create(call: Call, namespace: str, name: str) -> Any:
    """A new notification, even when the same one is there already."""
    body = call.body
    _check_method(call, namespace, body["method"], body["config"])
    if body["event"] not in _EVENTS:
        raise ServerFault()
    repository = repositories.find(call.store, namespace, name)
    if repository is None:
        raise ServerFault()  # Quay does not look whether the repository is there.
    row = call.store.notifications.insert(
        repository=repository.id,
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
    """One notification; the repository of the path is not looked at."""
    row = call.store.notifications.first(uuid=uuid)
    if row is None:
        raise NotFound()
    return _view(row)


@topic.post(ITEM, right=repo_admin)
def reset(call: Call, namespace: str, name: str, uuid: str) -> Any:
    """Sets the number of failures to zero."""
    row = _find(call, namespace, name, uuid)
    if not _is_of(call, row, namespace, name):
        raise ModelError(f"No repository notification found with uuid: {uuid}")
    call.store.notifications.update(row, failures=0)
    return "", 204


@topic.delete(ITEM, right=repo_admin)
def delete(call: Call, namespace: str, name: str, uuid: str) -> Any:
    """Deletes a notification; an unknown one is 400, not 404."""
    row = _find(call, namespace, name, uuid)
    if not _is_of(call, row, namespace, name):
        raise _gone(namespace, name, uuid)
    call.store.notifications.delete(row)
    return "", 204


@topic.post(ITEM + "/test", right=repo_admin)
def test(call: Call, namespace: str, name: str, uuid: str) -> Any:
    """Pretends to send the notification; the repository of the path is not looked at."""
    _find(call, namespace, name, uuid)
    return {}
