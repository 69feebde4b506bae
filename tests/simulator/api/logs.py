# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The log of what was done: entries, counts, and their export."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from ..call import Call, Topic, any_superuser, repo_admin, repo_admin_view, user_admin
from ..errors import InvalidRequest, ModelError, PlainAbort, ServerFault
from ..model import accounts, actions
from ..names import new_uuid
from ..paging import with_next_page
from ..ssrf import is_allowed
from ..store import Row
from ..views import avatar, rfc2822, user_avatar
from .repositories import find_or_404

topic = Topic("logs")

ORG = "/organization/<orgname>"
REPOSITORY = "/repository/<repopath:repository>"
_PAGE = 20
_LONGEST_RANGE = timedelta(days=31)
_COUNTS = "AGGREGATED_LOG_COUNT_RETRIEVAL"
_SUPER: dict[str, Any] = {"feature": "SUPER_USERS", "fresh": True, "not_prod": True, "then": any_superuser}


def _org_admin_view(call: Call, orgname: str, **_others: Any) -> bool:
    return call.rights.org_admin(orgname) or call.rights.readonly_superuser


# When, whose, and by whom


def _day(text: str | None) -> datetime | None:
    """The start of a day; None for what is no date, which Quay does not mind."""
    try:
        return datetime.strptime(text or "", "%m/%d/%Y").replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def _range(call: Call) -> tuple[datetime, datetime]:
    now = datetime.now(timezone.utc)
    start = _day(call.text("starttime")) or now - timedelta(days=1)
    return start, (_day(call.text("endtime")) or now) + timedelta(days=1)


def _checked_range(call: Call) -> tuple[datetime, datetime]:
    start, end = _range(call)
    if end < start:
        raise PlainAbort(400)
    return start, end


def _namespace(call: Call, name: str) -> Row:
    account = accounts.find_account(call.store, name)
    if account is None:
        raise ModelError(f"Invalid namespace requested: {name}")
    return account


def _performer(call: Call) -> Row | None:
    """Who is asked for; None also for a name that nobody has."""
    name = call.text("performer")
    return call.store.users.first(username=name, organization=False) if name else None


# Entries


def _view(call: Call, row: Row, with_namespace: bool) -> dict[str, Any]:
    view = {"kind": row.kind, "metadata": row.metadata, "ip": row.ip, "datetime": rfc2822(int(row.moment))}
    performer = call.store.users.get(row.performer)
    if performer is not None:
        view["performer"] = {
            "kind": "user",
            "name": performer.username,
            "is_robot": performer.robot,
            "avatar": user_avatar(performer),
        }
    account = call.store.users.get(row.namespace)
    if with_namespace and account is not None:
        kind = "org" if account.organization else "user"
        view["namespace"] = {
            "kind": kind,
            "name": account.username,
            "avatar": avatar(account.username, kind),
        }
    return view


def _entries(
    call: Call, span: tuple[datetime, datetime], with_namespace: bool = False, **criteria: Any
) -> Any:
    """A page of entries. Quay keeps them in several tables: after the last page there is an empty one."""
    if call.text("performer") and not with_namespace:
        performer = _performer(call)
        if performer is None:
            raise ServerFault()
        criteria["performer"] = performer.id
    start, end = span
    rows = actions.entries(call.store, start.timestamp(), end.timestamp(), **criteria)
    first = call.page_start()
    shown = rows[first : first + _PAGE]
    body = {
        "start_time": rfc2822(start.timestamp()),
        "end_time": rfc2822(end.timestamp()),
        "logs": [_view(call, row, with_namespace) for row in shown],
    }
    return with_next_page(body, call.pages, first + len(shown) if shown else None)


@topic.get(ORG + "/logs", right=_org_admin_view)
def of_organization(call: Call, orgname: str) -> Any:
    """What was done in an organization."""
    span = _checked_range(call)
    if call.text("performer") and _performer(call) is None:
        raise ServerFault()
    return _entries(call, span, namespace=_namespace(call, orgname).id)


