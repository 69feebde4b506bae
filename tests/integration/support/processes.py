# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What a process has started, as Linux tells it; and their end without any warning."""

from __future__ import annotations

import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")


class Process(NamedTuple):
    """A process; numbers are used again, so that its beginning (in ticks since the boot) belongs to it."""

    pid: int
    began: int
    command: str


def descendants(pid: int) -> list[Process]:
    """Return what runs now of all that a process started, and of what that started."""
    children: dict[int, list[Process]] = defaultdict(list)
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (found := _read(int(entry.name))) is not None:
            parent, process = found
            children[parent].append(process)
    there, open_ones = [], [pid]
    while open_ones:
        ours = children[open_ones.pop()]
        there += ours
        open_ones += [process.pid for process in ours]
    return there


def kill(processes: Iterable[Process]) -> None:
    """End processes at once (SIGKILL), as far as they are there still."""
    for process in processes:
        if is_there(process):
            try:
                os.kill(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def is_there(process: Process) -> bool:
    """Tell whether it is at work still."""
    found = _read(process.pid)
    return found is not None and found[1].began == process.began


def wait_for(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Wait until all have ended, at most for so long; return those that have not."""
    left, until = list(processes), time.monotonic() + seconds
    while (left := [process for process in left if is_there(process)]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def _read(pid: int) -> tuple[int, Process] | None:
    """Return the parent's number and the process; None where it has ended."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        command = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name of the program, in parentheses, may hold anything (proc_pid_stat(5)).
    state, parent, *rest = stat.rpartition(")")[2].split()
    return None if state in "ZX" else (int(parent), Process(pid, int(rest[17]), command))
