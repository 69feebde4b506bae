# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Mirrors: one of an organization with what Quay tells of it besides its settings, and how all are doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.reconcile import reconcile
from ..engine.report import change_views, diffs, failure
from ..engine.values import Place
from ..engine.words import Spec
from ..errors import Forbidden, NotFound
from ..http.client import Client
from ..kinds.organization_mirror import ORGANIZATION_MIRROR, mirror_path
from ..kinds.single import single
from .operation import Operation

Params = Mapping[str, Any]

# The most that Quay tells at a time.
_MOST_REPOSITORIES = "500"
_MOST_DETAILS = 1000
_HEALTH, _PANEL = "repository/mirror/health", "superuser/mirror/health"


# One of an organization


def organization_mirror_options() -> Spec:
    """Return the options of quay_organization_mirror."""
    options, _declare, _describe = single(ORGANIZATION_MIRROR)
    return {
        **options,
        "verify": {"type": "bool", "default": False},
        "return_repositories": {"type": "bool", "default": False},
    }


def organization_mirror(params: Params, client: Client, check_mode: bool) -> Operation:
    """Make the mirror of an organization as declared; ``params`` are the options of the module."""
    _options, declare, describe = single(ORGANIZATION_MIRROR)
    (report,) = reconcile(client, [declare(params, client)], check_mode)
    values: dict[str, Any] = {"changes": change_views(report)}
    error = None if report.error is None else failure(report)
    if error is None:
        values.update(describe(params, report))
        if params["verify"] and params["state"] == "present" and not check_mode:
            values["verified"] = client.send("POST", f"{mirror_path(Place(report.namespace))}/verify")
            if not values["verified"]["success"]:
                error = f"Quay could not reach what is to be mirrored: {values['verified']['message']}"
        if params["return_repositories"]:
            values["repositories"] = _discovered(client, report.namespace)
    return Operation(
        changed=bool(report.changes),
        values=values,
        diff=diffs(report),
        warnings=[f"{report.label}: {text}" for text in report.warnings],
        error=error,
    )


def _discovered(client: Client, organization: str) -> list[dict[str, Any]]:
    """Return what the mirror has found in the other registry; nothing where there is no mirror (yet)."""
    try:
        views = client.numbered_listing(
            f"{mirror_path(Place(organization))}/repositories",
            "repositories",
            {"limit": _MOST_REPOSITORIES},
            more="has_next",
        )
    except NotFound:
        return []
    keys = ("name", "sync_status", "discovery_date", "last_sync_date", "status_message", "quay_repository")
    return [{key: view.get(key) for key in keys} for view in views]


# All of repositories


def mirror_info_options() -> Spec:
    """Return the options of quay_mirror_info."""
    return {
        "namespace": {"type": "str", "aliases": ["organization"]},
        "return_repositories": {"type": "bool", "default": False},
    }


def mirror_info(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return how the mirrors of repositories are doing, in one namespace or in all.

    Of all, Quay tells a superuser without full access less.
    """
    del check_mode
    query = {} if params["namespace"] is None else {"namespace": params["namespace"]}
    warnings: list[str] = []
    try:
        view, details = _health(client, query, params["return_repositories"])
    except NotFound as error:
        # Where it is not offered, the path reads as that of a repository.
        raise NotFound(
            f"{error} There is no namespace of that name, or this registry does not offer it: it came with "
            "Quay 3.18, and needs FEATURE_REPO_MIRROR.",
            error.status,
        ) from error
    except Forbidden:
        if query:
            raise
        view, details = client.get(_PANEL), []
        warnings.append(
            "Quay does not tell this account which mirrors it is about: for that, a superuser needs "
            "FEATURE_SUPERUSERS_FULL_ACCESS. Name a namespace to read only what belongs to that."
        )
    counts = {name: view["repositories"][name] for name in _COUNTS}
    values = {name: view[name] for name in ("healthy", "workers", "tags_pending", "issues")}
    if params["return_repositories"]:
        values["repositories"] = details
    return Operation(values={**values, "counts": counts}, warnings=warnings)


_COUNTS = ("total", "syncing", "completed", "failed", "never_run")


def _health(
    client: Client, query: Mapping[str, str], detailed: bool
) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """Return Quay's view, and if ``detailed`` what it says of each repository; a request for 1000."""
    if not detailed:
        return client.get(_HEALTH, query), []
    found: list[Mapping[str, Any]] = []
    while True:
        page = {"detailed": "true", "limit": str(_MOST_DETAILS), "offset": str(len(found))}
        view = client.get(_HEALTH, {**query, **page})
        repositories = view["repositories"]
        details = repositories.get("details", [])
        found += details
        if not details or not (repositories.get("pagination") or {}).get("has_more"):
            return view, found
