# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How the mirrors of repositories are doing. No worker runs here, so none is counted."""

from __future__ import annotations

import time
from typing import Any

from ..call import Call, Topic
from ..errors import NotFound
from ..model import accounts
from ..store import Row
from ..views import iso

topic = Topic("mirrorhealth")

_SINCE = "3.18"
_MOST, _SAMPLES = 1000, 5
_THRESHOLD = 0.2  # more of them failing is unhealthy
_COUNTED = {"syncing": "SYNCING", "completed": "SUCCESS", "failed": "FAIL", "never_run": "NEVER_RUN"}

# A mirror, and namespace and name of its repository.
Mirrored = tuple[Row, str, str]


@topic.get("/repository/mirror/health", feature="REPO_MIRROR", since=_SINCE)
def of_repositories(call: Call) -> Any:
    """Of one namespace, for whoever belongs to it, or of all, for superusers."""
    namespace = call.text("namespace")
    call.need(call.user is not None)
    if namespace is None:
        call.need(call.rights.sees_all)
    elif accounts.find_account(call.store, namespace) is None:
        raise NotFound()
    else:
        call.need(call.rights.sees_all or call.rights.org_member(namespace) or call.me.username == namespace)
    found = _mirrors(call, namespace)
    view = _health(found, samples=True)
    if call.flag("detailed"):
        limit = max(1, min(call.number("limit", 100) or 1, _MOST))
        offset = max(0, call.number("offset", 0) or 0)
        view["repositories"].update(
            details=[_detail(*one) for one in found[offset : offset + limit]],
            pagination={"limit": limit, "offset": offset, "has_more": len(found) > offset + limit},
        )
    return view, 200 if view["healthy"] else 503


@topic.get("/superuser/mirror/health", feature="REPO_MIRROR", since=_SINCE)
def of_all(call: Call) -> Any:
    """Of all, without the names of repositories; whatever is asked besides is passed over."""
    call.need(call.rights.any_superuser)
    view = _health(_mirrors(call, None), samples=False)
    return view, 200 if view["healthy"] else 503


def _mirrors(call: Call, namespace: str | None) -> list[Mirrored]:
    """Those that are on, of repositories in the state MIRROR."""
    found = []
    for row in call.store.mirrors.find(is_enabled=True):
        repository = call.store.repositories.get(row.repository)
        owner = call.store.users.get(repository.namespace)
        if repository.state == "MIRROR" and namespace in (None, owner.username):
            found.append((owner.id, repository.name, (row, str(owner.username), str(repository.name))))
    return [one for _owner, _name, one in sorted(found, key=lambda each: each[:2])]


def _health(found: list[Mirrored], samples: bool) -> dict[str, Any]:
    states = [row.status for row, _namespace, _name in found]
    counts = {key: states.count(state) for key, state in _COUNTED.items()}
    tried = len(found) - counts["never_run"]
    share = counts["failed"] / tried if tried else 0.0
    healthy = share <= _THRESHOLD
    issues = []
    if not healthy:
        text = f"{share * 100:.1f}% of repositories are failing (threshold: {_THRESHOLD * 100:.1f}%)"
        issues.append(_issue("critical", text))
    if samples:
        new = [one for one in found if one[0].status == "NEVER_RUN"]
        lost = [one for one in found if one[0].status == "FAIL" and not one[0].retries]
        issues += [
            _issue("warning", f"Repository {n}/{r} has never been synced") for _, n, r in new[:_SAMPLES]
        ]
        issues += [
            _issue("error", f"Repository {n}/{r} has exhausted all retry attempts")
            for _, n, r in lost[:_SAMPLES]
        ]
    return {
        "healthy": healthy,
        "workers": {"active": 0, "configured": 0, "status": "healthy" if healthy else "degraded"},
        "repositories": {"total": len(found), **counts},
        "tags_pending": 0,
        "last_check": iso(time.time()),
        "issues": issues,
    }


def _issue(severity: str, text: str) -> dict[str, Any]:
    return {"severity": severity, "message": text, "timestamp": iso(time.time())}


def _detail(row: Row, namespace: str, name: str) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "repository": name,
        "sync_status": row.status,
        "is_enabled": row.is_enabled,
        "last_sync": None,
        "retries_remaining": row.retries,
    }
