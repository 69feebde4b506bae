# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Proxy caches of organizations."""

from __future__ import annotations

from typing import Any

from ..call import Call, Topic
from ..errors import InvalidRequest, NotFound, ServerFault
from ..model import accounts
from ..ssrf import check_registry, is_address
from ..store import Row
from .quota import org_member
from .repositories import org_mirrored

topic = Topic("proxycache")

CACHE = "/organization/<orgname>/proxycache"
_KEYS = {
    "org_name",
    "upstream_registry",
    "upstream_registry_username",
    "upstream_registry_password",
    "expiration_s",
    "insecure",
}


def _find(call: Call, orgname: str) -> Row | None:
    organization = accounts.find_organization(call.store, orgname)
    return call.store.proxy_caches.first(organization=organization.id) if organization is not None else None


def _refuse_existing(call: Call, orgname: str) -> None:
    if _find(call, orgname) is not None:
        raise InvalidRequest("Proxy Cache Configuration already exists")


@topic.get(CACHE, feature="PROXY_CACHE", right=org_member)
def read(call: Call, orgname: str) -> Any:
    """The configuration; empty texts when there is none, be it for lack of an organization."""
    row = _find(call, orgname)
    if row is None:
        return {"upstream_registry": "", "expiration_s": "", "insecure": ""}
    return {"upstream_registry": row.upstream, "expiration_s": row.expiration, "insecure": row.insecure}


@topic.post(CACHE, feature="PROXY_CACHE", schema="NewProxyCacheConfig")
def create(call: Call, orgname: str) -> Any:
    """Makes a cache of an organization."""
    call.need_org_admin(orgname)
    _refuse_existing(call, orgname)
    if org_mirrored(call, orgname):
        raise InvalidRequest(
            "Cannot create proxy cache: organization is managed by organization-level mirroring"
        )
    organization = accounts.get_organization(call.store, orgname)
    for repository_id in call.store.repositories.ids(namespace=organization.id):
        if call.store.tags.count(repository=repository_id, immutable=True):
            raise InvalidRequest("Cannot convert organization to proxy cache: immutable tags exist")
    body = call.body
    check_registry(call.settings, body["upstream_registry"])
    call.store.proxy_caches.insert(
        organization=organization.id,
        upstream=body["upstream_registry"],
        username=body.get("upstream_registry_username"),
        password=body.get("upstream_registry_password"),
        expiration=body.get("expiration_s", 86400),
        insecure=body.get("insecure", False),
    )
    return "Created", 201


@topic.delete(CACHE, feature="PROXY_CACHE")
def delete(call: Call, orgname: str) -> Any:
    """Ends the cache, answered with 201."""
    call.need_org_admin(orgname)
    row = _find(call, orgname)
    if row is None:
        raise NotFound()
    call.store.proxy_caches.delete(row)
    return "Deleted", 201


@topic.post("/organization/<orgname>/validateproxycache", feature="PROXY_CACHE", schema="NewProxyCacheConfig")
def validate(call: Call, orgname: str) -> Any:
    """Tries a configuration; here, an upstream with a name accepts anything, an address is no registry."""
    call.need_org_admin(orgname)
    _refuse_existing(call, orgname)
    if set(call.body) - _KEYS:
        raise ServerFault()  # Quay hands the keys to a constructor that does not know them.
    check_registry(call.settings, call.body["upstream_registry"])
    accounts.get_organization(call.store, orgname)
    if is_address(call.body["upstream_registry"].partition("/")[0].partition(":")[0]):
        raise InvalidRequest("Failed login to remote registry. Please verify entered details and try again.")
    return ("Valid" if call.body.get("upstream_registry_username") else "Anonymous"), 202
