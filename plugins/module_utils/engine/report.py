# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What was done, and what a module returns of it: the list of changes, the diff, the messages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import QuayError
from ..visible import visible
from .values import Secret
from .words import Change, Current


@dataclass
class Report:
    """What became of one namespace.

    ``changes`` holds what was done, or would be in check mode, in order; ``answers`` what Quay
    answered, request by request; ``current`` what was read last. With an ``error`` the rest was left
    undone, except that nobody knows of the ``open_changes``. ``part`` names the repository where the
    report is about that only.
    """

    namespace: str
    changes: list[Change] = field(default_factory=list)
    check_mode: bool = False
    answers: list[Any] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    current: Current | None = None
    error: QuayError | None = None
    open_changes: list[Change] = field(default_factory=list)
    part: str = ""

    @property
    def label(self) -> str:
        """How messages name what the report is about: the namespace, or the ``part`` of it."""
        return visible(f"{self.namespace}/{self.part}" if self.part else self.namespace)

    def done(self, change: Change, answers: Iterable[Any] = ()) -> None:
        self.changes.append(change)
        self.answers += answers


def change_views(report: Report) -> list[dict[str, Any]]:
    """Return the changes as a playbook sees them: action, kind, name and the fields concerned."""
    return [
        {
            **({change.kind.within: report.namespace} if change.kind.within else {}),
            "action": change.action,
            "kind": change.kind.name,
            "name": _name(report.namespace, change),
            "fields": sorted(change.fields),
        }
        for change in report.changes
    ]


def diffs(report: Report) -> list[dict[str, Any]]:
    """Return one entry for each change, in the form that Ansible prints; without secrets."""
    found = []
    for change in report.changes:
        header = _header(report.namespace, change)
        found.append(
            {
                "before_header": header,
                "after_header": header,
                "before": _side(change, change.before, "delete"),
                "after": _side(change, change.after, "create"),
            }
        )
    return found


def summary(report: Report) -> dict[str, Any]:
    """Return what became of one organization."""
    found = {
        "name": report.namespace,
        "changed": bool(report.changes),
        "failed": report.error is not None,
        "changes": change_views(report),
    }
    if report.error is not None:
        found["msg"] = failure(report)
    return found


def failure(report: Report) -> str:
    """Return why the organization failed, and what nobody knows of."""
    text = str(report.error)
    if report.open_changes:
        names = ", ".join(sorted(change.described for change in report.open_changes))
        text += f" Whether this was carried out is open: {names}. The next run finds out."
    return text


def answers_with(report: Report, key: str) -> list[Mapping[str, Any]]:
    """Return those of Quay's answers that have something under ``key``, oldest first."""
    return [answer for answer in report.answers if isinstance(answer, Mapping) and answer.get(key)]


def _header(namespace: str, change: Change) -> str:
    where = visible(namespace)
    return f"{change.described} {where}" if change.kind.namespace else f"{where}: {change.described}"


def _name(namespace: str, change: Change) -> str:
    return namespace if change.kind.namespace else change.kind.title(namespace, change.key)


def _side(change: Change, values: Any, whole: str) -> dict[str, Any]:
    """Return one side of a diff; the side that does not exist is empty."""
    if values is None:
        return {}
    shown = dict(values)
    for name, value in shown.items():
        if isinstance(value, Secret):
            shown[name] = "(the declared one)" if value.value else "(another one)"
    shown = change.kind.show(shown)
    if change.action == whole:
        # An object without properties, such as a membership, would not show at all.
        shown = {"state": "present", **shown}
    return shown
