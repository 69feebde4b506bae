# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""How quaytool shows what was found or done: as a table, as JSON or YAML; and how far it has come."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Callable, TextIO

from ..errors import QuayError
from ..visible import visible, visible_lines

try:
    from tabulate import tabulate
except ImportError:
    tabulate = None  # type: ignore[assignment]

try:
    import yaml
except ImportError:
    yaml = None  # type: ignore[assignment]

try:
    from tqdm import tqdm
except ImportError:
    tqdm = None  # type: ignore[assignment,misc]

Rows = Sequence[Sequence[Any]]
Observer = Callable[[int, int], None]

# Work that takes less time (seconds) needs no bar.
_PATIENCE = 1.0


class MissingLibrary(QuayError):
    """A Python library is not installed that the asked form of output needs."""


def check(form: str) -> None:
    """Raise MissingLibrary where the form of output cannot be made."""
    for needed, library, packages in (
        ("table", tabulate, "tabulate (package python3-tabulate)"),
        ("yaml", yaml, "PyYAML (package python3-yaml or python3-pyyaml)"),
    ):
        if form == needed and library is None:
            raise MissingLibrary(
                f"--output {form} needs the Python library {packages}. Install it, or use --output json."
            )


def write(form: str, data: Any, headings: Sequence[str], rows: Rows, stream: TextIO) -> None:
    """Write ``data`` as JSON or YAML, or the ``rows`` as a table; a table without rows is nothing."""
    if form == "json":
        stream.write(json.dumps(data, indent=2) + "\n")
    elif form == "yaml":
        stream.write(_yaml(data))
    elif rows:
        stream.write(table(headings, rows) + "\n")


def _yaml(data: Any) -> str:
    """Return the data as YAML; letters stay letters, unless there is something that cannot be seen."""
    text = str(yaml.safe_dump(data, sort_keys=False, default_flow_style=False, allow_unicode=True))
    if text == visible_lines(text):
        return text
    return str(yaml.safe_dump(data, sort_keys=False, default_flow_style=False))


def table(headings: Sequence[str], rows: Rows) -> str:
    """Return the rows under headings, nothing wrapped and nothing cut off, for eyes and for pipes."""
    cells = [[cell(value) for value in row] for row in rows]
    # Without numparse a tag such as 1.10 would become 1.1.
    return str(tabulate(cells, [name.upper() for name in headings], tablefmt="plain", disable_numparse=True))


def cell(value: Any) -> str:
    """Return a value as one line of text, "-" for nothing; what would steer the terminal is escaped."""
    if value is None or value == "" or value == []:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ",".join(f"{cell(key)}={cell(one)}" for key, one in value.items()) or "-"
    if isinstance(value, (list, tuple)):
        return ",".join(cell(one) for one in value)
    return visible(str(value))


@contextmanager
def progress(stream: TextIO, wanted: bool) -> Iterator[Observer | None]:
    """Hand out an observer (see lanes.py) that draws a bar on the stream, None where there is no bar.

    There is one on terminals only, once the work has taken a second, and it leaves nothing behind.
    """
    if not wanted or tqdm is None or not stream.isatty():
        yield None
        return
    drawn = _Bar(stream)
    try:
        yield drawn
    finally:
        drawn.close()


class _Bar:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun = time.monotonic()
        self._known = 0
        self._ended = 0
        self._bar: Any = None

    def __call__(self, known: int, ended: int) -> None:
        self._known += known
        self._ended += ended
        if self._bar is None:
            if time.monotonic() - self._begun < _PATIENCE:
                return
            self._bar = tqdm(
                total=self._known, initial=self._ended, file=self._stream, leave=False, unit=" steps"
            )
        self._bar.total = self._known
        self._bar.update(self._ended - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
