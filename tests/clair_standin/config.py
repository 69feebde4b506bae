# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reads Clair's configuration file, and what lies in the directory of drop-ins beside it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from .decode import ConfigError, decode
from .keys import keys


class _UniqueKeys(yaml.SafeLoader):
    """Refuses a key that is there twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """A mapping, without a key that replaces another."""
        names = [self.construct_object(key, deep=deep) for key, _value in node.value]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"the key {name!r} is there twice")
        return super().construct_mapping(node, deep)


def _read(path: Path) -> Any:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"error reading file {path}: {error.strerror}") from None
    try:
        return json.loads(text) if ".json" in path.suffix else yaml.load(text, _UniqueKeys)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError(f"malformed file {path}: line {line}: {error.problem}") from None
    except (ValueError, yaml.YAMLError):
        raise ConfigError(f"malformed file {path}") from None


def merge(value: Any, patch: Any) -> Any:
    """One document merged into another: null removes a key, and lists are replaced."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    found = dict(value) if isinstance(value, dict) else {}
    for key, item in patch.items():
        if item is None:
            found.pop(key, None)
        else:
            found[key] = merge(found.get(key), item)
    return found


class _Place:
    """What a pointer such as /matcher/connstring points to."""

    def __init__(self, document: Any, pointer: str) -> None:
        parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        if not parts:
            raise ConfigError("a patch cannot replace the whole document")
        self.parent, self.key = document, parts[-1]
        for part in parts[:-1]:
            self.parent = self.parent[int(part) if isinstance(self.parent, list) else part]

    @property
    def index(self) -> Any:
        """The key, as the container of the value wants it."""
        if not isinstance(self.parent, list):
            return self.key
        return len(self.parent) if self.key == "-" else int(self.key)

    def get(self) -> Any:
        """The value."""
        return self.parent[self.index]

    def put(self, value: Any, insert: bool) -> None:
        """Sets or, in a list, inserts the value."""
        if isinstance(self.parent, list) and insert:
            self.parent.insert(self.index, value)
        else:
            self.parent[self.index] = value

    def remove(self) -> Any:
        """Takes the value out."""
        return self.parent.pop(self.index)


def _replace(document: Any, operation: dict[str, Any]) -> None:
    place = _Place(document, operation["path"])
    place.get()  # there has to be one
    place.put(operation["value"], insert=False)


def _test(document: Any, operation: dict[str, Any]) -> None:
    if _Place(document, operation["path"]).get() != operation["value"]:
        raise ConfigError("the test of a patch failed")


_OPERATIONS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "add": lambda document, item: _Place(document, item["path"]).put(item["value"], insert=True),
    "remove": lambda document, item: _Place(document, item["path"]).remove(),
    "replace": _replace,
    "test": _test,
    "move": lambda document, item: _Place(document, item["path"]).put(
        _Place(document, item["from"]).remove(), insert=True
    ),
    "copy": lambda document, item: _Place(document, item["path"]).put(
        copy.deepcopy(_Place(document, item["from"]).get()), insert=True
    ),
}


def apply(document: Any, patch: Any) -> Any:
    """A list of operations applied to a document. Raises ConfigError."""
    found = copy.deepcopy(document)
    try:
        for operation in patch:
            _OPERATIONS[operation["op"]](found, operation)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise ConfigError("a patch does not fit the configuration") from None
    return found


def load(path: Path, version: tuple[int, int]) -> dict[str, Any]:
    """The configuration, checked against the keys of a version. Raises ConfigError."""
    if path.suffix not in (".yaml", ".json"):
        raise ConfigError(f"unknown config kind {path.suffix!r}: .yaml or .json")
    document = _read(path)
    document = document if isinstance(document, dict) else {}
    directory = path.with_name(path.name + ".d")
    for part in sorted(directory.iterdir()) if directory.is_dir() else []:
        if part.is_dir():
            continue
        if part.suffix == path.suffix:
            document = merge(document, _read(part) or {})
        elif part.suffix == path.suffix + "-patch":
            document = apply(document, _read(part))
    found = decode(document, keys(version))
    assert isinstance(found, dict)
    return found
