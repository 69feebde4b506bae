# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What an operation hands to whoever shows it: Ansible, or the command-line tool. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..engine.report import Report, change_views, diffs, failure


@dataclass(frozen=True)
class Operation:
    """The outcome of something that is no reconciliation of objects.

    ``values`` is what is returned by name, ``diff`` one entry a change in the form that Ansible prints.
    With an ``error`` the rest of it says what was done all the same.
    """

    changed: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    diff: Sequence[Mapping[str, Any]] = ()
    warnings: Sequence[str] = ()
    error: str | None = None


def operation(reports: Sequence[Report], values: Mapping[str, Any], what: str = "organizations") -> Operation:
    """Return what a run over many namespaces hands on; ``what`` names them in the message of a failure."""
    failed = [report for report in reports if report.error is not None]
    head = f"{len(failed)} of {len(reports)} {what} failed:"
    return Operation(
        changed=any(report.changes for report in reports),
        values={"changes": [view for report in reports for view in change_views(report)], **values},
        diff=[entry for report in reports for entry in diffs(report)],
        warnings=[f"{report.label}: {text}" for report in reports for text in report.warnings],
        error="\n".join([head, *(f"{one.label}: {failure(one)}" for one in failed)]) if failed else None,
    )
