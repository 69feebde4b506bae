# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Auto-prune policies and tag immutability policies."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import regex

from ..call import Call, Topic, repo_admin, repo_admin_view, user_admin
from ..errors import InvalidRequest, NotFound
from ..model import accounts, tags
from ..names import new_uuid
from ..store import Row, Table
from .repositories import find_or_404, org_mirrored

topic = Topic("policies")

# A number of any sign, with one of the units; other than in the configuration a year is one of them.
_SPAN = re.compile(r"\s*[+-]?\d+\s*[smhdwy]")
_DUPLICATE = "Existing policy with same values for this %s, duplicate policies are not permitted"


def _prune_view(row: Row) -> dict[str, Any]:
    return {
        "uuid": row.uuid,
        "method": row.method,
        "value": row.value,
        "tagPattern": row.pattern,
        "tagPatternMatches": row.matches,
    }


def _immutability_view(row: Row) -> dict[str, Any]:
    return {"uuid": row.uuid, "tagPattern": row.pattern, "tagPatternMatches": row.matches}


def _value_ok(method: str, value: Any) -> bool:
    if method == "number_of_tags":
        return isinstance(value, int) and value > 0
    return isinstance(value, str) and _SPAN.fullmatch(value) is not None


def _prune_fields(body: dict[str, Any]) -> dict[str, Any]:
    pattern = body.get("tagPattern")
    if body["method"] not in ("number_of_tags", "creation_date"):
        raise InvalidRequest("Invalid method provided")
    if not _value_ok(body["method"], body["value"]):
        raise InvalidRequest("Invalid value given for method type")
    if pattern is not None:
        pattern = pattern.strip()
        if not pattern:
            raise InvalidRequest("tag_pattern cannot be empty")
    matches = body.get("tagPatternMatches", True)
    return {"method": body["method"], "value": body["value"], "pattern": pattern, "matches": matches}


def _immutability_fields(body: dict[str, Any]) -> dict[str, Any]:
    pattern = body["tagPattern"].strip()
    if not pattern:
        raise InvalidRequest("tag_pattern is required and must be a non-empty string")
    if len(pattern) > 256:
        raise InvalidRequest("tag_pattern must be 256 characters or less")
    try:
        regex.compile(pattern)
    except regex.error as error:
        raise InvalidRequest(f"Invalid regex pattern: {error}") from error
    return {"pattern": pattern, "matches": body.get("tagPatternMatches", True)}


class _Holder:
    """Whose policies a request is about: a namespace's or a repository's."""

    def __init__(self, kind: str, row: Row | None) -> None:
        self.kind = kind
        self.row = row

    def list(self, table: Table) -> list[Row]:
        """The policies; a holder that does not exist has none."""
        return table.find(**self.key()) if self.row is not None else []

    def key(self) -> dict[str, Any]:
        """How the rows of the holder are found."""
        if self.row is None:
            raise NotFound()
        return {self.kind: self.row.id}

    def get(self, table: Table, uuid: str) -> Row:
        """One policy; refused with 404 when there is none."""
        row = table.first(uuid=uuid, **self.key())
        if row is None:
            raise NotFound()
        return row


def _of_org(call: Call, orgname: str) -> _Holder:
    return _Holder("namespace", accounts.find_account(call.store, orgname))


def _of_repository(call: Call, namespace: str, name: str) -> _Holder:
    return _Holder("repository", find_or_404(call, namespace, name))


def _of_me(call: Call) -> _Holder:
    return _Holder("namespace", call.me)


def _create_prune(call: Call, holder: _Holder) -> Any:
    table, fields = call.store.prune_policies, _prune_fields(call.body)
    key = holder.key()
    if any(all(row[name] == value for name, value in fields.items()) for row in holder.list(table)):
        raise InvalidRequest(_DUPLICATE % holder.kind)
    row = table.insert(uuid=new_uuid(), **fields, **key)
    return {"uuid": row.uuid}, 201


def _create_immutability(call: Call, holder: _Holder) -> Any:
    table, fields = call.store.immutability_policies, _immutability_fields(call.body)
    key = holder.key()
    _refuse_same_pattern(holder, table, fields["pattern"], None)
    row = table.insert(uuid=new_uuid(), **fields, **key)
    _apply(call, holder, row)
    return {"uuid": row.uuid}, 201


