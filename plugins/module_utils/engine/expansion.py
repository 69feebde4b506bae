# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a declaration means once it is known what is there. Pure.

Some declarations speak of things by what they are now, such as all objects whose names match an
expression. ``expanded`` puts names in their place, so that the planner compares plain objects.
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import NotFound
from .words import Current, Desired, Each, Key, Scope


def expanded(desired: Desired, current: Current) -> Desired:
    """Return the declaration with everything spelled out.

    Raises InvalidDeclaration, NotFound or TagMissing where it refers to something that is not there.
    """
    if desired.each is not None:
        desired = _for_each(desired, desired.each, current)
    present = tuple(item.kind.expand(item, desired, current) for item in desired.present)
    return replace(desired, present=present)


def sketched(desired: Desired) -> Desired:
    """Return the declaration with the pattern for each object in it once.

    That is enough to tell which lists have to be read.
    """
    if desired.each is None:
        return desired
    return _with(desired, desired.each, [""])


def _for_each(desired: Desired, each: Each, current: Current) -> Desired:
    """Return the declaration with the pattern repeated for every object that is chosen."""
    if not current.exists:
        raise NotFound(f"{desired.home.name.capitalize()} {desired.namespace!r} does not exist.")
    names = each.choose(item.key[0] for item in current.of(each.kind))
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


def _named(name: str, key: Key) -> Key:
    return (name, *key[1:])
