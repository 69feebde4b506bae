# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What was done: the log of an organization, a repository, the caller, the registry."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

from ..call import Call, Topic, any_superuser, repo_admin_view, user_admin
from ..errors import ModelError, NotFound, PlainAbort, ServerFault
from ..model import accounts, logs, repositories
from ..paging import page_by_offset, with_next_page
from ..store import Row
from ..views import avatar, rfc2822, user_avatar

topic = Topic("logs")

_PAGE = 20
_LONGEST_COUNT = timedelta(days=31)
_OF_THE_SERVICE = frozenset(
    f"service_key_{what}" for what in ("create", "approve", "delete", "modify", "extend", "rotate")
)
_COUNTED = {"feature": "AGGREGATED_LOG_COUNT_RETRIEVAL"}
_SUPER: dict[str, Any] = {"feature": "SUPER_USERS", "fresh": True, "not_prod": True, "then": any_superuser}
Span = tuple[datetime, datetime]


def log_action(
    call: Call, kind: str, namespace: Row, metadata: dict[str, Any], repository: Row | None = None
) -> None:
    """Notes what the caller does; of a token also which one."""
    if call.token is not None:
        application = call.store.applications.get(call.token.application)
        metadata = {
            **metadata,
            "oauth_token_id": call.token.id,
            "oauth_token_application_id": application.client_id,
            "oauth_token_application": application.name,
        }
    logs.add(call.store, kind, namespace, call.user, metadata, repository)


def _date(text: str | None) -> datetime | None:
    """A day; what is none counts as left out."""
    try:
        return datetime.strptime(text or "", "%m/%d/%Y").replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def _span(call: Call) -> Span:
    now = datetime.now(timezone.utc)
    start = _date(call.text("starttime")) or now - timedelta(days=1)
    return start, (_date(call.text("endtime")) or now) + timedelta(days=1)


def _checked_span(call: Call) -> Span:
    start, end = _span(call)
    if end < start:
        raise PlainAbort(400)
    return start, end


def _namespace(call: Call, name: str) -> int:
    account = accounts.find_account(call.store, name)
    if account is None:
        raise ModelError(f"Invalid namespace requested: {name}")
    return int(account.id)


def _of(namespace: int | None, performer: int | None, without: frozenset[str] = frozenset()) -> logs.Wanted:
    def wanted(row: Row) -> bool:
        return (
            (namespace is None or row.namespace == namespace)
            and (performer is None or row.performer == performer)
            and row.kind not in without
        )

    return wanted


def _performer(call: Call, must_exist: bool) -> int | None:
    """The id of the performer that is asked for. Quay asserts that there is one, but not to count."""
    name = call.text("performer")
    if not name:
        return None
    user = accounts.find_user(call.store, name)
    if user is None and must_exist:
        raise ServerFault()
    return None if user is None else int(user.id)


def _listed(call: Call, span: Span, wanted: logs.Wanted, with_namespace: bool = False) -> dict[str, Any]:
    """A page. Quay keeps three tables, of which two are empty here: they are another page, an empty one."""
    start, end = span
    rows = logs.newest_first(list(call.store.logs), start.timestamp(), end.timestamp(), wanted)
    page, position = page_by_offset(rows, call.page_start(), _PAGE)
    body: dict[str, Any] = {
        "start_time": rfc2822(start.timestamp()),
        "end_time": rfc2822(end.timestamp()),
        "logs": [_view(call, row, with_namespace) for row in page],
    }
    return with_next_page(body, call.pages, len(rows) if page and position is None else position)


def _view(call: Call, row: Row, with_namespace: bool) -> dict[str, Any]:
    view: dict[str, Any] = {
        "kind": row.kind,
        "metadata": row.metadata,
        "ip": "127.0.0.1",
        "datetime": rfc2822(row.moment),
    }
    performer = None if row.performer is None else call.store.users.get(row.performer)
    if performer is not None:
        view["performer"] = {
            "kind": "user",
            "name": performer.username,
            "is_robot": performer.robot,
            "avatar": user_avatar(performer),
        }
    account = None if row.namespace is None else call.store.users.get(row.namespace)
    if with_namespace and account is not None:
        kind = "org" if account.organization else "user"
        view["namespace"] = {
            "kind": kind,
            "name": account.username,
            "avatar": avatar(account.username, kind),
        }
    return view


