# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The simulator as a process of its own, on a free port of the loopback interface."""

from __future__ import annotations

import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType

CHECKOUT = Path(__file__).resolve().parents[3]
START_TIMEOUT = 30.0  # seconds


class SimulatorServer:
    """``python -m tests.simulator`` with a first user; ``url`` is where it listens."""

    def __init__(self, admin: str, password: str, *options: str) -> None:
        command = [
            sys.executable,
            "-m",
            "tests.simulator",
            "--port",
            "0",
            "--bootstrap",
            f"{admin}:{password}",
        ]
        self._process = subprocess.Popen(
            [*command, *options], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
        )
        self.url = self._address()

    def _address(self) -> str:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], START_TIMEOUT)
        line = self._process.stdout.readline() if ready else ""
        if not line.startswith("listening on "):
            self.stop()
            raise RuntimeError(f"the simulator did not start; it said {line!r}")
        return line.removeprefix("listening on ").strip()

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> SimulatorServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
