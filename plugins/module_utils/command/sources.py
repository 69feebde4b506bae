# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which files of the library a command is made of, and their text, wherever the library was loaded from.

AnsiballZ ships with a module exactly what the module imports, in an archive; there each command finds
what it needs to run without Ansible.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from typing import Any, Callable

from .. import errors
from ..errors import QuayError

Read = Callable[[str], "str | None"]


class Incomplete(QuayError):
    """The library does not hold a file that it must hold."""


def read(path: str) -> str | None:
    """Return the text of a file of the library by its relative path, None if there is no such file."""
    root = os.path.dirname(errors.__file__)
    # Its loader reads from directories and from archives alike.
    loader: Any = errors.__loader__
    try:
        return str(loader.get_data(os.path.join(root, *path.split("/"))).decode("utf-8"))
    except OSError:
        return None


def files_of(module: str, read: Read = read) -> dict[str, str]:
    """Return path to text of all that a module needs, such as "command.quaytool", itself included.

    Paths are relative to the library. Packages get an empty ``__init__.py``. Raises Incomplete.
    """
    found: dict[str, str] = {}
    waiting = [module]
    while waiting:
        path = _path(waiting.pop())
        if path in found:
            continue
        text = read(path)
        if text is None:
            raise Incomplete(f"The library has no file {path}.")
        found[path] = text
        waiting += _imported(path, text, read)
    for path in list(found):
        parts = path.split("/")[:-1]
        found.update({"/".join([*parts[:depth], "__init__.py"]): "" for depth in range(len(parts) + 1)})
    return dict(sorted(found.items()))


def _path(module: str) -> str:
    return f"{module.replace('.', '/')}.py"


def _imported(path: str, text: str, read: Read) -> Iterator[str]:
    """Yield the modules of the library that a file imports, wherever in it."""
    package = path.split("/")[:-1]
    for node in ast.walk(ast.parse(text, path)):
        if not isinstance(node, ast.ImportFrom) or node.level == 0:
            continue
        if node.level > len(package) + 1:
            raise Incomplete(f"{path} imports what is not in the library.")
        base = package[: len(package) - node.level + 1] + (node.module.split(".") if node.module else [])
        if node.module and read(_path(".".join(base))) is not None:
            yield ".".join(base)
        else:
            yield from (".".join([*base, alias.name]) for alias in node.names)


def named(files: Mapping[str, str], package: str) -> dict[str, str]:
    """Return the files with their paths below a package."""
    return {f"{package}/{path}": text for path, text in files.items()}
