# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The effective configuration as Quay's own tool prints it. Pure.

The tool prints no YAML but its own structures, as Go's debugging library shows them::

    (config.Config) (len=2) {
        (string) (len=12) "HostSettings": (*hostsettings.HostSettingsFieldGroup)({
            PreferredUrlScheme: (string) (len=5) "https",
            ExternalTlsTermination: (bool) false
        })
    }
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .keys import key_of_field
from .masking import MASK, has_url_password, is_sensitive, redacted

# A type can hold parentheses, as in (map[string]interface {}), and a name in front of it.
_NAME = r'(?:(?P<field>\w+)|\(string\) (?:\(len=\d+\) )?(?P<quoted>"(?:[^"\\]|\\.)*")): '
_LINE = re.compile(rf"\s*(?:{_NAME})?\((?P<type>[^()]+)\) ?(?:\(len=\d+\) ?)?(?P<value>.*?),?\s*")
_START = re.compile(r"^\([\w.\[\]*]+\) \(len=\d+\) \{\n", re.MULTILINE)
_CLOSING = re.compile(r"\s*\}\)?,?\s*")
_OPENING = ("{", "({")
_SCALAR_TYPE = re.compile(r"(u?int|float)\d*")


def is_dump(text: str) -> bool:
    """Tell whether a text has in it what the tool prints. The image prints a greeting in front of it."""
    return _START.search(text) is not None


def effective(text: str) -> dict[str, Any]:
    """Return the keys of config.yaml with their effective values. What is not known is left out."""
    start = _START.search(text)
    groups = _block("map", iter(text[start.end() :].splitlines())) if start else {}
    found: dict[str, Any] = {}
    for group in groups.values() if isinstance(groups, Mapping) else ():
        for name, value in group.items() if isinstance(group, Mapping) else ():
            key = key_of_field(name)
            if key is not None:
                found[key] = value
    return found


def masked_text(text: str, values: Collection[str]) -> str:
    """Return what the tool prints without secrets: those known by name, and the given values."""
    return redacted("\n".join(_masked_line(line) for line in text.splitlines()), values)


def _masked_line(line: str) -> str:
    match = _LINE.fullmatch(line)
    if match is None or not match["value"].startswith('"') or match["value"] == '""':
        return line
    name = match["field"] or _unquoted(match["quoted"] or '""')
    if not is_sensitive(name) or has_url_password(_unquoted(match["value"])):
        return line
    # The length of a secret is nobody's business either.
    start = line[: match.start("value")]
    return re.sub(r" \(len=\d+\)(?= $)", "", start) + f'"{MASK}"' + line[match.end("value") :]


def _block(kind: str, lines: Iterator[str]) -> Any:
    """Read up to the end of a block: a list if its type says so, else a mapping."""
    named: dict[str, Any] = {}
    listed: list[Any] = []
    for line in lines:
        if _CLOSING.fullmatch(line):
            break
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        value = _value(match["type"], match["value"], lines)
        if match["field"] or match["quoted"]:
            named[match["field"] or _unquoted(match["quoted"])] = value
        else:
            listed.append(value)
    return listed if kind.startswith("[]") else named


def _value(kind: str, value: str, lines: Iterator[str]) -> Any:
    if value in _OPENING:
        return _block(kind, lines)
    # What a pointer leads to stands in parentheses, with the type of the pointer.
    if value.startswith("("):
        kind, value = kind.lstrip("*"), value[1:-1]
    if value.startswith('"'):
        return _unquoted(value)
    if value in ("true", "false"):
        return value == "true"
    if _SCALAR_TYPE.fullmatch(kind) and value != "<nil>":
        number = float(value)
        return int(number) if number.is_integer() else number
    return [] if kind.startswith("[]") else None


def _unquoted(text: str) -> str:
    """Return the text of a Go string; as it stands where an escape is one that only Go has."""
    try:
        value: str = json.loads(text)
    except ValueError:
        return text[1:-1]
    return value