def _refuse_same_pattern(holder: _Holder, table: Table, pattern: str, but: Row | None) -> None:
    if any(row.pattern == pattern and row is not but for row in holder.list(table)):
        raise InvalidRequest("A policy with the same tag_pattern already exists")


def _apply(call: Call, holder: _Holder, row: Row) -> None:
    assert holder.row is not None
    ids = (
        [holder.row.id]
        if holder.kind == "repository"
        else call.store.repositories.ids(namespace=holder.row.id)
    )
    tags.apply_policy(call.store, ids, row, call.feature("IMMUTABLE_TAGS_CAN_EXPIRE"))


def _update_prune(call: Call, holder: _Holder, uuid: str) -> Any:
    table, fields = call.store.prune_policies, _prune_fields(call.body)
    table.update(holder.get(table, uuid), **fields)
    return {"uuid": uuid}, 204


def _update_immutability(call: Call, holder: _Holder, uuid: str) -> Any:
    table, fields = call.store.immutability_policies, _immutability_fields(call.body)
    row = holder.get(table, uuid)
    _refuse_same_pattern(holder, table, fields["pattern"], row)
    _apply(call, holder, table.update(row, **fields))
    return {"uuid": uuid}, 204


def _declare(path: str, find: Callable[..., _Holder], read_right: Any, write_right: Any) -> None:
    """The same ten routes for each kind of holder."""
    holder = {_of_org: "Organization", _of_repository: "Repository"}.get(find, "")
    kinds = (
        ("autoprunepolicy", "AUTO_PRUNE", "prune_policies", f"{holder}AutoPrunePolicyConfig"),
        ("immutabilitypolicy", "IMMUTABLE_TAGS", "immutability_policies", "ImmutabilityPolicyConfig"),
    )
    for word, feature, table_name, schema in kinds:
        if word == "immutabilitypolicy" and find is _of_me:
            continue  # users have no immutability policies
        _declare_kind(path + word + "/", feature, table_name, schema, find, read_right, write_right)


def _declare_kind(
    rule: str, feature: str, table_name: str, schema: str, find: Callable[..., _Holder], read: Any, write: Any
) -> None:
    prune = table_name == "prune_policies"
    view = _prune_view if prune else _immutability_view

    @topic.get(rule, feature=feature, right=read)
    def list_policies(call: Call, **params: str) -> Any:
        return {"policies": [view(row) for row in find(call, **params).list(getattr(call.store, table_name))]}

    @topic.post(rule, feature=feature, schema=schema, then=write)
    def create_policy(call: Call, **params: str) -> Any:
        if not prune and "orgname" in params and org_mirrored(call, params["orgname"]):
            text = (
                "Cannot create immutability policy: organization is managed by organization-level mirroring"
            )
            raise InvalidRequest(text)
        return (_create_prune if prune else _create_immutability)(call, find(call, **params))

    @topic.get(rule + "<policy_uuid>", feature=feature, right=read)
    def read_policy(call: Call, policy_uuid: str, **params: str) -> Any:
        return view(find(call, **params).get(getattr(call.store, table_name), policy_uuid))

    @topic.put(rule + "<policy_uuid>", feature=feature, schema=schema, then=write)
    def update_policy(call: Call, policy_uuid: str, **params: str) -> Any:
        return (_update_prune if prune else _update_immutability)(call, find(call, **params), policy_uuid)

    @topic.delete(rule + "<policy_uuid>", feature=feature, right=write)
    def delete_policy(call: Call, policy_uuid: str, **params: str) -> Any:
        table = getattr(call.store, table_name)
        table.delete(find(call, **params).get(table, policy_uuid))
        return {"uuid": policy_uuid}


def _org_view(call: Call, orgname: str, **_others: Any) -> bool:
    return call.rights.org_admin(orgname) or call.rights.readonly_superuser


def _org_change(call: Call, orgname: str, **_others: Any) -> bool:
    return call.rights.org_admin(orgname)


_declare("/organization/<orgname>/", _of_org, _org_view, _org_change)
_declare("/repository/<repopath:repository>/", _of_repository, repo_admin_view, repo_admin)
_declare("/user/", _of_me, user_admin, user_admin)
