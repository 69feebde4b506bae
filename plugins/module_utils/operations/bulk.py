# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Operations over many organizations at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ..engine.options import append_option, list_of, state_option
from ..engine.reconcile import reconcile
from ..engine.report import Report, summary
from ..engine.words import Desired, Each, Entry, Spec
from ..http.client import Client
from ..kinds.nesting import PURGEABLE, desired_of, desired_organizations, organization_options
from ..kinds.registry_entries import desired_registry
from ..kinds.repository import REPOSITORY, repository_options
from ..kinds.selection import choose, selection_of, selection_options
from ..kinds.user import generated_password
from .operation import Operation, operation

Params = Mapping[str, Any]

# Stands for the names of repositories that are not known yet.
_ANY_REPOSITORY = "any"


def organizations_options() -> Spec:
    """Return the options of quay_organizations."""
    return {
        "organizations": {**list_of(organization_options()), "required": True},
        "purge": {"type": "list", "elements": "str", "choices": PURGEABLE, "default": []},
        "purge_limit": {"type": "int", "default": 10},
    }


def repositories_options() -> Spec:
    """Return the options of quay_repositories."""
    options = repository_options()
    permission = {**options["perms"]["options"], **state_option()}
    return {
        "organizations": {"type": "list", "elements": "str", "required": True, "aliases": ["organization"]},
        **selection_options(),
        "visibility": options["visibility"],
        "description": options["description"],
        "perms": {**options["perms"], "options": permission},
        **append_option(),
    }


def organizations(params: Params, client: Client, check_mode: bool) -> Operation:
    """Make the organizations as declared; ``params`` are the options of quay_organizations."""
    desired = desired_organizations(params["organizations"], params["purge"], params["purge_limit"])
    return outcome(reconcile(client, desired, check_mode))


def repositories(params: Params, client: Client, check_mode: bool) -> Operation:
    """Make the chosen repositories as declared; ``params`` are the options of quay_repositories."""
    desired = [desired_repositories(name, params) for name in dict.fromkeys(params["organizations"])]
    return outcome(reconcile(client, desired, check_mode))


def desired_repositories(namespace: str, entry: Entry) -> Desired:
    """Return what is desired of many repositories; the entry has the options of quay_repositories."""
    selection = selection_of(namespace, entry["repositories"], entry["matching"], entry["skip"])
    pattern = desired_of(
        {"name": namespace, "repositories": [{**entry, "name": _ANY_REPOSITORY}]}, declares_organization=False
    )
    complete = frozenset(scope.kind for scope in pattern.scopes)
    each = Each(REPOSITORY, partial(choose, selection), pattern.present, pattern.absent, complete)
    return Desired(namespace, pattern.home, each=each)


def registry(params: Params, client: Client, check_mode: bool) -> Operation:
    """Make what belongs to the registry as declared; ``params`` are the options of quay_registry."""
    reports = list(reconcile(client, desired_registry(params), check_mode))
    given = {user["username"] for user in params["users"] or () if user.get("password")}
    passwords = {one.namespace: generated_password(one) for one in reports if one.namespace not in given}
    made = {name: password for name, password in passwords.items() if password is not None}
    return operation(reports, {"passwords": made} if made else {}, "users and parts of the registry")


def outcome(reports: Iterable[Report]) -> Operation:
    """Return what became of many organizations, with a summary of each."""
    found = sorted(reports, key=lambda report: report.namespace)
    values: dict[str, Any] = {"organizations": [summary(report) for report in found]}
    failed = [report.namespace for report in found if report.error is not None]
    if failed:
        values["failed_organizations"] = failed
    return operation(found, values)