@topic.get(REPOSITORY + "/logs", right=repo_admin_view)
def of_repository(call: Call, namespace: str, name: str) -> Any:
    """What was done in a repository, by whomever."""
    repository = find_or_404(call, namespace, name)
    return _entries(call, _checked_range(call), repository=repository.id)


@topic.get("/user/logs", right=user_admin)
def own(call: Call) -> Any:
    """What was done in the caller's own namespace."""
    return _entries(call, _checked_range(call), namespace=call.me.id)


@topic.get("/superuser/logs", **_SUPER)
def of_registry(call: Call) -> Any:
    """What was done in the whole registry."""
    return _entries(call, _range(call), with_namespace=True)


# Counts


def _counted(call: Call, span: tuple[datetime, datetime], rows: Iterable[Row]) -> Any:
    performer = _performer(call)
    chosen = [row for row in rows if performer is None or row.performer == performer.id]
    if span[1] - span[0] > _LONGEST_RANGE:
        raise PlainAbort(400, "Invalid date range for logs")
    return {
        "aggregated": [
            {"kind": kind, "count": count, "datetime": rfc2822(day)}
            for (kind, day), count in actions.counts(chosen).items()
        ]
    }


def _rows(call: Call, span: tuple[datetime, datetime], **criteria: Any) -> list[Row]:
    return actions.entries(call.store, span[0].timestamp(), span[1].timestamp(), **criteria)


@topic.get(ORG + "/aggregatelogs", feature=_COUNTS, right=_org_admin_view)
def counts_of_organization(call: Call, orgname: str) -> Any:
    """How often what was done in an organization."""
    span = _checked_range(call)
    return _counted(call, span, _rows(call, span, namespace=_namespace(call, orgname).id))


@topic.get(REPOSITORY + "/aggregatelogs", feature=_COUNTS, right=repo_admin_view)
def counts_of_repository(call: Call, namespace: str, name: str) -> Any:
    """How often what was done in a repository."""
    repository = find_or_404(call, namespace, name)
    span = _checked_range(call)
    return _counted(call, span, _rows(call, span, repository=repository.id))


@topic.get("/user/aggregatelogs", feature=_COUNTS, right=user_admin)
def own_counts(call: Call) -> Any:
    """How often what was done in the caller's own namespace."""
    span = _checked_range(call)
    return _counted(call, span, _rows(call, span, namespace=call.me.id))


@topic.get("/superuser/aggregatelogs", **_SUPER)
def counts_of_registry(call: Call) -> Any:
    """How often what was done in the whole registry."""
    span = _range(call)
    return _counted(call, span, _rows(call, span))


# Export


def _export(call: Call) -> Any:
    """Pretends to queue an export."""
    body = call.body
    if body.get("callback_url") and not is_allowed(call.settings, body["callback_url"]):
        raise InvalidRequest("Invalid callback URL")
    if body.get("callback_email") and "@" not in body["callback_email"]:
        raise InvalidRequest("Invalid callback e-mail")
    start, end = _range(call)
    if end < start:
        raise InvalidRequest("Invalid time span selected")
    return {"export_id": new_uuid()}


@topic.post(ORG + "/exportlogs", feature="LOG_EXPORT", schema="ExportLogs")
def export_of_organization(call: Call, orgname: str) -> Any:
    """An export of the log of an organization; where there is none, Quay fails."""
    call.need(_org_admin_view(call, orgname))
    if accounts.find_account(call.store, orgname) is None:
        raise ServerFault()
    return _export(call)


@topic.post(REPOSITORY + "/exportlogs", feature="LOG_EXPORT", right=repo_admin, schema="ExportLogs")
def export_of_repository(call: Call, namespace: str, name: str) -> Any:
    """An export of the log of a repository."""
    find_or_404(call, namespace, name)
    return _export(call)


@topic.post("/user/exportlogs", feature="LOG_EXPORT", right=user_admin, schema="ExportLogs")
def own_export(call: Call) -> Any:
    """An export of the log of the caller's own namespace."""
    return _export(call)
