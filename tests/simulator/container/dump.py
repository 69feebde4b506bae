# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What ``config-tool print`` shows: Quay's own tool dumps the variables of its program, not YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .dump_fields import FIELDS, name_of

_TAB = "\t"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'(string) (len={len(value.encode("utf-8"))}) "{escaped}"'


def _value(value: Any, depth: int) -> str:
    if isinstance(value, bool):
        return f"(bool) {str(value).lower()}"
    if isinstance(value, int):
        return f"(int) {value}"
    if isinstance(value, float):
        return f"(float64) {value:g}"
    if isinstance(value, list):
        kind = "[]string" if all(isinstance(item, str) for item in value) else "[]interface {}"
        lines = [_TAB * (depth + 1) + _value(item, depth + 1) for item in value]
        return (
            _braces(f"({kind}) (len={len(value)}) ", lines, depth)
            if value
            else f"({kind}) {{\n{_TAB * depth}}}"
        )
    if isinstance(value, dict):
        return _mapping(value, depth)
    return _quoted(str(value))


def _mapping(value: Mapping[str, Any], depth: int) -> str:
    lines = [
        f"{_TAB * (depth + 1)}{_quoted(str(key))}: {_value(item, depth + 1)}"
        for key, item in sorted(value.items())
    ]
    return _braces(f"(map[string]interface {{}}) (len={len(value)}) ", lines, depth)


def _structure(name: str, value: Mapping[str, Any], depth: int) -> str:
    lines = [
        f"{_TAB * (depth + 1)}{name_of(str(key))}: {_value(item, depth + 1)}" for key, item in value.items()
    ]
    return _braces(f"(*{name}Struct)(", lines, depth) + ")"


def _braces(before: str, lines: list[str], depth: int) -> str:
    return before + "{\n" + ",\n".join(lines) + "\n" + _TAB * depth + "}"


def _field(package: str, name: str, default: Any, config: Mapping[str, Any], key: str) -> str:
    if default == {}:
        found, name = config.get(key), f"{package}.{name}"
        if found is None:
            return f"(*{name}Struct)(<nil>)"
        return _mapping(found, 2) if key == "DISTRIBUTED_STORAGE_CONFIG" else _structure(name, found, 2)
    return _value(config.get(key, default), 2)


def text(config: Mapping[str, Any]) -> str:
    """All values with their defaults, secrets among them."""
    groups = []
    for group, fields in FIELDS.items():
        package = group.lower()
        lines = [
            f"{_TAB * 2}{field.name}: {_field(package, field.name, field.default, config, field.key)}"
            for field in fields
        ]
        kind = f"(*{package}.{group}FieldGroup)("
        groups.append(f"{_TAB}{_quoted(group)}: {_braces(kind, lines, 1)})")
    return _braces(f"(config.Config) (len={len(groups)}) ", groups, 0)
