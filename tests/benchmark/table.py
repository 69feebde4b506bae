# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The report, in Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version

from .bounds import Verdict
from .cases import Options
from .measure import Measurement

_HEAD = (
    "run",
    "organizations",
    "requests",
    "per organization",
    "wall s",
    "of it module s",
    "client CPU s",
    "server CPU s",
    "module peak MB",
    "playbook peak MB",
)


def report(options: Options, measurements: Iterable[Measurement], found: Iterable[Verdict]) -> str:
    """Return the machine, the table of measurements and the table of bounds."""
    measured = list(measurements)
    parts = [_machine(options), _table(_HEAD, [_row(one) for one in measured])]
    notes = sorted({one.measured for one in measured if one.measured is not None})
    if notes:
        parts.append(
            f"`*` Scaled: measured with {notes[0]} organizations in this run; everything but the start-up "
            "(the row with nothing to do) is multiplied. Memory is as measured."
        )
    rows = [(one.claim, one.found, _word(one)) for one in found]
    parts.append(_table(("bound", "found", "result"), rows))
    return "\n\n".join(parts) + "\n"


def _machine(options: Options) -> str:
    python, core = platform.python_version(), version("ansible-core")
    return (
        f"{os.cpu_count()} cores, shared by client and simulator; Python {python}; ansible-core {core}; "
        f"{options.latency * 1000:.0f} ms per request."
    )


def _row(one: Measurement) -> tuple[str, ...]:
    mark = "" if one.measured is None else " *"
    each = f"{one.requests / one.organizations:g}" if one.organizations else "-"
    return (
        one.title + mark,
        f"{one.organizations}",
        f"{one.requests}",
        each,
        f"{one.playbook.wall:.1f}",
        f"{one.module.wall:.1f}" if one.module else "-",
        f"{one.playbook.cpu:.1f}",
        f"{one.server_cpu:.1f}",
        f"{one.module.peak / 1e6:.0f}" if one.module else "-",
        f"{one.playbook.peak / 1e6:.0f}",
    )


def _word(verdict: Verdict) -> str:
    if verdict.met is None:
        return "-"
    if verdict.binding:
        return "pass" if verdict.met else "FAIL"
    return "met" if verdict.met else "not met"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table that is also readable as it is; all columns but the first are right-aligned."""
    widths = [max(len(row[index]) for row in (head, *rows)) for index in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(cells, widths))
        ]
        return f"| {' | '.join(padded)} |"

    ruler = [f"{'-' * (width - 1)}:" if number else "-" * width for number, width in enumerate(widths)]
    return "\n".join([line(head), line(ruler), *(line(row) for row in rows)])
