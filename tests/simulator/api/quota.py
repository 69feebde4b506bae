# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Quotas of namespaces, and their limits."""

from __future__ import annotations

import re
from typing import Any

from ..call import Call, Condition, Topic, any_superuser, superuser, user_admin
from ..errors import InvalidRequest, ModelError, NotFound, ServerFault
from ..model import accounts
from ..settings import Settings
from ..store import Row

topic = Topic("quota")

LIST = "/organization/<orgname>/quota"
ITEM = LIST + "/<quota_id>"
LIMITS = ITEM + "/limit"
_BAD_FORMAT = "Invalid limit format, use a number followed by a unit (e.g. 1GiB)"
_BAD_PERCENT = "Quota limit threshold must be between 1 and 100"
_UNITS = "KMGTPEZY"


def _shown(settings: Settings) -> bool:
    return settings.feature("SUPER_USERS") and settings.quota_shown


def parse_size(text: str) -> float:
    """The bytes of a size such as ``10 GiB`` (1024) or ``10 GB`` (1000); a float, as in Quay."""
    match = re.match(r"^(\d+)\s?(?:B|([KMGTPEZY])(i?)B?)?$", text)
    if not match:
        raise InvalidRequest(_BAD_FORMAT)
    number, unit, binary = match.groups()
    power = _UNITS.index(unit) + 1 if unit else 0
    return float(int(number) * (1024 if binary else 1000) ** power)


def human_size(value: float) -> str:
    """A size with one decimal and the largest binary unit that fits."""
    for power in range(len(_UNITS), 0, -1):
        if value >= 1024**power:
            return f"{value / 1024**power:.1f} {_UNITS[power - 1]}iB"
    return f"{value:.1f} Byte"


def _limit_views(call: Call, quota: Row) -> list[dict[str, Any]]:
    return [_limit_view(limit) for limit in call.store.quota_limits.find(quota=quota.id)]


def _limit_view(limit: Row) -> dict[str, Any]:
    return {"id": limit.id, "type": limit.type, "limit_percent": limit.percent}


def quotas_of(call: Call, account: Row) -> list[dict[str, Any]]:
    """The quotas as the views of users and organizations carry them."""
    quotas = call.store.quotas.find(namespace=account.id)
    return [
        {"id": row.id, "limit_bytes": row.limit_bytes, "limits": _limit_views(call, row)} for row in quotas
    ]


def configured_quota(call: Call, account: Row) -> int | None:
    """The bytes that a namespace may hold, None without a quota."""
    quota = call.store.quotas.first(namespace=account.id)
    return quota.limit_bytes if quota is not None else (call.settings.default_system_quota_bytes or None)


def quota_report(call: Call, account: Row) -> dict[str, Any]:
    """What a namespace holds; nothing is ever counted here, as in a Quay whose worker has not run."""
    return {
        "quota_bytes": 0,
        "configured_quota": configured_quota(call, account),
        "running_backfill": "waiting",
        "backfill_status": "waiting",
    }


def _view(call: Call, quota: Row, limit_bytes: int | float | None = None) -> dict[str, Any]:
    size = quota.limit_bytes if limit_bytes is None else limit_bytes
    return {
        "id": quota.id,
        "limit_bytes": size,
        "limit": human_size(size),
        "default_config": False,
        "limits": _limit_views(call, quota),
        "default_config_exists": call.settings.default_system_quota_bytes != 0,
    }


def _list(call: Call, account: Row) -> list[dict[str, Any]]:
    quotas = call.store.quotas.find(namespace=account.id)
    default = call.settings.default_system_quota_bytes
    if not quotas and default:
        view = {"id": None, "limit_bytes": default, "limit": human_size(default)}
        return [dict(view, default_config=True, limits=[], default_config_exists=True)]
    return [_view(call, quota) for quota in quotas]


def _find(call: Call, account: Row | None, quota_id: str) -> Row:
    quota = call.store.quotas.get(int(quota_id)) if quota_id.isdigit() else None
    if account is None or quota is None or quota.namespace != account.id:
        raise NotFound()
    return quota


def _find_limit(call: Call, quota: Row, limit_id: str) -> Row:
    limit = call.store.quota_limits.get(int(limit_id)) if limit_id.isdigit() else None
    if limit is None or limit.quota != quota.id:
        raise NotFound()
    return limit


