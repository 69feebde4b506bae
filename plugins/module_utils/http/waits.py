# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Says that something is waited for while it is, and remembers how long that was in all."""

from __future__ import annotations

import logging
import threading

# Silent unless somebody listens, as transport.py has it.
LOGGER = "quayops.quay"
_LOG = logging.getLogger(LOGGER)

# Seconds. Waits that are shorter in all are not worth a warning.
WORTH_TELLING = 5.0


class Waits:
    """What one run has waited for before trying again; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._seconds = 0.0
        self._reason = ""

    def note(self, reason: str, seconds: float) -> None:
        """Say why the next ``seconds`` are spent waiting; before they are."""
        _LOG.info("%s Trying again in %.1f s.", reason, seconds)
        with self._lock:
            self._number += 1
            self._seconds += seconds
            self._reason = reason

    def warning(self) -> str | None:
        """Return what is worth to be told at the end; seconds add up over requests that wait side by side."""
        with self._lock:
            if self._seconds < WORTH_TELLING:
                return None
            return (
                f"Requests were tried again {self._number} times, after waits of {self._seconds:.0f} s in "
                f"all. The last reason: {self._reason}"
            )
