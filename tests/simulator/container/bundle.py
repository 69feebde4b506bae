# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The directory with config.yaml: read as Quay reads it, and as its validation does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_CERTIFICATE_SUFFIXES = (".crt", ".cert", ".key", ".pem")


class BundleError(Exception):
    """The configuration cannot be read. Its text never quotes a value."""


class _UniqueKeys(yaml.SafeLoader):
    """Refuses a key that is there twice, as the validation of Quay does."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """A mapping, without a key that replaces another."""
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise BundleError(f"line {key_node.start_mark.line + 1}: the key {key!r} is there twice")
            seen.add(key)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class Bundle:
    """config.yaml without null values, and the certificates and keys beside it, by relative path."""

    config: dict[str, Any] = field(repr=False)  # it holds passwords
    files: dict[str, bytes] = field(default_factory=dict, repr=False)


def parse(text: str) -> dict[str, Any]:
    """The mapping in a YAML text. Raises BundleError, without a word of the text itself."""
    try:
        found = yaml.load(text, _UniqueKeys)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BundleError(f"config.yaml is not YAML: line {line}: {error.problem}") from None
    except yaml.YAMLError:
        raise BundleError("config.yaml is not YAML") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BundleError("config.yaml is not a mapping")
    return found


def read_config(stack: Path) -> dict[str, Any]:
    """config.yaml of a directory; BundleError when it cannot be read."""
    path = stack / "config.yaml"
    try:
        return parse(path.read_text("utf-8"))
    except OSError as error:
        raise BundleError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BundleError(f"{path} is not UTF-8") from None


def without_nulls(value: Any) -> Any:
    """Mappings without the keys whose value is null; lists stay as they are."""
    if not isinstance(value, dict):
        return value
    return {key: without_nulls(item) for key, item in value.items() if item is not None}


def read_files(stack: Path) -> dict[str, bytes]:
    """Certificates and keys below a directory, by relative path; none at all when one cannot be read."""
    found = {}
    for path in sorted(stack.rglob("*")):
        if path.suffix not in _CERTIFICATE_SUFFIXES or not path.is_file() or ".." in str(path):
            continue
        try:
            found[str(path.relative_to(stack))] = path.read_bytes()
        except OSError:
            return {}
    return found


def load(stack: Path) -> Bundle:
    """What the validation looks at. Raises BundleError."""
    return Bundle(without_nulls(read_config(stack)), read_files(stack))


def application_config(stack: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """What the running Quay sees: the upper-case keys of config.yaml, and QUAY_OVERRIDE_CONFIG over them."""
    found = {key: value for key, value in read_config(stack).items() if str(key).isupper()}
    try:
        override = json.loads(environment.get("QUAY_OVERRIDE_CONFIG") or "{}")
    except ValueError:
        raise BundleError("QUAY_OVERRIDE_CONFIG is not JSON") from None
    if not isinstance(override, dict):
        raise BundleError("QUAY_OVERRIDE_CONFIG is not an object")
    found.update(override)
    preference = environment.get("QUAY_DISTRIBUTED_STORAGE_PREFERENCE", "").split()
    if preference:
        found["DISTRIBUTED_STORAGE_PREFERENCE"] = preference
    return found
