# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""From what the user wrote to what is desired. Pure.

The entry of a namespace is a mapping with its own options, and a list of entries under the plural of
each kind of object in it; of a kind of which it has one at most, that entry itself. A module for one object
builds an entry that holds just that object, so that both run the same plan. Every rule that can be checked
without asking Quay is checked here, and all that is wrong is reported at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Callable

from ..errors import InvalidDeclaration
from .words import Current, Desired, Entry, Item, Key, Kind, Named, Scope


def declared(
    home: Kind,
    entry: Entry,
    kinds: Iterable[Kind],
    purge: Iterable[str] = (),
    purge_limit: int = 10,
    with_home: bool = True,
) -> Desired:
    """Return what is desired of one namespace; ``kinds`` are those that its entry may hold.

    ``with_home``: the entry is about the namespace itself too, which is made if it is missing; else it only
    says where the objects in it belong. Raises InvalidDeclaration with everything that is wrong.
    """
    notes = Notes(str(entry["name"]), purge)
    home.check_names(entry, notes)
    if with_home:
        home.take(entry, notes)
    for kind in kinds:
        if entry.get(kind.plural) is not None:
            held = entry[kind.plural]
            notes.take_all(kind, [held] if kind.single else held)
    place = f"{home.name} {notes.namespace!r}: " if with_home else ""
    return notes.desired(home, place, purge_limit=purge_limit, new_name=entry.get("new_name"))


class Notes:
    """Collects the items of one entry and what is wrong with them."""

    def __init__(self, namespace: str, purge: Iterable[str] = ()) -> None:
        self.namespace = namespace
        self._purge = frozenset(purge)
        self._present: list[Item] = []
        self._absent: list[Named] = []
        self._manners: dict[Named, Mapping[str, Any]] = {}
        self._scopes: dict[tuple[Kind, Key], Scope] = {}
        self.wrong: list[str] = []

    def desired(self, home: Kind, place: str = "", **options: Any) -> Desired:
        """Return what was noted; ``place`` is put before what is wrong. Raises InvalidDeclaration."""
        self._check_unique()
        if self.wrong:
            raise InvalidDeclaration(place + "; ".join(self.wrong) + ".")
        return Desired(
            self.namespace,
            home,
            present=tuple(self._present),
            absent=tuple(self._absent),
            manners=self._manners,
            scopes=frozenset(self._scopes.values()),
            **options,
        )

    def take_all(self, kind: Kind, entries: Iterable[Entry]) -> None:
        """Note all entries of one kind."""
        if kind.plural in self._purge:
            self._scope(Scope(kind, (), limited=True))
        for entry in entries:
            kind.take(entry, self)

    def add(
        self,
        entry: Entry,
        kind: Kind,
        key: Key,
        fields: Mapping[str, Any],
        append: bool = True,
        facts: Mapping[str, Any] | None = None,
    ) -> bool:
        """Note the object as present or absent; return whether it is to be present.

        A field that is None is not managed. ``facts`` is what is said besides; of what is to be absent, how
        it goes.
        """
        if entry.get("state") == "absent":
            self._absent.append((kind, key))
            if facts:
                self._manners[(kind, key)] = facts
            return False
        managed = {name: value for name, value in fields.items() if value is not None}
        self._present.append(Item(kind, key, managed, append=append, facts=facts or {}))
        return True

    def complete_below(self, entry: Entry, kind: Kind, parent: Key = ()) -> None:
        """Note where the objects of ``kind`` are declared to be complete, or are purged."""
        if not entry.get("append", True):
            self._scope(Scope(kind, parent))
        elif kind.plural in self._purge:
            self._scope(Scope(kind, parent, limited=True))

    def replace_below(self, kind: Kind, parent: Key, spares: Callable[[Item, Current], bool]) -> None:
        """Note that what is declared of ``kind`` replaces what is there and not spared."""
        self._scope(Scope(kind, parent, spares=spares))

    def _scope(self, scope: Scope) -> None:
        known = self._scopes.get((scope.kind, scope.parent))
        if known is None or known.limited:
            self._scopes[(scope.kind, scope.parent)] = scope

    def _check_unique(self) -> None:
        """A second declaration of the same object would contradict the first or repeat it."""
        keys = Counter([*((item.kind, item.key) for item in self._present), *self._absent])
        for (kind, key), count in keys.items():
            if count > 1:
                name = " ".join(part for part in key if part)
                self.wrong.append(f"{kind.name} {name!r} is declared {count} times")
