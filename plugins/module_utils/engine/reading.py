# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reads what is there of one namespace, with as few requests as the declaration allows.

A lane's generator (see lanes.py): batches of reads go out in parallel, each batch after what it needs
to know. Which requests those are, the kinds say; only the kinds that are declared are asked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from .expansion import expanded, sketched
from .lanes import Batch, all_of
from .references import references
from .values import Run
from .words import Current, Desired, Kind, Question, Reference


def read(run: Run, desired: Desired) -> Batch[Current]:
    """Return what is there of everything that ``desired`` speaks of."""
    if desired.home.open is None:
        raise TypeError(f"{desired.home!r} is not a namespace.")
    current = yield from desired.home.open(run, desired)
    if current.exists:
        current = yield from _lists(run, desired, current)
        desired = expanded(desired, current)
        for kind in _by_rank(desired):
            current = yield from kind.details(run.client, desired, current)
    if not current.personal:
        current = yield from _unknown(run, desired, current)
    return current


def _by_rank(desired: Desired) -> list[Kind]:
    return sorted(desired.kinds, key=lambda kind: kind.rank)


def _lists(run: Run, desired: Desired, current: Current) -> Batch[Current]:
    """Return ``current`` with what lists hold, each of one request (of long ones: one for 100)."""
    desired = sketched(desired)
    linked = {other for kind in desired.kinds for other in kind.needs(desired)}
    calls = [
        call
        for kind in sorted(desired.kinds | linked, key=lambda kind: kind.rank)
        for call in kind.lists(run.client, Question(desired, current, linked=kind in linked))
    ]
    needs_caller = bool(desired.scopes) and not current.caller
    if needs_caller:
        calls.append(run.client.caller)
    found = yield from all_of(calls)
    caller = found.pop() if needs_caller else current.caller
    items = [*current.items, *(item for part in found for item in part)]
    return replace(current, items=tuple(items), caller=caller)


def _unknown(run: Run, desired: Desired, current: Current) -> Batch[Current]:
    """Return ``current`` with the accounts that the declaration brings in and that do not exist."""
    there = {(item.kind, item.key) for item in current.items}
    new = [item for item in desired.present if (item.kind, item.key) not in there]
    asked: dict[Kind, list[Reference]] = defaultdict(list)
    for one in references(desired, new):
        asked[one.kind].append(one)
    unknown = set(current.unknown)
    for kind in sorted(asked, key=lambda kind: kind.name):
        if kind.unknown is not None:
            unknown |= yield from kind.unknown(run, desired, current, asked[kind])
    return replace(current, unknown=frozenset(unknown))
