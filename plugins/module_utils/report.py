# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What was done, and what a module returns of it: the list of changes, the diff, the messages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import QuayError
from .operation import Operation
from .plan import described
from .state import (
    AUTO_PRUNE,
    MEMBER,
    ORGANIZATION,
    PERMISSION,
    PROTOTYPE,
    ROBOT,
    TAG,
    USER,
    Change,
    Current,
    Secret,
)


@dataclass
class Report:
    """What became of one namespace.

    ``changes`` holds what was done, or would be in check mode, in order; ``answers`` what Quay
    answered, request by request; ``current`` what was there before. With an ``error`` the rest was left
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
        return f"{self.namespace}/{self.part}" if self.part else self.namespace

    def done(self, change: Change, answers: Iterable[Any] = ()) -> None:
        self.changes.append(change)
        self.answers += answers


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


def change_views(report: Report) -> list[dict[str, Any]]:
    """Return the changes as a playbook sees them: action, kind, name and the fields concerned."""
    return [
        {
            **({} if change.kind == USER.name else {"organization": report.namespace}),
            "action": change.action,
            "kind": change.kind,
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
        names = ", ".join(sorted(described(change.kind, change.key) for change in report.open_changes))
        text += f" Whether this was carried out is open: {names}. The next run finds out."
    return text


def robot_token(report: Report) -> str | None:
    """Return the token of the one robot that the report is about: the newest that Quay has answered.

    None where check mode foresees changes: the present token would not be the one after them, and a
    result without it can show its diff.
    """
    if report.check_mode and report.changes:
        return None
    answers = [answer for answer in report.answers if isinstance(answer, Mapping) and answer.get("token")]
    if answers:
        return str(answers[-1]["token"])
    robots = report.current.of(ROBOT) if report.current is not None else []
    return robots[0].facts.get("token") if robots else None


def _header(namespace: str, change: Change) -> str:
    what = described(change.kind, change.key)
    return f"{what} {namespace}" if _is_namespace(change) else f"{namespace}: {what}"


def _is_namespace(change: Change) -> bool:
    return change.kind in (ORGANIZATION.name, USER.name)


def _name(namespace: str, change: Change) -> str:
    if _is_namespace(change):
        return namespace
    if change.kind == ROBOT.name:
        return f"{namespace}+{change.key[0]}"
    if change.kind == MEMBER.name:
        return f"{change.key[0]}/{change.key[1]}"
    if change.kind == PERMISSION.name:
        return f"{change.key[0]}:{change.key[2]}"
    if change.kind == TAG.name:
        return ":".join(change.key)
    if change.kind == PROTOTYPE.name:
        return change.key[2]
    if change.kind == AUTO_PRUNE.name:
        return " ".join(part for part in change.key if part)
    return change.key[0]


def _side(change: Change, values: Any, whole: str) -> dict[str, Any]:
    """Return one side of a diff; the side that does not exist is empty."""
    if values is None:
        return {}
    shown = dict(values)
    if "federations" in shown:
        shown["federations"] = [list(pair) for pair in shown["federations"] or ()]
    for name, value in shown.items():
        if isinstance(value, Secret):
            shown[name] = "(the declared one)" if value.value else "(another one)"
    if "regenerate" in shown:
        shown["token"] = "(a new one)" if shown.pop("regenerate") else "(the present one)"
    if change.action == whole:
        # An object without properties, such as a membership, would not show at all.
        shown = {"state": "present", **shown}
    return shown
