# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the registry tells about itself: what it can do, how it is configured, how much it holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..engine.lanes import Batch, all_of, run
from ..engine.values import Place
from ..engine.words import Spec
from ..errors import Forbidden
from ..http.client import Client
from ..http.connection import repository_path
from ..kinds.offered import if_offered
from ..kinds.repository import repository_views
from .operation import Operation

Params = Mapping[str, Any]


def capabilities(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return what this Quay says that it can do. One request, which needs no right. Since Quay 3.17."""
    del params, check_mode
    return Operation(values={"capabilities": client.get("registry/capabilities")})


def configuration(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return the configuration by which Quay runs, in which it hides secrets itself. One request.

    Its environment is left out: Quay shows that whole. Since Quay 3.15, with FEATURE_SUPERUSER_CONFIGDUMP.
    """
    del params, check_mode
    try:
        view = client.get("superuser/config")
    except Forbidden as error:
        # Quay says the same to a superuser where the feature is off.
        text = f"{error} Or FEATURE_SUPERUSER_CONFIGDUMP is off in the registry's config.yaml."
        raise Forbidden(text, error.status) from error
    return Operation(values={"config": view["config"], "unknown": view.get("warning") or {}})


# At a glance


def registry_info_options() -> Spec:
    """Return the options of quay_registry_info."""
    return {
        "include": {"type": "list", "elements": "str", "choices": list(PARTS), "default": list(CHEAP_PARTS)},
        "triggers_of": {"type": "str"},
    }


def overview(params: Params, client: Client, check_mode: bool) -> Operation:
    """Return version and features of the registry, and the parts that are asked for."""
    del check_mode
    names = [name for name in PARTS if name in params["include"]]
    calls = [partial(client.page, "/config"), *(partial(PARTS[name], client) for name in names)]
    if params["triggers_of"] is not None:
        names.append("triggers")
        calls.append(partial(_views_of_repositories, client, params["triggers_of"]))
    (found,) = run([_all(calls)], client.connection.parallel, client.observer)
    settings, values = found[0], dict(zip(names, found[1:]))
    if "triggers" in values:
        place, views = Place(params["triggers_of"]), values["triggers"]
        (values["triggers"],) = run([_triggers(client, place, views)], client.connection.parallel)
    features = dict(sorted((settings.get("features") or {}).items()))
    version = str(settings.get("version_number") or "").removeprefix("Quay ").removeprefix("v")
    return Operation(values={"version": version, "features": features, **values})


def _all(calls: list[Any]) -> Batch[list[Any]]:
    return (yield from all_of(calls))


def _capabilities(client: Client) -> Any:
    """Return what this Quay says that it can do, None before 3.17."""
    return if_offered(partial(client.get, "registry/capabilities"))


def _size(client: Client) -> dict[str, Any]:
    """Return how much the registry holds, as it was computed for the last time."""
    view = client.get("superuser/registrysize/")
    last = view.get("last_ran")
    return {
        "bytes": view["size_bytes"],
        "computed": None if last is None else int(last) // 1000,
        "pending": bool(view.get("queued") or view.get("running")),
    }


def _use(client: Client) -> list[dict[str, Any]]:
    """Return how much each namespace holds, and may hold, sorted by name; 100 namespaces a request."""
    query = {"limit": "100"}
    found = [
        _used("organization", view, view["name"])
        for view in client.listing("superuser/organizations/", "organizations", query)
    ]
    found += [
        _used("user", view, view["username"]) for view in client.listing("superuser/users/", "users", query)
    ]
    return sorted(found, key=lambda entry: (entry["name"], entry["kind"]))


def _used(kind: str, view: Mapping[str, Any], name: str) -> dict[str, Any]:
    report = view.get("quota_report") or {}
    return {
        "kind": kind,
        "name": name,
        "used_bytes": report.get("quota_bytes"),
        "quota_bytes": report.get("configured_quota"),
    }


def _views_of_repositories(client: Client, organization: str) -> list[dict[str, Any]]:
    return repository_views(client, {"namespace": organization, "public": "true"})


def _triggers(client: Client, place: Place, views: list[dict[str, Any]]) -> Batch[list[dict[str, Any]]]:
    """Return the build triggers of the repositories, a request for each."""
    names = sorted(view["name"] for view in views)
    calls = [partial(client.get, f"{repository_path(place.name, name)}/trigger/") for name in names]
    answers = yield from all_of(calls)
    return [
        _trigger(f"{place.name}/{name}", trigger)
        for name, answer in zip(names, answers)
        for trigger in answer["triggers"]
    ]


def _trigger(repository: str, view: Mapping[str, Any]) -> dict[str, Any]:
    """Return a build trigger without its configuration, which holds secrets."""
    shown = ("id", "service", "enabled", "is_active", "build_source", "repository_url", "disabled_reason")
    robot = (view.get("pull_robot") or {}).get("name")
    return {"repository": repository, **{name: view.get(name) for name in shown}, "pull_robot": robot}


# What can be asked for, by name.
PARTS = {"capabilities": _capabilities, "size": _size, "quotas": _use}
# Those of one request.
CHEAP_PARTS = ("capabilities", "size")
