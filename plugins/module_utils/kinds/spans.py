# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Time spans as users write them: ``2w``, ``1 day``, ``1w 2d``, ``90 minutes``. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import InvalidDeclaration

SECONDS: Mapping[str, int] = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("s", "S", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "H", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "D", "day", "days"), "d"),
    **dict.fromkeys(("w", "W", "week", "weeks"), "w"),
}
# What has no fixed length, or may be read in two ways.
_UNCLEAR: Mapping[str, str] = {
    "M": "M may be minutes or months: write m or minutes",
    **dict.fromkeys(("mo", "mon", "month", "months"), "months differ in length: write days or weeks"),
    **dict.fromkeys(("y", "Y", "yr", "yrs", "year", "years"), "years differ in length: write days or weeks"),
}
_PART = re.compile(r"\s*([0-9]{1,9})\s*([A-Za-z]*)\s*(?:,\s*(?=[0-9]))?")


def parse_span(option: str, text: str, bare: str | None = "s") -> int:
    """Return a time span in seconds.

    It is a number with a unit, or several of them (``1w 2d``), each unit once; ``bare`` is the unit of a
    number that stands alone, None where it needs one. Raises InvalidDeclaration, which names ``option``, also
    for what may be read in two ways.
    """
    parts = _parts(option, text, bare)
    if len(parts) == 1 and not parts[0][1] and bare is not None:
        return parts[0][0] * SECONDS[bare]
    units = [_unit(option, text, bare, word) for _number, word in parts]
    if len(set(units)) != len(units):
        raise _wrong(option, text, bare, "a unit stands there twice")
    return sum(number * SECONDS[unit] for (number, _word), unit in zip(parts, units))


def span_text(value: int) -> str:
    """Return a time span in the largest unit, up to days, that holds it, such as ``7d``."""
    unit = next(unit for unit in ("d", "h", "m", "s") if value % SECONDS[unit] == 0)
    return f"{value // SECONDS[unit]}{unit}"


def _parts(option: str, text: str, bare: str | None) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    position = 0
    while position < len(text.rstrip()):
        match = _PART.match(text, position)
        if match is None:
            raise _wrong(option, text, bare)
        found.append((int(match[1]), match[2]))
        position = match.end()
    if not found:
        raise _wrong(option, text, bare)
    return found


def _unit(option: str, text: str, bare: str | None, word: str) -> str:
    if not word:
        raise _wrong(option, text, bare, "a number has no unit")
    if word in _UNCLEAR:
        raise _wrong(option, text, bare, _UNCLEAR[word])
    unit = _WORDS.get(word) or _WORDS.get(word.lower())
    if unit is None:
        raise _wrong(option, text, bare)
    return unit


def _wrong(option: str, text: str, bare: str | None, why: str = "") -> InvalidDeclaration:
    alone = {"s": "; a number alone means seconds", "d": "; a number alone means days", None: ""}[bare]
    reason = f" ({why})" if why else ""
    return InvalidDeclaration(
        f"{option} {text!r} is not a time span{reason}: write numbers with s, m, h, d or w, such as 2w, "
        f"1w 2d or 12 hours{alone}."
    )
