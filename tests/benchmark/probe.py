# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Runs a command and notes what it cost: ``probe.py REPORT COMMAND...``.

The line that is appended to REPORT holds wall time, CPU time and peak memory of the command with the
processes that it waited for. It stands between the measuring program and the command because Linux
counts what a process held before it became the command (its parent's memory) as the command's peak:
this program is small, the measuring one is not. It imports nothing that it can do without.
"""

from __future__ import annotations

import json
import os
import sys
import time

# Linux counts in KiB, macOS in bytes.
_UNIT = 1 if sys.platform == "darwin" else 1024


def main(arguments: list[str]) -> int:
    """Run the command, append the line, and return the command's exit code."""
    report, *command = arguments
    begin = time.monotonic()
    process = os.posix_spawnp(command[0], command, os.environ)
    _pid, status, usage = os.wait4(process, 0)
    cost = {
        "wall": time.monotonic() - begin,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * _UNIT,
    }
    with open(report, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(cost) + "\n")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
