#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Writes down the command line of every process that it sees, once each, until it is ended.

  record_processes.py FILE

Runs on the host under test while it is deployed to: a secret in an argument list is seen only as
long as its process lives.
"""

from __future__ import annotations

import os
import sys
import time

INTERVAL = 0.02
# A process has its parent's command line until it executes its own.
SETTLED = 10


def command_line(process: str) -> bytes:
    try:
        with open("/proc/%s/cmdline" % process, "rb") as file:
            return file.read().replace(b"\0", b" ").strip()
    except OSError:
        return b""


def record(descriptor: int) -> None:
    ages: dict[str, int] = {}
    seen: set[bytes] = set()
    while True:
        present = [name for name in os.listdir("/proc") if name.isdigit()]
        ages = {name: ages.get(name, 0) + 1 for name in present}
        for name, age in ages.items():
            line = command_line(name) if age <= SETTLED else b""
            if line and line not in seen:
                seen.add(line)
                os.write(descriptor, line + b"\n")
        time.sleep(INTERVAL)


if __name__ == "__main__":
    record(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
