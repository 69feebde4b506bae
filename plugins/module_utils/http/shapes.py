# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The words in which the shape of an answer is described, and what tells whether a value has it. Pure.

A shape is a function from a value to what is wrong with it, such as "robots[3].name is a number, not a
text", and to "" where nothing is. It names types and keys only: values may be secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

Shape = Callable[[Any], str]

# The last second of the year 9999, in seconds since the epoch: no later one has a date.
_LAST_MOMENT = 253402300799
_LONGEST_NAME = 60


def anything(value: Any) -> str:
    """Fit any value."""
    del value
    return ""


def text(value: Any) -> str:
    """Fit a text."""
    return "" if isinstance(value, str) else _is(value, "a text")


def flag(value: Any) -> str:
    """Fit true and false."""
    return "" if isinstance(value, bool) else _is(value, "true or false")


def number(value: Any) -> str:
    """Fit a number."""
    fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    return "" if fits else _is(value, "a number")


def moment(value: Any) -> str:
    """Fit seconds since the epoch that have a date."""
    return number(value) or ("" if 0 <= value <= _LAST_MOMENT else " is a number without a date")


def maybe(shape: Shape) -> Shape:
    """Fit null, and what fits ``shape``."""
    return lambda value: "" if value is None else shape(value)


def either(*shapes: Shape) -> Shape:
    """Fit what fits one of the shapes; what is wrong is said in words of the first."""
    return lambda value: "" if any(not shape(value) for shape in shapes) else shapes[0](value)


def items(shape: Shape) -> Shape:
    """Fit a list whose entries fit ``shape``."""

    def check(value: Any) -> str:
        if not isinstance(value, list):
            return _is(value, "a list")
        wrong = ((place, shape(one)) for place, one in enumerate(value))
        return next((f"[{place}]{what}" for place, what in wrong if what), "")

    return check


def by_name(shape: Shape) -> Shape:
    """Fit an object whose keys are names, and whose values fit ``shape``."""

    def check(value: Any) -> str:
        if not isinstance(value, Mapping):
            return _is(value, "an object")
        wrong = ((name, shape(one)) for name, one in value.items())
        return next((f".{name[:_LONGEST_NAME]}{what}" for name, what in wrong if what), "")

    return check


def view(keys: Mapping[str, Shape]) -> Shape:
    """Fit an object with these keys, whatever else it has; one that ends in "?" may be missing."""
    wanted = [(name.rstrip("?"), name.endswith("?"), shape) for name, shape in keys.items()]

    def check(value: Any) -> str:
        if not isinstance(value, Mapping):
            return _is(value, "an object")
        for name, optional, shape in wanted:
            if name not in value:
                if optional:
                    continue
                return f".{name} is missing"
            what = shape(value[name])
            if what:
                return f".{name}{what}"
        return ""

    return check


def _is(value: Any, wanted: str) -> str:
    return f" is {_kind(value)}, not {wanted}"


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "an object" if isinstance(value, Mapping) else "a list"
