# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay's worker would do with mirrors, done by hand."""

from __future__ import annotations

from typing import Any

from ..errors import ModelError
from ..store import Row, Store
from . import accounts, tags


def change(store: Store, org: str, repo: str | None, fields: dict[str, Any]) -> None:
    """Gives the mirror of a repository, or of an organization, what a run would leave there."""
    if repo is None:
        store.org_mirrors.update(_of_organization(store, org), **fields)
        return
    row = store.mirrors.first(repository=tags.get_repository(store, org, repo).id)
    if row is None:
        raise ModelError(f"no mirror: {org}/{repo}")
    store.mirrors.update(row, **fields)


def discover(store: Store, org: str, name: str, fields: dict[str, Any]) -> None:
    """Lets the mirror of an organization find a repository."""
    row = {"status": "NEVER_RUN", "retries": 3, "message": None, "repository": None, "last_sync": None}
    mirror = _of_organization(store, org)
    store.org_mirror_repositories.insert(
        mirror=mirror.id, name=name, **{**row, "discovered": "2031-01-02T00:00:00Z", **fields}
    )


def _of_organization(store: Store, org: str) -> Row:
    row = store.org_mirrors.first(organization=accounts.get_organization(store, org).id)
    if row is None:
        raise ModelError(f"no mirror: {org}")
    return row
