# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Amounts of storage as users write them."""

from __future__ import annotations

import re
from fractions import Fraction

from ..engine.declaration import Notes
from ..engine.words import Entry
from ..errors import InvalidDeclaration

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:b|bytes?|([kmgtpe])(i?)b?)?", re.IGNORECASE)
_UNITS = "KMGTPE"
# Quay's database holds whole numbers of 64 bits.
_LARGEST = 2**63 - 1


def declared_size(entry: Entry, notes: Notes) -> int | None:
    """Return the option ``quota`` in bytes; None where it is left out, or wrong, which is noted."""
    if entry.get("quota") is None:
        return None
    try:
        return size_in_bytes(str(entry["quota"]))
    except InvalidDeclaration as error:
        notes.wrong.append(error.message.rstrip("."))
        return None


def size_in_bytes(value: str) -> int:
    """Return a size such as ``10GiB`` (1024), ``1.5 TB`` (1000) or ``4096``, in bytes, rounded down.

    Raises InvalidDeclaration where it is none, or none that Quay can keep.
    """
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise InvalidDeclaration(
            f"quota {value!r} is not a size; write bytes, or a number with a unit, such as 10GiB: KiB, MiB, "
            "GiB, TiB, PiB, EiB (1024 each), KB, MB, GB, TB, PB, EB (1000 each)."
        )
    number, unit, binary = match.groups()
    power = _UNITS.index(unit.upper()) + 1 if unit else 0
    size = int(Fraction(number) * (1024 if binary else 1000) ** power)
    if not 0 < size <= _LARGEST:
        raise InvalidDeclaration(
            f"quota {value!r} is not possible: Quay takes 1 byte to {_LARGEST} bytes (just under 8EiB)."
        )
    return size


def size_text(size: int) -> str:
    """Return a size in bytes in the largest unit of which it is a whole number."""
    for power in range(len(_UNITS), 0, -1):
        for base, end in ((1024, "iB"), (1000, "B")):
            if size and size % base**power == 0:
                return f"{size // base**power}{_UNITS[power - 1]}{end}"
    return str(size)
