# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which of the current objects a declared one means, where its name alone does not tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..errors import InvalidDeclaration
from .words import Desired, Item, Key, Kind, Named

# What is there, by kind and key.
There = Mapping[Named, list[Item]]


def matched(item: Item, there: There) -> tuple[Item, list[Item]]:
    """Return the declared object, and those that are there and that it means.

    With a field ``name`` it is to have another name than its key says: it is looked for under both, and
    where it is missing it is made with the new one.
    """
    found = there.get((item.kind, item.key), [])
    if "name" not in item.fields:
        return item, found
    renamed = there.get((item.kind, (str(item.fields["name"]),)), [])
    if found or renamed:
        return item, [replace(one, fields={**one.fields, "name": one.key[0]}) for one in found or renamed]
    rest = {name: value for name, value in item.fields.items() if name != "name"}
    return replace(item, key=(str(item.fields["name"]),), fields=rest), []


def check_matches(desired: Desired, there: There) -> None:
    """Raise InvalidDeclaration where a declared name does not tell which object is meant."""
    for item in desired.present:
        if "name" in item.fields:
            _check_both(desired, item.kind, item.key, (str(item.fields["name"]),), there)
    if not desired.unambiguous:
        return
    if len(desired.absent) == 2:
        (kind, old), (_kind, new) = desired.absent
        _check_both(desired, kind, old, new, there)
    for kind, key in [*((item.kind, item.key) for item in desired.present), *desired.absent]:
        found = there.get((kind, key), [])
        if len(found) > 1:
            idents = ", ".join(sorted(one.ident for one in found))
            raise InvalidDeclaration(
                f"{len(found)} {kind.plural} of {desired.namespace!r} are named {key[0]!r}: {idents}. "
                "Quay lets them share a name, and which of them is meant cannot be told. None was changed: "
                "rename or remove the others in Quay's web interface."
            )


def _check_both(desired: Desired, kind: Kind, old: Key, new: Key, there: There) -> None:
    if old != new and there.get((kind, old)) and there.get((kind, new)):
        raise InvalidDeclaration(
            f"{kind.plural} {old[0]!r} and {new[0]!r} of {desired.namespace!r} both exist, so the one "
            "is not the other under a new name."
        )
