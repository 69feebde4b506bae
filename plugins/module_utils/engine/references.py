# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Things that the declaration refers to: whether they are there, and stay. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..errors import InvalidDeclaration
from .words import Current, Desired, Item, Named, Reference


def references(desired: Desired, items: Iterable[Item]) -> Iterator[Reference]:
    """Yield every object that the items refer to."""
    for item in items:
        yield from item.kind.references(desired.namespace, item)


def referred_to(desired: Desired) -> set[Named]:
    """Return the objects that the declaration uses, perhaps without declaring them."""
    return {(one.kind, one.key) for one in references(desired, desired.present)}


def check_references(desired: Desired, current: Current, check_mode: bool) -> list[str]:
    """Raise where the declaration refers to something that does not exist, or contradicts itself.

    In check mode an earlier task for one object may be about to make it; then return a warning.
    """
    dropped = set(desired.absent)
    missing: list[str] = []
    wrong: list[str] = []
    for item in desired.present:
        missing += _missing_for(item, desired, current)
        wrong += [*_dropped_for(item, dropped, desired), *item.kind.trouble(item, current)]
    declares_namespace = any(item.kind.namespace for item in desired.present)
    if missing and check_mode and not wrong and not declares_namespace:
        return [f"{'; '.join(missing)}. Check mode takes it that an earlier task makes what is missing."]
    if missing or wrong:
        raise InvalidDeclaration("; ".join(missing + wrong) + ".")
    return []


def _missing_for(item: Item, desired: Desired, current: Current) -> Iterator[str]:
    """Yield what the item refers to and that neither exists nor is declared."""
    for one in references(desired, [item]):
        text = one.kind.missing(one, desired, current)
        if text is not None:
            yield f"{item.kind.described(item.key)}: {text}"


def _dropped_for(item: Item, dropped: set[Named], desired: Desired) -> Iterator[str]:
    """Yield what the item refers to and that the same declaration removes."""
    for one in references(desired, [item]):
        if (one.kind, one.key) in dropped:
            yield f"{item.kind.described(item.key)}: {one.kind.name} {one.name!r} is declared absent"