def _counted(call: Call, span: Span, wanted: logs.Wanted) -> dict[str, Any]:
    start, end = span
    rows = logs.newest_first(list(call.store.logs), start.timestamp(), end.timestamp(), wanted)
    days = Counter((row.kind, datetime.fromtimestamp(row.moment, timezone.utc).date()) for row in rows)
    views = [
        {
            "kind": kind,
            "count": count,
            "datetime": rfc2822(datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp()),
        }
        for (kind, day), count in days.items()
    ]
    return {"aggregated": views}


def _countable_span(call: Call) -> Span:
    start, end = _checked_span(call)
    if end - start > _LONGEST_COUNT:
        raise PlainAbort(400, "Invalid date range for logs")
    return start, end


def _org_admin(call: Call, orgname: str, **_others: Any) -> bool:
    return call.rights.org_admin(orgname) or call.rights.readonly_superuser


def _of_repository(call: Call, namespace: str, name: str) -> logs.Wanted:
    repository = repositories.find(call.store, namespace, name)
    if repository is None:
        raise NotFound()
    return lambda row: bool(row.repository == repository.id)


@topic.get("/organization/<orgname>/logs", right=_org_admin)
def of_organization(call: Call, orgname: str) -> Any:
    """The log of an organization."""
    span, performer = _checked_span(call), _performer(call, must_exist=True)
    return _listed(call, span, _of(_namespace(call, orgname), performer))


@topic.get("/organization/<orgname>/aggregatelogs", right=_org_admin, **_COUNTED)
def counts_of_organization(call: Call, orgname: str) -> Any:
    """How often what was done in an organization."""
    span, performer = _countable_span(call), _performer(call, must_exist=False)
    return _counted(call, span, _of(_namespace(call, orgname), performer))


@topic.get("/repository/<repopath:repository>/logs", right=repo_admin_view)
def of_repository(call: Call, namespace: str, name: str) -> Any:
    """The log of a repository."""
    wanted = _of_repository(call, namespace, name)
    return _listed(call, _checked_span(call), wanted)


@topic.get("/repository/<repopath:repository>/aggregatelogs", right=repo_admin_view, **_COUNTED)
def counts_of_repository(call: Call, namespace: str, name: str) -> Any:
    """How often what was done in a repository."""
    wanted = _of_repository(call, namespace, name)
    return _counted(call, _countable_span(call), wanted)


@topic.get("/user/logs", right=user_admin)
def own(call: Call) -> Any:
    """The log of the caller's namespace."""
    span, performer = _checked_span(call), _performer(call, must_exist=True)
    return _listed(call, span, _of(call.me.id, performer, _OF_THE_SERVICE))


@topic.get("/user/aggregatelogs", right=user_admin, **_COUNTED)
def own_counts(call: Call) -> Any:
    """How often what was done in the caller's namespace."""
    span, performer = _countable_span(call), _performer(call, must_exist=False)
    return _counted(call, span, _of(call.me.id, performer, _OF_THE_SERVICE))


@topic.get("/superuser/logs", **_SUPER)
def of_registry(call: Call) -> Any:
    """The log of the registry; nothing is wrong with an end before the start."""
    return _listed(call, _span(call), _of(None, None), with_namespace=True)


@topic.get("/superuser/aggregatelogs", **_SUPER)
def counts_of_registry(call: Call) -> Any:
    """How often what was done in the registry. That a span is too long nothing catches."""
    start, end = _span(call)
    if end - start > _LONGEST_COUNT:
        raise ServerFault()
    return _counted(call, (start, end), _of(None, None))
