# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The actions that only read: each returns one list under the name that views.py shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Callable

from ..engine.lanes import Batch, run
from ..engine.words import Spec
from ..errors import InvalidDeclaration
from ..http.client import Client
from ..http.connection import base_url
from ..kinds.image_lookup import split_repository_name
from ..kinds.organization import organization_names
from ..operations import inventory, repository_inventory
from ..operations.operation import Operation
from ..visible import visible
from .many import each, joined

Options = Mapping[str, Any]
Run = Callable[[Options, Client, bool], Operation]


def _info(options: Options, client: Client, check_mode: bool) -> Operation:
    answer = client.settings()
    config = answer.get("config") or {}
    features = answer.get("features") or {}
    values = {
        "url": base_url(client.connection.host),
        "version": str(answer.get("version_number") or ""),
        "hostname": config.get("SERVER_HOSTNAME"),
        "authentication": config.get("AUTHENTICATION_TYPE"),
        "state": answer.get("registry_state"),
        "features": sorted(name for name, on in features.items() if on is True),
    }
    return Operation(values=values)


# Repositories


def _repositories(options: Options, client: Client, check_mode: bool) -> Operation:
    names = options["organization"]
    if not names:
        if options["repository"] or options["skip"] or options["matching"] is not None:
            raise InvalidDeclaration("--repository, --skip-repo and --matching need --organization.")
        if options["visibility"] == "public":
            params = {**_defaults(repository_inventory.repository_info_options()), "public": True}
            return repository_inventory.repositories(params, client, check_mode)
        names = [*_own(client), *organization_names(client)]
    params = {**_defaults(repository_inventory.repository_info_options()), **_selection(options)}
    params["visibility"] = options["visibility"]
    if len(names) == 1:
        return repository_inventory.repositories({**params, "organization": names[0]}, client, check_mode)
    read = repository_inventory.repositories
    lanes = (_lane(read, {**params, "organization": name}, client) for name in names)
    return joined(list(run(lanes, client.connection.parallel, client.observer)))


def _lane(read: Run, params: Options, client: Client) -> Batch[Operation]:
    """Read one organization beside others; ``read`` must not run lanes of its own."""
    (outcome,) = yield [partial(read, params, client, False)]
    if outcome.error is not None:
        return Operation(error=f"{visible(params['organization'])}: {outcome.error}")
    return outcome.value  # type: ignore[no-any-return]


# Tags


def _tags(options: Options, client: Client, check_mode: bool) -> Operation:
    params = {
        **_defaults(repository_inventory.tag_info_options()),
        **_selection(options),
        "only_active_tags": True,
    }
    params["tag"] = options["tag"]
    return _read_each(options["organization"], repository_inventory.tags, params, client)


def _images(options: Options, client: Client, check_mode: bool) -> Operation:
    """Repositories may be named with their organization, and without any they are the caller's own."""
    if options["organization"]:
        return _tags(options, client, check_mode)
    by_organization: dict[str, list[str]] = {}
    for name in options["repository"]:
        organization = split_repository_name(client, name)[0] or _own(client)[0]
        by_organization.setdefault(organization, []).append(name)
    done = [
        _tags({**options, "organization": [organization], "repository": names}, client, check_mode)
        for organization, names in by_organization.items()
    ]
    return joined(done)


# What else there is in organizations


def _robots(options: Options, client: Client, check_mode: bool) -> Operation:
    return _read_each(
        options["organization"], inventory.robots, _defaults(inventory.robot_info_options()), client
    )


def _teams(options: Options, client: Client, check_mode: bool) -> Operation:
    return _read_each(
        options["organization"], inventory.teams, _defaults(inventory.team_info_options()), client
    )


def _prototypes(options: Options, client: Client, check_mode: bool) -> Operation:
    params = _defaults(inventory.prototype_info_options())
    return _read_each(options["organization"], inventory.prototypes, params, client)


def _read_each(names: Iterable[str], read: Run, params: Options, client: Client) -> Operation:
    """Read each organization, and put its name into the entries of the list."""

    def one(organization: str) -> Operation:
        done = read({**params, "organization": organization}, client, False)
        values = {
            key: [{"organization": organization, **entry} for entry in entries]
            for key, entries in done.values.items()
        }
        return replace(done, values=values)

    return each(list(names), one)


# Helpers


def _selection(options: Options) -> dict[str, Any]:
    return {
        "repositories": options["repository"] or None,
        "matching": options["matching"],
        "skip": options["skip"],
    }


def _own(client: Client) -> list[str]:
    """Return the caller's own namespace."""
    return [client.caller()]


def _defaults(options: Spec) -> dict[str, Any]:
    """Return the options of a module as they are where a task does not name them."""
    return {name: how.get("default") for name, how in options.items()}


LISTINGS: dict[str, Run] = {
    "info": _info,
    "list-repositories": _repositories,
    "list-images": _images,
    "list-tags": _tags,
    "list-robots": _robots,
    "list-teams": _teams,
    "list-prototypes": _prototypes,
}
