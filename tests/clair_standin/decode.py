# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Checks a configuration against the keys that Clair knows, as strictly as Clair's own decoder does."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

LOG_LEVELS = ("info", "debug-color", "debug", "warn", "error", "fatal", "panic")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)")


class ConfigError(Exception):
    """Clair would not start with this configuration. The text names keys, and never quotes a value."""


def duration(text: str) -> float:
    """The seconds of a duration such as ``1h30m``; ValueError for anything else."""
    sign = -1.0 if text.startswith("-") else 1.0
    rest = text.lstrip("+-") if text[:1] in "+-" else text
    if rest == "0":
        return 0.0
    parts = _PART.findall(rest)
    if not parts or "".join(number + unit for number, unit in parts) != rest:
        raise ValueError("not a duration")
    return sign * sum(float(number) * _UNITS[unit] for number, unit in parts)


def _is_integer(value: Any) -> bool:
    return not isinstance(value, bool) and (
        isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_duration(value: Any) -> bool:
    try:
        duration(value)
    except (TypeError, ValueError, AttributeError):
        return False
    return isinstance(value, str)


def _is_base64(value: Any) -> bool:
    try:
        base64.b64decode(value.replace("\r", "").replace("\n", ""), validate=True)
    except (AttributeError, binascii.Error, ValueError):
        return False
    return True


def _all_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_TESTS = {
    "string": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int": _is_integer,
    "number": _is_number,
    "duration": _is_duration,
    "base64": _is_base64,
    "log level": lambda value: isinstance(value, str) and value.lower() in LOG_LEVELS,
    "anything by name": lambda value: isinstance(value, dict),
    "strings by name": lambda value: isinstance(value, dict) and _all_strings(list(value.values())),
    "lists of strings by name": lambda value: (
        isinstance(value, dict) and all(_all_strings(item) for item in value.values())
    ),
}


def decode(value: Any, expected: Any, path: str = "") -> Any:
    """The value with keys in their own spelling, without nulls. Raises ConfigError.

    As in Clair, the case of a key does not matter, and null means left out.
    """
    if isinstance(expected, str):
        if not _TESTS[expected](value):
            raise ConfigError(f"{path or '.'} must be of type {expected}")
        return value
    if isinstance(expected, list):
        if not isinstance(value, list):
            raise ConfigError(f"{path} must be a list")
        return [decode(item, expected[0], f"{path}[{number}]") for number, item in enumerate(value)]
    if not isinstance(value, dict):
        raise ConfigError(f"{path or '.'} must be a mapping")
    found = {}
    for key, item in value.items():
        name = str(key).lower()
        if name not in expected:
            raise ConfigError(f'unknown field "{path}.{key}"')
        if item is not None:
            found[name] = decode(item, expected[name], f"{path}.{name}")
    return found
