# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Lines on standard output. Nothing that is secret is ever handed to them."""

from __future__ import annotations

import sys
import time


def say(text: str, *values: object, source: str = "quay") -> None:
    """One line, with the time in UTC and who says it."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    line = text % values if values else text
    sys.stdout.write(f"{stamp} [{source}] {line}\n")
    sys.stdout.flush()