def _size(body: dict[str, Any]) -> int | float | None:
    return parse_size(body["limit"]) if "limit" in body else body.get("limit_bytes")


def _check_largest(size: int | float) -> None:
    if size > 2**63 - 1:
        raise InvalidRequest("Unsupported quota size limit.")  # more than PostgreSQL's bigint holds


def _create(call: Call, account: Row, taken: str) -> Any:
    size = _size(call.body)
    if call.store.quotas.count(namespace=account.id):
        raise InvalidRequest(taken)
    if size is None or size <= 0:
        raise InvalidRequest(f"Invalid quota size limit value: '{size}'")
    _check_largest(size)
    call.store.quotas.insert(namespace=account.id, limit_bytes=int(size))
    return "Created", 201


def _update(call: Call, quota: Row) -> Any:
    size = _size(call.body)
    if not size:
        return _view(call, quota)  # a size of 0 is ignored without a word
    if size < 0:
        raise InvalidRequest(f"Invalid quota size limit value: '{size}'")
    _check_largest(size)
    call.store.quotas.update(quota, limit_bytes=int(size))
    # The answer shows what was computed from a text, a float; what is read later is a whole number.
    return _view(call, quota, size)


def _delete(call: Call, quota: Row) -> Any:
    call.store.quota_limits.delete_where(quota=quota.id)
    call.store.quotas.delete(quota)
    return "", 204


def org_member(call: Call, orgname: str, **_others: Any) -> bool:
    """Belongs to the organization, or sees all."""
    return call.rights.org_member(orgname) or call.rights.readonly_superuser


def full_access(call: Call, **_others: Any) -> bool:
    """A superuser that may do anything to the namespaces of others."""
    return call.rights.full_access


def _organization(call: Call, orgname: str) -> Row:
    found = accounts.find_organization(call.store, orgname)
    if found is None:
        raise NotFound()
    return found


def _account(call: Call, name: str) -> Row | None:
    return accounts.find_account(call.store, name)


@topic.get(LIST, feature=_shown, right=org_member)
def list_org(call: Call, orgname: str) -> Any:
    """The quota of an organization, as a bare list."""
    return _list(call, _organization(call, orgname))


@topic.post(LIST, feature=_shown, schema="NewOrgQuota", then=full_access)
def create_org(call: Call, orgname: str) -> Any:
    """The only quota that an organization may have."""
    return _create(call, _organization(call, orgname), f"Organization quota for '{orgname}' already exists")


@topic.get(ITEM, feature=_shown, right=org_member)
def read_org(call: Call, orgname: str, quota_id: str) -> Any:
    """One quota."""
    return _view(call, _find(call, _account(call, orgname), quota_id))


@topic.put(ITEM, feature=_shown, schema="UpdateOrgQuota", then=full_access)
def update_org(call: Call, orgname: str, quota_id: str) -> Any:
    """Changes the size of a quota."""
    return _update(call, _find(call, _account(call, orgname), quota_id))


@topic.delete(ITEM, feature=_shown, right=full_access)
def delete_org(call: Call, orgname: str, quota_id: str) -> Any:
    """Deletes a quota with its limits."""
    return _delete(call, _find(call, _account(call, orgname), quota_id))


def _limit_type(name: str) -> str:
    if name.lower() not in ("warning", "reject"):
        raise ModelError("Quota type must be one of [Warning, Reject]")
    return name.capitalize()


def _percent(value: int) -> int:
    if not 0 < value <= 100:
        raise ModelError(_BAD_PERCENT)
    return value


@topic.get(LIMITS, feature=_shown, right=org_member)
def list_limits(call: Call, orgname: str, quota_id: str) -> Any:
    """The limits of a quota, as a bare list."""
    return _limit_views(call, _find(call, _account(call, orgname), quota_id))


@topic.post(LIMITS, feature=_shown, schema="NewOrgQuotaLimit", then=full_access)
def create_limit(call: Call, orgname: str, quota_id: str) -> Any:
    """A new limit; only one of the same type and percentage is refused."""
    quota = _find(call, _account(call, orgname), quota_id)
    percent = call.body["threshold_percent"]
    if percent:
        _percent(percent)
    kind = _limit_type(call.body["type"])
    # Of 0 percent Quay asks whether there is any limit of that type.
    same = {"percent": percent} if percent else {}
    if call.store.quota_limits.count(quota=quota.id, type=kind, **same):
        raise InvalidRequest("Quota limit already exists")
    if not percent:
        raise InvalidRequest(_BAD_PERCENT)
    call.store.quota_limits.insert(quota=quota.id, type=kind, percent=percent)
    return "Created", 201


