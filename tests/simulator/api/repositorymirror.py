# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Mirrors of single repositories."""

from __future__ import annotations

import datetime
from typing import Any

from ..call import Call, Topic, repo_admin, repo_admin_view
from ..errors import InvalidRequest, ModelError, NotFound, ServerFault
from ..model import accounts, repositories
from ..names import robot_namespace
from ..ssrf import check_reference
from ..store import Row
from .repositories import find_or_404

topic = Topic("repositorymirror")

MIRROR = "/repository/<repopath:repository>/mirror"
_ARCHITECTURES = ("amd64", "arm64", "ppc64le", "s390x")
_MINIMUM_TIMEOUT = 300  # seconds
_CREATE_KEYS = {
    "is_enabled",
    "external_reference",
    "external_registry_username",
    "external_registry_password",
    "external_registry_config",
    "sync_interval",
    "sync_start_date",
    "root_rule",
    "robot_username",
    "skopeo_timeout_interval",
    "architecture_filter",
}


def check_date(text: str | None) -> bool:
    """Whether a date has the one spelling that Quay reads."""
    try:
        return text is None or bool(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        return False


def _find(call: Call, namespace: str, name: str) -> Row | None:
    return call.store.mirrors.first(repository=find_or_404(call, namespace, name).id)


def _find_or_404(call: Call, namespace: str, name: str) -> Row:
    row = _find(call, namespace, name)
    if row is None:
        raise NotFound()
    return row


def _refuse_org_mirror(call: Call, namespace: str) -> None:
    organization = accounts.find_organization(call.store, namespace)
    if organization is not None and call.store.org_mirrors.count(organization=organization.id):
        raise InvalidRequest(
            "Repository mirror configuration cannot be managed when "
            "organization-level mirroring is configured"
        )


def _detail(body: dict[str, Any], call: Call, period: str) -> str | None:
    """What is wrong with the values; the texts differ by a full stop between creating and changing."""
    architectures = body.get("architecture_filter")
    if architectures and not call.feature("SPARSE_INDEX"):
        return "Architecture filtering requires FEATURE_SPARSE_INDEX to be enabled."
    unknown = sorted(set(architectures or ()) - set(_ARCHITECTURES))
    if unknown:
        return "Invalid architectures: {}".format(", ".join(unknown))
    if body.get("skopeo_timeout_interval", _MINIMUM_TIMEOUT) < _MINIMUM_TIMEOUT:
        return "Skopeo timeout interval cannot be less than 300 seconds" + period
    if not check_date(body.get("sync_start_date")):
        return "Incorrect DateTime format for sync_start_date."
    return None


def _check_globs(body: dict[str, Any]) -> None:
    if "root_rule" in body and not body["root_rule"]["rule_value"]:
        raise InvalidRequest(
            "validation failed: rule_value for TAG_GLOB_CSV must be a list with at least one rule"
        )


def _robot(call: Call, namespace: str, full_name: str) -> Row:
    robot = call.store.users.first(username=full_name)
    if robot is None or not robot.robot:
        raise ModelError(accounts.ROBOT_UNKNOWN)
    if robot_namespace(full_name) != namespace:
        raise ModelError("Invalid robot")
    return robot


def _let_write(call: Call, repository: Row, robot: Row) -> None:
    existing = call.store.permissions.first(repository=repository.id, user=robot.id)
    if existing is None or existing.role == "read":
        repositories.grant(call.store, repository, "user", robot.id, "write")


@topic.get(MIRROR, feature="REPO_MIRROR", right=repo_admin_view)
def read(call: Call, namespace: str, name: str) -> Any:
    """The mirror, without its password."""
    row = _find_or_404(call, namespace, name)
    robot = call.store.users.get(row.robot)
    return {
        "is_enabled": row.is_enabled,
        "mirror_type": "PULL",
        "external_reference": row.reference,
        "external_registry_username": row.username,
        "external_registry_config": row.config,
        "sync_interval": row.interval,
        "sync_start_date": row.start_date,
        "sync_expiration_date": None,
        "sync_retries_remaining": row.retries,
        "sync_status": row.status,
        "root_rule": {
            "rule_kind": "tag_glob_csv",
            "rule_value": call.store.mirror_rules.get(row.rule).globs,
        },
        "robot_username": robot.username if robot is not None else None,
        "skopeo_timeout_interval": row.timeout,
        "architecture_filter": row.architectures,
    }


@topic.post(MIRROR, feature="REPO_MIRROR", right=repo_admin, schema="CreateMirrorConfig")
def create(call: Call, namespace: str, name: str) -> Any:
    """Makes a mirror of a repository."""
    repository = find_or_404(call, namespace, name)
    _refuse_org_mirror(call, namespace)
    if _find(call, namespace, name) is not None:
        # The typing error is Quay's.
        return {"detail": f"Mirror configuration already exits for repository {namespace}/{name}"}, 409
    body = call.body
    check_reference(call.settings, body["external_reference"])
    problem = _detail(body, call, "")
    if problem:
        return {"detail": problem}, 400
    _check_globs(body)
    # It stays, whatever fails from here on.
    rule = call.store.mirror_rules.insert(repository=repository.id, globs=body["root_rule"]["rule_value"])
    if "robot_username" not in body or set(body) - _CREATE_KEYS:
        raise ServerFault()  # Quay reads a key that is not there, or hands on one that nobody knows.
    robot = _robot(call, namespace, body["robot_username"])
    _let_write(call, repository, robot)
    call.store.mirrors.insert(
        repository=repository.id,
        robot=robot.id,
        is_enabled=body.get("is_enabled", True),
        reference=body["external_reference"],
        username=body.get("external_registry_username"),
        password=body.get("external_registry_password"),
        config=body.get("external_registry_config") or {},
        interval=body["sync_interval"],
        start_date=body["sync_start_date"],
        retries=3,
        status="NEVER_RUN",
        rule=rule.id,
        timeout=body["skopeo_timeout_interval"],
        architectures=body.get("architecture_filter") or [],
    )
    call.store.repositories.update(repository, state="MIRROR")
    return "", 201


@topic.put(MIRROR, feature="REPO_MIRROR", right=repo_admin, schema="UpdateMirrorConfig")
def update(call: Call, namespace: str, name: str) -> Any:
    """Changes a mirror, answered with 201."""
    repository = find_or_404(call, namespace, name)
    _refuse_org_mirror(call, namespace)
    row = _find_or_404(call, namespace, name)
    body = call.body
    if "external_reference" in body:
        check_reference(call.settings, body["external_reference"])
    problem = _detail(body, call, ".") or _credentials_problem(body)
    if problem:
        return {"detail": problem}, 400
    _check_globs(body)
    changes = _changes(row, body)
    if "robot_username" in body:
        robot = _robot(call, namespace, body["robot_username"])
        _let_write(call, repository, robot)
        changes["robot"] = robot.id
    call.store.mirrors.update(row, **changes)
    if "root_rule" in body:
        # Quay changes the repository's first rule, which need not be that of the mirror.
        first = call.store.mirror_rules.first(repository=repository.id)
        call.store.mirror_rules.update(first, globs=body["root_rule"]["rule_value"])
    return "", 201


def _credentials_problem(body: dict[str, Any]) -> str | None:
    if "external_registry_password" not in body:
        return None
    if "external_registry_username" not in body:
        return "Unable to set a new password without also specifying a username."
    if body["external_registry_username"] is None and body["external_registry_password"] is not None:
        return "Unable to delete username while setting a password."
    return None


def _changes(row: Row, body: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "is_enabled": "is_enabled",
        "external_reference": "reference",
        "external_registry_username": "username",
        "external_registry_password": "password",
        "sync_interval": "interval",
        "sync_start_date": "start_date",
        "skopeo_timeout_interval": "timeout",
    }
    changes = {field: body[key] for key, field in fields.items() if key in body}
    if "architecture_filter" in body:
        changes["architectures"] = body["architecture_filter"] or []
    if "external_registry_config" in body:
        changes["config"] = _merged_config(row.config, body["external_registry_config"])
    return changes


def _merged_config(stored: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Quay merges key by key; the first proxy value is lost when no proxy was stored before."""
    config = dict(stored)
    config.update({key: sent[key] for key in ("verify_tls", "unsigned_images") if key in sent})
    for key in ("http_proxy", "https_proxy", "no_proxy"):
        if key not in sent.get("proxy", {}):
            continue
        if "proxy" in config:
            config["proxy"] = dict(config["proxy"], **{key: sent["proxy"][key]})
        else:
            config["proxy"] = {}
    return config


@topic.post(MIRROR + "/sync-now", feature="REPO_MIRROR", right=repo_admin)
def sync_now(call: Call, namespace: str, name: str) -> Any:
    """Asks for a run."""
    row = _find_or_404(call, namespace, name)
    if row.status == "SYNCING":
        raise NotFound()
    call.store.mirrors.update(row, status="SYNC_NOW", retries=max(row.retries, 1))
    return "", 204


@topic.post(MIRROR + "/sync-cancel", feature="REPO_MIRROR", right=repo_admin)
def sync_cancel(call: Call, namespace: str, name: str) -> Any:
    """Asks for the end of a run."""
    row = _find_or_404(call, namespace, name)
    if row.status not in ("SYNCING", "SYNC_NOW"):
        raise NotFound()
    call.store.mirrors.update(row, status="CANCEL", retries=0)
    return "", 204
