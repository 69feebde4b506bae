# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a declaration means once it is known what is there. Pure.

Some declarations speak of things by what they are now: all repositories that match an expression, the
image to which another tag points. ``expanded`` puts names and digests in their place, so that the
planner compares plain objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .errors import InvalidDeclaration, NotFound, TagMissing
from .selection import choose
from .state import REPOSITORY, TAG, Current, Desired, Each, Item, Key, Scope
from .tag_history import possible_end


def expanded(desired: Desired, current: Current) -> Desired:
    """Return the declaration with everything spelled out.

    Raises InvalidDeclaration, NotFound or TagMissing where it refers to something that is not there.
    """
    if desired.each is not None:
        desired = _for_each(desired, desired.each, current)
    if desired.mentions(TAG):
        tags = {item.key: item for item in current.of(TAG)}
        present = tuple(
            _tag(item, tags, current, desired.namespace) if item.kind == TAG.name else item
            for item in desired.present
        )
        desired = replace(desired, present=present)
    return desired


# Repositories


def sketched(desired: Desired) -> Desired:
    """Return the declaration with the pattern for each repository in it once.

    That is enough to tell which lists have to be read.
    """
    if desired.each is None:
        return desired
    return _with(desired, desired.each, [""])


def _for_each(desired: Desired, each: Each, current: Current) -> Desired:
    """Return the declaration with the pattern repeated for every repository that is chosen."""
    if not current.exists:
        raise NotFound(f"Organization {desired.namespace!r} does not exist.")
    names = choose(each.selection, (item.key[0] for item in current.of(REPOSITORY)))
    return replace(_with(desired, each, names), each=None)


def _with(desired: Desired, each: Each, names: list[str]) -> Desired:
    present = [replace(item, key=_named(name, item.key)) for name in names for item in each.present]
    absent = [(kind, _named(name, key)) for name in names for kind, key in each.absent]
    scopes = {Scope(kind, (name,)) for name in names for kind in each.complete}
    return replace(
        desired,
        present=(*desired.present, *present),
        absent=(*desired.absent, *absent),
        scopes=desired.scopes | scopes,
    )


def _named(repository: str, key: Key) -> Key:
    return (repository, *key[1:])


# Tags


def _tag(item: Item, tags: Mapping[Key, Item], current: Current, namespace: str) -> Item:
    repository, name = item.key
    where = f"{namespace}/{repository}"
    if not current.exists:
        raise NotFound(f"Repository {where!r} does not exist.")
    there, fields = tags.get(item.key), dict(item.fields)
    if "restore" in item.facts:
        fields = {**_restored(item, there, current, where), **fields}
    elif "source" in item.facts:
        source = tags.get((repository, item.facts["source"]))
        if source is None:
            raise TagMissing(f"There is no tag {item.facts['source']!r} in {where}.")
        fields["manifest_digest"] = source.fields["manifest_digest"]
    elif "manifest_digest" in fields:
        _check_digest(fields["manifest_digest"], current, where)
    elif there is None:
        raise TagMissing(f"There is no tag {name!r} in {where}.")
    return replace(item, fields=_with_possible_end(fields, there))


def _restored(item: Item, there: Item | None, current: Current, where: str) -> dict[str, Any]:
    """Return what a tag must become for its image to be back, and to stay."""
    digest, rows = item.facts["restore"], current.histories.get(item.key, ())
    if not rows:
        raise TagMissing(f"Tag {item.key[1]!r} of {where} has no history to restore it from.")
    if digest and digest not in {row.digest for row in rows}:
        raise InvalidDeclaration(f"Tag {item.key[1]!r} of {where} has not pointed to {digest} of late.")
    if digest or there is None:
        return {"manifest_digest": digest or rows[0].digest, "expiration": None}
    return {"expiration": None}


def _check_digest(digest: str, current: Current, where: str) -> None:
    if digest in current.unknown:
        raise NotFound(f"There is no image {digest} in {where}, or no tag leads to it any more.")


def _with_possible_end(fields: dict[str, Any], there: Item | None) -> dict[str, Any]:
    """Return the fields with the expiration that Quay will make of the declared one.

    Only for a tag that stays where it is: a row that is yet to begin has other bounds.
    """
    moment = fields.get("expiration")
    if there is None or moment is None:
        return fields
    present = there.fields["manifest_digest"]
    if fields.get("manifest_digest", present) != present:
        return fields
    return {**fields, "expiration": possible_end(there.facts["start"], moment)}


def digests_to_check(items: Iterable[Item], tags: Mapping[Key, Item]) -> list[tuple[str, str]]:
    """Return (repository, digest) of each declared digest that the tag does not have already."""
    found = set()
    for item in items:
        digest, there = item.fields.get("manifest_digest"), tags.get(item.key)
        if digest and (there is None or there.fields["manifest_digest"] != digest):
            found.add((item.key[0], digest))
    return sorted(found)