@topic.get(LIMITS + "/<limit_id>", feature=_shown, right=org_member)
def read_limit(call: Call, orgname: str, quota_id: str, limit_id: str) -> Any:
    """One limit."""
    return _limit_view(_find_limit(call, _find(call, _account(call, orgname), quota_id), limit_id))


@topic.put(LIMITS + "/<limit_id>", feature=_shown, schema="UpdateOrgQuotaLimit", then=full_access)
def update_limit(call: Call, orgname: str, quota_id: str, limit_id: str) -> Any:
    """Changes a limit; answers the quota."""
    quota = _find(call, _account(call, orgname), quota_id)
    limit = _find_limit(call, quota, limit_id)
    if "type" in call.body:
        call.store.quota_limits.update(limit, type=_limit_type(call.body["type"]))
    if "threshold_percent" in call.body:
        call.store.quota_limits.update(limit, percent=_percent(call.body["threshold_percent"]))
    return _view(call, quota)


@topic.delete(LIMITS + "/<limit_id>", feature=_shown, right=full_access)
def delete_limit(call: Call, orgname: str, quota_id: str, limit_id: str) -> Any:
    """Deletes a limit."""
    quota = _find(call, _account(call, orgname), quota_id)
    call.store.quota_limits.delete(_find_limit(call, quota, limit_id))
    return "", 204


@topic.get("/user/quota", feature=_shown, right=user_admin)
def list_own(call: Call) -> Any:
    """The caller's quota."""
    return _list(call, call.me)


@topic.get("/user/quota/<quota_id>", feature=_shown, right=user_admin)
def read_own(call: Call, quota_id: str) -> Any:
    """One quota of the caller."""
    return _view(call, _find(call, call.me, quota_id))


@topic.get("/user/quota/<quota_id>/limit", feature=_shown, right=user_admin)
def list_own_limits(call: Call, quota_id: str) -> Any:
    """The limits of the caller's quota."""
    return _limit_views(call, _find(call, call.me, quota_id))


@topic.get("/user/quota/<quota_id>/limit/<limit_id>", feature=_shown, right=user_admin)
def read_own_limit(call: Call, quota_id: str, limit_id: str) -> Any:
    """A limit of the caller's quota: Quay answers the quota."""
    quota = _find(call, call.me, quota_id)
    _find_limit(call, quota, limit_id)
    return _view(call, quota)


def _superuser_routes(kind: str) -> None:
    """The same calls for superusers without full access, once for users and once for organizations."""
    base = f"/superuser/{kind}/<namespace>/quota"
    item = base + "/<quota_id>"

    def declare(method: str, rule: str, schema: str | None, then: Condition, fresh: bool = True) -> Any:
        return getattr(topic, method)(
            rule, feature=_shown, fresh=fresh, not_prod=fresh, schema=schema, then=then
        )

    @declare("get", base, None, any_superuser)
    def list_any(call: Call, namespace: str) -> Any:
        account = _account(call, namespace)
        if account is None:
            raise NotFound()
        return [_view(call, quota) for quota in call.store.quotas.find(namespace=account.id)]

    @declare("post", base, "NewNamespaceQuota", superuser)
    def create_any(call: Call, namespace: str) -> Any:
        return _create(call, _existing(call, namespace), f"Quota for '{namespace}' already exists")

    @declare("put", item, "UpdateNamespaceQuota", superuser)
    def update_any(call: Call, namespace: str, quota_id: str) -> Any:
        return _update(call, _find(call, _existing(call, namespace), quota_id))

    @declare("delete", item, None, superuser, fresh=False)
    def delete_any(call: Call, namespace: str, quota_id: str) -> Any:
        return _delete(call, _find(call, _existing(call, namespace), quota_id))


def _existing(call: Call, name: str) -> Row:
    account = _account(call, name)
    if account is None:
        raise ServerFault()  # Quay reads the name of a namespace that it did not find.
    return account


_superuser_routes("users")
_superuser_routes("organization")
