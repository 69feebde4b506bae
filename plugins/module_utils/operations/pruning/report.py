# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What became of the tags of one run of retention, and how that is told. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ...visible import visible
from ..operation import Operation
from .retention import EXPIRE, Decision, Tally

Counts = dict[str, dict[str, int]]


@dataclass
class Pruned:
    """One repository: its ``decisions``, or why it was ``left`` as a whole (a key of retention.REASONS).

    With an ``error`` it was not read, or not all was done; the decisions tell what was. ``read_at``: when
    its tags were read, in seconds since the epoch.
    """

    organization: str
    repository: str
    decisions: list[Decision] = field(default_factory=list)
    left: str | None = None
    error: str | None = None
    read_at: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.organization}/{self.repository}"

    @property
    def expiring(self) -> list[Decision]:
        """The decisions by which a tag expires."""
        return [one for one in self.decisions if one.action == EXPIRE]

    @property
    def tally(self) -> Tally:
        return Tally(self.name, len(self.decisions), len(self.expiring))


@dataclass
class Namespace:
    """One organization: its repositories, or why they could not be listed."""

    name: str
    repositories: list[Pruned] = field(default_factory=list)
    error: str | None = None


def outcome(namespaces: Sequence[Namespace], tags: str, refused: str | None = None) -> Operation:
    """Return what a run hands on; ``tags`` says which are named one by one: all, expired or none.

    ``refused``: why nothing was done, although all is decided.
    """
    values: dict[str, Any] = {
        "expired": 0 if refused else sum(len(one.expiring) for one in _repositories(namespaces)),
        "counts": counts(one for repository in _repositories(namespaces) for one in repository.decisions),
        "repositories": [_view(one) for one in _repositories(namespaces)],
    }
    if tags != "none":
        values["tags"] = tag_views(namespaces, only_expired=tags == "expired")
    failed = [one.name for one in _repositories(namespaces) if one.error]
    missing = [one.name for one in namespaces if one.error]
    if failed:
        values["failed_repositories"] = failed
    if missing:
        values["failed_organizations"] = missing
    return Operation(
        changed=bool(values["expired"]),
        values=values,
        diff=[] if refused else [_diff(one) for one in _repositories(namespaces) if one.expiring],
        error="\n".join(filter(None, (refused, _failures(namespaces)))) or None,
    )


def tag_views(namespaces: Sequence[Namespace], only_expired: bool = False) -> list[dict[str, Any]]:
    """Return one entry for each tag, with its decision."""
    return [
        _tag_view(repository, one)
        for repository in _repositories(namespaces)
        for one in (repository.expiring if only_expired else repository.decisions)
    ]


def counts(decisions: Iterable[Decision]) -> Counts:
    """Return how many tags there are of each action and reason."""
    found: Counts = {}
    for (action, reason), number in sorted(Counter((one.action, one.reason) for one in decisions).items()):
        found.setdefault(action, {})[reason] = number
    return found


def document(
    operation: Operation, namespaces: Sequence[Namespace], head: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the report of a run for its file: ``head``, the result, and every tag."""
    values = {name: value for name, value in operation.values.items() if name != "tags"}
    return {**head, "error": operation.error, **values, "tags": tag_views(namespaces)}


def moment(seconds: float) -> str:
    """Return a time as text, in UTC."""
    return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _repositories(namespaces: Sequence[Namespace]) -> Iterator[Pruned]:
    return (repository for one in namespaces for repository in one.repositories)


def _view(one: Pruned) -> dict[str, Any]:
    view: dict[str, Any] = {
        "organization": one.organization,
        "name": one.name,
        "tags": len(one.decisions),
        "expired": len(one.expiring),
        "counts": counts(one.decisions),
    }
    if one.left:
        view["left"] = one.left
    if one.error:
        view["error"] = one.error
    return view


def _tag_view(repository: Pruned, one: Decision) -> dict[str, Any]:
    view: dict[str, Any] = {
        "organization": repository.organization,
        "repository": repository.repository,
        "name": one.tag.name,
        "digest": one.tag.digest,
        "started": moment(one.tag.start),
        "action": one.action,
        "reason": one.reason,
    }
    end = one.tag.end if one.expiration is None else one.expiration
    if end is not None:
        view["expiration"] = moment(end)
    return view


def _diff(one: Pruned) -> dict[str, Any]:
    header = f"{visible(one.name)}: expiration of tags"
    return {
        "before_header": header,
        "after_header": header,
        "before": {each.tag.name: "never" for each in one.expiring},
        "after": {each.tag.name: moment(each.expiration or 0) for each in one.expiring},
    }


def _failures(namespaces: Sequence[Namespace]) -> str | None:
    lines = [f"{visible(one.name)}: {one.error}" for one in namespaces if one.error]
    lines += [f"{visible(one.name)}: {one.error}" for one in _repositories(namespaces) if one.error]
    if not lines:
        return None
    total = sum(len(one.repositories) + bool(one.error) for one in namespaces)
    return "\n".join([f"{len(lines)} of {total} repositories or organizations failed:", *lines])
