# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Operations over many organizations at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .client import Client
from .declaration import desired_organizations, desired_repositories
from .operation import Operation
from .reconcile import reconcile
from .report import Report, operation, summary

Params = Mapping[str, Any]


def organizations(params: Params, client: Client, check_mode: bool) -> Operation:
    """Make the organizations as declared; ``params`` are the options of quay_organizations."""
    desired = desired_organizations(params["organizations"], params["purge"], params["purge_limit"])
    return outcome(reconcile(client, desired, check_mode))


def repositories(params: Params, client: Client, check_mode: bool) -> Operation:
    """Make the chosen repositories as declared; ``params`` are the options of quay_repositories."""
    desired = [desired_repositories(name, params) for name in dict.fromkeys(params["organizations"])]
    return outcome(reconcile(client, desired, check_mode))


def outcome(reports: Iterable[Report]) -> Operation:
    """Return what became of many organizations, with a summary of each."""
    found = sorted(reports, key=lambda report: report.namespace)
    values: dict[str, Any] = {"organizations": [summary(report) for report in found]}
    failed = [report.namespace for report in found if report.error is not None]
    if failed:
        values["failed_organizations"] = failed
    return operation(found, values)
